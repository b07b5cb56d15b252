package procedure

import (
	"time"

	"yiqun/bot/meeting"
)

// agendaKey names the timer that sets the agenda of a weekly meeting.
const agendaKey = "agenda"

// SetsAgenda reports whether an act of the clock sets the agenda of a meeting.
func SetsAgenda(a Act) bool { return a.Key == agendaKey }

// weekly is how a template's meeting comes round every week; nil if it does not.
func (t *Template) weekly() *meeting.Weekly {
	if s := t.Meeting(); s != nil {
		return s.Meet.Weekly
	}
	return nil
}

// AgendaSet is when the agenda of a weekly meeting is set, and ResolutionsTold when what
// it resolved is told; zero for any other meeting.
func (e Env) AgendaSet(m Matter) time.Time {
	w := e.Template.weekly()
	if w == nil || m.When.IsZero() {
		return time.Time{}
	}
	return w.Before(m.When.In(e.zone()), e.workday)
}

// ResolutionsTold is documented with AgendaSet.
func (e Env) ResolutionsTold(m Matter) time.Time {
	w := e.Template.weekly()
	if w == nil || m.When.IsZero() {
		return time.Time{}
	}
	return w.After(m.When.In(e.zone()), e.workday)
}

// NextSession is when the weekly meeting after last is; zero if there is none.
func (e Env) NextSession(last Matter, now time.Time) time.Time {
	w := e.Template.weekly()
	if w == nil || last.When.IsZero() {
		return time.Time{}
	}
	return w.Next(last.When.In(e.zone()), now, e.workday)
}

// agendaTimer sets the agenda of a meeting that was called before that time.
func (e Env) agendaTimer(m *Matter, s *Step) []Timer {
	at := e.AgendaSet(*m)
	if at.IsZero() || !m.Steps[s.ID].Opened.Before(at) {
		return nil
	}
	return []Timer{{Key: agendaKey, At: at, Op: Nudge}}
}
