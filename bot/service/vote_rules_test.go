package service_test

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
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// entitled is how many have a vote on the roll of these votes: halves, thirds, quarters
// and fifths of it are whole.
const entitled = 60

// flip turns a comparison into its neighbour: > into ≥ and back.
func flip(c ballot.Comparison) ballot.Comparison {
	if c == ballot.Over {
		return ballot.AtLeast
	}
	return ballot.Over
}

// mutants are copies of a rule with one comparison broken each.
func mutants(r *ballot.Rule) map[string]*ballot.Rule {
	out := map[string]*ballot.Rule{}
	for i := range r.Quorum.Tests {
		m := *r
		m.Quorum.Tests = slices.Clone(r.Quorum.Tests)
		m.Quorum.Tests[i].Compare = flip(m.Quorum.Tests[i].Compare)
		out[fmt.Sprintf("quorum %d", i)] = &m
	}
	for i := range r.Pass.Tests {
		m := *r
		m.Pass.Tests = slices.Clone(r.Pass.Tests)
		m.Pass.Tests[i].Compare = flip(m.Pass.Tests[i].Compare)
		out[fmt.Sprintf("pass %d", i)] = &m
	}
	return out
}

// room counts of hands: who was there, for and against.
type hands struct{ present, yes, no int64 }

func (h hands) figures() ballot.Figures {
	n := func(v int64) ballot.Amount { return ballot.Amount{Heads: v, Weight: v} }
	return ballot.Figures{Entitled: n(entitled), Present: n(h.present), Cast: n(h.yes + h.no), Yes: n(h.yes), No: n(h.no)}
}

// telling finds a count by which a rule and a broken one part.
func telling(r, broken *ballot.Rule) (hands, bool) {
	for present := int64(entitled); present >= 1; present-- {
		for yes := present; yes >= 0; yes-- {
			for _, no := range []int64{present - yes, 0, min(yes, present-yes)} {
				h := hands{present, yes, no}
				if r.Judge(h.figures()).Passed != broken.Judge(h.figures()).Passed {
					return h, true
				}
			}
		}
	}
	return hands{}, false
}

// keepRoll stores a roll under a name, as one that came by file.
func (r *room) keepRoll(name string, roll *ballot.Roll) {
	r.t.Helper()
	roll.Taken, roll.From = r.clock.Now(), name
	require.NoError(r.t, r.store.Update(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		g, err := tx.Group(ctx, group)
		if err != nil {
			return err
		}
		return tx.PutRoll(ctx, service.KeptRoll{Node: g.Node, Name: name, At: r.clock.Now(), By: "clerk", Roll: roll})
	}))
}

// closed is the newest vote as it was sealed.
func (r *room) closed() ballot.Closing {
	r.t.Helper()
	var c ballot.Closing
	require.NoError(r.t, r.store.View(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.Find(ctx, procedure.Filter{Limit: 1})
		if err != nil {
			return err
		}
		c, err = tx.Closing(ctx, ballot.PollID{Matter: all[0].ID, Step: "vote", Round: 1})
		return err
	}))
	return c
}

// decided says what a verdict comes to in a message.
func decided(j ballot.Judgement, o ballot.Outcome) string {
	switch {
	case o != ballot.Decides && j.Passed:
		return "达到了要求"
	case o != ballot.Decides:
		return "没有达到要求"
	case j.Passed:
		return "，通过"
	case !j.Valid:
		return "，无效"
	}
	return "，未通过"
}

// TestABrokenComparisonIsNoticed breaks every comparison of every rule by which heads
// are counted, finds the count where that shows, and holds that vote: the service must
// say what the rule says, which the broken one would not.
func TestABrokenComparisonIsNoticed(t *testing.T) {
	rules, err := ballot.ShippedRules()
	require.NoError(t, err)
	r := newRoom(t)
	rows := make([]ballot.Row, entitled)
	for i := range rows {
		rows[i] = ballot.Row{Line: i + 1, Name: fmt.Sprintf("户主%02d", i)}
	}
	roll, problems := ballot.Import(ballot.Person, nil, rows)
	require.Empty(t, problems)
	r.keepRoll("全体", roll)
	broken, bases := 0, map[ballot.Base]bool{}
	for _, rule := range rules.Usable(ballot.DateOf(r.clock.Now())) {
		if rule.Outcome == ballot.Consults || rule.Unit != ballot.Person && rule.Unit != ballot.AnyUnit {
			continue
		}
		for which, mutant := range mutants(rule) {
			h, ok := telling(rule, mutant)
			if !ok {
				continue // a second measure: households, areas
			}
			broken++
			for _, c := range rule.Pass.Tests {
				bases[c.Base] = true
			}
			opened := r.say("李红梅", "表决 大扫除 11月1日已通知 截止周五18:00 按 名册全体 按 "+rule.Name)
			require.Len(t, opened, 1)
			n, _, _ := strings.Cut(strings.TrimPrefix(opened[0], "#"), " ")
			r.say("李红梅", fmt.Sprintf("现场计票 %s 到会%d人 赞成%d 反对%d", n, h.present, h.yes, h.no))
			said := strings.Join(r.say("王建国", "确认计票 "+n), "\n")
			j := rule.Judge(h.figures())
			assert.Contains(t, said, decided(j, rule.Outcome), "%s, %s broken, %+v: %s", rule.Name, which, h, opened)
			assert.NotContains(t, said, decided(mutant.Judge(h.figures()), rule.Outcome), "%s, %s broken, %+v", rule.Name, which, h)
		}
	}
	assert.Greater(t, broken, 25)
	for _, b := range []ballot.Base{ballot.OfPresent, ballot.OfCast, ballot.OfEntitled} {
		assert.True(t, bases[b], "a rule counts by %s", b)
	}
	require.Empty(t, verified(t, r))
}

func verified(t *testing.T, r *room) []string {
	t.Helper()
	report, err := r.svc.Verify(t.Context())
	require.NoError(t, err)
	return report.Bad
}

// TestABrokenDualMajorityIsNoticed does the same for owners' votes, where heads and
// floor area must both be reached.
func TestABrokenDualMajorityIsNoticed(t *testing.T) {
	rules, err := ballot.ShippedRules()
	require.NoError(t, err)
	owners := []string{"李红梅", "陈志强", "王建国", "张伟", "刘桂兰", "周大爷"}
	uneven, even := []int{20, 10, 10, 10, 10, 15}, []int{10, 10, 10, 10, 10, 10}
	for name, c := range map[string]struct {
		rule  string
		areas []int
		// cast says what each owner says; empty for nothing.
		cast   []string
		breaks []string
	}{
		"participation at its bounds":   {"owners.general", uneven, []string{"赞成", "赞成", "赞成", "反对"}, []string{"quorum 0", "quorum 1"}},
		"half of the heads":             {"owners.general", uneven, []string{"赞成", "赞成", "反对", "反对"}, []string{"pass 0"}},
		"half of the area":              {"owners.general", uneven, []string{"反对", "赞成", "赞成", "赞成", "反对"}, []string{"pass 1"}},
		"three quarters at its bounds":  {"owners.major", even, []string{"赞成", "赞成", "赞成", "反对"}, []string{"quorum 0", "quorum 1", "pass 0", "pass 1"}},
		"an owner of two who stays out": {"owners.major", even, []string{"赞成", "赞成", "赞成"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, rule := newRoom(t), rules.ByID(c.rule)
			var rows []ballot.Row
			for i, o := range owners {
				rows = append(rows, ballot.Row{Line: i + 1, Name: o, Unit: fmt.Sprintf("%d-101", i), Area: fmt.Sprint(c.areas[i]), Person: r.person(o)})
			}
			roll, problems := ballot.Import(ballot.Deed, nil, rows)
			require.Empty(t, problems)
			r.keepRoll("业主", roll)
			require.Contains(t, r.say("李红梅", "表决 更换门禁 截止周五18:00 按 名册业主 按 "+rule.Name)[0], "要提前15天通知")
			opened := r.say("李红梅", "表决 更换门禁 11月1日已通知 截止周五18:00 按 名册业主 按 "+rule.Name)
			require.Contains(t, opened[0], "更换门禁")
			for i, say := range c.cast {
				require.Contains(t, r.say(owners[i], "1 "+say)[0], "已收到您的票")
			}
			r.clock.Advance(5 * 24 * time.Hour)
			_, err := r.svc.Tick(t.Context())
			require.NoError(t, err)
			said := strings.Join(r.heard(group), "\n")
			closing := r.closed()
			res := ballot.Tally(closing.Poll, rule, closing.Count)
			assert.Contains(t, said, decided(res.Judgement, rule.Outcome))
			for which, m := range mutants(rule) {
				flips := ballot.Tally(closing.Poll, m, closing.Count).Judgement.Passed != res.Judgement.Passed
				assert.Equal(t, slices.Contains(c.breaks, which), flips, which)
			}
		})
	}
}

// person is the id of a roommate; empty for who is none.
func (r *room) person(name string) (id bot.PersonID) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.PeopleNamed(ctx, name)
		if len(all) > 0 {
			id = all[0].ID
		}
		return err
	}))
	return id
}
