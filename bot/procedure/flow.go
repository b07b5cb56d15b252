package procedure

import (
	"slices"
	"strconv"
	"time"
)

// advance opens the next step when the present one lets it, and closes the matter
// after the last.
func (e Env) advance(m *Matter, a *Act) []Effect {
	if !m.IsOpen() {
		return nil
	}
	var effects []Effect
	for i := range e.Template.Steps {
		s := &e.Template.Steps[i]
		st := m.Steps[s.ID]
		if st.Status == Waiting {
			if i > 0 && !m.passed(&e.Template.Steps[i-1]) {
				break
			}
			effects = append(effects, e.start(m, s, a.At)...)
			st = m.Steps[s.ID]
		}
		if st.Status == Ended {
			m.endBefore(e.Template, i, a.At)
		}
	}
	last := &e.Template.Steps[len(e.Template.Steps)-1]
	if m.Steps[last.ID].Status == Ended {
		effects = append(effects, e.close(m, Done, a)...)
	}
	return effects
}

func (m *Matter) passed(s *Step) bool {
	st := m.Steps[s.ID].Status
	return st == Passed || st == Ended
}

// endBefore ends the steps that were still taking acts when a later one ended.
func (m *Matter) endBefore(t *Template, i int, at time.Time) {
	for j := range i {
		if id := t.Steps[j].ID; m.Steps[id].Live() {
			m.setStatus(id, Ended, at)
		}
	}
}

func (m *Matter) setStatus(id string, status Status, at time.Time) {
	st := m.Steps[id]
	st.Status = status
	if status == Ended {
		st.Ended = at
	}
	m.Steps[id] = st
}

// start opens a step for a new round.
func (e Env) start(m *Matter, s *Step, at time.Time) []Effect {
	st := m.Steps[s.ID]
	st = StepState{Status: Open, Round: st.Round + 1, Opened: at}
	for k, v := range s.Sets {
		if k == "category" && m.Category == "" {
			m.Category = v
		}
	}
	st.Due = e.dueOf(m, s, at)
	m.Steps[s.ID] = st
	if s.Kind == kindClaim {
		m.fill(e, s, at)
	}
	return []Effect{{Kind: Opened, Step: s.ID}}
}

// dueOf is when a step should be done: what a person said, else the template's
// span, counted from the business's own time where that is later.
func (e Env) dueOf(m *Matter, s *Step, at time.Time) time.Time {
	switch {
	case s.Kind == kindNotice:
		return e.fullDays(at, s.Days)
	case s.Within > 0:
		return at.Add(time.Duration(s.Within))
	case s.Kind == kindFinish && !m.Deadline.IsZero():
		return m.Deadline
	}
	d := s.Due.For(m.Category)
	if d == 0 {
		return time.Time{}
	}
	if s.Kind == kindFinish && m.When.After(at) {
		at = m.When
	}
	return at.Add(d)
}

// fullDays is the end of the n-th full day after at: 公示 that begins at noon is
// not over at noon.
func (e Env) fullDays(at time.Time, n int) time.Time {
	y, mo, d := at.In(e.zone()).Date()
	return time.Date(y, mo, d+n+1, 0, 0, 0, 0, e.zone()).UTC()
}

func (e Env) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// reopen takes the matter back to an earlier step for another round. Everything
// after it waits again.
func (e Env) reopen(m *Matter, target string, a *Act) []Effect {
	t := e.Template
	from := t.Step(target)
	m.Outcome, m.Closed = "", time.Time{}
	m.Reopens++
	m.Deadline = time.Time{}
	for i := range t.Steps {
		s := &t.Steps[i]
		st := m.Steps[s.ID]
		switch {
		case s.index >= from.index:
			st.Status = Waiting
		case s.Kind == kindClaim && st.Status == Ended:
			st.Status = Passed // places and 退单 count again
		}
		m.Steps[s.ID] = st
	}
	for i := range t.After {
		st := m.Steps[t.After[i].ID]
		st.Status = Waiting
		m.Steps[t.After[i].ID] = st
	}
	for i := range m.Holders {
		m.Holders[i].Finished = false
	}
	effects := []Effect{{Kind: Reopened, Step: target}}
	if m.Reopens >= reopenLimit {
		m.Level++
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeUp, Posts: t.Managers, Up: m.Level})
	}
	if len(m.Holders) > 0 {
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeReopened, People: m.holderIDs()})
	}
	return append(effects, e.start(m, from, a.At)...)
}

// close ends the matter and opens what comes after.
func (e Env) close(m *Matter, o Outcome, a *Act) []Effect {
	m.Outcome, m.Closed = o, a.At
	for id, st := range m.Steps {
		if st.Live() {
			m.setStatus(id, Ended, a.At)
		}
	}
	effects := []Effect{{Kind: ClosedNow}}
	if o != Done {
		return effects
	}
	for i := range e.Template.After {
		effects = append(effects, e.start(m, &e.Template.After[i], a.At)...)
	}
	if l := e.Template.Ledger; l != nil {
		amount := l.Amount
		if l.From != "" {
			amount = m.Amount
		}
		effects = append(effects, Effect{Kind: Book, Book: l.Book, Amount: amount, Round: m.Reopens + 1})
	}
	if l := e.Template.Letter; l != nil {
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeLetter, Posts: []string{l.To}})
	}
	return effects
}

// fill makes those a person was assigned to the first holders of a claim.
func (m *Matter) fill(e Env, s *Step, at time.Time) {
	if len(m.Holders) == 0 {
		return
	}
	for i := range m.Holders {
		if m.Holders[i].Until.IsZero() && s.Lease > 0 {
			m.Holders[i].Until = at.Add(time.Duration(s.Lease))
		}
	}
	m.setStatus(s.ID, Passed, at)
}

func (m *Matter) holderIDs() []personID {
	out := make([]personID, len(m.Holders))
	for i, h := range m.Holders {
		out[i] = h.Person
	}
	return out
}

// needed is how many holders must finish.
func (m *Matter) needed(s *Step) int {
	switch s.Need {
	case "all":
		return max(1, len(m.Holders))
	case "", "any":
		return 1
	}
	n, _ := strconv.Atoi(s.Need) // checked when the template was read
	return min(n, max(1, len(m.Holders)))
}

func (m *Matter) finished() int {
	n := 0
	for _, h := range m.Holders {
		if h.Finished {
			n++
		}
	}
	return n
}

func (m *Matter) dropHolder(p personID) {
	m.Holders = slices.DeleteFunc(m.Holders, func(h Holder) bool { return h.Person == p })
}
