package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
)

// Beating are records through which instances tell each other that they live.
type Beating interface {
	service.Store
	Leases
	Beat(ctx context.Context, owner string) (life int64, last map[string]int64, err error)
	Bury(ctx context.Context, instance string, last int64) (gone bool, err error)
	Leave(ctx context.Context, owner string) error
}

// RunBeats checks what instances learn of each other's lives. open returns empty
// records.
func RunBeats(t *testing.T, open func(t *testing.T) Beating) {
	t.Helper()
	for _, c := range beatCases {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func beat(t *testing.T, s Beating, owner string) (life int64, last map[string]int64) {
	t.Helper()
	life, last, err := s.Beat(t.Context(), owner)
	require.NoError(t, err)
	return life, last
}

func bury(t *testing.T, s Beating, instance string, last int64, want bool) {
	t.Helper()
	gone, err := s.Bury(t.Context(), instance, last)
	require.NoError(t, err)
	require.Equal(t, want, gone)
}

var beatCases = []struct {
	name string
	test func(t *testing.T, s Beating)
}{
	{"each sees what the others said last", func(t *testing.T, s Beating) {
		first, alone := beat(t, s, "a")
		require.Len(t, alone, 1)
		_, both := beat(t, s, "b")
		require.Len(t, both, 2)
		require.Equal(t, alone["a"], both["a"])
		require.EventuallyWithT(t, func(c *assert.CollectT) { // the clock of SQLite has steps
			again, last := beat(t, s, "a")
			require.Equal(c, first, again, "a life goes on")
			require.NotEqual(c, alone["a"], last["a"])
		}, time.Minute, time.Millisecond)
	}},
	{"what two said lies as far apart as they said it", func(t *testing.T, s Beating) {
		var between time.Duration
		began := time.Now()
		_, last := beat(t, s, "a")
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			_, later := beat(t, s, "b")
			between = time.Duration(later["b"] - last["a"])
			require.Greater(c, between, 20*time.Millisecond)
		}, time.Minute, time.Millisecond)
		require.LessOrEqual(t, between, time.Since(began)+5*time.Millisecond) // the clock of SQLite has steps
	}},
	{"who has said nothing since is buried, once", func(t *testing.T, s Beating) {
		first, _ := beat(t, s, "a")
		_, last := beat(t, s, "b")
		bury(t, s, "a", last["a"]-1, false)
		bury(t, s, "a", last["a"], true)
		bury(t, s, "a", last["a"], false)
		_, last = beat(t, s, "b")
		require.NotContains(t, last, "a")
		again, _ := beat(t, s, "a")
		require.NotEqual(t, first, again, "and hears of it when it speaks again")
	}},
	{"what the dead one held is free, what others hold is not", func(t *testing.T, s Beating) {
		_, last := beat(t, s, "a")
		enqueue(t, s, message("r1", groupA), message("r2", groupB))
		claimed(t, s, by("a"), 1, "r1")
		claimed(t, s, by("c"), 10, "r2")
		holdShard(t, s, "a", true)
		claimed(t, s, by("b"), 10)
		bury(t, s, "a", last["a"], true)
		claimed(t, s, by("b"), 10, "r1")
		holdShard(t, s, "b", true)
	}},
	{"a platform's connection is not freed", func(t *testing.T, s Beating) {
		_, last := beat(t, s, "a")
		_, held, err := s.Acquire(t.Context(), "connection/wecom", "a", time.Minute)
		require.NoError(t, err)
		require.True(t, held)
		bury(t, s, "a", last["a"], true)
		_, held, err = s.Acquire(t.Context(), "connection/wecom", "b", time.Minute)
		require.NoError(t, err)
		require.False(t, held)
	}},
	{"who was buried and lives may store what it sent, until another has taken over", func(t *testing.T, s Beating) {
		_, last := beat(t, s, "a")
		enqueue(t, s, message("r1", groupA), message("r2", groupB))
		rows := claimed(t, s, by("a"), 10, "r1", "r2")
		bury(t, s, "a", last["a"], true)
		require.NoError(t, settle(t, s, rows[0], deliver.Sent))
		claimed(t, s, by("b"), 10, "r2")
		requireCode(t, bot.Stale, settle(t, s, rows[1], deliver.Sent))
	}},
	{"who has left is nobody to bury", func(t *testing.T, s Beating) {
		_, last := beat(t, s, "a")
		require.NoError(t, s.Leave(t.Context(), "a"))
		bury(t, s, "a", last["a"], false)
	}},
}

// holdShard tries to hold a shard of reminders.
func holdShard(t *testing.T, s service.Store, owner string, want bool) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx service.Tx) {
		tokens, err := tx.HoldShards(ctx, owner, time.Minute, 1)
		require.NoError(t, err)
		require.Equal(t, want, len(tokens) == 1)
	})
}
