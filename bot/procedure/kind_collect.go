package procedure

import (
	"fmt"

	"yiqun/bot"
)

// collect takes in what several people say one after another, each as an act of its
// own: a hearing with its speakers and questions, nominations, opinions. It ends when
// whoever may close it says so or, where there are seats, when every side has spoken.
type collect struct{}

func (collect) check(_ *Template, s *Step) []Problem {
	var ps []Problem
	if (len(s.By) == 0) == (len(s.Seats) == 0) {
		ps = append(ps, s.problem("by", "collect 要写 by 或 seats，只写一样", "大家都能说写 by: anyone；几方各说一次写 seats"))
	}
	if (s.Close == nil) == (len(s.Seats) == 0) {
		ps = append(ps, s.problem("close", "collect 要有 close，或者有 seats", "例如 close: {verb: 收齐, by: 书记}；有 seats 时各方说完自动结束，不写 close"))
	}
	if s.Least < 0 || s.Least > maxPeople || s.Least > 0 && s.Close == nil {
		ps = append(ps, s.problem("least", fmt.Sprintf("least 是 %d", s.Least), "最少几条才能结束，和 close 一起写，例如 least: 1"))
	}
	if len(s.Entries) == 0 {
		ps = append(ps, s.problem("entries", "collect 没有 entries", "请写能说什么，例如 entries: [{id: say, verb: 说说}]"))
	}
	return append(append(ps, checkVoices(s)...), checkSeats(s)...)
}

func checkVoices(s *Step) []Problem {
	var ps []Problem
	seen := map[string]bool{}
	for i, v := range s.Entries {
		at := fmt.Sprintf("entries[%d]", i)
		if !idShape.MatchString(v.ID) || seen[v.ID] {
			ps = append(ps, s.problem(at, fmt.Sprintf("entries 的 id %q 不合格", v.ID), "请用小写字母和数字，每一项不同，例如 id: say"))
		}
		seen[v.ID] = true
		if v.Verb == "" {
			ps = append(ps, s.problem(at, fmt.Sprintf("entries 的 %s 没有 verb", v.ID), "请写上大家怎么说，例如 verb: 说说"))
		}
		if len(s.Seats) > 0 && len(v.By) > 0 {
			ps = append(ps, s.problem(at, fmt.Sprintf("有 seats 时 entries 的 %s 不用写 by", v.ID), "请去掉；由各方来说"))
		}
	}
	return ps
}

func (collect) Verbs(s *Step) []Verb {
	out := s.voiceVerbs()
	if s.Close != nil {
		out = append(out, branch(s.Close, Close, s))
	}
	return out
}

func (collect) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Do:
		if err := e.speak(m, s, a); err != nil {
			return nil, err
		}
		if len(s.Seats) > 0 && len(m.silent(s)) == 0 {
			m.end(s, a)
		}
		return nil, nil
	case a.Op == Close && s.Close != nil:
		if err := e.allow(m, s.Close.who(s), s.Close.Verb, a); err != nil {
			return nil, err
		}
		if n := len(m.Steps[s.ID].Marks); n < s.Least {
			return nil, bot.Errorf(bot.Wrong, "%s 现在有%d条，至少要%d条才能“%s”。%s", m.Ref(), n, s.Least, s.Close.Verb, e.Now(*m))
		}
		if err := needReason(s.Close.Reason, a, s.Close.Verb); err != nil {
			return nil, err
		}
		if err := e.takeTerms(m, a); err != nil {
			return nil, err
		}
		m.end(s, a)
		return nil, nil
	}
	return nil, e.wrongStep(m)
}

// speak takes one entry in.
func (e Env) speak(m *Matter, s *Step, a *Act) error {
	v := s.voice(a.Choice)
	if v == nil {
		return e.wrongStep(m)
	}
	seat, err := e.allowVoice(m, s, v, a)
	if err != nil {
		return err
	}
	if v.Once && !e.replay && m.marked(s, func(k Mark) bool { return k.Choice == v.ID && e.Actor.Is(k.Person) }) {
		return bot.Errorf(bot.Wrong, "%s 您已经%s过了，一个人一次就够。%s", m.Ref(), v.Verb, e.Now(*m))
	}
	if !v.Bare && !a.has(Reason) {
		return ask(Reason, "请写在后面，例如：%s %d 我的意见。", v.Verb, m.Number)
	}
	m.mark(s, Mark{Person: a.By, Seat: seat, Choice: v.ID, Seq: a.Seq})
	return nil
}

// allowVoice checks the right to say something, and tells for which seat it is said.
func (e Env) allowVoice(m *Matter, s *Step, v *Voice, a *Act) (string, error) {
	if len(s.Seats) == 0 {
		return "", e.allow(m, v.who(s), v.Verb, a)
	}
	return e.sit(m, s, v.Verb, a)
}

// voice is the entry of an id; nil if there is none.
func (s *Step) voice(id string) *Voice {
	for i := range s.Entries {
		if s.Entries[i].ID == id {
			return &s.Entries[i]
		}
	}
	return nil
}

func (v *Voice) who(s *Step) Who {
	if len(v.By) > 0 {
		return v.By
	}
	return s.who()
}

func (s *Step) voiceVerbs() []Verb {
	var out []Verb
	for i := range s.Entries {
		v := &s.Entries[i]
		verb := Verb{Word: v.Verb, Also: v.Also, Op: Do, Who: v.who(s), Choice: v.ID, Reason: reasonRequired}
		if v.Bare {
			verb.Reason = reasonOptional
		}
		out = append(out, verb)
	}
	return out
}

// voices are the entries as a view shows them: those that a word alone says as
// buttons.
func (s *Step) voices() (pressed, typed []Button) {
	for i := range s.Entries {
		v := &s.Entries[i]
		b := Button{Label: v.Verb, Op: Do, Who: v.who(s), Choice: v.ID}
		if v.Bare {
			pressed = append(pressed, b)
		} else {
			typed = append(typed, b)
		}
	}
	return pressed, typed
}

func (collect) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (collect) View(_ Env, m *Matter, s *Step) View {
	v := View{Status: fmt.Sprintf("%s中（%d条）", s.Name(), len(m.Steps[s.ID].Marks))}
	v.Buttons, v.Typed = s.voices()
	if len(s.Seats) > 0 {
		var who Who
		v.Status, who = m.seatStatus(s)
		for _, list := range [][]Button{v.Buttons, v.Typed} {
			for i := range list {
				list[i].Who = who
			}
		}
	}
	if s.Close != nil {
		v.Typed = append(v.Typed, Button{Label: s.Close.Verb, Op: Close, Who: s.Close.who(s)})
	}
	return v
}
