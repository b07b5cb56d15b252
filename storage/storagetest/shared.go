package storagetest

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/deliver"
)

// Leases are what only one instance may have at a time.
type Leases interface {
	Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error)
	Release(ctx context.Context, name, owner string) error
}

// Queue is a queue of what will be due, drained by several instances.
type Queue interface {
	Put(ctx context.Context, queue string, due map[string]time.Time) error
	PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error
	Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) (keys []string, token int64, err error)
	Ack(ctx context.Context, queue string, token int64, keys ...string) (int, error)
	Lapse(ctx context.Context, queue, owner string) (int, error)
}

// Open opens one kind of what instances share, for a case that uses no other name
// than the one given, and returns what lets time pass for that name.
type Open[T any] func(t *testing.T, name string) (shared T, pass func(time.Duration))

func runShared[T any](t *testing.T, open Open[T], cases []sharedCase[T]) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			name := "test/{" + rand.Text()
			s, pass := open(t, name)
			c.test(t, s, name, pass)
		})
	}
}

type sharedCase[T any] struct {
	name string
	test func(t *testing.T, s T, name string, pass func(time.Duration))
}

// RunLeases checks leases.
func RunLeases(t *testing.T, open Open[Leases]) {
	t.Helper()
	acquire := func(t *testing.T, s Leases, name, owner string, want bool) int64 {
		t.Helper()
		token, held, err := s.Acquire(t.Context(), name, owner, time.Minute)
		require.NoError(t, err)
		require.Equal(t, want, held, "%s has it", owner)
		return token
	}
	runShared(t, open, []sharedCase[Leases]{
		{"one has it until it lapses", func(t *testing.T, s Leases, name string, pass func(time.Duration)) {
			first := acquire(t, s, name, "a", true)
			acquire(t, s, name, "b", false)
			pass(50 * time.Second)
			acquire(t, s, name, "b", false)
			pass(11 * time.Second)
			second := acquire(t, s, name, "b", true)
			require.Greater(t, second, first)
			acquire(t, s, name, "a", false)
		}},
		{"asking again makes it last longer under the same token", func(t *testing.T, s Leases, name string, pass func(time.Duration)) {
			first := acquire(t, s, name, "a", true)
			for range 3 {
				pass(50 * time.Second)
				require.Equal(t, first, acquire(t, s, name, "a", true))
			}
			acquire(t, s, name, "b", false)
		}},
		{"one that lapsed comes back under a greater token", func(t *testing.T, s Leases, name string, pass func(time.Duration)) {
			first := acquire(t, s, name, "a", true)
			pass(2 * time.Minute)
			require.Greater(t, acquire(t, s, name, "a", true), first)
		}},
		{"giving it back lets the next one in, under a greater token", func(t *testing.T, s Leases, name string, _ func(time.Duration)) {
			first := acquire(t, s, name, "a", true)
			require.NoError(t, s.Release(t.Context(), name, "b"), "another's stays")
			acquire(t, s, name, "b", false)
			require.NoError(t, s.Release(t.Context(), name, "a"))
			require.Greater(t, acquire(t, s, name, "b", true), first)
			require.NoError(t, s.Release(t.Context(), name, "a"), "giving back what one lost is no error")
			acquire(t, s, name, "a", false)
		}},
		{"one that reaches further than any can was given before the clock was put back, and has lapsed", func(t *testing.T, s Leases, name string, pass func(time.Duration)) {
			first := acquire(t, s, name, "a", true)
			pass(-48 * time.Hour)
			require.Greater(t, acquire(t, s, name, "b", true), first)
			acquire(t, s, name, "a", false)
		}},
		{"of many one gets it", func(t *testing.T, s Leases, name string, _ func(time.Duration)) {
			var got atomic.Int32
			together(t, func(ctx context.Context, _ int) error {
				_, held, err := s.Acquire(ctx, name, rand.Text(), time.Minute)
				if held {
					got.Add(1)
				}
				return err
			})
			require.EqualValues(t, 1, got.Load())
		}},
		{"a cancelled caller is told", func(t *testing.T, s Leases, name string, _ func(time.Duration)) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, held, err := s.Acquire(ctx, name, "a", time.Minute)
			require.ErrorIs(t, err, context.Canceled)
			require.False(t, held)
		}},
	})
}

// RunBudget checks token buckets.
func RunBudget(t *testing.T, open Open[deliver.Budget]) {
	t.Helper()
	perMinute := map[time.Duration]int{time.Minute: 30}
	// drain takes until it has to wait.
	drain := func(t *testing.T, s deliver.Budget, name string, limits map[time.Duration]int) (taken int, wait time.Duration) {
		t.Helper()
		for {
			wait, err := s.Take(t.Context(), name, limits)
			require.NoError(t, err)
			if wait > 0 {
				return taken, wait
			}
			taken++
			require.LessOrEqual(t, taken, 1000, "there is no end to it")
		}
	}
	runShared(t, open, []sharedCase[deliver.Budget]{
		{"no minute sees more than its limit", func(t *testing.T, s deliver.Budget, name string, pass func(time.Duration)) {
			sum, wait := drain(t, s, name, perMinute)
			require.Positive(t, sum)
			// A pause of some milliseconds may really pass on the way.
			for range 11 {
				pass(5 * time.Second)
				n, _ := drain(t, s, name, perMinute)
				sum += n
			}
			require.LessOrEqual(t, sum, 30)
			require.Greater(t, sum, 25)
			require.LessOrEqual(t, wait, time.Minute)
		}},
		{"after the wait there is one", func(t *testing.T, s deliver.Budget, name string, pass func(time.Duration)) {
			_, wait := drain(t, s, name, perMinute)
			pass(wait + 10*time.Millisecond)
			n, _ := drain(t, s, name, perMinute)
			require.Equal(t, 1, n)
		}},
		{"a clock that is put back fills it as before", func(t *testing.T, s deliver.Budget, name string, pass func(time.Duration)) {
			drain(t, s, name, perMinute)
			pass(-48 * time.Hour)
			_, wait := drain(t, s, name, perMinute)
			pass(wait + 10*time.Millisecond)
			n, _ := drain(t, s, name, perMinute)
			require.Equal(t, 1, n)
		}},
		{"a bucket that is full takes in no more", func(t *testing.T, s deliver.Budget, name string, pass func(time.Duration)) {
			full, _ := drain(t, s, name, perMinute)
			pass(24 * time.Hour)
			again, _ := drain(t, s, name, perMinute)
			require.Equal(t, full, again)
		}},
		{"of two buckets the tighter one counts, and refusing takes nothing", func(t *testing.T, s deliver.Budget, name string, _ func(time.Duration)) {
			both := map[time.Duration]int{time.Minute: 300, time.Hour: 30}
			n, wait := drain(t, s, name, both)
			require.Equal(t, 10, n)
			require.Greater(t, wait, time.Minute)
			n, _ = drain(t, s, name, map[time.Duration]int{time.Minute: 300})
			require.GreaterOrEqual(t, n, 90, "the wide one lost only what was really taken")
		}},
		{"names do not share", func(t *testing.T, s deliver.Budget, name string, _ func(time.Duration)) {
			drain(t, s, name, perMinute)
			wait, err := s.Take(t.Context(), name+"}b", perMinute)
			require.NoError(t, err)
			require.Zero(t, wait)
		}},
		{"many at once get no more than there is", func(t *testing.T, s deliver.Budget, name string, _ func(time.Duration)) {
			var got atomic.Int32
			together(t, func(ctx context.Context, _ int) error {
				for range 5 {
					wait, err := s.Take(ctx, name, map[time.Duration]int{time.Hour: 30})
					if err != nil {
						return err
					}
					if wait == 0 {
						got.Add(1)
					}
				}
				return nil
			})
			require.EqualValues(t, 10, got.Load())
		}},
	})
}

// knowing opens queues that have said that they know of nothing, which they do once,
// whatever was put before.
func knowing(open Open[Queue]) Open[Queue] {
	return func(t *testing.T, name string) (Queue, func(time.Duration)) {
		q, pass := open(t, name)
		require.NoError(t, q.Put(t.Context(), name, map[string]time.Time{"first": noon}))
		keys, token, err := q.Claim(t.Context(), name, "host/one", noon, time.Minute, 10)
		require.NoError(t, err)
		require.Empty(t, keys)
		require.Negative(t, token)
		keys, token, err = q.Claim(t.Context(), name, "host/one", noon, time.Minute, 10)
		require.NoError(t, err)
		require.Equal(t, []string{"first"}, keys)
		n, err := q.Ack(t.Context(), name, token, keys...)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		return q, pass
	}
}

// RunQueue checks due queues.
func RunQueue(t *testing.T, open Open[Queue]) {
	t.Helper()
	at := func(minutes int) time.Time {
		return noon.Add(time.Duration(minutes) * time.Minute).Truncate(time.Millisecond)
	}
	put := func(t *testing.T, s Queue, name string, due map[string]time.Time) {
		t.Helper()
		require.NoError(t, s.Put(t.Context(), name, due))
	}
	claimBy := func(t *testing.T, s Queue, name, owner string, now time.Time, limit int, want ...string) int64 {
		t.Helper()
		keys, token, err := s.Claim(t.Context(), name, owner, now, time.Minute, limit)
		require.NoError(t, err)
		require.Equal(t, want, keys)
		return token
	}
	claim := func(t *testing.T, s Queue, name string, now time.Time, limit int, want ...string) int64 {
		t.Helper()
		return claimBy(t, s, name, "host/one", now, limit, want...)
	}
	ack := func(t *testing.T, s Queue, name string, token int64, want int, keys ...string) {
		t.Helper()
		n, err := s.Ack(t.Context(), name, token, keys...)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	lapse := func(t *testing.T, s Queue, name, owner string, want int) {
		t.Helper()
		n, err := s.Lapse(t.Context(), name, owner)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	open = knowing(open)
	runShared(t, open, []sharedCase[Queue]{
		{"what is due comes in order, and once", func(t *testing.T, s Queue, name string, _ func(time.Duration)) {
			put(t, s, name, map[string]time.Time{"c": at(3), "a": at(1), "群:b": at(2), "later": at(10)})
			claim(t, s, name, at(0), 10)
			claim(t, s, name, at(5), 2, "a", "群:b")
			token := claim(t, s, name, at(5), 2, "c")
			claim(t, s, name, at(5), 2)
			ack(t, s, name, token, 1, "c")
			claim(t, s, name, at(10), 2, "later")
		}},
		{"what is put again moves", func(t *testing.T, s Queue, name string, _ func(time.Duration)) {
			put(t, s, name, map[string]time.Time{"a": at(1)})
			put(t, s, name, map[string]time.Time{"a": at(4)})
			claim(t, s, name, at(3), 10)
			require.NoError(t, s.PutEarlier(t.Context(), name, map[string]time.Time{"a": at(6)}))
			claim(t, s, name, at(4), 10, "a")
		}},
		{"what is claimed and put again comes after the claim has ended", func(t *testing.T, s Queue, name string, _ func(time.Duration)) {
			put(t, s, name, map[string]time.Time{"a": at(1)})
			token := claim(t, s, name, at(1), 10, "a")
			put(t, s, name, map[string]time.Time{"a": at(2)})
			claim(t, s, name, at(3), 10)
			ack(t, s, name, token, 1, "a")
			claim(t, s, name, at(3), 10, "a")
		}},
		{"what a dead instance claimed comes to another, under a greater token", func(t *testing.T, s Queue, name string, pass func(time.Duration)) {
			put(t, s, name, map[string]time.Time{"a": at(1)})
			dead := claim(t, s, name, at(1), 10, "a")
			pass(59 * time.Second)
			claim(t, s, name, at(2), 10)
			pass(2 * time.Second)
			live := claim(t, s, name, at(2), 10, "a")
			require.Greater(t, live, dead)
			ack(t, s, name, dead, 0, "a")
			claim(t, s, name, at(2), 10)
			ack(t, s, name, live, 1, "a")
			pass(time.Hour)
			claim(t, s, name, at(60), 10)
		}},
		{"what one claimed who is known to be dead comes at once, and only that", func(t *testing.T, s Queue, name string, pass func(time.Duration)) {
			put(t, s, name, map[string]time.Time{"a": at(1), "b": at(1), "c": at(2)})
			dead := claimBy(t, s, name, "host/dead", at(1), 10, "a", "b")
			claimBy(t, s, name, "host/dead too", at(2), 10, "c")
			lapse(t, s, name, "dead", 0)
			lapse(t, s, name, "host/dead", 2)
			live := claim(t, s, name, at(3), 10, "a", "b")
			require.Greater(t, live, dead)
			ack(t, s, name, dead, 0, "a", "b")
			lapse(t, s, name, "host/dead", 0)
			claim(t, s, name, at(3), 10)
			ack(t, s, name, live, 2, "a", "b")
			pass(2 * time.Minute)
			claim(t, s, name, at(3), 10, "c")
		}},
		{"one that was taken for dead may still end what nobody has claimed since", func(t *testing.T, s Queue, name string, pass func(time.Duration)) {
			put(t, s, name, map[string]time.Time{"a": at(1), "b": at(2)})
			stalled := claimBy(t, s, name, "host/stalled", at(2), 10, "a", "b")
			put(t, s, name, map[string]time.Time{"a": at(8)})
			lapse(t, s, name, "host/stalled", 2)
			ack(t, s, name, stalled, 2, "a", "b")
			pass(2 * time.Minute)
			claim(t, s, name, at(3), 10)
			claim(t, s, name, at(8), 10, "a")
		}},
		{"nothing is nothing", func(t *testing.T, s Queue, name string, _ func(time.Duration)) {
			put(t, s, name, nil)
			claim(t, s, name, at(0), 10)
			ack(t, s, name, 1, 0)
			ack(t, s, name, 1, 0, "a")
			lapse(t, s, name, "host/one", 0)
		}},
		{"many claim each key once", func(t *testing.T, s Queue, name string, _ func(time.Duration)) {
			due := map[string]time.Time{}
			for n := range 300 {
				due[numbered("k", n)] = at(n % 3)
			}
			put(t, s, name, due)
			var mu sync.Mutex
			seen := map[string]int{}
			together(t, func(ctx context.Context, _ int) error {
				for {
					keys, token, err := s.Claim(ctx, name, "host/one", at(5), time.Minute, 7)
					if err != nil || len(keys) == 0 {
						return err
					}
					mu.Lock()
					for _, k := range keys {
						seen[k]++
					}
					mu.Unlock()
					if _, err := s.Ack(ctx, name, token, keys...); err != nil {
						return err
					}
				}
			})
			require.Len(t, seen, len(due))
			for k, n := range seen {
				require.Equal(t, 1, n, k)
			}
		}},
	})
}
