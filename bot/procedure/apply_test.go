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

var (
	beijing = time.FixedZone("CST", 8*3600)
	monday  = time.Date(2026, 11, 23, 9, 0, 0, 0, beijing)
)

// people of the tests, by what they are.
var (
	secretary = procedure.Actor{Person: "secretary", Posts: []string{"书记"}, Member: true}
	leader    = procedure.Actor{Person: "leader", Posts: []string{"网格长"}, Member: true}
	wang      = procedure.Actor{Person: "wang", Member: true}
	zhao      = procedure.Actor{Person: "zhao", Member: true}
	sun       = procedure.Actor{Person: "sun", Member: true}
	resident  = procedure.Actor{Person: "resident"}
	neighbour = procedure.Actor{Person: "neighbour"}
	clock     = procedure.Actor{}
)

// play is a matter being played through the engine.
type play struct {
	t       *testing.T
	tmpl    *procedure.Template
	matter  procedure.Matter
	acts    []procedure.Act
	effects []procedure.Effect
	now     time.Time
}

func begin(t *testing.T, template string) *play {
	t.Helper()
	set, err := procedure.Shipped()
	require.NoError(t, err)
	tmpl := set.ByID(template)
	require.NotNil(t, tmpl)
	return &play{t: t, tmpl: tmpl, now: monday, matter: procedure.Matter{ID: "M1"}}
}

func (p *play) env(who procedure.Actor) procedure.Env {
	return procedure.Env{Template: p.tmpl, Actor: who, Zone: beijing}
}

func (p *play) try(who procedure.Actor, a procedure.Act) error {
	a.At = p.now
	a.Salt = []byte("salt")
	next, done, effects, err := procedure.Apply(p.env(who), p.matter, a)
	if err != nil {
		return err
	}
	p.matter, p.effects = next, effects
	p.acts = append(p.acts, done)
	return nil
}

func (p *play) do(who procedure.Actor, a procedure.Act) {
	p.t.Helper()
	require.NoError(p.t, p.try(who, a))
}

// say is an act of a verb, with text for the step's main field or as reason.
func (p *play) say(verb, text string) procedure.Act {
	s, v := p.tmpl.FindVerb(verb)
	require.NotNil(p.t, s, "no verb %s", verb)
	a := procedure.Act{Step: s.ID, Op: v.Op}
	if text != "" {
		field := procedure.Reason
		if f := s.Main(); f != nil && v.Op == procedure.Do {
			field = f.ID
		}
		a.Content = map[string]string{field: text}
	}
	if s == p.tmpl.First() {
		a.Opening = &procedure.Opening{Template: p.tmpl.ID, Source: p.tmpl.Hash, Node: "N", Series: "N", Year: 2026, Number: 1}
	}
	return a
}

func (p *play) open(who procedure.Actor) {
	p.t.Helper()
	p.do(who, p.say(p.tmpl.First().Verb, "3栋2单元声控灯坏了"))
}

func (p *play) tick() {
	p.t.Helper()
	for _, timer := range procedure.Due(p.env(clock), p.matter) {
		if !timer.At.After(p.now) {
			p.do(clock, procedure.Act{Step: timer.Step, Op: timer.Op, Key: timer.Key})
		}
	}
}

func with(a procedure.Act, set func(*procedure.Act)) procedure.Act { set(&a); return a }

func score(n int) func(*procedure.Act) { return func(a *procedure.Act) { a.Score = n } }

func choose(c string) func(*procedure.Act) { return func(a *procedure.Act) { a.Choice = c } }

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
