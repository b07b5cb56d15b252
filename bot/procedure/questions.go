package procedure

import (
	"fmt"
	"slices"
)

// checkTyped checks a survey whose questions are written by whoever opens it.
func checkTyped(t *Template, s *Step) []Problem {
	var ps []Problem
	if f := t.Field(s.QuestionsFrom); f == nil || f.Type != TextField {
		ps = append(ps, s.problem("questions_from", fmt.Sprintf("questions_from %q 不是文字字段", s.QuestionsFrom), "请写第一步里某个文字字段的 id"))
	}
	if len(s.Questions) > 0 {
		ps = append(ps, s.problem("questions", "questions 和 questions_from 只写一样", "题目固定的写 questions，发起人自己写的写 questions_from"))
	}
	if !t.Amendable(s) {
		ps = append(ps, s.problem("questions_from", "questions_from 要紧跟在第一步后面", "题目在发起的时候写，请把 survey 放在第二步"))
	}
	return ps
}

// Asks is the template as a matter follows it whose opener wrote the questions of its
// survey. The template itself is not changed.
func (t *Template) Asks(questions []Question) *Template {
	out := *t
	out.Steps = slices.Clone(t.Steps)
	for i := range out.Steps {
		if out.Steps[i].QuestionsFrom != "" {
			out.Steps[i].Questions = questions
		}
	}
	return &out
}

// asks reports whether a field holds the questions of the template's survey: they are
// put one by one, and are no fact of a card.
func (s *Step) asks(t *Template, f Field) bool {
	b := t.Box()
	return b != nil && s == t.First() && b.QuestionsFrom != "" && f.ID == b.QuestionsFrom
}
