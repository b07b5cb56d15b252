package procedure

import (
	"fmt"
	"slices"
	"strings"
)

// What a choice of a judge leads to.
const (
	thenPass   = "pass"
	thenRefuse = "refuse"
	thenReopen = "reopen"
)

// judge answers yes or no, or sends a matter back: 审核 before the work, 核单
// after it.
type judge struct{}

func (judge) check(_ *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
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
	if then[thenReopen] != (s.Reopen != "") {
		ps = append(ps, s.problem("reopen", "then: reopen 和 reopen 要一起写", "在这一步写 reopen: 前面某一步的 id"))
	}
	if s.after && then[thenRefuse] {
		ps = append(ps, s.problem("choices", "after 里的步骤是办完以后的，不能 then: refuse", "改成 then: reopen，写明重办哪一步"))
	}
	return append(ps, checkChoices(s)...)
}

func (judge) Verbs(s *Step) []Verb {
	v := verb(s)
	v.Choices, v.Reason = s.Choices, reasonOptional
	return []Verb{v}
}

func (judge) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.notOwn(m, s, s.Verb); err != nil {
		return nil, err
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.Choices, func(c Choice) bool { return c.ID == a.Choice })
	if i < 0 {
		return nil, ask("choice", "%s 是%s？例如：%s %d %s。", m.Ref(), s.choiceWords(), s.Verb, m.Number, s.Choices[0].Word)
	}
	c := s.Choices[i]
	if err := needReason(c.Reason, a, c.Word); err != nil {
		return nil, err
	}
	m.mark(s, Mark{Person: a.By, Choice: c.ID, Seq: a.Seq})
	switch c.Then {
	case thenRefuse:
		m.end(s, a)
		return e.close(m, Refused, a), nil
	case thenReopen:
		return e.reopen(m, s.Reopen, a), nil
	}
	if err := e.take(m, s, a); err != nil {
		return nil, err
	}
	m.end(s, a)
	return nil, nil
}

func (s *Step) choiceWords() string {
	words := make([]string, len(s.Choices))
	for i, c := range s.Choices {
		words[i] = c.Word
	}
	return strings.Join(words, "，还是")
}

func (judge) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (judge) View(_ Env, _ *Matter, s *Step) View {
	v := View{Status: "等" + s.Name()}
	for _, c := range s.Choices {
		v.Buttons = append(v.Buttons, Button{Label: s.choiceLabel(c), Op: Do, Who: s.By, Choice: c.ID, Primary: c.Then == thenPass, Danger: c.Then != thenPass})
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
		if !slices.Contains([]string{thenPass, thenRefuse, thenReopen}, c.Then) {
			ps = append(ps, s.problem(at, fmt.Sprintf("choice %s 的 then %q 不认识", c.ID, c.Then), "请写 pass、refuse 或 reopen"))
		}
		ps = append(ps, checkReason(s, at, c.Reason)...)
		for _, w := range append([]string{c.Word}, c.Also...) {
			ps = append(ps, checkWord(s, at, w)...)
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
	for _, c := range s.Choices {
		if c.ID == id {
			return c.Word
		}
	}
	return id
}
