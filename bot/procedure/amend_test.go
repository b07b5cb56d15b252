package procedure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// TestAVoteIsHeldOtherwiseInANewRound: by who opened it alone, with the terms and the
// close that were said, and foldable again from its acts.
func TestAVoteIsHeldOtherwiseInANewRound(t *testing.T) {
	p := begin(t, "vote.motion")
	p.do(resident, p.say("表决", "周六大扫除"))
	amend := procedure.Act{
		Step: "vote", Op: procedure.Amend, Terms: &procedure.Terms{Secret: true}, Until: p.now.Add(48 * time.Hour),
		Content: map[string]string{"what": "周日大扫除", "other": "x"},
	}
	assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(secretary, amend)))
	assert.Equal(t, bot.Missing, bot.CodeOf(p.try(resident, procedure.Act{Step: "vote", Op: procedure.Amend})))
	p.do(resident, amend)
	step := p.matter.Steps["vote"]
	assert.Equal(t, 2, step.Round)
	assert.True(t, step.Due.Equal(amend.Until))
	assert.True(t, p.matter.Terms.Secret)
	assert.Equal(t, procedure.Ref{Seq: 2, Field: "what"}, p.matter.Fields["what"])
	assert.NotContains(t, p.matter.Fields, "other")
	assert.Zero(t, p.matter.Reopens, "it has not come back")
	folded, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, p.matter.Steps, folded.Steps)

	old := procedure.Act{Step: "vote", Op: procedure.Amend, Round: 1, Terms: &procedure.Terms{}}
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(resident, old)), "what was pressed before is of another round")
	p.do(resident, procedure.Act{Op: procedure.Undo})
	assert.Equal(t, procedure.Withdrawn, p.matter.Outcome)
}

// TestAVoteWithinAProcedureIsNotAmended: who leads to it says how it is held.
func TestAVoteWithinAProcedureIsNotAmended(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	for _, tmpl := range set.All() {
		if s := tmpl.Vote(); s != nil {
			assert.Equal(t, tmpl.Next(tmpl.First()) == s, tmpl.Amendable(s), tmpl.ID)
		}
	}
}
