package procedure_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

func TestAVoteLetsALongerProcedureGoOnOrStopsIt(t *testing.T) {
	for verdict, goesOn := range map[string]bool{
		"passed": true, "consultation": true, "record": true, "sheet": true,
		"not_passed": false, "no_quorum": false, "void": false, "again": false, "further": false, "withheld": false,
	} {
		t.Run(verdict, func(t *testing.T) {
			p := begin(t, "discuss.seven")
			p.open(resident)
			p.do(secretary, with(p.say("审查议题", ""), choose("pass")))
			p.closes(verdict)
			assert.Equal(t, goesOn, p.matter.Steps["show"].Live())
			if !goesOn {
				assert.Equal(t, procedure.Refused, p.matter.Outcome)
			}
		})
	}
}

func TestAVoteThatIsTheLastStepEndsItsMatterWhateverCameOfIt(t *testing.T) {
	p := begin(t, "vote.motion")
	p.open(leader)
	p.closes("not_passed")
	assert.Equal(t, procedure.Done, p.matter.Outcome)
}

func TestWhatOpenedABoxIsNotUndone(t *testing.T) {
	p := begin(t, "discuss.seven")
	p.open(resident)
	p.do(secretary, with(p.say("审查议题", ""), choose("pass")))
	err := p.try(secretary, procedure.Act{Op: procedure.Undo})
	assert.Contains(t, bot.MessageOf(err), "不能撤销")
}

// atTable brings a matter of four sides to where they say whether they agree.
func atTable(t *testing.T) *play {
	p := begin(t, "discuss.four")
	p.open(resident)
	for _, who := range []procedure.Actor{secretary, leader, manager, councillor} {
		p.do(who, p.entry("我发言", "我方看法"))
	}
	return p
}

func TestEverySideSpeaksOnce(t *testing.T) {
	p := begin(t, "discuss.four")
	p.open(resident)
	p.do(manager, p.entry("我发言", "成本涨了"))
	assert.Contains(t, bot.MessageOf(p.try(manager, p.entry("我发言", "还有"))), "您已经各方发言过了")
	second := procedure.Actor{Person: "second", Posts: []string{"物业经理"}}
	assert.Contains(t, bot.MessageOf(p.try(second, p.entry("我发言", "补充"))), "物业这一方已经各方发言过了")
	assert.Contains(t, bot.MessageOf(p.try(resident, p.entry("我发言", "太贵"))), "要由社区党组织、网格长、物业、居民的代表来做")
	assert.False(t, p.matter.Steps["agree"].Live())
}

func TestOneSideThatDoesNotAgreeDecidesForAll(t *testing.T) {
	for dissenter := range 4 {
		p := atTable(t)
		for i, who := range []procedure.Actor{secretary, leader, manager, councillor} {
			choice := "agree"
			if i == dissenter {
				choice = "no"
			}
			p.do(who, with(p.say("表态", "账没公开"), choose(choice)))
		}
		assert.True(t, p.matter.Steps["talk"].Live(), "they talk again")
		assert.Equal(t, 1, p.matter.Level)
		up := slices.IndexFunc(p.effects, func(e procedure.Effect) bool { return e.Notice == procedure.NoticeUp })
		require.GreaterOrEqual(t, up, 0, "the level above hears of it")
		assert.Equal(t, 1, p.effects[up].Up)
		assert.Contains(t, p.env(clock).Say(p.matter, procedure.NoticeUp, names(p.acts)), "没有商量拢")
	}
}

func TestAResolutionWaitsForEveryOrder(t *testing.T) {
	p := begin(t, "discuss.home")
	p.open(resident)
	for _, who := range []procedure.Actor{secretary, owners, manager, councillor} {
		p.do(who, with(p.say("表态", ""), choose("agree")))
	}
	adopt := func(child bot.MatterID) procedure.Act {
		return with(p.say("决议转单", ""), func(a *procedure.Act) { a.Other = child })
	}
	ends := func(child bot.MatterID, o procedure.Outcome) error {
		return p.try(clock, procedure.Act{Step: "work", Op: procedure.Join, Other: child, Choice: string(o), Key: "head"})
	}
	p.do(secretary, adopt("A"))
	p.do(secretary, adopt("B"))
	assert.Contains(t, bot.MessageOf(p.try(secretary, adopt("B"))), "已经转过")
	assert.Contains(t, bot.MessageOf(p.try(secretary, p.say("不用转单", "算了"))), "还有2件在办")
	assert.Equal(t, bot.Stale, bot.CodeOf(ends("C", procedure.Done)), "nobody waits for that one")
	require.NoError(t, ends("A", procedure.Cancelled))
	assert.True(t, p.matter.IsOpen())
	assert.Equal(t, bot.Stale, bot.CodeOf(ends("A", procedure.Done)), "it ends once")
	err := p.try(resident, procedure.Act{Step: "work", Op: procedure.Join, Other: "B", Choice: "done"})
	assert.Equal(t, bot.Forbidden, bot.CodeOf(err), "only the clock says so")
	require.NoError(t, ends("B", procedure.Done))
	assert.Equal(t, procedure.Done, p.matter.Outcome)
}

func TestAnOrderTellsWhoeverWaitsForIt(t *testing.T) {
	p := begin(t, "task.assigned")
	p.do(secretary, with(p.say("派单", "换灯"), func(a *procedure.Act) {
		a.People, a.Opening.Parent = []bot.PersonID{"wang"}, "M0"
	}))
	p.do(wang, p.say("办结", "换好了"))
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Joins, Other: "M0"})
	assert.Contains(t, bot.MessageOf(p.try(wang, procedure.Act{Op: procedure.Undo})), "不能撤销", "another matter has gone on")
}

func TestASurveyEndsByTheClockAlone(t *testing.T) {
	p := begin(t, "survey.satisfaction")
	p.open(secretary)
	assert.Contains(t, bot.MessageOf(p.try(secretary, procedure.Act{Op: procedure.Cancel})), "正在收测评")
	err := p.try(clock, procedure.Act{Step: "answer", Op: procedure.Expire, Key: "close", Tally: &procedure.Tally{Ballots: 9}})
	assert.Equal(t, bot.Stale, bot.CodeOf(err), "not before its time")
}

func TestAFileOfOtherPagesIsFound(t *testing.T) {
	p := begin(t, "discuss.witness")
	deliberations["discuss.witness"](p)
	_, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	last := len(p.acts) - 1
	forged := p.acts[last]
	forged.Bound = procedure.Bind(p.acts[1:last])
	p.acts[last] = forged.Seal(forged.Prev, forged.Salt)
	_, err = procedure.Fold(p.tmpl, beijing, p.acts)
	assert.Contains(t, bot.MessageOf(err), "案卷与归档的各页不符")
}
