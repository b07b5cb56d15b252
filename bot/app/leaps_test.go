package app

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// wallClock is a clock that a test sets.
type wallClock struct {
	bot.Clock
	now time.Time
}

func (c *wallClock) Now() time.Time { return c.now }

// TestLeaps: a clock is not believed for a while after it was set forward, unless it was
// put back; one that drifts, or that nobody sets, always is.
func TestLeaps(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		// steps are how much time really passes, and how far the clock is set then.
		steps []struct{ passes, set time.Duration }
		want  bool
	}{
		{"nobody sets it", []struct{ passes, set time.Duration }{{time.Minute, 0}, {48 * time.Hour, 0}}, false},
		{"set forward", []struct{ passes, set time.Duration }{{time.Minute, 48 * time.Hour}}, true},
		{"forward, and looked at again", []struct{ passes, set time.Duration }{{time.Minute, 48 * time.Hour}, {14 * time.Minute, 0}}, true},
		{"forward, a while ago", []struct{ passes, set time.Duration }{{time.Minute, 48 * time.Hour}, {16 * time.Minute, 0}}, false},
		{"forward and back", []struct{ passes, set time.Duration }{{time.Minute, 48 * time.Hour}, {time.Minute, -48 * time.Hour}}, false},
		{"set back", []struct{ passes, set time.Duration }{{time.Minute, -48 * time.Hour}}, false},
		{"put right by a minute", []struct{ passes, set time.Duration }{{time.Minute, time.Minute}, {time.Minute, time.Minute}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock, ran := &wallClock{now: start}, time.Duration(0)
			l := newLeaps(Options{Clock: clock, Steady: func() time.Duration { return ran }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
			got := l.unsettled()
			for _, s := range c.steps {
				ran += s.passes
				clock.now = clock.now.Add(s.passes + s.set)
				got = l.unsettled()
			}
			require.Equal(t, c.want, got)
		})
	}
	l := newLeaps(Options{Clock: &wallClock{now: start}})
	require.False(t, l.unsettled(), "without a steady clock none leaps")
}
