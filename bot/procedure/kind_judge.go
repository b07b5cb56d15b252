package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What a choice of a judge leads to.
const (
	thenPass   = "pass"
	thenRefuse = "refuse"
	thenReopen = "reopen"
	thenUp     = "up" // reopen, and ask the level above for help
)

// thens are what a choice may lead to.
var thens = []string{thenPass, thenRefuse, thenReopen, thenUp}

// judge answers yes or no, or sends a matter back: 审核 before the work, 核单
// after it. Where there are seats, every side answers, and one that does not agree
// decides for all.
type judge struct{}

func (judge) check(_ *Template, s *Step) []Problem {
	var ps []Problem
	switch {
	case len(s.Seats) == 0:
		ps = needVerbAndBy(s)
	case len(s.By) > 0 || s.Verb == "":
		ps = append(ps, s.problem("by", s.Kind+" 写了 seats，就要有 verb，不写 by", "由各方来说，去掉 by"))
	}
	ps = append(ps, checkSeats(s)...)
	if len(s.Choices) < 2 {
		ps = append(ps, s.problem("choices", s.Kind+" 至少要有两个 choices", "例如 {id: pass, word: 可以, then: pass} 和 {id: no, word: 不行, then: refuse}"))
	}
	then := map[string]bool{}
	for _, c := range s.Choices {
		then[c.Then] = true
	}
	if len(s.Choices) > 1 && !then[thenPass] {
		ps = append(ps, s.problem("choices", "choices 里没有 then: pass，永远过不去", "给其中一个写 then: pass"))
	}
	if (then[thenReopen] || then[thenUp]) != (s.Reopen != "") {
		ps = append(ps, s.problem("reopen", "then: reopen 和 reopen 要一起写", "在这一步写 reopen: 前面某一步的 id"))
	}
	if s.after && then[thenRefuse] {
		ps = append(ps, s.problem("choices", "after 里的步骤是办完以后的，不能 then: refuse", "改成 then: reopen，写明重办哪一步"))
	}
	return append(ps, checkChoices(s)...)
}

func (judge) Verbs(s *Step) []Verb {
	v := verb(s)
	v.Choices, v.Reason, v.Who = s.Choices, reasonOptional, s.who()
	return []Verb{v}
}

func (judge) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.notOwn(m, s, s.Verb); err != nil {
		return nil, err
	}
	seat, err := e.allowJudge(m, s, a)
	if err != nil {
		return nil, err
	}
	c, ok := s.choice(a.Choice)
	if !ok {
		return nil, ask("choice", "%s 是%s？例如：%s %d %s。", m.Ref(), s.choiceWords(), s.Verb, m.Number, s.Choices[0].Word)
	}
	if err := needReason(c.Reason, a, c.Word); err != nil {
		return nil, err
	}
	m.mark(s, Mark{Person: a.By, Seat: seat, Choice: c.ID, Seq: a.Seq})
	if len(s.Seats) > 0 {
		if len(m.silent(s)) > 0 {
			return nil, nil
		}
		c = m.together(s)
	}
	switch c.Then {
	case thenRefuse:
		m.end(s, a)
		return e.close(m, Refused, a), nil
	case thenReopen, thenUp:
		return e.goBack(m, cmp.Or(c.Reopen, s.Reopen), a, c.Then == thenUp), nil
	}
	if err := e.take(m, s, a); err != nil {
		return nil, err
	}
	m.end(s, a)
	return nil, nil
}

func (e Env) allowJudge(m *Matter, s *Step, a *Act) (string, error) {
	if len(s.Seats) == 0 {
		return "", e.allow(m, s.By, s.Verb, a)
	}
	return e.sit(m, s, s.Verb, a)
}

// together is what the seats' answers lead to: that of the first who did not agree,
// else agreement.
func (m *Matter) together(s *Step) Choice {
	var all Choice
	for _, k := range m.Steps[s.ID].Marks {
		c, _ := s.choice(k.Choice)
		if all.ID == "" || all.Then == thenPass && c.Then != thenPass {
			all = c
		}
	}
	return all
}

func (s *Step) choice(id string) (Choice, bool) {
	i := slices.IndexFunc(s.Choices, func(c Choice) bool { return c.ID == id })
	if i < 0 {
		return Choice{}, false
	}
	return s.Choices[i], true
}

func (s *Step) choiceWords() string {
	words := make([]string, len(s.Choices))
	for i, c := range s.Choices {
		words[i] = c.Word
	}
	return strings.Join(words, "，还是")
}

func (judge) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (judge) View(_ Env, m *Matter, s *Step) View {
	v, who := View{Status: "等" + s.Name()}, s.By
	if len(s.Seats) > 0 {
		v.Status, who = m.seatStatus(s)
	}
	for _, c := range s.Choices {
		v.Buttons = append(v.Buttons, Button{Label: s.choiceLabel(c), Op: Do, Who: who, Choice: c.ID, Primary: c.Then == thenPass, Danger: c.Then != thenPass})
	}
	return v
}

func checkChoices(s *Step) []Problem {
	var ps []Problem
	used := map[string]bool{}
	for i, c := range s.Choices {
		at := fmt.Sprintf("choices[%d]", i)
		if !idShape.MatchString(c.ID) {
			ps = append(ps, s.problem(at, fmt.Sprintf("choice 的 id %q 不合格", c.ID), "请用小写字母和数字，例如 id: pass"))
		}
		if !slices.Contains(thens, c.Then) {
			ps = append(ps, s.problem(at, fmt.Sprintf("choice %s 的 then %q 不认识", c.ID, c.Then), "请写 pass、refuse、reopen 或 up"))
		}
		ps = append(ps, checkReason(s, at, c.Reason)...)
		if c.Word == "" {
			ps = append(ps, s.problem(at, fmt.Sprintf("choice %s 没有 word", c.ID), "请写上大家怎么说，例如 word: 可以"))
		}
		for _, w := range append([]string{c.Word}, c.Also...) {
			if w != "" {
				ps = append(ps, checkWord(s, at, w)...)
			}
		}
		for _, w := range append([]string{c.ID, c.Word}, c.Also...) {
			if w != "" && used[w] {
				ps = append(ps, s.problem(at, fmt.Sprintf("%q 在 choices 里用了两次", w), "每个选择的 id 和词都要不同"))
			}
			used[w] = true
		}
	}
	return ps
}

// choiceLabel is a choice on a button. On a matter that is done the verb stands
// before it: a bare 通过 would not say of what.
func (s *Step) choiceLabel(c Choice) string {
	if s.after {
		return s.Verb + c.Word
	}
	return c.Word
}

// choiceWord is how a choice is typed.
func (s *Step) choiceWord(id string) string {
	if c, ok := s.choice(id); ok {
		return c.Word
	}
	return id
}
