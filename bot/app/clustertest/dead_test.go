package clustertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
	"yiqun/storage/redis"
	"yiqun/storage/storagetest"
)

// TestWhatADeadInstanceHeldIsTakenOver: one was killed with a message and a timer claimed
// for an hour, and those that live do not wait for that. It was not dead, but only asleep:
// what it wakes up to do has been done, and is not done again.
func TestWhatADeadInstanceHeldIsTakenOver(t *testing.T) {
	c := newCluster(t)
	states, err := redis.Open(c.redis)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, states.Close()) })
	bare := c.bareRedis()
	queue := storagetest.Named(states.Shared(), c.url)

	a := c.start("a")
	c.say(dingGroup, "刘桂兰", "点单 门禁坏了")
	c.until("it to be announced", func() bool { return c.shown(dingGroup, "门禁坏了") == 1 })
	due := c.nextDue(a)
	var timers []string
	var token int64
	c.until("the ghost to have the timer", func() bool {
		timers, token, err = queue.Claim(t.Context(), "timers", "ghost", due, time.Hour, 10)
		require.NoError(t, err)
		return len(timers) > 0
	})

	ghost := c.store()
	_, _, err = ghost.Beat(t.Context(), "ghost")
	require.NoError(t, err)
	require.NoError(t, ghost.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		now := c.clock.Now()
		err := tx.Enqueue(ctx, deliver.Row{
			ID: "row", To: dingGroup, Body: deliver.Body{Text: "一号灯修好了"}, Created: now, NotBefore: now,
		})
		if err != nil {
			return err
		}
		rows, err := tx.Claim(ctx, deliver.Claimant{Owner: "ghost", Lease: time.Hour}, now, 10)
		require.Len(t, rows, 1)
		return err
	}))
	c.until("its message to go out", func() bool { return c.shown(dingGroup, "一号灯修好了") > 0 })
	c.until("it to be stored as sent", func() bool { return c.nextReady(a).IsZero() })
	require.Equal(t, 1, c.shown(dingGroup, "一号灯修好了"))

	c.clock.Set(due.Add(time.Second))
	c.until("the timer to fire", func() bool { return c.nextDue(a) != due })
	c.until("another to have done what the ghost had claimed", func() bool {
		held, err := bare.HMGet(t.Context(), c.queueKey("tokens"), timers...).Result()
		require.NoError(t, err)
		return !slices.ContainsFunc(held, func(by any) bool { return by != nil })
	})
	n, err := queue.Ack(t.Context(), "timers", token, timers...)
	require.NoError(t, err)
	require.Zero(t, n, "its claim is no longer its own")
	acts := c.acts(ghost)
	asleep := c.service(ghost)
	_, failed := asleep.TickKeys(t.Context(), timers...)
	require.Empty(t, failed)
	require.Equal(t, acts, c.acts(ghost), "no timer fires twice")
	c.verify(a)
}

// acts counts what was done in all matters.
func (c *cluster) acts(s service.Store) (n int) {
	c.t.Helper()
	require.NoError(c.t, s.View(c.t.Context(), func(ctx context.Context, tx service.Tx) error {
		n = 0
		return tx.EachMatter(ctx, func(id bot.MatterID) error {
			acts, err := tx.Acts(ctx, id)
			n += len(acts)
			return err
		})
	}))
	return n
}
