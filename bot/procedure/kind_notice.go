package procedure

import (
	"cmp"
	"fmt"
	"time"

	"yiqun/bot"
)

// notice is 公示: it hangs its full days, and an objection reopens the step it
// concerns.
type notice struct{}

func (notice) check(_ *Template, s *Step) []Problem {
	var ps []Problem
	if s.Days < 1 || s.Days > 365 {
		ps = append(ps, s.problem("days", fmt.Sprintf("notice 的 days 是 %d", s.Days), "要在 1 到 365 之间，例如 days: 5"))
	}
	if s.Object == nil {
		ps = append(ps, s.problem("object", "notice 没有 object", "公示要能提异议，例如 object: {verb: 有话说, reason: required}"))
	}
	if s.Reopen == "" {
		ps = append(ps, s.problem("reopen", "notice 没有 reopen", "请写明有异议时回到哪一步，例如 reopen: check"))
	}
	for i, c := range s.Choices {
		if c.Then != thenReopen || c.Reopen == "" {
			ps = append(ps, s.problem(fmt.Sprintf("choices[%d]", i), fmt.Sprintf("notice 的 choice %s 要写明回到哪一步", c.ID), "例如 {id: check, word: 那一步, then: reopen, reopen: check}"))
		}
	}
	return append(ps, checkChoices(s)...)
}

// Verbs implements Kind. An objection may say which step it concerns.
func (notice) Verbs(s *Step) []Verb {
	v := branch(s.Object, Object, s)
	v.Choices = s.Choices
	return []Verb{v}
}

func (notice) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch a.Op {
	case Object:
		if err := e.allow(m, s.Object.who(s), s.Object.Verb, a); err != nil {
			return nil, err
		}
		if !a.At.Before(m.Steps[s.ID].Due) {
			return nil, bot.Errorf(bot.Wrong, "%s 的%s期已经满了。%s", m.Ref(), s.Name(), e.corrector())
		}
		if err := needReason(s.Object.Reason, a, s.Object.Verb); err != nil {
			return nil, err
		}
		m.mark(s, Mark{Person: a.By, Choice: string(Object), Seq: a.Seq})
		c, _ := s.choice(a.Choice)
		return e.reopen(m, cmp.Or(c.Reopen, s.Reopen), a), nil
	case Expire:
		return nil, e.over(m, s, a)
	}
	return nil, e.wrongStep(m)
}

// Hanging is the live step in which a matter is publicised; nil if there is none.
func (e Env) Hanging(m Matter) *Step {
	for _, s := range e.live(&m) {
		if s.Kind == kindNotice {
			return s
		}
	}
	return nil
}

func (notice) Due(_ Env, m *Matter, s *Step) []Timer {
	return []Timer{{Key: "days", At: m.Steps[s.ID].Due, Op: Expire}}
}

func (notice) View(e Env, m *Matter, s *Step) View {
	last := m.Steps[s.ID].Due.Add(-time.Second)
	return View{
		Status:  s.Name() + "到" + Day(last.In(e.days())),
		Buttons: []Button{{Label: s.Object.Verb, Op: Object, Who: s.Object.who(s)}},
	}
}
