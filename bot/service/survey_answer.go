package service

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
)

// inquiry is one question of a running survey, as it is put to somebody.
type inquiry struct {
	m    procedure.Matter
	t    *procedure.Template
	step *procedure.Step
	item int // from 1
}

func (q inquiry) question() procedure.Question { return q.step.Questions[q.item-1] }

func (q inquiry) last() bool { return q.item == len(q.step.Questions) }

// text is the question as it is put in a private chat: a digit answers it.
func (q inquiry) text() string {
	head := fmt.Sprintf("%s 第%d题（共%d题）%s", q.m.Ref(), q.item, len(q.step.Questions), q.question().Ask)
	if q.question().Text {
		return head + "\n直接写一句就行，没有就回 0。匿名，不显示是谁写的。"
	}
	return head + "\n" + talk.Numbered(q.question().Answers()) + "\n回数字就行，匿名。"
}

// askedFor is how long a question that was put waits for its answer.
const askedFor = 24 * time.Hour

// inquiryKey is where the question last put to somebody in private is remembered:
// which one, never what was answered.
func (s *session) inquiryKey() string { return "survey:" + s.e.From.String() }

// put asks a question in private and remembers that it was asked.
func (s *session) put(q inquiry, before string) {
	s.reply(strings.TrimSpace(before + "\n" + q.text()))
	key, value := s.inquiryKey(), fmt.Sprintf("%s %d", q.m.ID, q.item)
	s.later(func(ctx context.Context) error {
		if err := s.talks.Forget(ctx, s.e.Chat, s.e.From); err != nil {
			return err
		}
		return s.states.Set(ctx, key, []byte(value), askedFor)
	})
}

// lastPut is the question that was last put to the speaker, if it is still open.
func (s *session) lastPut() (inquiry, bool, error) {
	raw, ok := s.remembered(s.inquiryKey())
	if !ok {
		return inquiry{}, false, nil
	}
	id, item, _ := strings.Cut(raw, " ")
	m, err := s.tx.Matter(s.ctx, bot.MatterID(id))
	if bot.CodeOf(err) == bot.NotFound {
		return inquiry{}, false, nil
	}
	if err != nil {
		return inquiry{}, false, err
	}
	q, ok, err := s.inquiryOf(m)
	q.item, _ = strconv.Atoi(item)
	return q, ok && q.item >= 1 && q.item <= len(q.step.Questions), err
}

// inquiryOf is the running survey of a matter; not ok if it has none.
func (s *session) inquiryOf(m procedure.Matter) (inquiry, bool, error) {
	t, err := s.template(m)
	if err != nil {
		return inquiry{}, false, err
	}
	step := s.env(t, m, procedure.Actor{}).Asking(m)
	return inquiry{m: m, t: t, step: step, item: 1}, step != nil, nil
}

// startSurvey begins to ask, one question after the other, where nobody else reads the
// answers.
func (s *session) startSurvey(q inquiry) error {
	s.verb = "survey"
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Forbidden, "%s 是匿名的，请点卡片，或私聊我发 %d，一题一题回数字就行。", q.m.Ref(), q.m.Number)
	}
	first, err := s.firstUnanswered(q)
	if err != nil {
		return err
	}
	s.put(first, "")
	return nil
}

// answered reports whether the speaker has answered every question of a matter's survey
// that can be pressed, so that it does not wait for them.
func (s *session) answered(t *procedure.Template, m procedure.Matter) (bool, error) {
	step := s.env(t, m, procedure.Actor{}).Asking(m)
	if step == nil {
		return false, nil
	}
	for i, q := range step.Questions {
		_, err := s.tx.Entry(s.ctx, itemID(m, step, i+1), ballot.VoterID(s.me.ID))
		if bot.CodeOf(err) == bot.NotFound && !q.Text {
			return false, nil
		}
		if err != nil && bot.CodeOf(err) != bot.NotFound {
			return false, err
		}
	}
	return true, nil
}

// firstUnanswered is where the speaker goes on; who has answered all begins again, to
// change what they said.
func (s *session) firstUnanswered(q inquiry) (inquiry, error) {
	for i := range q.step.Questions {
		_, err := s.tx.Entry(s.ctx, itemID(q.m, q.step, i+1), ballot.VoterID(s.me.ID))
		if bot.CodeOf(err) == bot.NotFound {
			q.item = i + 1
			return q, nil
		}
		if err != nil {
			return q, err
		}
	}
	q.item = 1
	return q, nil
}

// record seals an answer into its box. Only the speaker's own entry is read, so that
// many may answer at once.
func (s *session) record(q inquiry, c ballot.Choice) error {
	b, err := s.lightBox(itemID(q.m, q.step, q.item))
	if err != nil {
		return err
	}
	e, err := b.Cast(s.me.ID, c, s.saidAt(b))
	if err != nil {
		return named(q.m, err)
	}
	return s.putEntry(e)
}

// pressSurvey takes an answer from a card. Only who pressed sees the next question on
// it; the others' card stays as it is.
func (s *session) pressSurvey(t *procedure.Template, m procedure.Matter, step *procedure.Step, k procedure.Key) error {
	s.verb = "survey"
	q := inquiry{m: m, t: t, step: step}
	if !m.Steps[step.ID].Live() || k.Round != m.Steps[step.ID].Round {
		return bot.Errorf(bot.Wrong, "%s 的%s已经截止了，谢谢您。", m.Ref(), step.Name())
	}
	item, pick, ok := strings.Cut(k.Choice, ".")
	n, err := strconv.Atoi(pick)
	q.item, _ = strconv.Atoi(item)
	if !ok || err != nil || q.item < 1 || q.item > len(step.Questions) {
		return bot.Errorf(bot.Wrong, "%s 这张卡片是以前的，请看新的一张。", m.Ref())
	}
	if err := s.record(q, ballot.Choice{Say: ballot.Pick, Picks: []int{n - 1}}); err != nil {
		return err
	}
	c := s.env(t, m, procedure.Actor{}).Card(m, procedure.Viewer{Group: !s.e.Chat.Private}, s.lookup(t, m, !s.e.Chat.Private))
	if q.last() {
		s.paintThanks(&c)
	} else {
		q.item++
		s.paintQuestion(&c, q)
	}
	c.ID = s.e.Press.Card
	s.answer = Answer{Card: &c}
	return nil
}

// matterAndRest is 12, #12号 很满意: the number, what parts it from the rest, the rest.
var matterAndRest = regexp.MustCompile(`^[#＃]?(\d{1,6})\s*号?([\s，,：:]*)(.*)$`)

// surveySaid takes a sentence that answers a survey, or asks for its questions. done is
// false if it is something else. In a group no answer counts: everybody would read it.
func (s *session) surveySaid() (done bool, err error) {
	if s.node.ID == "" || s.e.Message == nil {
		return false, nil
	}
	text := s.plain()
	if s.e.Chat.Private {
		q, ok, err := s.lastPut()
		if err != nil {
			return false, err
		}
		if ok {
			if done, err := s.answerTo(q, text); done || err != nil {
				return done, err
			}
		}
	}
	p := matterAndRest.FindStringSubmatch(text)
	if p == nil {
		return false, nil
	}
	number, _ := strconv.Atoi(p[1])
	m, err := s.numbered(number)
	if bot.CodeOf(err) == bot.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	q, ok, err := s.inquiryOf(m)
	if err != nil || !ok {
		return false, err
	}
	rest := strings.TrimSpace(p[3])
	switch {
	case rest == "":
		return true, s.startSurvey(q)
	case p[2] == "" && !q.offers(rest), s.read.Verb != "" && !q.offers(rest):
		return false, nil // 3栋灯坏了, 1 补充 …
	}
	return s.answerNumbered(q, rest)
}

// offers reports whether words are an answer that one of the questions offers.
func (q inquiry) offers(said string) bool {
	return slices.ContainsFunc(q.step.Questions, func(o procedure.Question) bool { _, ok := picked(o, said); return ok })
}

// answerNumbered takes 12 很满意: the answer to the first question still open.
func (s *session) answerNumbered(q inquiry, said string) (bool, error) {
	if !s.e.Chat.Private {
		if !q.offers(said) {
			return false, nil
		}
		return true, s.startSurvey(q)
	}
	q, err := s.firstUnanswered(q)
	if err != nil {
		return true, err
	}
	return s.answerTo(q, said)
}

// answerTo records what was said to a question and puts the next; done is false if it
// is no answer.
func (s *session) answerTo(q inquiry, said string) (done bool, err error) {
	drop := func(ctx context.Context) error { return s.states.Delete(ctx, s.inquiryKey()) }
	if talk.Enough(said) {
		s.verb = "survey"
		s.later(drop)
		s.reply(fmt.Sprintf("好，想答的时候再发 %d。", q.m.Number))
		return true, nil
	}
	c, ok, err := s.readAnswer(q, said)
	if err != nil || !ok {
		return ok, err
	}
	s.verb = "survey" // and never what it says
	if c != nil {
		if err := s.record(q, *c); err != nil {
			return true, err
		}
	}
	if !q.last() {
		q.item++
		s.put(q, "记下了。")
		return true, nil
	}
	s.later(drop)
	s.reply(fmt.Sprintf("%s 都答完了，谢谢您。想改的话，截止前再发一次 %d。", q.m.Ref(), q.m.Number))
	return true, nil
}

// readAnswer reads what was said to a question; c is nil where it was left out.
func (s *session) readAnswer(q inquiry, said string) (c *ballot.Choice, ok bool, err error) {
	if q.question().Text {
		return s.readRemark(said)
	}
	if n, ok := picked(q.question(), said); ok {
		return &ballot.Choice{Say: ballot.Pick, Picks: []int{n}}, true, nil
	}
	if _, err := strconv.Atoi(said); err == nil && !s.hasMatter(said) {
		s.verb = "survey"
		return nil, true, bot.Errorf(bot.Invalid, "%s 第%d题请回 1 到 %d 的数字。", q.m.Ref(), q.item, len(q.question().Answers()))
	}
	return nil, false, nil
}

// hasMatter reports whether a number is that of a matter here.
func (s *session) hasMatter(number string) bool {
	n, err := strconv.Atoi(number)
	if err != nil {
		return false
	}
	_, err = s.numbered(n)
	return err == nil
}

// picked finds the answer that was meant, by number or by its words; from 0.
func picked(q procedure.Question, said string) (int, bool) {
	answers := q.Answers()
	if n, rest, ok := talk.Pick(said, len(answers)); ok && strings.TrimSpace(rest) == "" {
		return n - 1, true
	}
	i := slices.IndexFunc(answers, func(a string) bool { return a == strings.Trim(said, " 。.！!") })
	return i, i >= 0
}
