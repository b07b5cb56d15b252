package procedure

import (
	"slices"
	"strconv"
	"time"

	"yiqun/bot"
)

// assignTo makes the act's people holders; who assigned them tells them.
func (e Env) assignTo(m *Matter, a *Act) ([]Effect, error) {
	if s := e.Template.claim(); s != nil && s.NotSelf && !e.replay {
		if slices.ContainsFunc(a.People, func(p bot.PersonID) bool { return slices.Contains(m.askers(), p) }) {
			return nil, bot.Errorf(bot.Forbidden, "自己发起的要交给别人来%s。%s", s.Verb, e.Now(*m))
		}
	}
	var told []bot.PersonID
	for _, p := range a.People {
		if !m.Holds(p) {
			m.Holders = append(m.Holders, Holder{Person: p, Since: a.At, Assigned: true})
			told = append(told, p)
		}
	}
	if len(told) == 0 {
		return nil, nil
	}
	return []Effect{{Kind: Tell, Notice: NoticeAssigned, People: told}}, nil
}

// fill makes those a person was assigned to the first holders of a claim.
func (m *Matter) fill(s *Step, at time.Time) {
	if len(m.Holders) == 0 || s.Kind != kindClaim {
		return
	}
	for i := range m.Holders {
		if m.Holders[i].Until.IsZero() {
			m.Holders[i].Until = s.leaseFrom(at)
		}
	}
	m.taken(s, at)
}

// taken notes that a claim has found somebody: nobody is late with it any more.
func (m *Matter) taken(s *Step, at time.Time) {
	m.setStatus(s.ID, Passed, at)
	st := m.Steps[s.ID]
	st.Due = time.Time{}
	m.Steps[s.ID] = st
}

// leaseFrom is when a claim made at t ends; zero if the step has no lease.
func (s *Step) leaseFrom(t time.Time) time.Time {
	if s == nil || s.Lease == 0 {
		return time.Time{}
	}
	return t.Add(time.Duration(s.Lease))
}

// places is how many may hold the matter. Who assigns people by name makes room
// for them.
func (m *Matter) places(s *Step) int {
	n := s.Capacity
	if s.CapacityFrom != "" && m.Capacity > 0 {
		n = m.Capacity
	}
	assigned := 0
	for _, h := range m.Holders {
		if h.Assigned {
			assigned++
		}
	}
	return max(n, assigned)
}

func (m *Matter) holderIDs() []bot.PersonID {
	out := make([]bot.PersonID, len(m.Holders))
	for i, h := range m.Holders {
		out[i] = h.Person
	}
	return out
}

func (m *Matter) unfinished() []bot.PersonID {
	return slices.DeleteFunc(m.holderIDs(), m.finishedBy)
}

func (m *Matter) finishedBy(p bot.PersonID) bool {
	return slices.ContainsFunc(m.Holders, func(h Holder) bool { return h.Person == p && h.Finished })
}

func (m *Matter) finished() int { return len(m.Holders) - len(m.unfinished()) }

func (m *Matter) dropHolder(p bot.PersonID) {
	m.Holders = slices.DeleteFunc(m.Holders, func(h Holder) bool { return h.Person == p })
}

// needed is how many holders must finish. Where a number of people was asked for,
// all means that number: the first to come must not end it for the others.
func (e Env) needed(m *Matter, s *Step) int {
	switch s.Need {
	case "", "any":
		return 1
	case "all":
		if c := e.Template.claim(); c != nil && c.CapacityFrom != "" {
			return max(m.places(c), len(m.Holders))
		}
		return max(1, len(m.Holders))
	}
	n, _ := strconv.Atoi(s.Need) // checked when the template was read
	return n
}

// working is the finish that is live; nil if there is none.
func (e Env) working(m *Matter) *Step {
	for _, s := range e.live(m) {
		if s.Kind == kindFinish {
			return s
		}
	}
	return nil
}

// settle ends the work when those who are left have all finished.
func (e Env) settle(m *Matter, a *Act) {
	if s := e.working(m); s != nil && m.finished() > 0 && m.finished() >= e.needed(m, s) {
		m.end(s, a)
	}
}
