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

// question is a refusal that asks something and remembers what it asked.
type question struct{ pending talk.Pending }

func (q *question) Error() string { return "ask for " + q.pending.Field }

// Unwrap gives the question as a *bot.Error.
func (q *question) Unwrap() error { return bot.Errorf(bot.Missing, "%s", q.pending.Ask) }

// pend turns a missing piece into a question, keeping what is known so far.
func (s *session) pend(err error, known talk.Pending) error {
	missing, ok := errors.AsType[*procedure.MissingError](err)
	if !ok {
		return err
	}
	known.Field, known.Ask = missing.Field, missing.Ask
	return &question{known}
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
	chat, who := s.e.Chat, s.e.From
	s.later(func(ctx context.Context) error { return s.talks.Ask(ctx, chat, who, p) })
}

var enough = []string{"算了", "不用了", "不要了", "取消"}

// resume takes a sentence as the answer to what was asked. It is not one when the
// sentence clearly says something else.
func (s *session) resume(p *talk.Pending) (bool, error) {
	forget := func(ctx context.Context) error { return s.talks.Forget(ctx, s.e.Chat, s.e.From) }
	text := s.plain()
	if slices.Contains(enough, strings.Trim(text, "。！!，, ")) {
		s.later(forget)
		s.verb = "enough"
		s.reply("好的，这件先不办。")
		return true, nil
	}
	if s.read.Verb != "" && s.read.Sure >= likely && (s.read.Verb != p.Verb || len(s.read.Matters) > 0) {
		s.later(forget)
		return false, nil
	}
	if s.read.Small != "" && s.read.Small != intents.Empty && p.Field != "score" {
		return false, nil
	}
	s.later(forget)
	s.verb = p.Verb
	switch p.Field {
	case talk.WhichMatter:
		return s.chose(p)
	case talk.WhichReading:
		return s.choseReading(p)
	}
	return true, s.fill(p, text)
}

// plain is the sentence without the mention of the bot.
func (s *session) plain() string {
	text := s.e.Message.Text
	for _, at := range []string{"@", "＠"} {
		text = strings.ReplaceAll(text, at+s.cfg.BotName, "")
	}
	return strings.TrimSpace(text)
}

// chose takes the answer to "which one": a number of a matter, or its place in
// the list.
func (s *session) chose(p *talk.Pending) (bool, error) {
	n := s.read.Digit
	if n == 0 && len(s.read.Matters) > 0 {
		n = s.read.Matters[0]
	}
	for _, id := range p.Options {
		m, err := s.tx.Matter(s.ctx, id)
		if err != nil {
			return true, err
		}
		if m.Number == n {
			return true, s.step(p.Verb, m)
		}
	}
	if n >= 1 && n <= len(p.Options) {
		m, err := s.tx.Matter(s.ctx, p.Options[n-1])
		if err != nil {
			return true, err
		}
		return true, s.step(p.Verb, m)
	}
	return false, nil
}

// choseReading takes the answer to "您是想：1 … 2 …？": the sentence chosen is then
// carried out as if it had been typed.
func (s *session) choseReading(p *talk.Pending) (bool, error) {
	n := s.read.Digit
	if n < 1 || n > len(p.Readings) {
		return false, nil
	}
	read, err := s.understand(p.Readings[n-1])
	if err != nil {
		return true, err
	}
	s.read = read
	if read.Verb == "" {
		return true, s.lost()
	}
	return true, s.run(read.Verb)
}

// fill puts the answer into the act that was waiting for it, and tries again.
func (s *session) fill(p *talk.Pending, text string) error {
	act := p.Act
	if act.Content == nil {
		act.Content = map[string]string{}
	}
	t, m, err := s.pendingMatter(p)
	if err != nil {
		return err
	}
	// Read the answer once more as if the verb stood before it, so that times and
	// people in it are found.
	again := s.read
	if again.Verb != p.Verb {
		if again, err = s.understand(p.Verb + " " + text); err != nil {
			return err
		}
	} else if again.Text != "" {
		text = again.Text
	}
	step, v := t.FindVerb(p.Verb)
	switch {
	case again.Verb != p.Verb:
	case step != nil:
		s.read = again
		more, err := s.build(step, v)
		if err != nil {
			return err
		}
		act = merged(act, more)
	default: // a command of the bot's own
		if act.People, err = s.people(again.People); err != nil {
			return err
		}
	}
	switch p.Field {
	case "score":
		act.Score = s.read.Digit
		if act.Score == 0 {
			act.Score = s.read.Score
		}
	case "to", "by", "choice":
	default:
		if f := t.Field(p.Field); f == nil || f.Type == procedure.TextField || f.Type == procedure.PhoneField || f.Type == procedure.PlaceField {
			if act.Content[p.Field] == "" {
				act.Content[p.Field] = text
			}
		}
	}
	if p.Matter == "" {
		return s.begins(t, act)
	}
	if err := s.commit(t, m, m.Node, act); err != nil {
		return s.pend(err, talk.Pending{Verb: p.Verb, Matter: m.ID, Act: act})
	}
	return nil
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
	for k, v := range more.Content {
		if a.Content[k] == "" {
			a.Content[k] = v
		}
	}
	return a
}
