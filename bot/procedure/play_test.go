package procedure_test

import (
	"encoding/json"
	"testing"
	"time"

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
	t       testing.TB
	tmpl    *procedure.Template
	matter  procedure.Matter
	acts    []procedure.Act
	effects []procedure.Effect
	now     time.Time
}

func begin(t testing.TB, template string) *play {
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

// tick fires what is due, the earliest first, as the service does: what a timer ends
// has no further timers.
func (p *play) tick() {
	p.t.Helper()
	for {
		var first *procedure.Timer
		for _, timer := range procedure.Due(p.env(clock), p.matter) {
			if !timer.At.After(p.now) && (first == nil || timer.At.Before(first.At)) {
				first = &timer
			}
		}
		if first == nil {
			return
		}
		p.do(clock, procedure.Act{Step: first.Step, Op: first.Op, Key: first.Key, Tally: counted(p.tmpl, *first), Sealing: sealedBy(p.tmpl, *first)})
	}
}

func with(a procedure.Act, set func(*procedure.Act)) procedure.Act { set(&a); return a }

func score(n int) func(*procedure.Act) { return func(a *procedure.Act) { a.Score = n } }

func choose(c string) func(*procedure.Act) { return func(a *procedure.Act) { a.Choice = c } }

// state is the form in which a matter is kept and compared.
func state(t require.TestingT, m procedure.Matter) string {
	b, err := json.Marshal(m)
	require.NoError(t, err)
	return string(b)
}

// names is a Lookup that knows every act.
type names []procedure.Act

func (n names) Name(p bot.PersonID) string { return string(p) }

func (n names) Text(r procedure.Ref) string {
	if r.Seq < 1 || r.Seq > len(n) {
		return ""
	}
	return n[r.Seq-1].Content[r.Field]
}

func (n names) Ref(id bot.MatterID) string { return "#" + string(id) }

func (n names) Result(step string, _ int) string { return "计票：" + step + "。" }

func asJSON(t require.TestingT, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// counted is what whoever fires a vote's timer has counted; nil for other timers.
func counted(tmpl *procedure.Template, t procedure.Timer) *procedure.Tally {
	if !tmpl.Step(t.Step).Ballots() || t.Op != procedure.Expire {
		return nil
	}
	return &procedure.Tally{Ballots: 3, Verdict: "consultation", Hash: "sealed"}
}
