package procedure_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// enough is how many acts a straight way through a practice may take.
const enough = 200

// walk takes a matter the straight way to its end: whoever may go on does, with all that
// can be filled in, and where nobody may, time passes. It is the life of a practice that
// has none of its own in lives, so that a practice ships without Go.
func walk(p *play) {
	p.t.Helper()
	crowd := holders(p.tmpl)
	said := map[string]bool{}
	for range enough {
		if p.matter.Outcome != "" {
			return
		}
		if !p.goesOn(crowd, said) {
			require.True(p.t, p.passes(), "nobody can go on with %v, and time ends nothing", p.waiting())
		}
	}
	require.Fail(p.t, "it does not end", "%v is still open after %d acts", p.waiting(), enough)
}

// waiting names the steps that are waiting.
func (p *play) waiting() (ids []string) {
	for s := range p.tmpl.AllSteps() {
		if p.matter.Steps[s.ID].Live() {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// holders are one person for each post that a practice names, and two who hold none.
func holders(tmpl *procedure.Template) []procedure.Actor {
	crowd := []procedure.Actor{resident, wang, zhao}
	names := procedure.Who(tmpl.Managers)
	for s := range tmpl.AllSteps() {
		names = append(names, s.By...)
		for _, seat := range s.Seats {
			names = append(names, seat.By...)
		}
		for _, v := range procedure.VerbsOf(s) {
			names = append(names, v.Who...)
		}
	}
	for i, post := range names {
		if !slices.Contains(names[:i], post) {
			crowd = append(crowd, procedure.Actor{Person: bot.PersonID(post), Posts: []string{post}, Member: true})
		}
	}
	return append(crowd, above)
}

// goesOn lets the first who may do the first thing that leads on.
func (p *play) goesOn(crowd []procedure.Actor, said map[string]bool) bool {
	for s := range p.tmpl.AllSteps() {
		if p.matter.Version > 0 && !p.matter.Steps[s.ID].Live() {
			continue
		}
		for _, v := range procedure.VerbsOf(s) {
			if !slices.Contains([]procedure.Op{procedure.Do, procedure.Close}, v.Op) {
				continue
			}
			for _, who := range crowd {
				once := fmt.Sprint(s.ID, p.matter.Steps[s.ID].Round, v.Word, who.Person)
				if !said[once] && p.try(who, p.filled(s, &v)) == nil {
					said[once] = true
					return true
				}
			}
		}
	}
	return false
}

// filled is an act of a verb with all that it can need.
func (p *play) filled(s *procedure.Step, v *procedure.Verb) procedure.Act {
	a := procedure.Act{Step: s.ID, Op: v.Op, Choice: v.Choice, Content: map[string]string{procedure.Reason: "因为"}}
	if s == p.tmpl.First() {
		a = p.say(v.Word, "一件事")
	}
	for _, c := range v.Choices {
		if c.Then == "pass" {
			a.Choice = c.ID
		}
	}
	if v.Scored {
		a.Score = 5
	}
	for _, f := range v.Fields {
		switch f.Type {
		case procedure.PersonField:
			a.People = []bot.PersonID{wang.Person}
		case procedure.DeadlineField, procedure.TimeField:
			a.Until = p.now.Add(24 * time.Hour)
		case procedure.CountField:
			a.Count = 1
		case procedure.HoursField, procedure.PointsField:
			a.Amount = 100
		default:
			a.Content[f.ID] = "写了"
		}
	}
	if s.Kind == "file" {
		a.Bound = procedure.Bind(p.acts)
	}
	return a
}

// passes lets the next thing happen that time brings.
func (p *play) passes() bool {
	due := procedure.Due(p.env(clock), p.matter)
	if len(due) == 0 {
		return false
	}
	next := slices.MinFunc(due, func(a, b procedure.Timer) int { return a.At.Compare(b.At) })
	if next.At.After(p.now) {
		p.now = next.At
	}
	before := len(p.acts)
	p.tick()
	return len(p.acts) > before
}

// TestEveryPracticeCanBeEnded: the straight way leads to the end of each that ships.
func TestEveryPracticeCanBeEnded(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	for _, tmpl := range set.All() {
		if !tmpl.Enabled() {
			continue
		}
		t.Run(tmpl.ID, func(t *testing.T) {
			p := begin(t, tmpl.ID)
			walk(p)
			assert.Equal(t, procedure.Done, p.matter.Outcome)
		})
	}
}
