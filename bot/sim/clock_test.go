package sim_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ bot.Clock = (*sim.Clock)(nil)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func TestClockStandsStillUntilMoved(t *testing.T) {
	c := sim.NewClock(nine)
	fired, _ := c.Timer(time.Minute)
	moved := c.Moved()
	assert.Equal(t, nine, c.Now())
	c.Advance(59 * time.Second)
	<-moved
	assert.Empty(t, fired)
	c.Advance(time.Second)
	assert.Equal(t, nine.Add(time.Minute), <-fired)
	c.Set(nine)
	assert.Equal(t, nine, c.Now(), "back again")
}

func TestClockFiresInOrderWithinOneJump(t *testing.T) {
	c := sim.NewClock(nine)
	var order []string
	note := func(what string) func(time.Time) { return func(time.Time) { order = append(order, what) } }
	c.AfterFunc(3*time.Second, note("three"))
	c.AfterFunc(time.Second, func(time.Time) {
		note("one")(nine)
		c.AfterFunc(time.Second, note("made by one, due later"))
	})
	c.AfterFunc(2*time.Second, note("two"))
	c.AfterFunc(2*time.Second, note("two again"))
	stop := c.AfterFunc(2*time.Second, note("stopped"))
	stop()
	c.Advance(3 * time.Second)
	assert.Equal(t, []string{"one", "two", "two again", "three"}, order)
	c.Advance(time.Second)
	assert.Equal(t, "made by one, due later", order[4])
	c.AfterFunc(0, note("at once"))
	assert.Equal(t, "at once", order[5])
}

func TestClockRunsWithTheMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := sim.NewClock(nine)
		stop := c.Run()
		fired, _ := c.Timer(time.Minute)
		assert.Equal(t, nine.Add(time.Minute), <-fired)
		c.Set(nine.Add(24 * time.Hour))
		time.Sleep(time.Hour)
		assert.Equal(t, nine.Add(25*time.Hour), c.Now())
		stop()
		stop()
		time.Sleep(time.Hour)
		require.Equal(t, nine.Add(25*time.Hour), c.Now(), "stopped, it stands still")
	})
}
