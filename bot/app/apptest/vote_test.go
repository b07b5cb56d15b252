package apptest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

// TestAVoteOfThirtyCostsSixCalls has thirty people press over three days, each changing
// their mind once, after its opener has changed its close, and counts what the whole vote
// cost, its chart included.
func TestAVoteOfThirtyCostsSixCalls(t *testing.T) {
	for _, on := range both {
		t.Run(string(on), func(t *testing.T) {
			t.Parallel()
			setup := apptest.Setup{PublicURL: "https://bot.example.com"} // the chart goes with the result
			for i := range 30 {
				setup.People = append(setup.People, sim.Person{Name: fmt.Sprintf("居民%02d", i)})
			}
			s := newStreet(t, setup, on)
			s.say("陈志强", "表决 周六大扫除改到上午九点 截止周三09:00")
			s.say("陈志强", "改 1 截止周四09:00")
			for _, p := range setup.People {
				s.press(p.Name, ballot.No.Word())
				s.Clock.Advance(45 * time.Minute)
				s.press(p.Name, ballot.Yes.Word())
				s.Clock.Advance(45 * time.Minute)
			}
			s.Clock.Set(monday.AddDate(0, 0, 3))
			said := s.heard()
			require.Contains(t, strings.Join(said, "\n"), "收到30人的意见；赞成30，反对0")
			require.Equal(t, procedure.Done, s.matters()[0].Outcome)
			n := spent(s.World, on)
			t.Logf("%s: %d calls", on.Spoken(), n)
			assert.LessOrEqual(t, n, budget)
			s.whole()
		})
	}
}

// TestVerifyFindsAClosingThatWasChanged also looks at what is kept of a secret vote:
// its acts hold no ballot, its entries no choice, and its key is gone.
func TestVerifyFindsAClosingThatWasChanged(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	s.say("陈志强", "表决 大扫除改到周六 匿名 截止今天11:00")
	s.press("王建国", ballot.Yes.Word())
	s.press("赵敏", ballot.No.Word())
	s.Clock.Set(monday.Add(2 * time.Hour))
	s.heard()
	m := s.matters()[0]
	require.NoError(t, s.Store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		acts, err := tx.Acts(ctx, m.ID)
		require.NoError(t, err)
		acts = slices.DeleteFunc(acts, func(a procedure.Act) bool { return a.Op == procedure.Nudge })
		require.Len(t, acts, 2, "a ballot is no act")
		id := ballot.PollID{Matter: m.ID, Step: "vote", Round: 1}
		c, err := tx.Closing(ctx, id)
		require.NoError(t, err)
		assert.True(t, c.Intact(acts[1].Tally.Hash))
		assert.Len(t, c.Ballots, 2)
		for _, e := range c.Entries {
			assert.Nil(t, e.Choice)
			assert.Empty(t, e.Sealed)
		}
		_, err = tx.Key(ctx, id)
		assert.Equal(t, bot.NotFound, bot.CodeOf(err))
		return nil
	}))
	require.NoError(t, s.Store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.DropEntry(ctx, ballot.PollID{Matter: m.ID, Step: "vote", Round: 1}, firstVoter(ctx, t, tx, m.ID))
	}))
	r, err := s.App.Service.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, r.Bad, 1)
	assert.Contains(t, r.Bad[0], "计票与封存的不符")
}

func firstVoter(ctx context.Context, t *testing.T, tx service.Tx, m bot.MatterID) ballot.VoterID {
	entries, err := tx.EntriesIn(ctx, ballot.PollID{Matter: m, Step: "vote", Round: 1})
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	return entries[0].Voter
}

// TestASurveyLeavesNoTraceOfWhoSaidWhat: entries say that somebody answered, what was
// written hangs on nobody, and verify finds an answer that was changed.
func TestASurveyLeavesNoTraceOfWhoSaidWhat(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	s.say("陈志强", "满意度测评 上半年物业服务")
	s.press("王建国", "满意")
	s.press("赵敏", "不满意")
	s.Clock.Set(monday.AddDate(0, 0, 7))
	s.heard()
	m := s.matters()[0]
	first := ballot.PollID{Matter: m.ID, Step: "answer", Round: 1, Item: 1}
	require.NoError(t, s.Store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		c, err := tx.Closing(ctx, first)
		require.NoError(t, err)
		assert.Len(t, c.Ballots, 2)
		for _, e := range c.Entries {
			assert.Nil(t, e.Choice)
			assert.Empty(t, e.Sealed)
		}
		_, err = tx.Key(ctx, first)
		assert.Equal(t, bot.NotFound, bot.CodeOf(err), "the key is gone")
		return nil
	}))
	r, err := s.App.Service.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.Bad)
	require.NoError(t, s.Store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		entries, err := tx.EntriesIn(ctx, first)
		require.NoError(t, err)
		return tx.DropEntry(ctx, first, entries[0].Voter)
	}))
	r, err = s.App.Service.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, r.Bad, 1)
	assert.Contains(t, r.Bad[0], "第1题与封存的不符")
}
