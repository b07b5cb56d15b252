package phrase_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/intents/phrase"
)

// shapes are one of each sort; 点心 and the rest are nobody's words.
var shapes = []phrase.Shape{
	{Has: "尝", Said: []string{"(让|请)〈谁〉(帮|替)我尝(一下)?"}, Means: []string{"代尝 〈号〉 〈谁〉"}},
	{Has: "好吃", Said: []string{"(我|俺)?(觉得)?好吃(的)?"}, Means: []string{"品 〈号〉 好"}},
	{Has: "上菜 开饭", Said: []string{"〈时〉(上菜|开饭)( 〈话〉)?"}, Means: []string{"摆桌 〈时〉 〈话〉"}},
	{Has: "什么菜", Said: []string{"(今天)?(有)?什么菜"}, Means: []string{"菜单"}, Looks: true},
	{Has: "收摊", Said: []string{".*收摊.*"}, Means: []string{"打烊"}, Asks: true},
	{Has: "推荐", Said: []string{"我推荐〈名〉( 〈话〉)?"}, Means: []string{"提一道 〈名〉 〈话〉"}, When: "open"},
	{Has: "改成", Said: []string{"〈话〉改成〈尾〉"}, Means: []string{"换 〈话〉 为 〈尾〉", "算了"}},
}

func always(*phrase.Shape, int) bool { return true }

func book(t require.TestingT) *phrase.Book {
	b, err := phrase.New(shapes)
	require.NoError(t, err)
	return b
}

func TestASentenceFitsFromEndToEnd(t *testing.T) {
	b := book(t)
	for said, want := range map[string]string{
		"让赵敏帮我尝": "代尝 赵敏",
		"麻烦你了，请赵敏替我尝一下，谢谢啊！": "代尝 赵敏",
		"請趙敏幫我嘗":      "代尝 趙敏",
		"让赵敏帮我尝汤":     "",
		"他说让赵敏帮我尝":    "",
		"好吃":          "品 好",
		"书记，我觉得好吃的":   "品 好",
		"书记觉得好吃":      "",
		"12号我觉得好吃":    "品 12 好",
		"第十二号那个好吃吧":   "品 12 好",
		"好吃 #12":      "品 12 好",
		"好吃吗":         "",
		"好吃？":         "",
		"明晚七点开饭，多摆两桌": "摆桌 明晚七点 多摆两桌",
		"老王开饭":        "",
		"请问今天有什么菜？":   "菜单",
		"12号楼的菜我觉得好吃": "", // a place
		"12号什么菜":      "", // a number that nothing is made of
		"我推荐王家 热心":    "提一道 王家 热心",
		"我推荐一家好吃的":    "",
	} {
		m, ok := b.Find(said, 0, always)
		assert.Equal(t, want != "", ok, said)
		assert.Equal(t, want, strings.Join(m.Means, "|"), said)
		assert.False(t, m.Asks, said)
	}
}

func TestWhatMayBeMeantIsOffered(t *testing.T) {
	m, ok := book(t).Find("那个先收摊吧？", 0, always)
	assert.True(t, ok && m.Asks)
	m, ok = book(t).Find("红烧改成清蒸", 0, always)
	assert.True(t, ok && m.Asks, "several are always asked about")
	assert.Equal(t, []string{"换 红烧 为 清蒸", "算了"}, m.Means)
}

func TestTheMomentIsAskedOfTheReader(t *testing.T) {
	b := book(t)
	closed := func(s *phrase.Shape, _ int) bool { return s.When != "open" }
	_, ok := b.Find("我推荐王家", 0, closed)
	assert.False(t, ok)
	m, ok := b.Find("好吃", 7, func(_ *phrase.Shape, n int) bool { return n == 7 })
	assert.True(t, ok)
	assert.Equal(t, []string{"品 7 好"}, m.Means, "a reply is about what it replies to")
}

func TestShapesThatCannotWorkAreRefused(t *testing.T) {
	for _, s := range []phrase.Shape{
		{},
		{Has: "x", Said: []string{"x"}},
		{Said: []string{"x"}, Means: []string{"y"}},
		{Has: "x", Said: []string{"(x"}, Means: []string{"y"}},
		{Has: "x", Said: []string{"〈话〉x〈话〉"}, Means: []string{"y"}},
		{Has: "x", Said: []string{"〈你〉x"}, Means: []string{"y"}},
		{Has: "x", Said: []string{"x"}, Means: []string{"y 〈谁〉"}},
	} {
		assert.Error(t, s.Check(), "%+v", s)
		_, err := phrase.New([]phrase.Shape{s})
		assert.Error(t, err)
	}
}

// lastOf is the last character of a text.
func lastOf(text string) string {
	r, _ := utf8.DecodeLastRuneInString(text)
	return string(r)
}

// TestNoTextHurts: any text is read, and what is acted on has no question mark but in the
// words that are handed on, never at its end.
func TestNoTextHurts(t *testing.T) {
	b := book(t)
	word := rapid.SampledFrom([]string{"让", "请", "赵敏", "帮我", "尝", "好吃", "我", "12号", "#12", "十二", "?", "？", "，", " ", "明晚七点", "开饭", "收摊", "改成", "谢谢", "\xff", "🙏", "麻烦你", "第", "9999999999999999999"})
	rapid.Check(t, func(t *rapid.T) {
		said := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "said"), "")
		m, ok := b.Find(said, 0, always)
		if ok && !m.Asks && m.Means[0] != "菜单" {
			marks := func(text string) int { return strings.Count(text, "?") + strings.Count(text, "？") }
			assert.Equal(t, marks(m.Means[0]), marks(said), said)
			assert.NotContains(t, []string{"?", "？"}, lastOf(strings.TrimRight(said, " ，")), said)
		}
		assert.Equal(t, ok, len(m.Means) > 0)
	})
}

func TestLongTextsAreToldNotOrdered(t *testing.T) {
	_, ok := book(t).Find(strings.Repeat("收摊", 100), 0, always)
	assert.False(t, ok)
}
