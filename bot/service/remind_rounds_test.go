package service_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/remind"
	"yiqun/bot/service"
)

// gated lets whoever begins a round wait at a gate, and counts them.
type gated struct {
	service.Store
	gate   chan struct{}
	inside atomic.Int32
	rounds atomic.Int32
	most   atomic.Int32
}

func (g *gated) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	took := false
	err := g.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		return fn(ctx, gatedTx{tx, &took})
	})
	if took {
		g.rounds.Add(1)
		g.most.Store(max(g.most.Load(), g.inside.Add(1)))
		<-g.gate
		g.inside.Add(-1)
	}
	return err
}

type gatedTx struct {
	service.Tx
	took *bool
}

func (t gatedTx) NextReminding(ctx context.Context) ([remind.Shards]remind.Upcoming, error) {
	*t.took = true
	return t.Tx.NextReminding(ctx)
}

// TestOneRoundAtATime: the clock's round of reminders and the queue's hold the shards
// under one name, so that one waits for the other, and no longer than its context.
func TestOneRoundAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{Store: apptest.SQLite(t), gate: make(chan struct{})}
		r := newRoomOn(t, g)
		done := make(chan error, 3)
		round := func(ctx context.Context) {
			_, failed := r.svc.TickKeys(ctx, "remind/0")
			done <- failed["remind/0"]
		}
		go round(t.Context())
		synctest.Wait()
		require.EqualValues(t, 1, g.rounds.Load(), "the first is at work")
		short, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		go round(short)
		go round(t.Context())
		synctest.Wait()
		require.EqualValues(t, 1, g.rounds.Load(), "the others wait")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.ErrorIs(t, <-done, context.DeadlineExceeded, "one has waited long enough")
		require.EqualValues(t, 1, g.rounds.Load())
		g.gate <- struct{}{}
		require.NoError(t, <-done)
		g.gate <- struct{}{}
		require.NoError(t, <-done, "the other took its turn")
		require.EqualValues(t, 2, g.rounds.Load())
		require.EqualValues(t, 1, g.most.Load(), "never two at once")
	})
}
