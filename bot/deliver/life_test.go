package deliver_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// claimable is an outbox of one row that whoever asks may claim.
type claimable struct{ *outbox }

func (c claimable) Claim(ctx context.Context, _ deliver.Claimant, t time.Time, limit int) ([]deliver.Row, error) {
	return c.Ready(ctx, t, limit)
}

func (claimable) Release(context.Context, string, ...string) error { return nil }

func TestOnlyTheLivingSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := claimable{&outbox{}}
		row := deliver.Row{ID: "r1", To: bot.Chat{Platform: bot.DingTalk, ID: "c"}}
		require.NoError(t, o.Enqueue(t.Context(), row))
		s := deliver.NewShared(func(ctx context.Context, fn func(context.Context, deliver.SharedStore) error) error {
			return fn(ctx, o)
		},
			"a", bot.SystemClock{}, func() []bot.Platform { return nil })
		ready := func() (n int) {
			require.NoError(t, s.Records(t.Context(), func(ctx context.Context, st deliver.Store) error {
				rows, err := st.Ready(ctx, time.Now(), 10)
				n = len(rows)
				return err
			}))
			return n
		}
		s.Watched()
		require.Zero(t, ready(), "nobody knows of it yet")

		s.Alive(1, time.Now().Add(5*time.Second))
		require.Equal(t, 1, ready())
		require.True(t, s.Holds(row.Lane()))
		send, leave := s.While(t.Context())
		time.Sleep(4 * time.Second)
		s.Alive(1, time.Now().Add(5*time.Second))
		time.Sleep(4 * time.Second)
		require.NoError(t, send.Err(), "it said so again in time")
		require.True(t, s.Holds(row.Lane()))
		time.Sleep(time.Second)
		synctest.Wait()
		require.Error(t, send.Err(), "what is under way is broken off")
		leave()
		require.False(t, s.Holds(row.Lane()), "and nothing more is begun")

		s.Alive(1, time.Now().Add(5*time.Second))
		require.True(t, s.Holds(row.Lane()), "nobody had given it up")
		s.Alive(2, time.Now().Add(5*time.Second))
		require.False(t, s.Holds(row.Lane()), "another may hold it now")
		require.Equal(t, 1, ready())
		require.True(t, s.Holds(row.Lane()))
		send, leave = s.While(t.Context())
		require.NoError(t, send.Err())
		leave()
	})
}
