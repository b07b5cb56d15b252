package procedure

import (
	"time"

	"yiqun/bot"
)

type personID = bot.PersonID

// EffectKind is what follows from an act.
type EffectKind string

// The effects. Reminders are not among them: Due derives those.
const (
	Opened    EffectKind = "opened"   // a step opened: a new card for the chats
	Reopened  EffectKind = "reopened" // an earlier step is open again
	ClosedNow EffectKind = "closed"   // the matter has ended
	Tell      EffectKind = "tell"     // tell people privately
	Book      EffectKind = "book"     // a ledger entry
)

// Effect is one thing that follows from an act; the service carries it out in the
// act's transaction.
type Effect struct {
	Kind   EffectKind
	Step   string
	Notice Notice
	People []bot.PersonID
	// Posts at the matter's node, or Up levels above it, are told.
	Posts  []string
	Up     int
	Book   string
	Amount int64
	Round  int
}

// Notice says what a person is told; Env.Say puts it into words.
type Notice string

// The notices.
const (
	NoticeAssigned Notice = "assigned" // you have been given a matter
	NoticeReturned Notice = "returned" // a matter has nobody any more
	NoticeReopened Notice = "reopened" // your matter is to be done again
	NoticeUp       Notice = "up"       // a matter came up a level
	NoticeLetter   Notice = "letter"   // a letter is drafted for you
	NoticeLate     Notice = "late"     // the deadline has passed
	NoticeLater    Notice = "later"    // and a working day more
	NoticeWaiting  Notice = "waiting"  // a step waits for you
)

// Timer is something time will do to a matter. Its Key is unique per step and
// round, so that it fires once.
type Timer struct {
	Step string
	Key  string
	At   time.Time
	Op   Op
}

// Due lists the timers of a matter that have not fired yet, in no order. It is
// derived from the state alone, so that a lost queue heals.
func Due(e Env, m Matter) []Timer {
	var out []Timer
	for _, list := range [][]Step{e.Template.Steps, e.Template.After} {
		for i := range list {
			s := &list[i]
			st := m.Steps[s.ID]
			if !st.Live() {
				continue
			}
			for _, t := range kinds[s.Kind].Due(e, &m, s) {
				if !contains(st.Fired, t.Key) {
					t.Step = s.ID
					out = append(out, t)
				}
			}
		}
	}
	return out
}

// NextDue is when the first of a matter's timers fires; zero if there is none.
func NextDue(e Env, m Matter) time.Time {
	var next time.Time
	for _, t := range Due(e, m) {
		if next.IsZero() || t.At.Before(next) {
			next = t.At
		}
	}
	return next
}

// addWorkday is the same time of day, one working day later.
func (e Env) addWorkday(t time.Time) time.Time {
	for range 15 {
		t = t.AddDate(0, 0, 1)
		if e.workday(t.In(e.zone())) {
			break
		}
	}
	return t
}

func (e Env) workday(t time.Time) bool {
	if e.Workday != nil {
		return e.Workday(t)
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// late lists the reminders of a step with a due time: when it has passed, and one
// working day after; then it is quiet.
func (e Env) late(due time.Time) []Timer {
	if due.IsZero() {
		return nil
	}
	return []Timer{
		{Key: "late", At: due, Op: Nudge},
		{Key: "later", At: e.addWorkday(due), Op: Nudge},
	}
}
