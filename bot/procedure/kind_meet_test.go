package procedure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// Every sort of meeting lives alike: it is convened, held, and its minutes confirmed.
func init() {
	set, err := procedure.Shipped()
	if err != nil {
		panic(err)
	}
	for _, t := range set.All() {
		if t.Meeting() != nil {
			lives[t.ID] = func(p *play) {
				convene(p)
				p.do(secretary, seal(p, true))
			}
		}
	}
}

func convene(p *play) {
	p.t.Helper()
	p.do(secretary, with(p.say(p.tmpl.First().Verb, p.tmpl.Name), func(a *procedure.Act) {
		a.Until = monday.AddDate(0, 0, 20)
		a.Content["agenda"] = "通报经费"
	}))
}

func seal(p *play, held bool) procedure.Act {
	return procedure.Act{
		Step: p.tmpl.Meeting().ID, Op: procedure.Close,
		Sealing: &procedure.Sealing{Entries: 9, Hash: "sealed", Held: held, Approved: []bot.PersonID{secretary.Person}},
	}
}

// sealedBy is what whoever fires a meeting's timer has sealed; nil for other timers.
func sealedBy(tmpl *procedure.Template, t procedure.Timer) *procedure.Sealing {
	if s := tmpl.Meeting(); s == nil || s.ID != t.Step || t.Op != procedure.Expire {
		return nil
	}
	return &procedure.Sealing{Entries: 3, Hash: "sealed", Held: true}
}

func TestAMeetingIsSealedByWhoConfirmedItsMinutes(t *testing.T) {
	p := begin(t, "meeting.party.general")
	convene(p)
	act := seal(p, true)
	act.Sealing.Approved = []bot.PersonID{wang.Person}
	require.Equal(t, bot.Forbidden, bot.CodeOf(p.try(resident, act)), "a resident confirmed nothing")
	p.do(wang, act)
	assert.Equal(t, procedure.Done, p.matter.Outcome)
	assert.Equal(t, act.Sealing, p.matter.Steps["meet"].Sealing)
}

func TestAMeetingNobodyHeldIsPutAwayByTheClock(t *testing.T) {
	p := begin(t, "meeting.party.class")
	convene(p)
	due := p.matter.Steps["meet"].Due
	assert.Equal(t, 7*24*time.Hour, due.Sub(p.matter.When), "counted from when it was to be held")
	p.now = due
	p.do(clock, procedure.Act{Step: "meet", Op: procedure.Expire, Key: "close", Sealing: &procedure.Sealing{Hash: "sealed"}})
	assert.Equal(t, procedure.Cancelled, p.matter.Outcome)
}

func TestAMeetingIsNotSealedWithoutItsEntries(t *testing.T) {
	p := begin(t, "meeting.party.general")
	convene(p)
	act := seal(p, true)
	act.Sealing = nil
	assert.Equal(t, bot.Missing, bot.CodeOf(p.try(secretary, act)))
}

func TestMeetingsShareAWordAndOtherPracticesDoNot(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	word := set.ByID("meeting.joint").First().Verb
	assert.Greater(t, len(set.Calls(word)), 10)
	assert.Empty(t, set.Calls("没有这个词"))
}

// TestWhichMeetingsMustHaveEnoughPeople: where a text, or the place, prescribes how many must
// be there, a rule says so; of all others it is said that they are only counted.
func TestWhichMeetingsMustHaveEnoughPeople(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	rules := map[string]string{
		"meeting.party.general": "party.resolve", "meeting.party.committee": "party.committee",
		"meeting.joint": "practice.joint", "meeting.council": "practice.seven", "meeting.tuesday": "practice.seven",
		"meeting.owners.committee": "owners.committee.nb",
	}
	shipped, err := ballot.ShippedRules()
	require.NoError(t, err)
	for _, tmpl := range set.All() {
		step := tmpl.Meeting()
		if step == nil {
			continue
		}
		assert.Equal(t, rules[tmpl.ID], step.Meet.Rule, tmpl.ID)
		if step.Meet.Rule == "" {
			assert.Contains(t, step.Meet.Unjudged(), "只计数", tmpl.ID)
			continue
		}
		assert.Empty(t, step.Meet.Unjudged(), tmpl.ID)
		rule := shipped.ByID(step.Meet.Rule)
		require.NotNil(t, rule, tmpl.ID)
		assert.NotEmpty(t, rule.Quorum.Tests, tmpl.ID)
	}
}

// TestAMovedMeetingTakesItsTimersAlong: what is derived from when a meeting is held goes
// by the time it was moved to, and nothing of the time before is left.
func TestAMovedMeetingTakesItsTimersAlong(t *testing.T) {
	p := begin(t, "meeting.party.general")
	convene(p)
	was := procedure.Due(procedure.Env{Template: p.tmpl, Zone: beijing}, p.matter)
	move := procedure.Act{Step: "meet", Op: procedure.Move}
	require.Equal(t, bot.Missing, bot.CodeOf(p.try(secretary, move)))
	move.Until = p.now.Add(-time.Minute)
	require.Equal(t, bot.Invalid, bot.CodeOf(p.try(secretary, move)))
	move.Until = p.matter.When.AddDate(0, 0, 3)
	require.Equal(t, bot.Forbidden, bot.CodeOf(p.try(resident, move)))
	p.do(secretary, move)
	assert.Equal(t, move.Until, p.matter.When)
	now := procedure.Due(procedure.Env{Template: p.tmpl, Zone: beijing}, p.matter)
	require.Len(t, now, len(was))
	for _, timer := range now {
		assert.True(t, timer.At.After(move.Until), "%s at %s", timer.Key, timer.At)
		assert.NotContains(t, was, timer)
	}
	again, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, p.matter.When, again.When)
}
