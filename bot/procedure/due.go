package procedure

import (
	"slices"
	"strings"
	"time"

	"yiqun/bot"
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
// derived from the state alone, so that a lost queue heals. Apply accepts an act of
// the clock for each of them from its time on, and then it is gone.
func Due(e Env, m Matter) []Timer {
	var out []Timer
	for s := range e.Template.AllSteps() {
		st := m.Steps[s.ID]
		if !st.Live() {
			continue
		}
		for _, t := range slices.Concat(kinds[s.Kind].Due(e, &m, s), e.ahead(&m, s)) {
			if !t.At.IsZero() && !slices.Contains(st.Fired, t.Key) {
				t.Step = s.ID
				out = append(out, t)
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

// byClock tells the ops that only time does.
func (o Op) byClock() bool { return o == Expire || o == Nudge || o == Join || o == Redraw }

// onTime checks that an act of the clock is one of the matter's timers, and not
// early. A replay knows no calendar; there the act itself says that it was time.
func (e Env) onTime(m *Matter, a *Act) error {
	if e.replay {
		return nil
	}
	for _, t := range Due(e, *m) {
		if t.Step == a.Step && t.Key == a.Key && t.Op == a.Op && !t.At.After(a.At) {
			return nil
		}
	}
	return bot.Errorf(bot.Stale, "%s 这一步还没到时候，或者已经过了。%s", m.Ref(), e.Now(*m))
}

// over ends a step whose time has run out; the state alone says when, so a replay
// checks it too.
func (e Env) over(m *Matter, s *Step, a *Act) error {
	if a.At.Before(m.Steps[s.ID].Due) {
		return bot.Errorf(bot.Stale, "%s 的%s还没到期。%s", m.Ref(), s.Name(), e.Now(*m))
	}
	m.end(s, a)
	return nil
}

// nudge notes that a reminder went out: first to who is to act, a working day
// later one level up: to the managers, or above those where they are to act; then it
// is quiet.
func (e Env) nudge(m *Matter, a *Act) ([]Effect, error) {
	s := e.Template.Step(a.Step)
	if s == nil || !m.Steps[s.ID].Live() {
		return nil, e.wrongStep(m)
	}
	if err := e.onTime(m, a); err != nil {
		return nil, err
	}
	st := m.Steps[s.ID]
	a.Round = st.Round
	st.Fired = append(slices.Clone(st.Fired), a.Key)
	m.Steps[s.ID] = st
	if a.Key == agendaKey {
		return nil, nil // everybody is told what it is
	}
	if n := noticeOf(a.Key); n.early() || n == NoticeMinutes {
		return []Effect{e.tellsAhead(m, s, a.Key)}, nil
	}
	tell := Effect{Kind: Tell, Notice: NoticeLate, Step: s.ID}
	if strings.HasPrefix(a.Key, string(NoticeLater)) {
		tell.Notice, tell.Posts = NoticeLater, e.Template.Managers
		if people, posts := e.waiters(m, s); len(people) == 0 && within(posts, e.Template.Managers) {
			tell.Up = 1 // they have heard it themselves
		}
	} else {
		tell.People, tell.Posts = e.waiters(m, s)
	}
	return []Effect{tell}, nil
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(p string) bool { return !slices.Contains(all, p) })
}

// late lists the reminders of a step with a due time: when it has passed, and one
// working day after (超期催办); then it is quiet.
func (e Env) late(due time.Time) []Timer {
	if due.IsZero() {
		return nil
	}
	return []Timer{
		{Key: string(NoticeLate), At: due, Op: Nudge},
		{Key: string(NoticeLater), At: e.addWorkday(due), Op: Nudge},
	}
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

// fullDays is the end of the n-th full day after at: 公示 that begins at noon is
// not over at noon.
func (e Env) fullDays(at time.Time, n int) time.Time {
	zone := e.days()
	y, mo, d := at.In(zone).Date()
	return time.Date(y, mo, d+n+1, 0, 0, 0, 0, zone).UTC()
}

func (e Env) days() *time.Location {
	if e.Days == nil {
		return e.zone()
	}
	return e.Days
}

func (e Env) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// Overdue reports whether a matter is over a deadline. That nobody has claimed it is none.
func (e Env) Overdue(m Matter, now time.Time) bool {
	return slices.ContainsFunc(e.live(&m), func(s *Step) bool {
		due := m.Steps[s.ID].Due
		return s.Kind != kindClaim && !due.IsZero() && now.After(due)
	})
}
