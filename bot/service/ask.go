package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// question is a refusal that asks something and remembers what it asked.
type question struct{ pending talk.Pending }

func (q *question) Error() string { return "ask for " + q.pending.Field }

// Unwrap gives the question as a *bot.Error.
func (q *question) Unwrap() error { return bot.Errorf(bot.Missing, "%s", q.pending.Ask) }

// chooses reports whether what was said has several meanings, rather than lacking
// a piece.
func (q *question) chooses() bool { return len(q.pending.Readings) > 0 }

// pend turns a missing piece into a question, keeping what is known so far.
func (s *session) pend(err error, known talk.Pending) error {
	if q, ok := errors.AsType[*question](err); ok && q.chooses() && q.pending.For == nil {
		// The choice is between readings of an answer: it goes on from here.
		return err
	}
	missing, ok := errors.AsType[*procedure.MissingError](err)
	if !ok {
		return err
	}
	known.Field, known.Ask, known.Said = missing.Field, missing.Ask, s.plain()
	if known.Field == choiceField {
		if err := s.numberChoices(&known); err != nil {
			return err
		}
	}
	return &question{known}
}

// The fields that the engine asks for and that are no fields of a template.
const (
	choiceField = "choice"
	scoreField  = "score"
	toField     = "to"
	byField     = "by"
)

// howToPick ends a question with numbered answers.
const howToPick = "\n回数字就行。"

// numberChoices asks for a choice with its answers numbered.
func (s *session) numberChoices(p *talk.Pending) error {
	t, m, err := s.pendingMatter(p)
	if err != nil {
		return err
	}
	_, v := t.FindVerb(p.Verb)
	if v == nil {
		return nil
	}
	var words []string
	for _, c := range v.Choices {
		words = append(words, c.Word)
		p.Choices = append(p.Choices, c.ID)
	}
	p.Ask = m.Ref() + " " + p.Verb + "是哪一种？\n" + talk.Numbered(words) + howToPick
	return nil
}

// forAll asks once for a piece that several matters lack.
func (s *session) forAll(q *question, m procedure.Matter) error {
	read := plainReading(s.read)
	p := q.pending
	p.Matter, p.Template, p.Act, p.Read, p.Said = "", m.Template, procedure.Act{}, &read, s.plain()
	p.Ask = strings.TrimPrefix(p.Ask, m.Ref()+" ")
	return &question{p}
}

// askBack asks the question that a refusal holds, if it holds one.
func (s *session) askBack(why error) (bool, error) {
	q, ok := errors.AsType[*question](why)
	if !ok {
		return false, nil
	}
	s.ask(q.pending)
	return true, nil
}

func (s *session) ask(p talk.Pending) {
	text := p.Ask
	if !s.e.Chat.Private {
		text += "（@我回复）"
	}
	s.reply(text)
	if s.tellsChoice() {
		return // what may be a choice in a secret vote is kept nowhere
	}
	chat, who := s.e.Chat, s.e.From
	s.later(func(ctx context.Context) error { return s.talks.Ask(ctx, chat, who, p) })
}

// plainReading is a reading without what only explains it, for keeping.
func plainReading(r intents.Intent) intents.Intent {
	r.Why, r.Others = nil, nil
	return r
}

// whichOf asks which of several readings of the sentence is meant. Each makes one
// of them out of the sentence.
func (s *session) whichOf(head string, labels []string, each func(r *intents.Intent, i int)) error {
	p := talk.Pending{Verb: cmp.Or(s.verb, s.read.Verb), Field: talk.WhichReading, Said: s.plain()}
	for i := range labels {
		r := plainReading(s.read)
		each(&r, i)
		p.Readings = append(p.Readings, r)
	}
	p.Ask = head + "\n" + talk.Numbered(labels) + howToPick
	if len(labels) == 1 {
		p.Ask = fmt.Sprintf("%s是%s吗？是的回 1，不是请再说一次。", head, labels[0])
	}
	return &question{p}
}
