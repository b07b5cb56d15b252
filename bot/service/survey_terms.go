package service

import (
	"yiqun/bot"
	"yiqun/bot/procedure"
)

// surveyTerms reads out of the sentence that opens a survey until when it runs and, where
// its opener writes the questions, what it asks.
func (s *session) surveyTerms(t *procedure.Template, act *procedure.Act, step *procedure.Step) error {
	main := t.First().Main()
	if main == nil || act.Content[main.ID] == "" {
		return nil
	}
	if act.Terms == nil {
		var m motion
		rest, err := m.takeUntil(act.Content[main.ID], s.now.In(s.zone()))
		if err != nil {
			return err
		}
		act.Terms, act.Content[main.ID] = &procedure.Terms{}, rest
		if act.Until.IsZero() {
			act.Until = m.until
		}
	}
	if step.QuestionsFrom == "" || len(act.Terms.Items) > 0 {
		return nil
	}
	written, err := s.writtenQuestions(act, main.ID, step.QuestionsFrom)
	if err != nil || len(written.questions) == 0 {
		return err
	}
	if written.title == "" {
		delete(act.Content, main.ID) // it is asked for
	} else {
		act.Content[main.ID] = written.title
	}
	act.Content[step.QuestionsFrom] = keepQuestions(written.questions)
	for _, q := range written.questions {
		act.Terms.Items = append(act.Terms.Items, len(q.Options))
	}
	return nil
}

// writtenQuestions are those that stand in the sentence, or in the answer to what was
// asked.
func (s *session) writtenQuestions(act *procedure.Act, main, field string) (typedSurvey, error) {
	if act.Content[field] == "" {
		return readSurvey(act.Content[main])
	}
	_, parts := cutQuestions(act.Content[field])
	if len(parts) == 0 {
		parts = []string{act.Content[field]}
	}
	said, err := readParts(parts)
	said.title = act.Content[main]
	if err == nil && len(said.questions) == 0 {
		err = bot.Errorf(bot.Missing, "没看出题目，请这样写：1.是否赞成划线：是、否；2.其他建议。")
	}
	return said, err
}

// asking is a matter's template with the questions that its opener wrote; of others it is
// the template itself.
func asking(t *procedure.Template, terms *procedure.Terms, text func(field string) string) *procedure.Template {
	box := t.Box()
	if box == nil || box.QuestionsFrom == "" || terms == nil || len(terms.Items) == 0 {
		return t
	}
	return t.Asks(keptQuestions(text(box.QuestionsFrom), terms.Items))
}
