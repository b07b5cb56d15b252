//go:build unix

package remindtest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/postgres"
	"yiqun/storage/sqlite"
)

// timed is a mailbox that notes when each message was handed to it.
type timed struct {
	mailbox
	at map[string]time.Time
}

func (m *timed) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	rc, err := m.mailbox.Send(ctx, out)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at[string(out.To.ID)] = time.Now()
	return rc, err
}

// asMany is how many reminders a benchmark takes: few, unless the environment asks for
// the number of the target.
func asMany(few int) int {
	if n, err := strconv.Atoi(os.Getenv("YIQUN_REMIND_COUNT")); err == nil {
		return n
	}
	return few
}

// benchEngines are empty records on disk: SQLite, and PostgreSQL where it is at hand.
var benchEngines = []struct {
	name string
	open func(b *testing.B) service.Store
}{
	{"sqlite", func(b *testing.B) service.Store {
		store, err := sqlite.Open(b.Context(), "sqlite:"+b.TempDir()+"/bench.db", make([]byte, 32))
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, store.Close()) })
		return store
	}},
	{"postgres", func(b *testing.B) service.Store {
		store, err := postgres.Open(b.Context(), emptyRecords(b), make([]byte, 32))
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, store.Close()) })
		return store
	}},
}

// eachEngine runs a benchmark once on each engine, whatever b.N: what it measures is
// one course of events.
func eachEngine(b *testing.B, run func(b *testing.B, store service.Store)) {
	for _, e := range benchEngines {
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				store := e.open(b)
				b.StartTimer()
				run(b, store)
			}
		})
	}
}

// fillBench stores n reminders, each for another person.
func fillBench(b *testing.B, store service.Store, n int, next func(i int) time.Time) {
	b.Helper()
	s := &storm{t: b, store: store, people: n}
	for from := 0; from < n; from += 1000 {
		require.NoError(b, store.Update(b.Context(), func(ctx context.Context, tx service.Tx) error {
			for i := from; i < min(n, from+1000); i++ {
				s.due = next(i).Add(-time.Duration(i%60) * time.Second)
				if err := s.put(ctx, tx, i, true); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// benchApp is the whole bot as one of several instances, with the queue of one that is
// alone.
func benchApp(b *testing.B, store service.Store, mail platform.Adapter) *app.App {
	b.Helper()
	templates, err := procedure.Shipped()
	require.NoError(b, err)
	clock := bot.SystemClock{}
	return app.New(app.Options{
		Store: store, States: nothing{}, Adapters: []platform.Adapter{mail}, Templates: templates, Clock: clock,
		Zone: apptest.Zone, BotName: apptest.BotName, Queue: embedded.NewShared(clock),
	})
}

// cpu is the processor time this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// running runs the bot until the function it returns is called.
func running(b *testing.B, a *app.App) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	return func() {
		cancel()
		require.NoError(b, <-done)
	}
}

// BenchmarkClaim: so many reminders due in the same second are durably claimed and lie
// in the outbox.
func BenchmarkClaim(b *testing.B) {
	atOnce(b, func(a *app.App, _ func() bool) error {
		_, err := a.Service.Tick(b.Context())
		return err
	})
}

// BenchmarkHandOut: so many reminders due in the same second are durably claimed and
// reach the sender, by the whole bot, beside the least that could be done: an indexed
// sweep that reads each and moves it on. The target is 100,000 in 6 s.
func BenchmarkHandOut(b *testing.B) {
	atOnce(b, func(a *app.App, sent func() bool) error {
		stop := running(b, a)
		require.Eventually(b, sent, 10*time.Minute, 5*time.Millisecond)
		b.StopTimer()
		stop()
		return nil
	})
}

// atOnce measures what is done with many reminders that are due.
func atOnce(b *testing.B, do func(a *app.App, sent func() bool) error) {
	n := asMany(10_000)
	past := time.Now().Add(-time.Minute)
	eachEngine(b, func(b *testing.B, store service.Store) {
		b.StopTimer()
		fillBench(b, store, n, func(int) time.Time { return past })
		mail := &mailbox{}
		a := benchApp(b, store, mail)
		began, used := b.Elapsed(), cpu(b)
		b.StartTimer()
		require.NoError(b, do(a, func() bool { return mail.count() == n }))
		b.StopTimer()
		per := func(d time.Duration) float64 { return d.Seconds() * 100_000 / float64(n) }
		b.ReportMetric(per(b.Elapsed()-began), "s/100k")
		b.ReportMetric(per(cpu(b)-used), "cpu-s/100k")
	})
}

// BenchmarkSweep is the floor of BenchmarkHandOut.
func BenchmarkSweep(b *testing.B) {
	n := asMany(10_000)
	past := time.Now().Add(-time.Minute)
	eachEngine(b, func(b *testing.B, store service.Store) {
		b.StopTimer()
		fillBench(b, store, n, func(int) time.Time { return past })
		b.StartTimer()
		began := time.Now()
		for shard := range remind.Shards {
			for left := 500; left == 500; {
				require.NoError(b, store.Update(b.Context(), func(ctx context.Context, tx service.Tx) error {
					due, err := tx.DueOwn(ctx, shard, time.Now(), remind.Position{}, 500)
					left = len(due)
					for _, r := range due {
						if _, err := tx.PutReminder(ctx, r.Stop()); err != nil {
							return err
						}
					}
					return err
				}))
			}
		}
		b.ReportMetric(time.Since(began).Seconds()*100_000/float64(n), "s/100k")
	})
}

// reach lets reminders come due, spread over a while, by the whole bot, and reports how
// late each reaches the platform, and that none is early.
func reach(b *testing.B, store service.Store, n int, over, target time.Duration) {
	b.StopTimer()
	var first time.Time
	// Each is put at a time counted from the first, which is set when all are there.
	due := func(i int) time.Time { return first.Add(time.Duration(i) * over / time.Duration(n)) }
	first = time.Now().Add(5*time.Second + time.Duration(n)*500*time.Microsecond)
	fillBench(b, store, n, due)
	require.True(b, time.Now().Before(first), "this machine is too slow to fill the records in time")
	mail := &timed{at: map[string]time.Time{}}
	stop := running(b, benchApp(b, store, mail))
	b.StartTimer()
	require.Eventually(b, func() bool { return mail.count() == n }, time.Until(first)+over+5*time.Minute, 20*time.Millisecond)
	b.StopTimer()
	stop()
	var late []time.Duration
	for i := range n {
		late = append(late, mail.at[fmt.Sprintf("p%06d", i)].Sub(due(i)))
	}
	slices.Sort(late)
	require.GreaterOrEqual(b, late[0], time.Duration(0), "none early")
	b.ReportMetric(late[n/2].Seconds()*1000, "ms/p50")
	b.ReportMetric(late[n*99/100].Seconds()*1000, "ms/p99")
	b.ReportMetric(float64(target.Milliseconds()), "ms/p99-target")
}

// BenchmarkReachTheSender: a thousand due within one second.
func BenchmarkReachTheSender(b *testing.B) {
	eachEngine(b, func(b *testing.B, store service.Store) { reach(b, store, 1000, time.Second, 250*time.Millisecond) })
}

// BenchmarkSpread: many, spread over thirty seconds. The target is for 100,000.
func BenchmarkSpread(b *testing.B) {
	n := asMany(10_000)
	eachEngine(b, func(b *testing.B, store service.Store) { reach(b, store, n, 30*time.Second, 300*time.Millisecond) })
}

// BenchmarkPending: with many reminders waiting, how long it takes until the bot has
// looked for the first time, and what of a core it uses while nothing is due. The
// targets are 1 s and 1 % for a million.
func BenchmarkPending(b *testing.B) {
	n := asMany(50_000)
	eachEngine(b, func(b *testing.B, store service.Store) {
		b.StopTimer()
		fillBench(b, store, n, func(i int) time.Time { return time.Now().Add(24*time.Hour + time.Duration(i)*time.Second) })
		b.StartTimer()
		began := time.Now()
		mail := &mailbox{}
		a := benchApp(b, store, mail)
		_, err := a.Service.Tick(b.Context())
		require.NoError(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "s/start")
		b.ReportMetric(1, "s/start-target")
		stop := running(b, a)
		used, idle := cpu(b), time.Now()
		time.Sleep(idleFor)
		b.ReportMetric(100*(cpu(b)-used).Seconds()/time.Since(idle).Seconds(), "%core/idle")
		b.ReportMetric(1, "%core/idle-target")
		b.StopTimer()
		stop()
		require.Zero(b, mail.count())
	})
}

// idleFor is how long an idle bot is watched.
const idleFor = 30 * time.Second
