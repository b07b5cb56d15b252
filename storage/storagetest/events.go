package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
)

var eventCases = []testCase{
	{"an event is handled once and keeps its answer", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			_, ok, err := tx.Handled(ctx, bot.WeCom, "e1")
			require.NoError(t, err)
			require.False(t, ok)
			require.NoError(t, tx.MarkHandled(ctx, bot.WeCom, "e1", noon, []byte("{已接单}")))
			require.NoError(t, tx.MarkHandled(ctx, bot.DingTalk, "e1", noon, nil), "ids are each platform's own")
		})
		refused(t, s, bot.Duplicate, func(ctx context.Context, tx service.Tx) error {
			return tx.MarkHandled(ctx, bot.WeCom, "e1", noon, nil)
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			answer, ok, err := tx.Handled(ctx, bot.WeCom, "e1")
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, "{已接单}", string(answer))
			answer, ok, err = tx.Handled(ctx, bot.DingTalk, "e1")
			require.NoError(t, err)
			require.True(t, ok)
			require.Empty(t, answer)
			_, ok, err = tx.Handled(ctx, bot.WeCom, "E1")
			require.NoError(t, err)
			require.False(t, ok, "ids are case-sensitive")
		})
	}},
	{"what is older is forgotten", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.MarkHandled(ctx, bot.WeCom, "old", noon.Add(-time.Nanosecond), nil))
			require.NoError(t, tx.MarkHandled(ctx, bot.WeCom, "new", noon, nil))
			require.NoError(t, tx.ForgetHandled(ctx, noon))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			_, ok, err := tx.Handled(ctx, bot.WeCom, "old")
			require.NoError(t, err)
			require.False(t, ok)
			_, ok, err = tx.Handled(ctx, bot.WeCom, "new")
			require.NoError(t, err)
			require.True(t, ok)
		})
	}},
	{"the last press is each person's in each step", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.SetLastPress(ctx, "m1", "take", "p1", noon))
			require.NoError(t, tx.SetLastPress(ctx, "m1", "take", "p1", noon.Add(time.Minute)))
			require.NoError(t, tx.SetLastPress(ctx, "m1", "take", "p2", noon))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			for _, c := range []struct {
				step string
				who  bot.PersonID
				want time.Time
			}{{"take", "p1", noon.Add(time.Minute)}, {"take", "p2", noon}, {"rate", "p1", time.Time{}}} {
				at, err := tx.LastPress(ctx, "m1", c.step, c.who)
				require.NoError(t, err)
				require.Equal(t, c.want, at)
			}
		})
	}},
	{"the journal is one chain", func(t *testing.T, s service.Store) {
		first := service.Record{At: noon, What: "claim_admin", Person: "p1"}
		second := service.Record{At: noon, By: "p1", What: "appoint", Node: "n1", Person: "p2", Detail: "书记 李红梅"}
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Journal(ctx, first)) })
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.Journal(ctx, second))
			require.NoError(t, tx.Journal(ctx, first))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			records, err := tx.Journaled(ctx)
			require.NoError(t, err)
			require.Len(t, records, 3)
			prev := ""
			for i, r := range records {
				require.Equal(t, i+1, r.Seq)
				require.True(t, r.Intact(prev), "record %d", r.Seq)
				prev = r.Hash
			}
			require.Equal(t, second.Seal(2, records[0].Hash), records[1])
			forged := records[1]
			forged.Person = "p9"
			require.False(t, forged.Intact(records[0].Hash))
		})
	}},
}
