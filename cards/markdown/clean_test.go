package markdown_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/cards/markdown"
)

func TestPlain(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"chinese stays":              {"3栋2单元 声控灯坏了。", "3栋2单元 声控灯坏了。"},
		"controls go":                {"灯\x00坏\x07了\x1b[31m", "灯坏了[31m"},
		"bidi marks go":              {"\u202e单订\u202c\u2066x\u2069\u200f", "单订x"},
		"zero width goes":            {"h\u200bt\u200dt\ufeffp\u00ad\u2060", "http"},
		"fillers go":                 {"王\u3164五\u115f\U000e0041", "王五"},
		"line breaks are one kind":   {"a\r\nb\rc\u2028d\ve", "a\nb\nc\nd\ne"},
		"one blank line at most":     {"a\n\n\n \n b", "a\n\nb"},
		"lines are trimmed":          {"  a \t\n\t b\u00a0 ", "a\nb"},
		"tabs become spaces":         {"a\tb", "a b"},
		"wide spaces stay inside":    {"王\u3000五", "王\u3000五"},
		"invalid bytes show":         {"a\xffb", "a�b"},
		"dripping nickname is tamed": {"z\u0335\u0321\u0322\u0327\u0328", "z\u0335\u0321"},
		"lonely mark goes":           {"\u0301a", "a"},
		"emoji style stays":          {"❤\ufe0f", "❤\ufe0f"},
		"uyghur letters stay":        {"ئالىم", "ئالىم"},
		"nothing":                    {" \n\u200b ", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, markdown.Plain(tt.in, 0)) })
	}
}

func TestOneLine(t *testing.T) {
	assert.Equal(t, "a b c", markdown.OneLine(" a\r\n\nb \n c\n", 0))
	assert.Equal(t, "a b", markdown.OneLine("a  b", 0))
	assert.Equal(t, "a b…", markdown.OneLine("a\nb\nc", 4))
}

func TestCut(t *testing.T) {
	tests := map[string]struct {
		in   string
		max  int
		want string
	}{
		"short enough":             {"灯坏了", 3, "灯坏了"},
		"by characters":            {"灯坏了呀", 3, "灯坏…"},
		"no space before ellipsis": {"灯 坏了", 3, "灯…"},
		"no limit":                 {"灯坏了", 0, "灯坏了"},
		"one":                      {"灯坏了", 1, "…"},
		"accent stays whole":       {"ae\u0301x", 3, "a…"},
		"skin tone stays whole":    {"a👍🏽x", 3, "a…"},
		"flag stays whole":         {"a🇨🇳xy", 3, "a…"},
		"second flag goes whole":   {"🇨🇳🇨🇳xy", 4, "🇨🇳…"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, markdown.Cut(tt.in, tt.max)) })
	}
}

func TestCutIsNeverTooLongAndNeverInvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, limit := rapid.String().Draw(t, "s"), rapid.IntRange(1, 30).Draw(t, "max")
		got := markdown.Cut(s, limit)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), limit)
		if got != s {
			body, cut := strings.CutSuffix(got, "…")
			assert.True(t, cut)
			assert.True(t, strings.HasPrefix(s, body))
			assert.Greater(t, utf8.RuneCountInString(s), limit)
		}
	})
}

func TestCutBytesIsNeverTooLongAndNeverTears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, limit := rapid.String().Draw(t, "s"), rapid.IntRange(0, 60).Draw(t, "max")
		got := markdown.CutBytes(s, limit)
		assert.LessOrEqual(t, len(got), limit)
		assert.True(t, utf8.ValidString(got))
		assert.True(t, strings.HasPrefix(s, strings.TrimSuffix(got, "…")))
	})
}

func TestCutLines(t *testing.T) {
	assert.Equal(t, "a\n\n**b**", markdown.CutLines("a\n\n**b**", 8))
	assert.Equal(t, "一\n\n…", markdown.CutLines("一\n\n**二三四**", 12))
	rapid.Check(t, func(t *rapid.T) {
		s, limit := rapid.StringMatching(`([a-z*]{0,9}\n){0,9}`).Draw(t, "s"), rapid.IntRange(0, 40).Draw(t, "max")
		got := markdown.CutLines(s, limit)
		assert.LessOrEqual(t, len(got), limit)
		for line := range strings.SplitSeq(strings.TrimSuffix(got, "…"), "\n") {
			assert.Contains(t, "\n"+s+"\n", "\n"+line+"\n")
		}
	})
}

func TestPlainLeavesNothingUnseenAndIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := markdown.Plain(rapid.String().Draw(t, "s"), 0)
		assert.False(t, strings.ContainsFunc(got, func(r rune) bool {
			return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf)
		}))
		assert.Equal(t, got, markdown.Plain(got, 0))
		assert.Equal(t, strings.TrimSpace(got), got)
		assert.NotContains(t, got, "\n\n\n")
	})
}
