package procedure

import (
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
)

// finish is the work being done, by one, some or all of those who took it on.
type finish struct{}

func (finish) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if slices.Contains(s.By, Claimant) && !t.givenBefore(s) {
		ps = append(ps, s.problem("by", "by: claimant，但前面没有人能接手", "前面加一步 claim 或 assign，或把 by 改成职务"))
	}
	return append(ps, checkNeed(t, s)...)
}

func (finish) Verbs(s *Step) []Verb {
	v := verb(s)
	if s.Main() == nil {
		v.Reason = reasonOptional
	}
	out := []Verb{v}
	if s.Extend != "" {
		out = append(out, Verb{
			Word: s.Extend, Op: Extend, Who: Who{Claimant}, Reason: reasonOptional,
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
	if err := allowFinish(e, m, s, a); err != nil {
		return err
	}
	if err := e.take(m, s, a); err != nil {
		return err
	}
	m.mark(s, Mark{Person: a.By, Seq: a.Seq})
	if a.Post != Claimant {
		m.end(s, a) // a post speaks for all
		return nil
	}
	for i := range m.Holders {
		if m.Holders[i].Person == a.By {
			m.Holders[i].Finished = true
		}
	}
	e.settle(m, a)
	return nil
}

// allowFinish takes whoever still has work in hand as a holder, and by their post
// only those who have not, or no more: a secretary who helped counts as one helper,
// and can close the whole afterwards.
func allowFinish(e Env, m *Matter, s *Step, a *Act) error {
	if e.replay {
		return nil
	}
	if _, ok := e.among(m.unfinished()); ok && slices.Contains(s.By, Claimant) {
		return e.allow(m, Who{Claimant}, s.Verb, a)
	}
	posts := slices.DeleteFunc(slices.Clone(s.By), func(w string) bool { return w == Claimant })
	if _, _, ok := e.right(m, posts); ok {
		return e.allow(m, posts, s.Verb, a)
	}
	if _, ok := e.among(m.holderIDs()); ok && slices.Contains(s.By, Claimant) {
		return bot.Errorf(bot.Wrong, "%s 您已经%s了，等等别人。%s", m.Ref(), s.Verb, e.Now(*m))
	}
	return e.allow(m, s.By, s.Verb, a)
}

// extend moves the deadline, and the leases with it.
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
	st := m.Steps[s.ID]
	if !a.Until.After(st.Due) {
		return bot.Errorf(bot.Invalid, "现在的期限是%s，请说一个更晚的时间。", e.Moment(st.Due))
	}
	m.Deadline, st.Due, st.Fired = a.Until, a.Until, nil
	m.Steps[s.ID] = st
	for i := range m.Holders {
		h := &m.Holders[i]
		if !h.Until.IsZero() && h.Until.Before(a.Until) {
			h.Until = a.Until
		}
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

func (finish) View(e Env, m *Matter, s *Step) View {
	v := View{Status: "办理中", Buttons: []Button{{Label: s.Verb, Op: Do, Who: s.By, Primary: true}}}
	if n := e.needed(m, s); n > 1 {
		v.Status = fmt.Sprintf("办理中（%d/%d）", m.finished(), n)
	}
	if s.Extend != "" {
		v.Buttons = append(v.Buttons, Button{Label: s.Extend, Op: Extend, Who: Who{Claimant}})
	}
	return v
}
