package procedure

import (
	"cmp"
)

// Amendable reports whether how a step is held may still be said otherwise by whoever
// opened its matter: a vote or a survey that followed the opening at once. That nobody
// has answered yet is judged by who keeps the ballots.
func (t *Template) Amendable(s *Step) bool { return s.Ballots() && !s.after && s.index == 1 }

// Box is the step whose holding is said before it: the template's vote, else its first
// survey; nil if it has neither.
func (t *Template) Box() *Step {
	if v := t.Vote(); v != nil {
		return v
	}
	for i := range t.Steps {
		if t.Steps[i].IsSurvey() {
			return &t.Steps[i]
		}
	}
	return nil
}

// amend holds a vote or a survey otherwise than it was opened. It begins a new round, so
// that no button of before can be taken for one of now.
func (e Env) amend(m *Matter, s *Step, a *Act) ([]Effect, error) {
	if !e.Template.Amendable(s) {
		return nil, e.wrongStep(m)
	}
	if err := e.allowOpener(m, "改", a); err != nil {
		return nil, err
	}
	if a.Terms == nil {
		return nil, ask("terms", "%s 要改哪一样？", m.Ref())
	}
	if err := e.takeTerms(m, a); err != nil {
		return nil, err
	}
	return e.start(m, s, a.At), nil
}

// allowOpener lets only who asked for a matter, and who typed it for them.
func (e Env) allowOpener(m *Matter, verb string, a *Act) error {
	if e.replay || !e.Actor.Is(m.Opener) {
		return e.allow(m, Who{Asker}, verb, a)
	}
	a.Post, a.By = Asker, cmp.Or(m.Opener, a.By)
	return nil
}

// Opener reports whether the actor asked for a matter or typed it for who did.
func (e Env) Opener(m Matter) bool { return e.allowOpener(&m, "", new(Act)) == nil }
