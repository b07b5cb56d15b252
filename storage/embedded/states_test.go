package embedded

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// movable is a clock that only the test moves.
type movable struct {
	bot.Clock // no timers here
	passed    atomic.Int64
}

func (c *movable) Now() time.Time { return time.Unix(0, c.passed.Load()) }

func (c *movable) pass(d time.Duration) { c.passed.Add(int64(d)) }

func TestSuite(t *testing.T) {
	storagetest.RunStates(t, func(*testing.T) (service.States, func(time.Duration)) {
		clock := &movable{}
		return New(clock), clock.pass
	})
}

func TestExpiredStatesAreDropped(t *testing.T) {
	clock := &movable{}
	s := New(clock)
	most := 0
	for i := range 100_000 {
		require.NoError(t, s.Set(t.Context(), fmt.Sprint(i), []byte("x"), time.Minute))
		clock.pass(time.Second)
		most = max(most, len(s.kept))
	}
	require.LessOrEqual(t, most, firstSweep, "sixty live ones need no more room")
}
