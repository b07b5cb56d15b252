package storagetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
	"yiqun/bot/service"
)

var (
	sittingID   = meeting.ID{Matter: "m1", Step: "meet", Round: 1}
	sitting     = meeting.Sitting{ID: sittingID, Node: "n1", Phase: meeting.Planned, Host: "p1", Recorder: "p2"}
	sittingRoll = &ballot.Roll{Unit: ballot.Person, Taken: noon, From: "名册", Voters: []ballot.Voter{
		{ID: "p1", Name: "王建国", Votes: true, People: []bot.PersonID{"p1"}},
	}}
)

// said is an entry of a meeting.
func said(id, text string) meeting.Entry {
	return meeting.Entry{ID: id, At: noon, By: "p2", Kind: meeting.Note, Text: text}.Sealed([]byte("salt"))
}

var meetingCases = []testCase{
	{"a meeting is found by its node, its host and its recorder until it is sealed", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutSitting(ctx, sitting, sittingRoll))
			other := sitting
			other.ID.Matter, other.Node, other.Host, other.Recorder = "m2", "n2", "p3", "p3"
			require.NoError(t, tx.PutSitting(ctx, other, sittingRoll))
			running := sitting
			running.Phase = meeting.Running
			require.NoError(t, tx.PutSitting(ctx, running, nil))
			got, err := tx.Sitting(ctx, sittingID)
			require.NoError(t, err)
			require.Equal(t, running, got)
			for _, p := range []bot.PersonID{"p1", "p2"} {
				of, err := tx.SittingsOf(ctx, p)
				require.NoError(t, err)
				require.Equal(t, []meeting.Sitting{running}, of)
			}
			at, err := tx.SittingsAt(ctx, "n2")
			require.NoError(t, err)
			require.Equal(t, []meeting.Sitting{other}, at)
			require.NoError(t, tx.SealSitting(ctx, sittingID))
			at, err = tx.SittingsAt(ctx, "n1")
			require.NoError(t, err)
			require.Empty(t, at)
		})
	}},
	{"a roll outlives changes and can be replaced", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.SittingRoll(ctx, sittingID)
			requireCode(t, bot.NotFound, err)
			require.NoError(t, tx.PutSitting(ctx, sitting, sittingRoll))
			require.NoError(t, tx.PutSitting(ctx, sitting, nil))
			roll, err := tx.SittingRoll(ctx, sittingID)
			require.NoError(t, err)
			require.Equal(t, sittingRoll.Hash(), roll.Hash())
			two := *sittingRoll
			two.Voters = append(two.Voters[:1:1], ballot.Voter{ID: "row:2", Name: "李红梅", Votes: true})
			require.NoError(t, tx.PutSitting(ctx, sitting, &two))
			roll, err = tx.SittingRoll(ctx, sittingID)
			require.NoError(t, err)
			require.Len(t, roll.Voters, 2)
		})
	}},
	{"what is said of a meeting comes back in order, once, with its text", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			requireCode(t, bot.NotFound, tx.Log(ctx, sittingID, said("01", "甲")))
			require.NoError(t, tx.PutSitting(ctx, sitting, sittingRoll))
			require.NoError(t, tx.Log(ctx, sittingID, said("02", "乙"), said("01", "甲")))
			require.NoError(t, tx.Log(ctx, sittingID, said("02", "另一句")))
			require.NoError(t, tx.Log(ctx, sittingID, meeting.Entry{ID: "03", At: noon, Kind: meeting.Arrive, Voters: []ballot.VoterID{"p1"}}))
			got, err := tx.Logged(ctx, sittingID)
			require.NoError(t, err)
			require.Len(t, got, 3)
			require.Equal(t, []string{"甲", "乙", ""}, []string{got[0].Text, got[1].Text, got[2].Text})
			for _, e := range got {
				require.True(t, e.Intact(), e.ID)
			}
			require.Equal(t, []ballot.VoterID{"p1"}, got[2].Voters)
			require.Equal(t, meeting.Hash(sittingRoll, got), meeting.Hash(sittingRoll, []meeting.Entry{said("01", "甲"), said("02", "乙"), got[2]}))
		})
	}},
	{"words can be erased from sealed minutes, which stay what they were", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutSitting(ctx, sitting, sittingRoll))
			require.NoError(t, tx.Log(ctx, sittingID, said("01", "甲"), said("02", "乙")))
			none, err := tx.SealedSittings(ctx)
			require.NoError(t, err)
			require.Empty(t, none)
			require.NoError(t, tx.SealSitting(ctx, sittingID))
			ids, err := tx.SealedSittings(ctx)
			require.NoError(t, err)
			require.Equal(t, []meeting.ID{sittingID}, ids)
			before, err := tx.Logged(ctx, sittingID)
			require.NoError(t, err)
			require.NoError(t, tx.EraseSaid(ctx, sittingID, "01", "nothing"))
			require.NoError(t, tx.EraseSaid(ctx, sittingID, "01"))
			got, err := tx.Logged(ctx, sittingID)
			require.NoError(t, err)
			require.Equal(t, []string{"", "乙"}, []string{got[0].Text, got[1].Text})
			require.True(t, got[0].Erased() && got[0].Intact())
			require.Equal(t, meeting.Hash(sittingRoll, before), meeting.Hash(sittingRoll, got))
		})
	}},
	{"nothing is logged into sealed minutes", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutSitting(ctx, sitting, sittingRoll))
			require.NoError(t, tx.SealSitting(ctx, sittingID))
		})
		for _, write := range []func(context.Context, service.Tx) error{
			func(ctx context.Context, tx service.Tx) error { return tx.SealSitting(ctx, sittingID) },
			func(ctx context.Context, tx service.Tx) error { return tx.Log(ctx, sittingID, said("01", "甲")) },
			func(ctx context.Context, tx service.Tx) error { return tx.PutSitting(ctx, sitting, nil) },
			func(ctx context.Context, tx service.Tx) error { return tx.PutSitting(ctx, sitting, sittingRoll) },
		} {
			refused(t, s, bot.Stale, write)
		}
	}},
}
