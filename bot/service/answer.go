package service

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// resume takes a sentence as the answer to what was asked. It is not one when the
// sentence clearly says something else; done is then false.
func (s *session) resume(p *talk.Pending) (done bool, err error) {
	text := s.plain()
	if i := s.apartAnswer(p, text); i >= 0 {
		s.verb = p.Verb
		return true, s.takes(p, p.Readings[i])
	}
	switch {
	case talk.Enough(text) && !s.quotesAnother(p):
		s.forget()
		s.verb = "enough"
		s.reply("好的，这件先不办。")
		return true, nil
	case (p.Field == talk.WhichReading || p.Field == talk.WhichSaying) && p.For == nil && talk.No(text):
		s.forget()
		s.verb = "enough"
		s.reply("好的，不办。请换个说法，或发“帮助”。")
		return true, nil
	case s.elsewhere(p) || s.read.Digit > 0 && s.quotesAnother(p):
		return false, nil
	}
	if done, err := s.ballotOrAnswer(p, text); done || err != nil {
		return done, err
	}
	s.verb = p.Verb
	switch p.Field {
	case talk.WhichMatter, talk.WhichReading:
		return s.chose(p, text)
	case talk.WhichSaying:
		return s.choseSaying(p, text)
	case talk.Rest:
		if p.Verb == remindWord && s.asksReminder(text) {
			s.forget() // another reminder, and not the rest of the one that waits
			return false, nil
		}
		if own, err := s.saysItself(); own || err != nil {
			s.forget()
			return false, err
		}
		return true, s.goOn(p, text)
	}
	s.forget()
	return true, s.fill(p, text)
}

// quotesAnother reports a command that replies to a message about a matter, and not to the
// question that waits, or a number that replies to one about another matter: 取消, to a
// card, gives no question up, and 5 marks what was replied to.
func (s *session) quotesAnother(p *talk.Pending) bool {
	quoted := s.quotedMatter()
	if quoted == 0 || p.Ask != "" && strings.Contains(s.e.Message.Quoted, p.Ask) {
		return false
	}
	if s.read.Digit == 0 {
		return s.read.Verb != "" && s.read.Sure >= likely
	}
	offered := slices.ContainsFunc(p.Readings, func(r intents.Intent) bool { return slices.Contains(r.Matters, quoted) })
	return !offered && len(p.Readings) > 0
}

func (s *session) forget() {
	s.later(func(ctx context.Context) error { return s.talks.Forget(ctx, s.e.Chat, s.e.From) })
}

// elsewhere reports whether a sentence is not about the question. One that orders
// something else ends it; one that only asks or chats leaves it waiting.
func (s *session) elsewhere(p *talk.Pending) bool {
	r := s.read
	switch {
	case r.Small == intents.Empty:
		return false // nothing but the mention: the question is put again
	case r.Small != "":
		return !(p.Field == scoreField && r.Score > 0 || s.agrees(p, s.plain()))
	case r.Verb != "" && r.Asks:
		return true
	case r.Verb == "" || r.Sure < likely:
		return false
	case s.looks(r.Verb):
		return true
	case r.Verb != p.Verb || len(r.Matters) > 0:
		s.forget()
		return true
	}
	return false
}

// agrees reports a yes to the only thing offered. What 撤销 does not take back, ends
// something for all, or marks what somebody did, takes a plain one: 好的 is said to much.
func (s *session) agrees(p *talk.Pending, text string) bool {
	switch {
	case len(p.Says) == 1:
		return saysYes(text)
	case len(p.Readings) != 1:
		return false
	}
	r := p.Readings[0]
	harmless := s.mendable(r.Verb) && !s.closes(r.Verb) && r.Score == 0
	if s.read.Small != "" && harmless && talk.YesFirst(text) {
		return true // 对，都是真的
	}
	return talk.Yes(text) && (saysYes(text) || harmless)
}

// looks reports whether a word only shows something.
func (s *session) looks(word string) bool {
	c := commandFor(word)
	return c != nil && c.looks
}

// plain is the sentence without the mention of the bot.
func (s *session) plain() string {
	if s.said != "" || s.e.Message == nil {
		return s.said
	}
	text := s.e.Message.Text
	for _, at := range []string{"@", "＠"} {
		text = strings.ReplaceAll(text, at+s.cfg.BotName, "")
	}
	return strings.TrimSpace(text)
}

// chose takes the answer to a question with numbered readings: the one chosen is
// carried out as if it had been said. A number that was not offered is asked about
// again; anything else is a sentence of its own.
func (s *session) chose(p *talk.Pending, text string) (bool, error) {
	i := s.chosen(p, text)
	if i < 0 {
		if s.read.Digit == 0 && s.read.Small != intents.Empty {
			return false, nil
		}
		s.ask(*p)
		return true, nil
	}
	if p.For != nil {
		s.forget()
		s.read, s.said = p.Readings[i], p.Said
		return true, s.complete(p.For, p.Said)
	}
	return true, s.takes(p, p.Readings[i])
}

// takes carries out the reading that was chosen as if it had been said.
func (s *session) takes(p *talk.Pending, r intents.Intent) error {
	s.forget()
	s.read, s.said = r, p.Said
	s.single = numberedItems(r.Text) == nil // who was asked has said
	return s.run(r.Verb)
}

// chosen is the place of the reading that an answer picks, -1 for none. Several
// matters are told apart by their numbers, and never by their places.
func (s *session) chosen(p *talk.Pending, text string) int {
	if p.Field == talk.WhichMatter {
		n := s.read.Digit
		if n == 0 && len(s.read.Matters) == 1 {
			n = s.read.Matters[0]
		}
		return slices.IndexFunc(p.Readings, func(r intents.Intent) bool { return r.Matters[0] == n })
	}
	if n, _, ok := talk.Pick(text, len(p.Readings)); ok {
		return n - 1
	}
	if s.agrees(p, text) {
		return 0
	}
	return -1
}

// fill reads the answer to what was asked, once more as if the verb stood before
// it, so that times and people in it are found.
func (s *session) fill(p *talk.Pending, text string) error {
	again := s.read
	if again.Verb != p.Verb {
		var err error
		if again, err = s.understand(p.Verb + " " + text); err != nil {
			return err
		}
		if len(again.Matters) > 0 || again.Verb != p.Verb {
			// A number in an answer is part of it: 3栋已经修过了.
			again = intents.Intent{Verb: p.Verb, Text: text, People: again.People, When: again.When, Score: s.read.Score, Choice: again.Choice}
		}
	}
	s.pick(p, &again, text)
	if len(s.e.Message.Mentions) > 0 {
		again.People = s.read.People
	}
	s.read = again
	return s.complete(p, text)
}

// pick takes an answer to a numbered question apart: "2 灯又坏了" is the second
// answer and a reason.
func (s *session) pick(p *talk.Pending, r *intents.Intent, text string) {
	switch p.Field {
	case choiceField:
		if n, rest, ok := talk.Pick(text, len(p.Choices)); ok {
			r.Choice, r.Text = p.Choices[n-1], rest
		} else if id, rest, ok := s.choiceWord(p, text); ok {
			r.Choice, r.Text = id, rest
		}
		if r.Choice == "" {
			r.Text = ""
		}
	case scoreField:
		if n, rest, ok := talk.Pick(text, 5); ok {
			r.Score, r.Text = n, rest
		}
		if r.Score == 0 {
			r.Text = ""
		}
	}
}

// choiceWord finds the choice whose word an answer begins with.
func (s *session) choiceWord(p *talk.Pending, text string) (id, rest string, ok bool) {
	t, _, err := s.pendingMatter(p)
	if err != nil || t == nil {
		return "", "", false
	}
	_, v := t.FindVerb(p.Verb)
	if v == nil {
		return "", "", false
	}
	answers := make([][]string, len(v.Choices))
	for i, c := range v.Choices {
		answers[i] = append([]string{c.Word}, c.Also...)
	}
	i, rest, ok := talk.Word(text, answers)
	if !ok {
		return "", "", false
	}
	return v.Choices[i].ID, rest, true
}

// complete puts the answer, which is in s.read, into what was waiting for it, and
// tries again.
func (s *session) complete(p *talk.Pending, text string) error {
	if p.Read != nil {
		return s.completeAll(p, text)
	}
	act := p.Act
	t, m, err := s.pendingMatter(p)
	if err != nil {
		return err
	}
	if step, v := t.FindVerb(p.Verb); step != nil {
		more, err := s.build(step, v)
		if err != nil {
			return s.within(p, err, merged(act, more))
		}
		if v.Op == procedure.Extend {
			more.Until = s.putOff(m.Steps[step.ID].Due, more.Until)
		}
		act = merged(act, more)
	} else if act.People, err = s.people(s.read.People); err != nil { // a command of the bot's own
		return s.within(p, err, act)
	}
	if s.isText(t, p.Field) && act.Content[p.Field] == "" {
		act = merged(act, procedure.Act{Content: map[string]string{p.Field: text}})
	}
	if p.Matter == "" {
		return s.begins(t, act)
	}
	if err := s.commit(t, m, m.Node, act); err != nil {
		return s.pend(err, talk.Pending{Verb: p.Verb, Matter: m.ID, Act: act})
	}
	return nil
}

// isText reports whether a field holds free text.
func (s *session) isText(t *procedure.Template, field string) bool {
	switch field {
	case scoreField, choiceField, toField, byField:
		return false
	}
	f := t.Field(field)
	return f == nil || f.Type == "" || f.Type == procedure.TextField || f.Type == procedure.PhoneField || f.Type == procedure.PlaceField
}

// within keeps the question that an answer was for, when the answer itself raises
// one: which of two people, which of two days.
func (s *session) within(p *talk.Pending, err error, known procedure.Act) error {
	q, ok := errors.AsType[*question](err)
	if !ok {
		return s.pend(err, talk.Pending{Verb: p.Verb, Template: p.Template, Matter: p.Matter, Act: known})
	}
	outer := *p
	q.pending.For, q.pending.Said = &outer, s.plain()
	return q
}

// completeAll puts an answer into the sentence about several matters that lacked
// it, and carries the whole of it out.
func (s *session) completeAll(p *talk.Pending, text string) error {
	r, answer := *p.Read, s.read
	switch p.Field {
	case scoreField:
		r.Score = answer.Score
	case choiceField:
		r.Choice = answer.Choice
	case toField:
		r.People = answer.People
	case byField:
		r.When = answer.When
	default:
		r.Text = text
	}
	if p.Field == scoreField || p.Field == choiceField {
		r.Text = answer.Text
	}
	s.read, s.said = r, p.Said
	return s.run(r.Verb)
}

func (s *session) pendingMatter(p *talk.Pending) (*procedure.Template, procedure.Matter, error) {
	if p.Matter == "" {
		t := s.Templates().ByID(p.Template)
		if t == nil {
			return nil, procedure.Matter{}, bot.Errorf(bot.NotFound, "这种事项现在没有启用，请重新说一次。")
		}
		return t, procedure.Matter{}, nil
	}
	m, err := s.tx.Matter(s.ctx, p.Matter)
	if err != nil {
		return nil, m, err
	}
	t, err := s.template(m)
	return t, m, err
}

// merged fills what is empty in a with what more knows.
func merged(a, more procedure.Act) procedure.Act {
	if len(a.People) == 0 {
		a.People = more.People
	}
	if a.Until.IsZero() {
		a.Until = more.Until
	}
	if a.Count == 0 {
		a.Count = more.Count
	}
	if a.Amount == 0 {
		a.Amount = more.Amount
	}
	if a.Score == 0 {
		a.Score = more.Score
	}
	if a.Choice == "" {
		a.Choice = more.Choice
	}
	if a.Content == nil && len(more.Content) > 0 {
		a.Content = map[string]string{}
	}
	for k, v := range more.Content {
		if a.Content[k] == "" {
			a.Content[k] = v
		}
	}
	return a
}
