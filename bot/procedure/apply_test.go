package procedure_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

func TestOrderFromAskToAudit(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	assert.Equal(t, "等下单", p.env(clock).Status(p.matter))
	p.do(leader, p.say("下单", ""))
	assert.Equal(t, "一般", p.matter.Category)
	p.do(wang, p.say("接单", ""))
	assert.Equal(t, monday.AddDate(0, 0, 7).UTC(), p.matter.Steps["work"].Due)
	p.do(wang, p.say("办结", "已换新灯"))
	p.do(resident, with(p.say("评价", "很快"), score(5)))
	assert.Equal(t, procedure.Done, p.matter.Outcome)
	p.do(secretary, with(p.say("核单", ""), choose("pass")))

	again, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, p.matter, again, "the state is the fold of the acts")
}

func TestEveryRefusalSaysWhatCanBeDoneNow(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	for _, c := range []struct {
		name string
		who  procedure.Actor
		act  procedure.Act
		code bot.Code
		says string
	}{
		{"the wrong step", wang, p.say("接单", ""), bot.Wrong, "#1 现在不到这一步。现在书记、网格长可以“下单 1”。"},
		{"the wrong person", wang, p.say("下单", ""), bot.Forbidden, "“下单”要由书记、网格长来做。现在书记、网格长可以“下单 1”。"},
		{"no reason", leader, p.say("不受理", ""), bot.Missing, "请说一下“不受理”的理由。"},
		{"an old card", leader, with(p.say("下单", ""), func(a *procedure.Act) { a.Round = 7 }), bot.Wrong, "#1 现在不到这一步。现在书记、网格长可以“下单 1”。"},
		{"a deadline in the past", leader, with(p.say("下单", ""), func(a *procedure.Act) { a.Until = monday.Add(-time.Hour) }), bot.Invalid, "这个时间已经过了，请说一个以后的时间。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := p.matter
			err := p.try(c.who, c.act)
			assert.Equal(t, c.code, bot.CodeOf(err))
			assert.Equal(t, c.says, bot.MessageOf(err))
			assert.Equal(t, before, p.matter)
		})
	}
}

func TestThreePlacesFourHands(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(leader, p.say("下单", ""))
	for _, who := range []procedure.Actor{wang, zhao, sun} {
		p.do(who, p.say("接单", ""))
	}
	err := p.try(secretary, p.say("接单", ""))
	assert.Equal(t, "#1 的3个名额已经满了，谢谢您。", bot.MessageOf(err))
	p.do(zhao, p.say("退单", "要出差"))
	p.do(secretary, p.say("接单", ""))
	assert.True(t, p.matter.Holds("secretary"))
}

func TestLeaseEndsByTheClock(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(leader, p.say("下单", ""))
	p.do(wang, p.say("接单", ""))
	p.now = monday.AddDate(0, 0, 6).Add(-time.Second)
	p.tick()
	assert.True(t, p.matter.Holds("wang"))
	p.now = p.now.Add(time.Second)
	p.tick()
	assert.Empty(t, p.matter.Holders)
	assert.Equal(t, "等接单（0/3）", p.env(clock).Status(p.matter))
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(wang, p.say("办结", ""))))
}

func TestLowRatingReopensAndTwiceGoesUp(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(leader, p.say("下单", ""))
	p.do(wang, p.say("接单", ""))
	for round := 1; round <= 2; round++ {
		p.do(wang, p.say("办结", ""))
		p.do(resident, with(p.say("评价", "又坏了"), score(1)))
		assert.Equal(t, round+1, p.matter.Steps["work"].Round)
		assert.True(t, p.matter.IsOpen())
	}
	assert.Equal(t, 1, p.matter.Level)
	p.do(wang, p.say("退单", "修不了"))
	assert.Equal(t, "等接单（0/3）", p.env(clock).Status(p.matter))
}

func TestUndoTakesBackOnlyTheLastActInTime(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(leader, p.say("下单", ""))
	before := p.matter
	p.do(wang, p.say("接单", ""))
	assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(zhao, procedure.Act{Op: procedure.Undo})))
	p.do(wang, procedure.Act{Op: procedure.Undo})
	assert.Equal(t, before.Steps, p.matter.Steps)
	assert.Empty(t, p.matter.Holders)
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(wang, procedure.Act{Op: procedure.Undo})))
	p.do(wang, p.say("接单", ""))
	p.now = p.now.Add(11 * time.Minute)
	assert.Equal(t, "已经过了十分钟，不能撤销了。可以请书记、网格长来更正。", bot.MessageOf(p.try(wang, procedure.Act{Op: procedure.Undo})))
	again, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, p.matter, again)
}

func TestNobodyReviewsTheirOwnPoints(t *testing.T) {
	p := begin(t, "points.claim")
	p.do(secretary, with(p.say("申报", "桶边督导"), func(a *procedure.Act) { a.Amount = 200 }))
	err := p.try(secretary, with(p.say("审核", ""), choose("pass")))
	assert.Equal(t, "自己的事要请别人来审核。", bot.MessageOf(err))
}

func TestNoticeHangsItsFullDaysAndAnObjectionReopens(t *testing.T) {
	p := begin(t, "points.claim")
	p.do(wang, with(p.say("申报", "桶边督导"), func(a *procedure.Act) { a.Amount = 200 }))
	pass := with(p.say("审核", ""), func(a *procedure.Act) { a.Choice, a.Amount = "pass", 300 })
	p.do(secretary, pass)
	assert.Equal(t, time.Date(2026, 11, 29, 0, 0, 0, 0, beijing).UTC(), p.matter.Steps["show"].Due)
	assert.Equal(t, "公示到11月28日(周六)", p.env(clock).Status(p.matter))
	p.do(zhao, p.say("异议", "那天没看见他"))
	assert.Equal(t, "等审核", p.env(clock).Status(p.matter))
	p.do(secretary, pass)
	p.now = p.matter.Steps["show"].Due
	p.tick()
	require.Equal(t, procedure.Done, p.matter.Outcome)
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Book, Book: "党员积分", Amount: 300, Round: 2})
}

func TestKeysAreReadBackOrRefused(t *testing.T) {
	k := procedure.Key{Matter: "01J", Step: "take", Round: 2, Op: procedure.Do, Choice: "pass", Score: 4}
	got, ok := procedure.ParseKey(k.String())
	require.True(t, ok)
	assert.Equal(t, k, got)
	for _, bad := range []string{"", "m", "m/1/2/3", "m/x/take/1/do//0x", "m/x/take/+1/do//0", fmt.Sprintf("m/%0300d/take/1/do//0", 1), "x/01J/take/2/do/pass/4"} {
		_, ok := procedure.ParseKey(bad)
		assert.False(t, ok, bad)
	}
}
