package procedure

import (
	"slices"
	"time"
)

// reopenLimit is after how many reopenings a matter goes one level up.
const reopenLimit = 2

// advance opens the next step when the present one lets it, and closes the matter
// after the last.
func (e Env) advance(m *Matter, a *Act) []Effect {
	if !m.IsOpen() {
		return nil
	}
	var effects []Effect
	for i := range e.Template.Steps {
		s := &e.Template.Steps[i]
		if m.Steps[s.ID].Status == Waiting {
			if i > 0 && !m.passed(&e.Template.Steps[i-1]) {
				break
			}
			effects = append(effects, e.start(m, s, a.At)...)
		}
		if m.Steps[s.ID].Status == Ended {
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

func (m *Matter) end(s *Step, a *Act) { m.setStatus(s.ID, Ended, a.At) }

// start opens a step for a new round.
func (e Env) start(m *Matter, s *Step, at time.Time) []Effect {
	if c := s.Sets[setCategory]; m.Category == "" {
		m.Category = c
	}
	m.Steps[s.ID] = StepState{
		Status: Open, Round: m.Steps[s.ID].Round + 1, Opened: at, Due: e.dueOf(m, s, at),
	}
	switch s.Kind {
	case kindClaim:
		m.fill(s, at)
	case kindFinish:
		for i := range m.Holders {
			m.Holders[i].Finished = false
		}
	case kindSpawn:
		m.Children = slices.DeleteFunc(m.Children, Child.ended)
	}
	effects := []Effect{{Kind: Opened, Step: s.ID}}
	if e.Template.Audience != ForGroup && s.Kind != kindMeet { // a notice tells those entitled
		tell := Effect{Kind: Tell, Notice: NoticeWaiting, Step: s.ID}
		tell.People, tell.Posts = e.waiters(m, s)
		effects = append(effects, tell)
	}
	return effects
}

// dueOf is when a step should be done: what a person said, else the template's
// span, counted from the business's own time where that is later.
func (e Env) dueOf(m *Matter, s *Step, at time.Time) time.Time {
	switch {
	case s.Kind == kindNotice:
		return e.fullDays(at, s.Days)
	case s.Ballots():
		return voteDue(m, s, at)
	case s.Kind == kindMeet:
		return meetDue(m, s, at)
	case s.Within > 0:
		return at.Add(time.Duration(s.Within))
	case s.Kind == kindFinish && !m.Deadline.IsZero():
		return m.Deadline
	}
	d := s.Due.For(m.Category)
	if d == 0 {
		return time.Time{}
	}
	switch {
	case s.Kind == kindClaim:
		return claimDue(m, at, d)
	case s.Kind == kindFinish && m.When.After(at):
		at = m.When
	}
	return at.Add(d)
}

// reopen takes the matter back to an earlier step for another round. Everything
// after it waits again; a deadline that somebody set has been used up.
func (e Env) reopen(m *Matter, target string, a *Act) []Effect { return e.goBack(m, target, a, false) }

// goBack reopens a step; up asks the level above for help, which it does by itself
// once a matter has come back too often.
func (e Env) goBack(m *Matter, target string, a *Act, up bool) []Effect {
	from := e.Template.Step(target)
	effects := append([]Effect{{Kind: Reopened, Step: target}}, e.unbook(m)...)
	m.Outcome, m.Closed, m.Deadline = "", time.Time{}, time.Time{}
	m.Reopens++
	e.rewind(m, from)
	e.keepHolders(m, from, a.At)
	if m.Reopens >= reopenLimit || up {
		m.Level++
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeUp, Posts: e.Template.Managers, Up: m.Level})
	}
	if len(m.Holders) > 0 {
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeReopened, People: m.holderIDs()})
	}
	return append(effects, e.start(m, from, a.At)...)
}

// rewind lets everything from a step on wait again.
func (e Env) rewind(m *Matter, from *Step) {
	for s := range e.Template.AllSteps() {
		st := m.Steps[s.ID]
		switch {
		case s.after || s.index >= from.index:
			st.Status = Waiting
		case s.Kind == kindClaim && st.Status == Ended:
			st.Status = Passed // places and 退单 count again
		}
		if st.Round > 0 {
			m.Steps[s.ID] = st
		}
	}
}

// keepHolders leaves a reopened matter with those who did it, on a new lease. Where
// it goes back to before it was given to anybody, they are let go.
func (e Env) keepHolders(m *Matter, from *Step, at time.Time) {
	if from.index <= e.Template.lastGiver() {
		m.Holders = nil
		return
	}
	claim := e.Template.claim()
	for i := range m.Holders {
		m.Holders[i].Finished = false
		if !m.Holders[i].Until.IsZero() {
			m.Holders[i].Until = claim.leaseFrom(at)
		}
	}
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
	if m.Parent != "" {
		effects = append(effects, Effect{Kind: Joins, Other: m.Parent})
	}
	if e.Template.Audience != ForGroup {
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeEnded, People: append(m.askers(), m.holderIDs()...)})
	}
	if o != Done {
		return effects
	}
	for i := range e.Template.After {
		effects = append(effects, e.start(m, &e.Template.After[i], a.At)...)
	}
	effects = append(effects, e.book(m)...)
	if l := e.Template.Letter; l != nil {
		effects = append(effects, Effect{Kind: Tell, Notice: NoticeLetter, Posts: []string{l.To}})
	}
	return effects
}

// book enters what a matter that is done is worth.
func (e Env) book(m *Matter) []Effect {
	l := e.Template.Ledger
	if l == nil {
		return nil
	}
	m.Booked = l.Amount
	if l.From != "" {
		m.Booked = m.Amounts[l.From]
	}
	return []Effect{{Kind: Book, Book: l.Book, Amount: m.Booked, Round: m.Reopens + 1}}
}

// unbook takes back what was booked, by an entry of its own: a ledger is never
// edited.
func (e Env) unbook(m *Matter) []Effect {
	if m.Booked == 0 {
		return nil
	}
	back := Effect{Kind: Book, Book: e.Template.Ledger.Book, Amount: -m.Booked, Round: -(m.Reopens + 1)}
	m.Booked = 0
	return []Effect{back}
}
