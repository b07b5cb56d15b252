package talk_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/talk"
)

func TestEnough(t *testing.T) {
	for _, said := range []string{"算了", "算了吧。", "不用了", "不用啦", "取消", "先不办了！", "　算了　", "没事了～"} {
		assert.True(t, talk.Enough(said), said)
	}
	for _, said := range []string{"", "取消 3", "灯坏了", "不用修灯，修门", "1"} {
		assert.False(t, talk.Enough(said), said)
	}
}

func TestYesAndNo(t *testing.T) {
	for _, said := range []string{"是的", "对", "嗯", "好的", "没错。", "OK"} {
		assert.True(t, talk.Yes(said), said)
		assert.False(t, talk.No(said), said)
	}
	for _, said := range []string{"不是", "都不是", "不对", "不是的！", "錯了"} {
		assert.True(t, talk.No(said), said)
		assert.False(t, talk.Yes(said), said)
	}
}

func TestYesFirst(t *testing.T) {
	for _, said := range []string{"是", "對 都是真的", "对，就是这样", "好的谢谢", "是的，麻烦了"} {
		assert.True(t, talk.YesFirst(said), said)
	}
	for _, said := range []string{
		"", "谢谢", "不是，是3栋", "对门漏水", "好像是",
		"好，不用了谢谢", "好的，算了", "嗯，不是", "好，没事了", "嗯嗯，先不用", "好啊，等一下再说", "好，谢谢，我自己弄好了", "好，再见", "行，我知道了",
	} {
		assert.False(t, talk.YesFirst(said), said)
	}
}

func TestEnoughKindly(t *testing.T) {
	for _, said := range []string{"算了", "不用了，谢谢", "好的，算了", "好，不用了谢谢"} {
		assert.True(t, talk.Enough(said), said)
	}
	for _, said := range []string{"谢谢", "好的", "不用了，灯已经好了", "取消表决，谢谢", "", "麻烦了"} {
		assert.False(t, talk.Enough(said), said)
	}
	assert.True(t, talk.No("不是，谢谢"))
	assert.False(t, talk.No("不是，是3栋"))
}

func TestPick(t *testing.T) {
	for said, want := range map[string]struct {
		n    int
		rest string
	}{
		"2": {2, ""}, "２": {2, ""}, "二": {2, ""}, "两": {2, ""}, "第二个": {2, ""}, "选2": {2, ""}, "1号": {1, ""},
		"2。": {2, ""}, " 1 ": {1, ""}, "2 灯又坏了": {2, "灯又坏了"}, "2，灯又坏了": {2, "灯又坏了"}, "第一位": {1, ""},
		"3分": {3, ""}, "3. 还行": {3, "还行"},
	} {
		n, rest, ok := talk.Pick(said, 3)
		assert.True(t, ok, said)
		assert.Equal(t, want.n, n, said)
		assert.Equal(t, want.rest, rest, said)
	}
	for _, said := range []string{"", "0", "4", "3栋灯坏了", "2.5", "12", "一般", "两三个", "灯坏了", "2:30", "-1", "二楼漏水"} {
		_, _, ok := talk.Pick(said, 3)
		assert.False(t, ok, said)
	}
}

func TestWord(t *testing.T) {
	answers := [][]string{{"通过", "合格"}, {"不通过", "退回"}}
	for said, want := range map[string]struct {
		i    int
		rest string
	}{"通过": {0, ""}, "通過了": {0, "了"}, "不通过，材料不全": {1, "材料不全"}, "退回 重写": {1, "重写"}} {
		i, rest, ok := talk.Word(said, answers)
		assert.True(t, ok, said)
		assert.Equal(t, want.i, i, said)
		assert.Equal(t, want.rest, rest, said)
	}
	_, _, ok := talk.Word("再看看", answers)
	assert.False(t, ok)
}

func TestNumbered(t *testing.T) {
	assert.Equal(t, "1 通过\n2 重办", talk.Numbered([]string{"通过", "重办"}))
}

// TestAnswersOfAnyShape: whatever is typed, a picked number is one that was offered
// and the rest is part of what was typed.
func TestAnswersOfAnyShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.OneOf(rapid.String(), rapid.StringMatching(`[第选]?[0-9一二三]{1,3}[个 ，.]?[a-z灯]{0,4}`)).Draw(t, "said")
		most := rapid.IntRange(1, 9).Draw(t, "most")
		if n, rest, ok := talk.Pick(said, most); ok {
			assert.GreaterOrEqual(t, n, 1)
			assert.LessOrEqual(t, n, most)
			assert.True(t, !utf8.ValidString(said) || strings.Contains(said, rest))
		}
		assert.False(t, talk.Yes(said) && talk.No(said))
	})
}
