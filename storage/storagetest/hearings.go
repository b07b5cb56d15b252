package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// Hearings are records of until when instances heard the platforms.
type Hearings interface {
	Hear(ctx context.Context, owner string, on ...bot.Platform) error
	Unheard(ctx context.Context, p bot.Platform, owner string) (ago time.Duration, ok bool, err error)
}

// RunHearings checks what an instance that comes to a platform learns of those before.
func RunHearings(t *testing.T, open Open[Hearings]) {
	t.Helper()
	hear := func(t *testing.T, s Hearings, owner string, on ...bot.Platform) {
		t.Helper()
		require.NoError(t, s.Hear(t.Context(), owner, on...))
	}
	// unheard is for so long, and for what the test itself may take.
	unheard := func(t *testing.T, s Hearings, p bot.Platform, owner string, want time.Duration) {
		t.Helper()
		ago, ok, err := s.Unheard(t.Context(), p, owner)
		require.NoError(t, err)
		require.True(t, ok)
		require.GreaterOrEqual(t, ago, want)
		require.Less(t, ago, want+10*time.Minute)
	}
	unknown := func(t *testing.T, s Hearings, p bot.Platform, owner string) {
		t.Helper()
		_, ok, err := s.Unheard(t.Context(), p, owner)
		require.NoError(t, err)
		require.False(t, ok)
	}
	runShared(t, open, []sharedCase[Hearings]{
		{"at first nothing is known, and one's own does not count", func(t *testing.T, s Hearings, _ string, _ func(time.Duration)) {
			unknown(t, s, bot.WeCom, "a")
			hear(t, s, "a", bot.WeCom)
			unknown(t, s, bot.WeCom, "a")
			unheard(t, s, bot.WeCom, "b", 0)
			unknown(t, s, bot.DingTalk, "b")
		}},
		{"it counts from who heard last, by platform", func(t *testing.T, s Hearings, _ string, pass func(time.Duration)) {
			hear(t, s, "a", bot.WeCom, bot.DingTalk)
			pass(30 * time.Minute)
			hear(t, s, "b", bot.DingTalk)
			pass(20 * time.Minute)
			unheard(t, s, bot.WeCom, "c", 50*time.Minute)
			unheard(t, s, bot.DingTalk, "c", 20*time.Minute)
			unheard(t, s, bot.DingTalk, "b", 50*time.Minute)
		}},
		{"what is long ago is forgotten, but only when somebody hears again", func(t *testing.T, s Hearings, _ string, pass func(time.Duration)) {
			hear(t, s, "a", bot.WeCom)
			pass(48 * time.Hour)
			unheard(t, s, bot.WeCom, "b", 48*time.Hour)
			hear(t, s, "b", bot.WeCom)
			unknown(t, s, bot.WeCom, "b")
			unheard(t, s, bot.WeCom, "c", 0)
		}},
	})
}
