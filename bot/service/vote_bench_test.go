package service_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// BenchmarkPress is one press in a vote of five hundred, of whom all have voted, until
// it is committed. A light box loads the presser's own entry; where a rule lets people
// vote for others, the whole box is loaded.
func BenchmarkPress(b *testing.B) {
	for name, rule := range map[string]string{"one entry": "投票过半数", "whole box": "可委托的投票过半数"} {
		b.Run(name, func(b *testing.B) {
			r := newRoom(b)
			const crowd = 500
			rows := make([]ballot.Row, crowd)
			for i := range rows {
				rows[i] = ballot.Row{Line: i + 1, Name: fmt.Sprintf("居民%03d", i)}
			}
			for i, p := range roommates {
				rows[i].Name, rows[i].Person = p.Name, r.person(p.Name)
			}
			roll, problems := ballot.Import(ballot.Person, nil, rows)
			require.Empty(b, problems)
			r.keepRoll("全体", roll)
			r.say("李红梅", "表决 大扫除 截止周五18:00 按 名册全体 按 "+rule)
			r.fill(roll.Voters[len(roommates):])
			for b.Loop() {
				r.press("王建国", "yes")
			}
		})
	}
}

// fill puts a ballot of each voter into the newest vote.
func (r *room) fill(voters []ballot.Voter) {
	r.t.Helper()
	require.NoError(r.t, r.store.Update(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.Find(ctx, procedure.Filter{Limit: 1})
		if err != nil {
			return err
		}
		yes := &ballot.Choice{Say: ballot.Yes}
		for i, v := range voters {
			err := tx.PutEntry(ctx, ballot.Entry{
				Poll: ballot.PollID{Matter: all[0].ID, Step: "vote", Round: 1}, Voter: v.ID, Version: 1, At: r.clock.Now(), Way: ballot.Self,
				By: bot.PersonID(v.ID), Choice: yes, Public: yes, Amount: ballot.Amount{Heads: 1, Weight: 1}, Receipt: fmt.Sprint(i),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
