package storagetest

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

var voteID = ballot.PollID{Matter: "m1", Step: "vote", Round: 1}

// entry is somebody's ballot in voteID.
func entry(voter, receipt string, change ...func(*ballot.Entry)) ballot.Entry {
	e := ballot.Entry{
		Poll: voteID, Voter: ballot.VoterID(voter), Version: 1, At: noon, Way: ballot.Self, By: bot.PersonID(voter),
		Choice: &ballot.Choice{Say: ballot.Yes}, Receipt: receipt,
	}
	for _, c := range change {
		c(&e)
	}
	return e
}

// secretBox is a secret vote by three, opened and stored.
func secretBox(t testing.TB, ctx context.Context, tx service.Tx) (*ballot.Box, *ballot.Roll) {
	t.Helper()
	rules, err := ballot.ShippedRules()
	require.NoError(t, err)
	roll, problems := ballot.Import(ballot.Person, nil, []ballot.Row{
		{Line: 1, Name: "王建国", Person: "p1"}, {Line: 2, Name: "李红梅", Person: "p2"}, {Line: 3, Name: "刘桂兰", Person: "p3"},
	})
	require.Empty(t, problems)
	roll.Taken, roll.From = noon, "名册"
	key, err := ballot.NewKey(rand.Reader)
	require.NoError(t, err)
	box, err := ballot.Open(ballot.Poll{ID: voteID, Secret: true, Opens: noon, Closes: noon.Add(time.Hour)},
		rules.ByID("grid.majority.cast"), roll, ballot.Sealing{Key: key, Random: rand.Reader})
	require.NoError(t, err)
	require.NoError(t, tx.OpenPoll(ctx, box.Poll, roll, key.Bytes()))
	return box, roll
}

var voteCases = []testCase{
	{"a rule is kept by its hash", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.SaveRule(ctx, "h1", "consult", []byte("规则")))
			require.NoError(t, tx.SaveRule(ctx, "h1", "consult", []byte("规则")))
			_, err := tx.RuleSource(ctx, "h2")
			requireCode(t, bot.NotFound, err)
			source, err := tx.RuleSource(ctx, "h1")
			require.NoError(t, err)
			require.Equal(t, "规则", string(source))
		})
	}},
	{"a vote opens once, with its roll and its key", func(t *testing.T, s service.Store) {
		var box *ballot.Box
		var roll *ballot.Roll
		update(t, s, func(ctx context.Context, tx service.Tx) {
			some, err := tx.AnyPoll(ctx)
			require.NoError(t, err)
			require.False(t, some)
			box, roll = secretBox(t, ctx, tx)
			some, err = tx.AnyPoll(ctx)
			require.NoError(t, err)
			require.True(t, some)
		})
		refused(t, s, bot.Duplicate, func(ctx context.Context, tx service.Tx) error {
			return tx.OpenPoll(ctx, box.Poll, nil, nil)
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			p, err := tx.Poll(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, box.Poll, p)
			kept, err := tx.Roll(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, roll.Hash(), kept.Hash())
			key, err := tx.Key(ctx, voteID)
			require.NoError(t, err)
			require.Len(t, key, ballot.KeySize)
			other := voteID
			other.Round = 2
			_, err = tx.Poll(ctx, other)
			requireCode(t, bot.NotFound, err)
			kept, err = tx.Roll(ctx, other)
			require.NoError(t, err)
			require.Nil(t, kept)
		})
	}},
	{"a ballot follows the one before it, and receipts are one voter's", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.OpenPoll(ctx, ballot.Poll{ID: voteID}, nil, nil))
			require.NoError(t, tx.PutEntry(ctx, entry("p1", "1111")))
			requireCode(t, bot.Duplicate, tx.PutEntry(ctx, entry("p2", "1111")))
		})
		refuse := func(e ballot.Entry) {
			refused(t, s, bot.Stale, func(ctx context.Context, tx service.Tx) error { return tx.PutEntry(ctx, e) })
		}
		changed := entry("p1", "1111", func(e *ballot.Entry) { e.Version, e.Choice = 2, &ballot.Choice{Say: ballot.No} })
		refuse(entry("p1", "1111"))
		refuse(entry("p2", "2222", func(e *ballot.Entry) { e.Version = 2 }))
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutEntry(ctx, changed)) })
		refuse(changed)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutEntry(ctx, entry("p0", "0000")))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			e, err := tx.Entry(ctx, voteID, "p1")
			require.NoError(t, err)
			require.Equal(t, ballot.No, e.Choice.Say)
			require.Equal(t, 2, e.Version)
			all, err := tx.EntriesIn(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, []ballot.VoterID{"p0", "p1"}, []ballot.VoterID{all[0].Voter, all[1].Voter})
		})
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.DropEntry(ctx, voteID, "p1"))
			_, err := tx.Entry(ctx, voteID, "p1")
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"what somebody cast themselves is theirs under every id", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for _, id := range []bot.PersonID{"old", "new"} {
				require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: id, Name: "王建国", Since: noon}))
			}
			for i, id := range []bot.MatterID{"m1", "m2", "m3"} {
				p := voteID
				p.Matter = id
				require.NoError(t, tx.OpenPoll(ctx, ballot.Poll{ID: p}, nil, nil))
				e := entry("old", "1", func(e *ballot.Entry) { e.Poll, e.At = p, noon.Add(time.Duration(i)*time.Hour) })
				if i == 1 {
					e.Way, e.Voter = ballot.ByProxy, "another"
				}
				require.NoError(t, tx.PutEntry(ctx, e))
			}
			require.NoError(t, tx.MergePeople(ctx, "old", "new"))
			mine, err := tx.EntriesOf(ctx, "new", 5)
			require.NoError(t, err)
			require.Len(t, mine, 2)
			require.Equal(t, bot.MatterID("m3"), mine[0].Poll.Matter, "newest first")
			mine, err = tx.EntriesOf(ctx, "new", 1)
			require.NoError(t, err)
			require.Len(t, mine, 1)
		})
	}},
	{"a running vote is added up without its ballots", func(t *testing.T, s service.Store) {
		put := func(ctx context.Context, tx service.Tx, voter string, change func(*ballot.Entry)) {
			require.NoError(t, tx.PutEntry(ctx, entry(voter, "r-"+voter, change)))
		}
		weighs := func(e *ballot.Entry, say ballot.Say) {
			e.Choice = &ballot.Choice{Say: say, Reason: "早上有课"}
			e.Amount, e.Public = ballot.Amount{Heads: 1, Weight: 2, Area: 8950}, &ballot.Choice{Say: say}
		}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.OpenPoll(ctx, ballot.Poll{ID: voteID}, nil, nil))
			none, err := tx.Standing(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, ballot.Standing{}, none)
			put(ctx, tx, "p1", func(e *ballot.Entry) { weighs(e, ballot.Yes) })
			put(ctx, tx, "p2", func(e *ballot.Entry) { weighs(e, ballot.Yes) })
			put(ctx, tx, "p3", func(e *ballot.Entry) { weighs(e, ballot.No) })
			put(ctx, tx, "p4", func(e *ballot.Entry) {
				e.Way, e.Choice, e.Amount = ballot.Conflict, nil, ballot.Amount{Heads: 1, Weight: 1}
			})
			put(ctx, tx, "p5", func(e *ballot.Entry) { // not checked yet
				e.Way, e.Amount = ballot.ByPhone, ballot.Amount{Heads: 1, Weight: 1}
			})
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			st, err := tx.Standing(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, ballot.Standing{
				Cast:    ballot.Amount{Heads: 3, Weight: 6, Area: 3 * 8950},
				Recused: ballot.Amount{Heads: 1, Weight: 1},
				Choices: []ballot.Share{
					{Choice: ballot.Choice{Say: ballot.No}, Amount: ballot.Amount{Heads: 1, Weight: 2, Area: 8950}},
					{Choice: ballot.Choice{Say: ballot.Yes}, Amount: ballot.Amount{Heads: 2, Weight: 4, Area: 2 * 8950}},
				},
				Entries: 5,
			}, st)
		})
	}},
	{"a vote opened by a slip is forgotten with its key, a closed one is not", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.Abandon(ctx, voteID), "none is there")
			box, _ := secretBox(t, ctx, tx)
			e, err := box.Cast("p1", ballot.Choice{Say: ballot.Yes}, noon.Add(time.Minute))
			require.NoError(t, err)
			require.NoError(t, tx.PutEntry(ctx, e))
		})
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Abandon(ctx, voteID)) })
		update(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.Poll(ctx, voteID)
			requireCode(t, bot.NotFound, err)
			_, err = tx.Key(ctx, voteID)
			requireCode(t, bot.NotFound, err)
			all, err := tx.EntriesIn(ctx, voteID)
			require.NoError(t, err)
			require.Empty(t, all)
			box, _ := secretBox(t, ctx, tx) // the round may be opened anew
			c, err := box.Close(noon.Add(time.Hour))
			require.NoError(t, err)
			require.NoError(t, tx.Seal(ctx, c))
			requireCode(t, bot.Stale, tx.Abandon(ctx, voteID))
		})
	}},
	{"mandates, attendance and a tellers' count are kept", func(t *testing.T, s service.Store) {
		m := ballot.Mandate{Poll: voteID, Voter: "p1", To: "p2", Written: true, At: noon, By: "p1"}
		a := ballot.Attendance{Poll: voteID, Voter: "p2", At: noon, By: "p2"}
		c := ballot.TellerCount{Poll: voteID, At: noon, First: "p1", Present: 3, Yes: 2}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.OpenPoll(ctx, ballot.Poll{ID: voteID}, nil, nil))
			_, err := tx.Tellers(ctx, voteID)
			requireCode(t, bot.NotFound, err)
			require.NoError(t, tx.PutMandate(ctx, m))
			m.Revoked = noon.Add(time.Minute)
			require.NoError(t, tx.PutMandate(ctx, m))
			require.NoError(t, tx.PutAttendance(ctx, a))
			require.NoError(t, tx.PutAttendance(ctx, a))
			require.NoError(t, tx.PutTellers(ctx, c))
			c.Second = "p2"
			require.NoError(t, tx.PutTellers(ctx, c))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			ms, err := tx.Mandates(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, []ballot.Mandate{m}, ms)
			as, err := tx.Attendances(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, []ballot.Attendance{a}, as)
			kept, err := tx.Tellers(ctx, voteID)
			require.NoError(t, err)
			require.Equal(t, c, kept)
		})
	}},
	{"a closing is kept whole, once, and its key is gone", func(t *testing.T, s service.Store) {
		var c ballot.Closing
		update(t, s, func(ctx context.Context, tx service.Tx) {
			box, _ := secretBox(t, ctx, tx)
			for p, say := range map[bot.PersonID]ballot.Say{"p1": ballot.Yes, "p2": ballot.No} {
				e, err := box.Cast(p, ballot.Choice{Say: say, Reason: "因为" + string(p)}, noon.Add(time.Minute))
				require.NoError(t, err)
				require.NoError(t, tx.PutEntry(ctx, e))
			}
			var err error
			c, err = box.Close(noon.Add(time.Hour))
			require.NoError(t, err)
		})
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.MovePoll(ctx, ballot.Poll{ID: voteID, Closes: noon.Add(time.Hour), Extended: 0}))
			require.NoError(t, tx.Seal(ctx, c))
		})
		refused(t, s, bot.Stale, func(ctx context.Context, tx service.Tx) error { return tx.Seal(ctx, c) })
		refused(t, s, bot.Stale, func(ctx context.Context, tx service.Tx) error {
			return tx.MovePoll(ctx, ballot.Poll{ID: voteID})
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.Key(ctx, voteID)
			requireCode(t, bot.NotFound, err)
			kept, err := tx.Closing(ctx, voteID)
			require.NoError(t, err)
			require.True(t, kept.Intact(c.Hash))
			require.Equal(t, c.Hash, kept.Hash)
			require.Len(t, kept.Ballots, 2)
			require.Equal(t, []ballot.Reason{{Say: ballot.Yes, Text: "因为p1"}, {Say: ballot.No, Text: "因为p2"}}, kept.Reasons)
			for _, e := range kept.Entries {
				require.Nil(t, e.Choice)
				require.Empty(t, e.Sealed)
				require.True(t, slices.Contains(kept.Receipts, e.Receipt))
				for _, b := range kept.Ballots {
					require.NotContains(t, e.Receipt, string(b.Choice.Say))
				}
			}
			kept.Count.Yes.Heads++
			require.False(t, kept.Intact(c.Hash))
		})
	}},
}
