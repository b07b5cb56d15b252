package procedure

import (
	"fmt"
	"slices"

	"yiqun/bot"
)

// spawn waits for matters that were made out of this one: the orders that carry a
// resolution out. It ends when at least one has been done and none runs any more.
// Whoever has nothing to hand out ends it with a word and a reason.
type spawn struct{}

// Child is a matter that this one waits for.
type Child struct {
	Matter  bot.MatterID `json:"matter"`
	Outcome Outcome      `json:"outcome,omitempty"`
}

func (c Child) ended() bool { return c.Outcome != "" }

func (spawn) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if !idShape.MatchString(s.Spawns) || s.Spawns == t.ID {
		ps = append(ps, s.problem("spawns", fmt.Sprintf("spawns %q 不合格", s.Spawns), "请写转成哪个做法，例如 spawns: order.my-place，不能是自己"))
	}
	if s.Main() == nil {
		ps = append(ps, s.problem("fields", "spawn 至少要有一个文字字段", "例如 fields: [{id: task, label: 活儿, required: true}]"))
	}
	if s.Close == nil {
		ps = append(ps, s.problem("close", "spawn 没有 close", "没有事要转时也要能结束，例如 close: {verb: 不用转, by: 书记, reason: required}"))
	}
	return append(ps, checkVoices(s)...)
}

func (spawn) Verbs(s *Step) []Verb {
	out := append([]Verb{verb(s)}, s.voiceVerbs()...)
	if s.Close != nil {
		out = append(out, branch(s.Close, Close, s))
	}
	return out
}

func (spawn) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Do && s.voice(a.Choice) != nil:
		return nil, e.speak(m, s, a)
	case a.Op == Do:
		return nil, e.adopt(m, s, a)
	case a.Op == Join:
		return nil, e.join(m, s, a)
	case a.Op == Close && s.Close != nil:
		return nil, e.closeSpawn(m, s, a)
	}
	return nil, e.wrongStep(m)
}

// adopt takes a matter that was made here as one to wait for.
func (e Env) adopt(m *Matter, s *Step, a *Act) error {
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return err
	}
	if a.Other == "" {
		f := s.Main()
		return ask(f.ID, "%s", f.question())
	}
	if a.Other == m.ID || slices.ContainsFunc(m.Children, func(c Child) bool { return c.Matter == a.Other }) {
		return bot.Errorf(bot.Invalid, "%s 已经转过这一件了。%s", m.Ref(), e.Now(*m))
	}
	m.Children = append(m.Children, Child{Matter: a.Other})
	return nil
}

// join notes how a matter that was waited for has ended: its outcome is the act's
// choice, the hash of its last act the key.
func (e Env) join(m *Matter, s *Step, a *Act) error {
	i := slices.IndexFunc(m.Children, func(c Child) bool { return c.Matter == a.Other && !c.ended() })
	if i < 0 || a.Choice == "" {
		return bot.Errorf(bot.Stale, "%s 没有在等这一件。%s", m.Ref(), e.Now(*m))
	}
	m.Children[i].Outcome = Outcome(a.Choice)
	if m.running() == 0 && m.carriedOut() > 0 {
		m.end(s, a)
	}
	return nil
}

func (e Env) closeSpawn(m *Matter, s *Step, a *Act) error {
	if err := e.allow(m, s.Close.who(s), s.Close.Verb, a); err != nil {
		return err
	}
	if n := m.running(); n > 0 {
		return bot.Errorf(bot.Wrong, "%s 还有%d件在办，办完会自动往下走。%s", m.Ref(), n, e.Now(*m))
	}
	if err := needReason(s.Close.Reason, a, s.Close.Verb); err != nil {
		return err
	}
	m.end(s, a)
	return nil
}

// running and carriedOut count the matters that are waited for.
func (m *Matter) running() int { return len(m.Children) - m.countChildren(Child.ended) }

func (m *Matter) carriedOut() int {
	return m.countChildren(func(c Child) bool { return c.Outcome == Done })
}

func (m *Matter) countChildren(is func(Child) bool) (n int) {
	for _, c := range m.Children {
		if is(c) {
			n++
		}
	}
	return n
}

func (spawn) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (spawn) View(_ Env, m *Matter, s *Step) View {
	v := View{Status: "等" + s.Name()}
	if n := len(m.Children); n > 0 {
		v.Status = fmt.Sprintf("%s中（%d/%d）", s.Name(), m.carriedOut(), n)
	}
	v.Typed = append(v.Typed, Button{Label: s.Verb, Op: Do, Who: s.By})
	pressed, typed := s.voices()
	v.Buttons, v.Typed = pressed, append(v.Typed, typed...)
	return v
}

// AwaitsOthers is the live step in which a matter waits for another; nil if it does
// not.
func (e Env) AwaitsOthers(m Matter, other bot.MatterID) *Step {
	waits := slices.ContainsFunc(m.Children, func(c Child) bool { return c.Matter == other && !c.ended() })
	for _, s := range e.live(&m) {
		if s.Kind == kindSpawn && waits {
			return s
		}
	}
	return nil
}
