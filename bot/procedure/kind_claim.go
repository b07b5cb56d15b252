package procedure

import (
	"fmt"
	"time"

	"yiqun/bot"
)

// claim lets people take a matter on, up to its capacity, for as long as the
// lease. The next step opens with the first claim; places stay open until that
// step ends.
type claim struct{}

func (claim) check(t *Template, s *Step) []string {
	var out []string
	if s.Verb == "" || len(s.By) == 0 {
		out = append(out, "claim 要有 verb 和 by")
	}
	if s.Capacity < 1 || s.Capacity > 1000 {
		out = append(out, "capacity 要在 1 到 1000 之间")
	}
	if s.CapacityFrom != "" {
		if f := t.Field(s.CapacityFrom); f == nil || f.Type != CountField {
			out = append(out, "capacity_from 要写某个 count 字段的 id")
		}
	}
	return out
}

func (claim) Verbs(s *Step) []Verb {
	out := []Verb{verb(s)}
	if s.Release != "" {
		out = append(out, Verb{Word: s.Release, Op: Release, Who: Who{Claimant}, Reason: "optional"})
	}
	return out
}

// places is how many may claim.
func (m *Matter) places(s *Step) int {
	if s.CapacityFrom != "" && m.Capacity > 0 {
		return m.Capacity
	}
	return s.Capacity
}

func (claim) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch a.Op {
	case Do:
		return nil, claimPlace(e, m, s, a)
	case Release:
		if err := e.allow(m, Who{Claimant}, s.Release, a); err != nil {
			return nil, err
		}
		return m.release(s, a.By, a), nil
	case Expire:
		return expireLease(m, s, a)
	}
	return nil, e.wrongStep(m)
}

func claimPlace(e Env, m *Matter, s *Step, a *Act) error {
	if m.Holds(a.By) {
		return bot.Errorf(bot.Wrong, "%s 您已经%s了，不用再点。", m.Ref(), s.Verb)
	}
	if s.NotSelf && a.By == m.Asker && !e.replay {
		return bot.Errorf(bot.Forbidden, "自己发起的，请让别人来%s。", s.Verb)
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return err
	}
	if len(m.Holders) >= m.places(s) {
		return &FullError{Ref: m.Ref(), Places: m.places(s), Holders: m.holderIDs()}
	}
	h := Holder{Person: a.By, Since: a.At}
	if s.Lease > 0 {
		h.Until = a.At.Add(time.Duration(s.Lease))
	}
	m.Holders = append(m.Holders, h)
	m.setStatus(s.ID, Passed, a.At)
	return nil
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

// release takes a holder off; with nobody left the steps that were opened by the
// claim wait again.
func (m *Matter) release(s *Step, p bot.PersonID, a *Act) []Effect {
	m.dropHolder(p)
	if len(m.Holders) > 0 {
		return nil
	}
	m.setStatus(s.ID, Open, a.At)
	for id, st := range m.Steps {
		if id != s.ID && st.Live() && st.Round > 0 && !st.Opened.Before(m.Steps[s.ID].Opened) {
			m.setStatus(id, Waiting, a.At)
		}
	}
	return []Effect{{Kind: Opened, Step: s.ID}}
}

func expireLease(m *Matter, s *Step, a *Act) ([]Effect, error) {
	for _, h := range m.Holders {
		if leaseKey(h) != a.Key {
			continue
		}
		if h.Until.IsZero() || a.At.Before(h.Until) {
			break
		}
		a.People = []bot.PersonID{h.Person}
		effects := m.release(s, h.Person, a)
		return append(effects, Effect{Kind: Tell, Notice: NoticeReturned, People: a.People}), nil
	}
	return nil, bot.Errorf(bot.Stale, "%s 的认领没有到期。", m.Ref())
}

func leaseKey(h Holder) string {
	return fmt.Sprintf("lease/%s/%d", h.Person, h.Since.UnixMilli())
}

func (claim) Due(e Env, m *Matter, s *Step) []Timer {
	var out []Timer
	for _, h := range m.Holders {
		if !h.Until.IsZero() && !h.Finished {
			out = append(out, Timer{Key: leaseKey(h), At: h.Until, Op: Expire})
		}
	}
	if len(m.Holders) == 0 {
		out = append(out, e.late(m.Steps[s.ID].Due)...)
	}
	return out
}

func (claim) View(_ Env, m *Matter, s *Step) View {
	v := View{Status: fmt.Sprintf("等%s（%d/%d）", s.Name(), len(m.Holders), m.places(s)), Who: s.By}
	if len(m.Holders) < m.places(s) {
		v.Buttons = append(v.Buttons, Button{Label: s.Verb, Op: Do, Primary: true})
	}
	if s.Release != "" && len(m.Holders) > 0 {
		v.Buttons = append(v.Buttons, Button{Label: s.Release, Op: Release, Who: Who{Claimant}})
	}
	return v
}
