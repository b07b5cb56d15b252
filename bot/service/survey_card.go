package service

import (
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// paintSurvey puts the first question that the viewer has not answered onto the card
// of a running survey, and what it came to onto that of one that is done.
func (s *session) paintSurvey(c *cards.Card, t *procedure.Template, m procedure.Matter, personal bool) {
	step := s.env(t, m, procedure.Actor{}).Asking(m)
	if step == nil {
		s.paintAnswers(c, t, m)
		return
	}
	q := inquiry{m: m, t: t, step: step, item: 1}
	if personal {
		if first, err := s.firstUnanswered(q); err == nil {
			q = first
		}
	}
	s.paintQuestion(c, q)
	c.Alone = !personal
}

// paintAnswers shows what the surveys of a matter that is done came to.
func (s *session) paintAnswers(c *cards.Card, t *procedure.Template, m procedure.Matter) {
	if m.Outcome != procedure.Done {
		return
	}
	for step := range t.AllSteps() {
		if !step.IsSurvey() || m.Steps[step.ID].Tally == nil {
			continue
		}
		text, err := s.surveyResult(m, step, m.Steps[step.ID].Round)
		if err != nil {
			s.log.WarnContext(s.ctx, "survey not shown", "matter", m.ID, "code", bot.CodeOf(err))
			return
		}
		c.Body = strings.TrimSpace(c.Body + "\n" + text)
	}
}

// paintQuestion puts one question and its answers onto a card. What is to be written
// cannot be pressed: it is asked for in private.
func (s *session) paintQuestion(c *cards.Card, q inquiry) {
	c.Body = fmt.Sprintf("第%d题（共%d题）%s", q.item, len(q.step.Questions), q.question().Ask)
	c.Actions = nil
	c.Footnote = fmt.Sprintf("匿名。也可以私聊我发 %d，回数字答", q.m.Number)
	if q.question().Text {
		c.Footnote = fmt.Sprintf("想写的话私聊我发 %d；不写就答完了，谢谢", q.m.Number)
	}
	for i, a := range q.question().Answers() {
		c.Actions = append(c.Actions, cards.Action{
			Label: a,
			Key: procedure.Key{
				Matter: q.m.ID, Step: q.step.ID, Round: q.m.Steps[q.step.ID].Round, Op: procedure.Do,
				Choice: fmt.Sprintf("%d.%d", q.item, i+1),
			}.String(),
			Say: fmt.Sprintf("%d %s", q.m.Number, a),
		})
	}
	if q.item == 1 && len(c.Actions) > 0 {
		c.Actions[0].Style = cards.Primary
	}
}

// paintThanks shows who has answered everything that they are done.
func (s *session) paintThanks(c *cards.Card) {
	c.Actions = nil
	c.Footnote = "都答完了，谢谢您"
}
