package procedure

import (
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/meeting"
)

// meet holds a meeting. What is said before and during it are no acts: the entries are
// kept apart, outside the matter's version, so that three hundred may sign in at once.
// One act seals them, with their number and hash, once host or recorder has confirmed
// the minutes; the clock does so when nobody has for as long as the step says.
type meet struct{}

// Sealing is what a meeting leaves in its matter.
type Sealing struct {
	Entries int    `json:"entries"`
	Hash    string `json:"hash"` // hex SHA-256 of roll and entries
	// Held: it did take place.
	Held bool `json:"held"`
	// Approved are who confirmed the minutes.
	Approved []bot.PersonID `json:"approved,omitempty"`
}

func (meet) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if s.Meet == nil {
		return append(ps, s.problem("meet", "meet 这一步没有 meet", "例如 meet: {roll: members, rule: party.resolve}"))
	}
	for _, p := range s.Meet.Problems() {
		ps = append(ps, s.problem("meet", p, "见模板说明"))
	}
	if s.Within == 0 {
		ps = append(ps, s.problem("within", "meet 没有 within", "散会后没有人确认记录时，多久归档，例如 within: 7d"))
	}
	if s.Meet.Rule != "" && !idShape.MatchString(s.Meet.Rule) {
		ps = append(ps, s.problem("meet", fmt.Sprintf("rule %q 不合格", s.Meet.Rule), "请写规则的 id，例如 rule: party.resolve"))
	}
	if t.First().FieldOf(TimeField) == nil {
		ps = append(ps, s.problem("meet", "第一步没问什么时候开", "第一步的 fields 里加一个 type: time"))
	}
	if s.Meet.OrderWord != "" {
		ps = append(ps, checkWord(s, "meet", s.Meet.OrderWord)...)
	}
	if other := t.Meeting(); other != nil && other != s {
		ps = append(ps, s.problem("kind", "有两步 meet", "一个模板只能有一步 meet"))
	}
	return ps
}

func (meet) Verbs(s *Step) []Verb { return []Verb{verb(s)} }

func (meet) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op == Do {
		if err := e.allow(m, s.By, s.Verb, a); err != nil {
			return nil, err
		}
		return nil, ask("reply", "来不来请说一声，例如：%s %d。", s.Verb, m.Number)
	}
	if a.Op == Move {
		return nil, e.moveMeeting(m, s, a)
	}
	if a.Sealing == nil {
		return nil, bot.Errorf(bot.Missing, "%s 的会议记录还没有封存。", m.Ref())
	}
	switch a.Op {
	case Close:
		if err := e.allowSealing(m, a); err != nil {
			return nil, err
		}
	case Expire:
		if a.At.Before(m.Steps[s.ID].Due) {
			return nil, bot.Errorf(bot.Stale, "%s 还没到归档的时间。", m.Ref())
		}
	default:
		return nil, e.wrongStep(m)
	}
	st := m.Steps[s.ID]
	st.Sealing = a.Sealing
	m.Steps[s.ID] = st
	m.end(s, a)
	if !a.Sealing.Held {
		return e.close(m, Cancelled, a), nil
	}
	return nil, nil
}

// moveMeeting holds a meeting at another time. That it has not begun is judged by who
// keeps its entries.
func (e Env) moveMeeting(m *Matter, s *Step, a *Act) error {
	if err := e.allowOwn(m, "改期", a); err != nil {
		return err
	}
	switch {
	case a.Until.IsZero():
		return ask("until", "%s 改到什么时候？例如：改期 %d 周五19:00。", m.Ref(), m.Number)
	case !a.Until.After(a.At):
		return bot.Errorf(bot.Invalid, "%s 这个时间已经过了，请说一个以后的时间。", m.Ref())
	}
	m.When = a.Until
	st := m.Steps[s.ID]
	st.Due = meetDue(m, s, a.At)
	m.Steps[s.ID] = st
	return nil
}

// allowSealing lets who confirmed the minutes seal them, being host or recorder, and
// the template's managers.
func (e Env) allowSealing(m *Matter, a *Act) error {
	if i := slices.IndexFunc(a.Sealing.Approved, e.Actor.Is); i >= 0 && !e.replay {
		a.By = a.Sealing.Approved[i]
		return nil
	}
	return e.allow(m, e.Template.Managers, "确认", a)
}

func (meet) Due(e Env, m *Matter, s *Step) []Timer {
	return append(e.agendaTimer(m, s), Timer{Key: "close", At: m.Steps[s.ID].Due, Op: Expire})
}

func (meet) View(e Env, m *Matter, s *Step) View {
	status := s.Name()
	if !m.When.IsZero() {
		status = e.begins(m.When) + " " + status
	}
	return View{Status: status, Buttons: []Button{{Label: s.Verb, Op: Do, Who: s.By, Choice: string(meeting.Coming), Primary: true}}}
}

// Calling is the live step of a meeting that is to be held or runs; nil if there is none.
func (e Env) Calling(m Matter) *Step {
	if s := e.Template.Meeting(); s != nil && m.Steps[s.ID].Live() {
		return s
	}
	return nil
}

// meetDue is when an unconfirmed meeting is filed: so long after it was to be held.
func meetDue(m *Matter, s *Step, at time.Time) time.Time {
	if m.When.After(at) {
		at = m.When
	}
	return at.Add(time.Duration(s.Within))
}

// Meeting is the template's meeting; nil if it has none. A template has at most one.
func (t *Template) Meeting() *Step {
	for s := range t.AllSteps() {
		if s.Kind == kindMeet && s.Meet != nil {
			return s
		}
	}
	return nil
}

// MeetingID names the meeting of a matter's step, in its present round.
func (m Matter) MeetingID(s *Step) meeting.ID {
	return meeting.ID{Matter: m.ID, Step: s.ID, Round: m.Steps[s.ID].Round}
}

// Calls are the enabled templates of meetings that a word opens. They share it and are
// told apart by their names.
func (s Set) Calls(word string) []*Template {
	var out []*Template
	for _, t := range s.list {
		if f := t.First(); t.Enabled() && t.Meeting() != nil && (f.Verb == word || slices.Contains(f.Also, word)) {
			out = append(out, t)
		}
	}
	return out
}
