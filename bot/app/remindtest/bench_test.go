package remindtest

import (
	"context"
	"fmt"
	"slices"
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

// benchRecords is records with n reminders, each for another person, in a file on disk.
func benchRecords(b *testing.B, n int, next func(i int) time.Time) service.Store {
	b.Helper()
	store, err := sqlite.Open(b.Context(), "sqlite:"+b.TempDir()+"/bench.db", make([]byte, 32))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
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
	return store
}

func benchApp(b *testing.B, store service.Store, mail platform.Adapter) *app.App {
	b.Helper()
	templates, err := procedure.Shipped()
	require.NoError(b, err)
	return app.New(app.Options{
		Store: store, States: nothing{}, Adapters: []platform.Adapter{mail}, Templates: templates, Clock: bot.SystemClock{},
		Zone: apptest.Zone, BotName: apptest.BotName,
	})
}

// BenchmarkHandOut: so many reminders due in the same second are durably claimed and
// handed out, beside the least that could be done: an indexed sweep that reads each
// and moves it on.
func BenchmarkHandOut(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				past := time.Now().Add(-time.Minute)
				store := benchRecords(b, n, func(int) time.Time { return past })
				a := benchApp(b, store, &mailbox{})
				b.StartTimer()
				began := time.Now()
				_, err := a.Service.Tick(b.Context())
				require.NoError(b, err)
				took := time.Since(began)
				b.StopTimer()
				floor := sweep(b, n)
				b.ReportMetric(took.Seconds(), "s/all")
				b.ReportMetric(floor.Seconds(), "s/floor")
				b.ReportMetric(float64(n)/took.Seconds(), "reminders/s")
			}
		})
	}
}

// sweep is the floor of BenchmarkHandOut.
func sweep(b *testing.B, n int) time.Duration {
	past := time.Now().Add(-time.Minute)
	store := benchRecords(b, n, func(int) time.Time { return past })
	began := time.Now()
	for shard := range remind.Shards {
		for left := 100; left == 100; {
			require.NoError(b, store.Update(b.Context(), func(ctx context.Context, tx service.Tx) error {
				due, err := tx.DueReminders(ctx, shard, time.Now(), 100)
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
	return time.Since(began)
}

// BenchmarkReachTheSender: a thousand due within one second, by the whole bot: how
// late each reaches the platform, and that none is early.
func BenchmarkReachTheSender(b *testing.B) {
	const n = 1000
	for range b.N {
		first := time.Now().Add(6 * time.Second)
		due := func(i int) time.Time { return first.Add(time.Duration(i) * time.Second / n) }
		store := benchRecords(b, n, due)
		mail := &timed{at: map[string]time.Time{}}
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error, 1)
		go func() { done <- benchApp(b, store, mail).Run(ctx) }()
		require.Eventually(b, func() bool { return len(mail.words()) == n }, time.Minute, 10*time.Millisecond)
		cancel()
		require.NoError(b, <-done)
		var late []time.Duration
		for i := range n {
			p := fmt.Sprintf("p%06d", i)
			late = append(late, mail.at[p].Sub(due(i)))
		}
		slices.Sort(late)
		require.GreaterOrEqual(b, late[0], time.Duration(0), "none early")
		b.ReportMetric(late[n/2].Seconds()*1000, "ms/p50")
		b.ReportMetric(late[n*99/100].Seconds()*1000, "ms/p99")
	}
}

// BenchmarkPending: with many reminders waiting, what one look costs that finds
// nothing due.
func BenchmarkPending(b *testing.B) {
	const n = 50000
	store := benchRecords(b, n, func(i int) time.Time { return time.Now().Add(time.Hour + time.Duration(i)*time.Second) })
	a := benchApp(b, store, &mailbox{})
	for b.Loop() {
		_, err := a.Service.Tick(b.Context())
		require.NoError(b, err)
	}
}
