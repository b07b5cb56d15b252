package procedure_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// above is the secretary of the committee that a branch belongs to.
var above = procedure.Actor{Person: "zhou", Posts: []string{"党委书记"}, Above: []string{"党委书记"}}

func TestOnlyWhoManagesAtAHigherNodeIsTheLevelAbove(t *testing.T) {
	p := begin(t, "orglife.three-slips")
	p.open(secretary)
	p.do(secretary, p.say("报备", "会议：组织生活会"))
	for name, who := range map[string]procedure.Actor{
		"the branch's own secretary": secretary,
		"a title that says so":       {Person: "x", Posts: []string{procedure.Above}},
		"another post above":         {Person: "y", Posts: []string{"网格员"}, Above: []string{"网格员"}},
	} {
		assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(who, p.say("指导", "同意"))), name)
	}
	p.do(above, p.say("指导", "同意"))
	assert.Equal(t, "report", p.env(above).LiveSlip(p.matter).ID)
}

func TestALineOfASlipThatComesToNothingIsLeftOut(t *testing.T) {
	s := procedure.Slip{Body: "会议：{meeting}\n地点：{place}\n\n请批示。\n时间：{when} {place}\n"}
	got := s.Fill(func(w string) string { return map[string]string{"meeting": "组织生活会", "when": "周四"}[w] })
	require.Equal(t, "会议：组织生活会\n请批示。\n时间：周四", got)
}

// TestGuidanceThatDoesNotComeLapsesWithItsMeeting: only the end of the meeting that the
// papers go with ends the wait, and the report then knows what it lacks.
func TestGuidanceThatDoesNotComeLapsesWithItsMeeting(t *testing.T) {
	p := begin(t, "orglife.three-slips")
	p.open(secretary)
	p.matter.Parent = "meeting"
	lapse := procedure.Act{Step: "guide", Op: procedure.Join, Other: "meeting", At: p.now}
	clock := procedure.Actor{}
	assert.Error(t, p.try(clock, lapse), "it is not its turn yet")
	p.do(secretary, p.say("报备", "会议：组织生活会"))
	other := lapse
	other.Other = "another"
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(clock, other)))
	assert.Error(t, p.try(secretary, lapse), "no person ends it so")
	p.do(clock, lapse)
	assert.Equal(t, "report", p.env(above).LiveSlip(p.matter).ID)
	missed := p.env(above).Template.MissedSlips(p.matter)
	require.Len(t, missed, 1)
	assert.Equal(t, "guide", missed[0].ID)
}

// TestPapersAreGivenAnewForAMovedMeeting: whatever was handed on is waited for again, from
// the first paper; only the meeting that the papers go with moves them.
func TestPapersAreGivenAnewForAMovedMeeting(t *testing.T) {
	p := begin(t, "orglife.three-slips")
	p.open(secretary)
	p.matter.Parent = "meeting"
	clock, what := procedure.Actor{}, p.env(above).Template.First().Main().ID
	redraw := func(step, other string) procedure.Act {
		return procedure.Act{Step: step, Op: procedure.Redraw, Other: bot.MatterID(other), At: p.now, Content: map[string]string{what: "周五"}}
	}
	p.do(clock, redraw("file", "meeting"))
	first := p.env(above).LiveSlip(p.matter)
	assert.Equal(t, "file", first.ID)
	assert.False(t, p.matter.Redrawn(first), "nobody has seen it")
	p.do(secretary, p.say("报备", "会议：组织生活会"))
	p.do(above, p.say("指导", "同意"))
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(clock, redraw("report", "another"))))
	assert.Error(t, p.try(secretary, redraw("report", "meeting")), "no person does it so")
	p.do(clock, redraw("report", "meeting"))
	assert.Equal(t, first, p.env(above).LiveSlip(p.matter))
	assert.True(t, p.matter.Redrawn(first))
	assert.Equal(t, p.matter.Version, p.matter.Fields[what].Seq, "it goes by its new time")
	assert.Empty(t, p.matter.Fields["guidance"], "what was said of the old time stands for nothing")
	p.do(secretary, p.say("报备", "会议：组织生活会"))
	p.do(clock, procedure.Act{Step: "guide", Op: procedure.Join, Other: "meeting", At: p.now})
	assert.Len(t, p.env(above).Template.MissedSlips(p.matter), 1)
}

// TestAMeetingNamesOnlyPracticesThatAreThere: a reference that leads nowhere is found when
// the templates are loaded.
func TestAMeetingNamesOnlyPracticesThatAreThere(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	require.NoError(t, set.Complete())
	meeting := string(set.ByID("meeting.party.orglife").Raw)
	for key, c := range map[string]struct{ from, to, want string }{
		"slips":    {"slips: orglife.three-slips", "slips: orglife.three-slip", "meet.slips 写了 orglife.three-slip，没有这个模板"},
		"no slips": {"slips: orglife.three-slips", "slips: task.open", "那里没有单子"},
		"vote":     {"vote: vote.motion", "vote: vote.motions", "meet.vote 写了 vote.motions"},
		"no vote":  {"vote: vote.motion", "vote: task.open", "那里没有表决"},
		"order":    {"order: task.assigned", "order: task", "meet.order 写了 task"},
	} {
		t.Run(key, func(t *testing.T) {
			changed, err := procedure.Parse([]byte(strings.Replace(meeting, c.from, c.to, 1)))
			require.NoError(t, err)
			more, err := set.With(changed)
			require.NoError(t, err)
			assert.ErrorContains(t, more.Complete(), c.want)
		})
	}
}
