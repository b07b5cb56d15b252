package zhtext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"接单12", "接单12"},
		{"點單　３棟２單元，聲控燈壞了！", "点单 3栋2单元,声控灯坏了!"},
		{"會議開始", "会议开始"},
		{"＠議群　幫我報修", "@议群 帮我报修"},
		{"下週三晚上八點鐘", "下周三晚上八点钟"},
		{"JD  12 ", "jd 12"},
		{"接\u200b单\u202e12\ufeff", "接单12"},
		{"收到👍🏻", "收到"},
		{"接单👌👌12", "接单 12"},
		{"3️⃣栋", "3栋"},
		{"①②🔟❸", "12103"},
		{"㋅㏫ ㍣", "6月12日 11点"},
		{"[抱拳]谢谢[OK]", "谢谢"},
		{"[3栋]灯坏", "[3栋]灯坏"},
		{"jiē dān", "jie dan"},
		{"二○二六年", "二〇二六年"},
		{"10：30～12：00", "10:30~12:00"},
		{"好\r\n的\t", "好 的"},
		{"\xff坏\xfe字节", "坏字节"},
		{"王著乾隆台", "王著干隆台"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Fold(tt.in).Text, "%q", tt.in)
	}
}

func TestFoldNoticesEmoji(t *testing.T) {
	assert.True(t, Fold("👍").Emoji)
	assert.True(t, Fold("[抱拳]").Emoji)
	assert.True(t, Fold("【OK】［玫瑰］").Emoji)
	assert.False(t, Fold("[3栋]①").Emoji)
}

func TestOriginalCutsWhatWasTyped(t *testing.T) {
	f := Fold("  點單\u200b　３棟燈壞👌 了 ")
	require.Equal(t, "点单 3栋灯坏 了", f.Text)
	i := strings.Index(f.Text, "3栋灯坏")
	assert.Equal(t, "３棟燈壞", f.Original(i, i+len("3栋灯坏")))
	start, end := f.Runes(i, i+len("3栋灯坏"))
	assert.Equal(t, []int{6, 10}, []int{start, end})
	assert.Equal(t, "點單", f.Original(0, len("点单")), "a mark dropped at the end of the span stays out")
	assert.Empty(t, f.Original(3, 3))
	assert.Equal(t, "點單\u200b　３棟燈壞👌 了", f.Original(-5, 999))
}

func TestKey(t *testing.T) {
	assert.Equal(t, Key("王 建國"), Key("王建国🌸"))
	assert.NotEqual(t, Key("王建国"), Key("王建军"))
}

func TestSimplify(t *testing.T) {
	assert.Equal(t, "龙岩  ABC。", Simplify("龍巖  ABC。"))
}

func TestTableIsClosed(t *testing.T) {
	n := 0
	for i, to := range simplifiedOf {
		if to == 0 {
			continue
		}
		n++
		assert.Equal(t, rune(to), simplify(rune(to)), "%c", rune(hanFirst+i))
	}
	assert.Greater(t, n, 2500)
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		f := Fold(s)
		checkFolded(t, f)
		assert.Equal(t, f.Text, Fold(f.Text).Text, "folding twice changes nothing")
	})
}

func checkFolded(t assert.TestingT, f Folded) {
	assert.True(t, utf8.ValidString(f.Text))
	assert.Equal(t, strings.TrimSpace(f.Text), f.Text)
	assert.NotContains(t, f.Text, "  ")
	end := 0
	for i, r := range f.Text {
		s, e := f.Runes(i, i+utf8.RuneLen(r))
		assert.LessOrEqual(t, end-1, s)
		assert.Less(t, s, e)
		end = e
	}
	assert.LessOrEqual(t, end, utf8.RuneCountInString(f.Original(0, len(f.Text)))+utf8.RuneCountInString(f.orig))
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"點單　３棟", "[抱拳", "\xff\u200d👨‍👩‍👧", "㋀①", "a  b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFolded(t, Fold(s)) })
}

func BenchmarkFoldPlain(b *testing.B) {
	for b.Loop() {
		Fold("接单12明天下午三点半到")
	}
}

func BenchmarkFoldTraditional(b *testing.B) {
	for b.Loop() {
		Fold("點單　３棟２單元聲控燈壞了")
	}
}
