package platform_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/platform"
)

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"empty":               {"", 10, nil},
		"fits":                {"灯坏了", 9, []string{"灯坏了"}},
		"at a line":           {"灯坏了\n快修", 12, []string{"灯坏了", "快修"}},
		"not at a first line": {"1\n灯坏了灯坏了", 12, []string{"1\n灯坏了", "灯坏了"}},
		"at a blank":          {"please mend the lamp", 12, []string{"please mend", "the lamp"}},
		"between characters":  {"灯坏了快修", 7, []string{"灯坏", "了快", "修"}},
		"blank pieces":        {strings.Repeat(" ", 20) + "灯", 6, []string{"灯"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, platform.Split(c.text, c.limit)) })
	}
}

// Nothing but white space is lost, no piece is too long, no character is torn.
func TestSplitLosesNothing(t *testing.T) {
	bare := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("灯a \n👍é"))).Draw(t, "text")
		limit := rapid.IntRange(4, 40).Draw(t, "limit")
		pieces := platform.Split(text, limit)
		for _, p := range pieces {
			assert.LessOrEqual(t, len(p), limit)
			assert.True(t, utf8.ValidString(p))
		}
		assert.Equal(t, bare(text), bare(strings.Join(pieces, "")))
	})
}
