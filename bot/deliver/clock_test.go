package deliver_test

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// wrong is the machine's clock, set wrong by so many nanoseconds; its timers run as ever.
type wrong struct {
	bot.SystemClock
	by atomic.Int64
}

func (c *wrong) Now() time.Time { return time.Now().Add(time.Duration(c.by.Load())) }

// onWrongClock is setup with a worker that runs on a clock which play sets.
func onWrongClock(t *testing.T, play func(t *testing.T, b *bench, clock *wrong)) {
	synctest.Test(t, func(t *testing.T) {
		clock := &wrong{}
		b := setup(t)
		b.Worker = deliver.NewWorker(b.records, map[bot.Platform]deliver.Sender{bot.DingTalk: b.sender}, deliver.Options{
			Clock: clock, Zone: time.UTC, Observe: b.told, Logger: slog.New(slog.DiscardHandler),
		})
		stop := b.run(t)
		defer stop()
		play(t, b, clock)
	})
}

// TestARetryThatAClockAheadPutOff: what was to be tried again in two days and two seconds
// goes out once the clock is right, and with it what its chat has to hear after it.
func TestARetryThatAClockAheadPutOff(t *testing.T) {
	onWrongClock(t, func(t *testing.T, b *bench, clock *wrong) {
		clock.by.Store(int64(48 * time.Hour))
		b.on = first(1, fault(bot.Retryable))
		b.put(t, line("a", group, "一"))
		b.Wake()
		synctest.Wait()
		clock.by.Store(0)
		b.put(t, line("b", group, "二"))
		b.Wake()
		synctest.Wait()
		require.Equal(t, []string{"text 一"}, b.heard(), "tried once, and then in order or not at all")
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"text 一", "text 一\n二"}, b.heard())
	})
}

// TestAWaitBegunByAClockThatWasBehind ends when the clock that is right says so.
func TestAWaitBegunByAClockThatWasBehind(t *testing.T) {
	onWrongClock(t, func(t *testing.T, b *bench, clock *wrong) {
		row := line("a", group, "一")
		row.NotBefore = time.Now().Add(10 * time.Minute)
		clock.by.Store(int64(-48 * time.Hour))
		b.put(t, row)
		b.Wake()
		synctest.Wait()
		clock.by.Store(0)
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		require.Empty(t, b.heard())
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"text 一"}, b.heard())
	})
}
