package procedure_test

import (
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
