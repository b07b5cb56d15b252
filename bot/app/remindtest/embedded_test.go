package remindtest

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// flushed is a queue that can lose everything at any moment.
type flushed struct {
	mu sync.Mutex
	app.Queue
	clock bot.Clock
}

func (f *flushed) flush() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Queue = embedded.NewShared(f.clock)
}

func (f *flushed) now() app.Queue {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Queue
}

func (f *flushed) Put(ctx context.Context, q string, due map[string]time.Time) error {
	return f.now().Put(ctx, q, due)
}

func (f *flushed) PutEarlier(ctx context.Context, q string, due map[string]time.Time) error {
	return f.now().PutEarlier(ctx, q, due)
}

func (f *flushed) Claim(ctx context.Context, q, owner string, now time.Time, lease time.Duration, limit int) ([]string, int64, error) {
	return f.now().Claim(ctx, q, owner, now, lease, limit)
}

func (f *flushed) Ack(ctx context.Context, q string, token int64, keys ...string) (int, error) {
	return f.now().Ack(ctx, q, token, keys...)
}

func (f *flushed) Lapse(ctx context.Context, q, owner string) (int, error) {
	return f.now().Lapse(ctx, q, owner)
}

func (f *flushed) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (int64, bool, error) {
	return f.now().Acquire(ctx, name, owner, ttl)
}

// embeddedStorm is one on empty records in memory, at nine in the morning, with what is due
// due ten minutes later. It is called in a bubble, whose end closes the records.
func embeddedStorm(t *testing.T) (*storm, *sqlstore.Store) {
	store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	clock := &skewed{}
	morning := time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone)
	clock.jump(time.Until(morning))
	queue := &flushed{clock: clock, Queue: embedded.NewShared(clock)}
	return &storm{
		t: t, store: store, clock: clock, queue: queue, flush: queue.flush, mail: &mailbox{}, people: 40,
		due: morning.Add(10 * time.Minute),
	}, store
}

// TestNoneLostNoneDoubledOnAClockOfItsOwn: two instances on the embedded engine, all
// kinds of trouble, and a clock that somebody sets. It takes minutes of that clock.
func TestNoneLostNoneDoubledOnAClockOfItsOwn(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			s, store := embeddedStorm(t)
			s.fill(200)
			r := rand.New(rand.NewPCG(seed, 1))
			among := []*instance{s.start("a", store), s.start("b", store)}
			stop := func() {
				for _, i := range among {
					i.stop()
				}
			}
			defer stop() // also where a check fails, or the bubble would not end
			time.Sleep(10*time.Minute - time.Second)
			require.Empty(t, s.mail.words(), "none early")
			s.trouble(r, 40, 3*time.Second, 2*time.Minute, among)
			time.Sleep(5 * time.Minute)
			s.clock.jump(24 * time.Hour) // what was over somebody's budget comes with the next digest
			time.Sleep(5 * time.Minute)
			stop()
			s.check()
			t.Logf("seed %d: %d messages for %d reminders", seed, len(s.mail.words()), len(s.own)+len(s.asked))
		})
	}
}
