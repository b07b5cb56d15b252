package procedure

import (
	"slices"
	"time"
)

// A claim that nobody makes is stranded: the managers are told when its time has passed,
// and a working day later whoever stands above them, as of any step that is late.

// claimDue is when a matter that is free for the taking since at should have been taken: so
// long after, but in good time before it is wanted.
func claimDue(m *Matter, at time.Time, d time.Duration) time.Time {
	due := at.Add(d)
	for _, wanted := range []time.Time{m.When, m.Deadline} {
		if early := wanted.Add(-lead(wanted.Sub(at))); wanted.After(at) && early.Before(due) {
			due = early
		}
	}
	return due
}

// stranded lists the reminders of a claim that nobody has made. What is given days can wait
// for a working day. The keys name the time, so that it may strand again.
func (e Env) stranded(m *Matter, s *Step) []Timer {
	due := m.Steps[s.ID].Due
	if due.IsZero() {
		return nil
	}
	at := due
	if s.Due.For(m.Category) >= 24*time.Hour && m.When.IsZero() && m.Deadline.IsZero() && !e.workday(at.In(e.zone())) {
		at = e.addWorkday(at)
	}
	return []Timer{
		{Key: endKey(NoticeLate, due), At: at, Op: Nudge},
		{Key: endKey(NoticeLater, due), At: e.addWorkday(at), Op: Nudge},
	}
}

// waitsForTaker is the claim that a matter waits for and nobody has made; nil if none.
func (e Env) waitsForTaker(m *Matter) *Step {
	s := e.Template.claim()
	if s == nil || m.Steps[s.ID].Status != Open || len(m.Holders) > 0 {
		return nil
	}
	return s
}

// stillStranded reports whether a reminder of a claim that nobody had made still holds.
func (e Env) stillStranded(m *Matter, s *Step, timer string) bool {
	due := m.Steps[s.ID].Due
	return e.waitsForTaker(m) == s && slices.Contains([]string{endKey(NoticeLate, due), endKey(NoticeLater, due)}, timer)
}
