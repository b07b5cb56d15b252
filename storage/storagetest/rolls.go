package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/ballot"
	"yiqun/bot/service"
)

var rollCases = []testCase{
	{"a roll comes back whole, and a newer one of its name replaces it", func(t *testing.T, s service.Store) {
		roll := func(names ...string) *ballot.Roll {
			r := &ballot.Roll{Unit: ballot.Person, Taken: noon.UTC(), From: "名册"}
			for _, n := range names {
				r.Voters = append(r.Voters, ballot.Voter{ID: ballot.VoterID(n), Name: n, Votes: true})
			}
			return r
		}
		old := service.KeptRoll{Node: "n1", Name: "业主大会", At: noon, By: "p1", Roll: roll("王建国")}
		fresh := service.KeptRoll{Node: "n1", Name: "业主大会", At: noon.Add(time.Hour), By: "p2", Roll: roll("王建国", "李红梅")}
		other := service.KeptRoll{Node: "n1", Name: "居民会议", At: noon.Add(time.Minute), By: "p1", Roll: roll("赵敏")}
		elsewhere := service.KeptRoll{Node: "n2", Name: "业主大会", At: noon, By: "p1", Roll: roll("杨丽")}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for _, r := range []service.KeptRoll{old, other, elsewhere, fresh} {
				require.NoError(t, tx.PutRoll(ctx, r))
			}
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			got, err := tx.KeptRolls(ctx, "n1")
			require.NoError(t, err)
			require.Len(t, got, 2)
			require.Equal(t, fresh.Name, got[0].Name, "the newest comes first")
			require.True(t, fresh.At.Equal(got[0].At))
			require.Equal(t, fresh.By, got[0].By)
			require.Equal(t, fresh.Roll.Hash(), got[0].Roll.Hash())
			require.Equal(t, other.Roll.Hash(), got[1].Roll.Hash())
			none, err := tx.KeptRolls(ctx, "n3")
			require.NoError(t, err)
			require.Empty(t, none)
		})
	}},
}
