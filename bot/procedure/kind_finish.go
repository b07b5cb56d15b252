package procedure

import (
	"fmt"
	"time"

	"yiqun/bot"
)

// finish is the work being done, by one, some or all of those who took it on.
type finish struct{}

func (finish) check(_ *Template, s *Step) []string {
	if s.Verb == "" || len(s.By) == 0 {
		return []string{"finish 要有 verb 和 by"}
	}
	return nil
}

func (finish) Verbs(s *Step) []Verb {
	v := verb(s)
	if v.Reason == "" && s.Main() == nil {
		v.Reason = "optional"
	}
	out := []Verb{v}
	if s.Extend != "" {
		out = append(out, Verb{
			Word: s.Extend, Op: Extend, Who: Who{Claimant}, Reason: "optional",
			Fields: []Field{{ID: "by", Type: DeadlineField, Label: "期限", Required: true, Ask: "延到什么时候？例如：周五。"}},
		})
	}
	return out
}

func (finish) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Do:
		return nil, finishOne(e, m, s, a)
	case a.Op == Extend && s.Extend != "":
		return nil, extend(e, m, s, a)
	}
	return nil, e.wrongStep(m)
}

func finishOne(e Env, m *Matter, s *Step, a *Act) error {
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return err
	}
	if err := s.needFields(a); err != nil {
		return err
	}
	m.take(s, a)
	for i := range m.Holders {
		h := &m.Holders[i]
		if h.Person == a.By {
			if h.Finished {
				return bot.Errorf(bot.Wrong, "%s 您已经%s了。", m.Ref(), s.Verb)
			}
			h.Finished = true
		}
	}
	m.mark(s, Mark{Person: a.By, Seq: a.Seq})
	// Somebody who need not hold it (a post) speaks for all.
	if a.Post != Claimant || m.finished() >= m.needed(s) {
		m.end(s, a)
	}
	return nil
}

func extend(e Env, m *Matter, s *Step, a *Act) error {
	if err := e.allow(m, Who{Claimant}, s.Extend, a); err != nil {
		return err
	}
	if a.Until.IsZero() {
		return ask("by", "延到什么时候？例如：%s %d 周五。", s.Extend, m.Number)
	}
	if err := inFuture(a); err != nil {
		return err
	}
	m.Deadline = a.Until
	st := m.Steps[s.ID]
	st.Due = a.Until
	st.Fired = nil
	m.Steps[s.ID] = st
	for i := range m.Holders {
		h := &m.Holders[i]
		if !h.Until.IsZero() && h.Until.Before(a.Until) {
			h.Until = a.Until
		}
	}
	return nil
}

// inFuture refuses a deadline that has passed.
func inFuture(a *Act) error {
	if !a.Until.IsZero() && !a.Until.After(a.At) {
		return bot.Errorf(bot.Invalid, "这个时间已经过了，请说一个以后的时间。")
	}
	return nil
}

func (finish) Due(e Env, m *Matter, s *Step) []Timer {
	due := m.Steps[s.ID].Due
	timers := e.late(due)
	for i := range timers {
		// An extension makes the deadline fire anew.
		timers[i].Key += due.UTC().Format("/" + time.RFC3339)
	}
	return timers
}

func (finish) View(_ Env, m *Matter, s *Step) View {
	v := View{Status: "办理中", Who: s.By}
	if n := m.needed(s); n > 1 {
		v.Status = fmt.Sprintf("办理中（%d/%d）", m.finished(), n)
	}
	v.Buttons = []Button{{Label: s.Verb, Op: Do, Primary: true}}
	if s.Extend != "" {
		v.Buttons = append(v.Buttons, Button{Label: s.Extend, Op: Extend, Who: Who{Claimant}})
	}
	return v
}
