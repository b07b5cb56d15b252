package intents_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/intents"
)

func TestWordsWrittenBySound(t *testing.T) {
	ear := intents.NewEar([]string{"退出", "再提醒", "再说", "别再", "知道", "提醒", "代班", "班", ""})
	for said, want := range map[string][]string{
		"怎么推出":      {"怎么退出"},
		"别在提醒我了":    {"别再提醒我了"},
		"明天在说":      {"明天再说"},
		"知到了":       {"知道了"},
		"提腥我":       {"提醒我"},
		"明天體醒我":     {"明天提醒我"},
		"等一下在题醒我":   {"等一下再提醒我", "等一下在提醒我"},
		"怎么退出":      nil,
		"明天再说":      nil,
		"体型好":       nil, // shares no character with the word
		"他在说什么":     {"他再说什么"},
		"":          nil,
		"abc \xff ": nil,
	} {
		got := ear.Heard(said)
		if len(want) == 0 {
			assert.Empty(t, got, said)
			continue
		}
		assert.Subset(t, got, want[:1], said)
		assert.Equal(t, want[0], got[0], "the first has all of them: %s", said)
	}
}

// TestHearingHurtsNoText: whatever is typed, other spellings are as long, few, and none is
// the sentence itself.
func TestHearingHurtsNoText(t *testing.T) {
	ear := intents.NewEar([]string{"退出", "再提醒", "再说", "别再", "知道", "提醒", "不要再"})
	piece := rapid.SampledFrom([]string{"在", "再", "提", "腥", "醒", "推", "出", "说", "不", "要", "知", "到", "3", "，", "\xff", "🙏", "k"})
	rapid.Check(t, func(t *rapid.T) {
		said := strings.Join(rapid.SliceOfN(piece, 0, 14).Draw(t, "pieces"), "")
		got := ear.Heard(said)
		assert.LessOrEqual(t, len(got), 4)
		for _, g := range got {
			assert.NotEqual(t, said, g)
		}
	})
}
