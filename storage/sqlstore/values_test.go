package sqlstore

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
)

func TestInstants(t *testing.T) {
	require.True(t, instant(nanos(time.Time{})).IsZero())
	rapid.Check(t, func(r *rapid.T) {
		draw := func(label string) time.Time {
			return time.Unix(rapid.Int64Range(-1e12, 1e12).Draw(r, label), rapid.Int64Range(0, 999_999_999).Draw(r, label+" ns"))
		}
		a, b := draw("a"), draw("b")
		require.Positive(r, nanos(a), "only the zero time is none")
		if a.Before(b) {
			require.LessOrEqual(r, nanos(a), nanos(b))
		}
		if y := a.UTC().Year(); y >= 1970 && y < 2262 && !a.Equal(time.Unix(0, 0)) {
			require.True(r, instant(nanos(a)).Equal(a))
		}
	})
}

func TestClean(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(r, "s"))
		c := clean(s)
		require.True(r, utf8.ValidString(c))
		require.NotContains(r, c, "\x00")
		require.Equal(r, c, clean(c))
	})
	args := cleaned([]any{"a\x00", bot.UserID("b\xff"), 1, []byte{0}, nil, true})
	require.Equal(t, []any{"a\uFFFD", "b\uFFFD", 1, []byte{0}, nil, true}, args)
}
