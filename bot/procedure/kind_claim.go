package procedure

import (
	"fmt"

	"yiqun/bot"
)

// claim lets people take a matter on, up to its capacity, for as long as the
// lease. The next step opens with the first claim; places stay open until that
// step ends.
type claim struct{}

func (claim) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if s.Capacity < 1 || s.Capacity > maxPeople {
		ps = append(ps, s.problem("capacity", fmt.Sprintf("capacity 是 %d", s.Capacity), fmt.Sprintf("要在 1 到 %d 之间", maxPeople)))
	}
	if s.CapacityFrom != "" {
		if f := t.Field(s.CapacityFrom); f == nil || f.Type != CountField {
			ps = append(ps, s.problem("capacity_from", fmt.Sprintf("capacity_from: %s 不是 count 字段", s.CapacityFrom), "请写前面某个 type: count 字段的 id"))
		}
	}
	return ps
}

func (claim) Verbs(s *Step) []Verb {
	out := []Verb{verb(s)}
	if s.Release != "" {
		out = append(out, Verb{Word: s.Release, Op: Release, Who: Who{Claimant}, Reason: reasonOptional})
	}
	return out
}

func (claim) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Do:
		return nil, claimPlace(e, m, s, a)
	case a.Op == Release && s.Release != "":
		return release(e, m, s, a)
	case a.Op == Expire:
		return expireLease(e, m, s, a)
	}
	return nil, e.wrongStep(m)
}

func claimPlace(e Env, m *Matter, s *Step, a *Act) error {
	if _, ok := e.among(m.holderIDs()); ok {
		return bot.Errorf(bot.Wrong, "%s 您已经%s了，不用再点。%s", m.Ref(), s.Verb, e.Now(*m))
	}
	if err := e.notOwn(m, s, s.Verb); err != nil {
		return err
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return err
	}
	if len(m.Holders) >= m.places(s) {
		return &FullError{Ref: m.Ref(), Places: m.places(s), Holders: m.holderIDs()}
	}
	a.By = e.claimantID(a)
	m.Holders = append(m.Holders, Holder{Person: a.By, Since: a.At, Until: s.leaseFrom(a.At)})
	m.taken(s, a.At)
	return nil
}

// claimantID is the actor's present id, not the one by which they were the asker.
func (e Env) claimantID(a *Act) bot.PersonID {
	if e.replay {
		return a.By
	}
	return e.Actor.Person
}

// FullError says that every place is taken, and by whom. Its code is bot.Wrong.
type FullError struct {
	Ref     string
	Places  int
	Holders []bot.PersonID
}

func (e *FullError) Error() string { return e.Ref + " is full" }

// Unwrap gives the sentence as a *bot.Error.
func (e *FullError) Unwrap() error {
	return bot.Errorf(bot.Wrong, "%s 的%d个名额已经满了，谢谢您。", e.Ref, e.Places)
}

// release is a holder handing the matter back.
func release(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if err := e.allow(m, Who{Claimant}, s.Release, a); err != nil {
		return nil, err
	}
	if m.finishedBy(a.By) {
		return nil, bot.Errorf(bot.Wrong, "%s 您已经办好了，不用%s。%s", m.Ref(), s.Release, e.Now(*m))
	}
	return e.letGo(m, s, a.By, a), nil
}

// letGo takes a holder off. With nobody left the steps that the claim had opened
// wait again; with only those left who have finished, the work is done.
func (e Env) letGo(m *Matter, s *Step, p bot.PersonID, a *Act) []Effect {
	m.dropHolder(p)
	if len(m.Holders) > 0 {
		e.settle(m, a)
		return nil
	}
	for later := range e.Template.AllSteps() {
		if !later.after && later.index > s.index && m.Steps[later.ID].Live() {
			m.setStatus(later.ID, Waiting, a.At)
		}
	}
	st := m.Steps[s.ID]
	st.Status, st.Due = Open, e.dueOf(m, s, a.At)
	m.Steps[s.ID] = st
	return []Effect{{Kind: Opened, Step: s.ID}}
}

func expireLease(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	for _, h := range m.Holders {
		if leaseKey(h) != a.Key || h.Until.IsZero() || a.At.Before(h.Until) || h.Finished {
			continue
		}
		a.People = []bot.PersonID{h.Person}
		effects := e.letGo(m, s, h.Person, a)
		return append(effects, Effect{Kind: Tell, Notice: NoticeReturned, People: a.People}), nil
	}
	return nil, bot.Errorf(bot.Stale, "%s 的认领没有到期。%s", m.Ref(), e.Now(*m))
}

func leaseKey(h Holder) string {
	return fmt.Sprintf("lease/%s/%d", h.Person, h.Since.UnixMilli())
}

func (claim) Due(e Env, m *Matter, s *Step) []Timer {
	if len(m.Holders) == 0 {
		return e.stranded(m, s)
	}
	var out []Timer
	for _, h := range m.Holders {
		if !h.Finished {
			out = append(out, Timer{Key: leaseKey(h), At: h.Until, Op: Expire})
		}
	}
	return out
}

func (claim) View(_ Env, m *Matter, s *Step) View {
	v := View{Status: fmt.Sprintf("等%s（%d/%d）", s.Name(), len(m.Holders), m.places(s))}
	if len(m.Holders) < m.places(s) {
		v.Buttons = append(v.Buttons, Button{Label: s.Verb, Op: Do, Who: s.By, Primary: true})
	}
	if s.Release != "" && len(m.Holders) > 0 {
		v.Buttons = append(v.Buttons, Button{Label: s.Release, Op: Release, Who: Who{Claimant}})
	}
	return v
}
