package service

import (
	"yiqun/bot/procedure"
	"yiqun/intents"
)

// withinReach leaves out readings of a practice's later steps where nothing is here that
// the speaker could take that step in: whoever says 同意 to nobody is not asked about a
// registration there is none of. What names a matter stays, for the answer says what is
// wrong with it.
func (s *session) withinReach(readings []intents.Intent) ([]intents.Intent, error) {
	var out []intents.Intent
	for _, r := range readings {
		ok, err := s.reaches(r)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *session) reaches(r intents.Intent) (bool, error) {
	if r.Verb == "" || s.node.ID == "" || len(r.Matters) > 0 || commandFor(r.Verb) != nil || s.templateFor(r.Verb) != nil {
		return true, nil
	}
	var of []string
	for _, t := range s.Templates().All() {
		if step, _ := t.FindVerb(r.Verb); step != nil {
			of = append(of, t.ID)
		}
	}
	if len(of) == 0 {
		return true, nil
	}
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: of})
	if err != nil {
		return false, err
	}
	for _, m := range found {
		if can, err := s.canSay(r.Verb, m); can || err != nil {
			return can, err
		}
	}
	return false, nil
}

// canSay reports whether the speaker could carry out a word on a matter now, in this chat.
func (s *session) canSay(word string, m procedure.Matter) (bool, error) {
	t, err := s.template(m)
	if err != nil {
		return false, err
	}
	step, v := t.FindVerb(word)
	if step == nil || !m.Steps[step.ID].Live() || !s.e.Chat.Private && !s.public(t) {
		return false, nil
	}
	actor, err := s.actor(m.Node)
	if err != nil {
		return false, err
	}
	return s.couldDo(s.env(t, m, actor), m, step, v), nil
}
