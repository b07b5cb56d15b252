package clustertest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/deliver"
	"yiqun/bot/service"
)

// TestWhatADeadInstanceHeldIsTakenOver: one was killed with a message claimed for an
// hour, and those that live do not wait for that.
func TestWhatADeadInstanceHeldIsTakenOver(t *testing.T) {
	c := newCluster(t)
	ghost := c.store()
	_, _, err := ghost.Beat(t.Context(), "ghost")
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
	a := c.start("a")
	c.until("its message to go out", func() bool { return c.shown(dingGroup, "一号灯修好了") > 0 })
	c.until("it to be stored as sent", func() bool { return c.nextReady(a).IsZero() })
	require.Equal(t, 1, c.shown(dingGroup, "一号灯修好了"))
}
