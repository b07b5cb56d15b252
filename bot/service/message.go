package service

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// Certainty bounds: from certain on, do it; from likely on, do it and say how to
// take it back; from maybe on, ask; below, offer help.
const (
	certain = 0.95
	likely  = 0.8
	maybe   = 0.4
)

// longest is how much of a message is read: more is a paste, not a command.
const longest = 2000

// message understands one sentence and carries it out.
func (s *session) message() error {
	m := s.e.Message
	if m.QuotaGone {
		s.verb = "quota_gone"
		// What was said is lost, and no answer would arrive; others can be told.
		s.later(func(ctx context.Context) error { return s.Tight(ctx, s.e.Platform, 100) })
		return nil
	}
	if len([]rune(m.Text)) > longest {
		return bot.Errorf(bot.Invalid, "这条消息太长了，请用一句话说。")
	}
	if done, err := s.attached(); done || err != nil {
		return err
	}
	if m.Voice && s.plain() == "" {
		return bot.Errorf(bot.Missing, "这段语音没有听出话来，请再说一遍，或者打字发给我。")
	}
	read, err := s.understand(m.Text)
	if err != nil {
		return err
	}
	s.read = read
	if err := s.knowMentioned(); err != nil {
		return err
	}
	defer s.hintPrivate()
	defer s.hintIdentity()
	pending, err := s.talks.Recall(s.ctx, s.e.Chat, s.e.From)
	if err != nil {
		// Without conversation state a sentence is read on its own.
		s.log.WarnContext(s.ctx, "conversation state not readable", "error", err)
	}
	if pending != nil && pending.Field == talk.Told {
		s.lastWord, pending = pending.At, nil
	}
	if pending != nil {
		if done, err := s.resume(pending); done || err != nil {
			return err
		}
	}
	return s.dispatch()
}

// understand reads a sentence with what may be known about the moment.
func (s *session) understand(text string) (intents.Intent, error) {
	ctx := intents.Context{
		Now: s.now.In(s.zone()), BotName: s.cfg.BotName, Private: s.e.Chat.Private,
	}
	if s.e.Message != nil {
		ctx.Quoted = s.e.Message.Quoted
	}
	if s.node.ID != "" {
		people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
		if err != nil {
			return intents.Intent{}, err
		}
		ctx.Names = make([]intents.Name, 0, len(people))
		for _, p := range people {
			n := intents.Name{ID: string(p.ID), Name: p.Name}
			posts, err := s.tx.PostsOf(s.ctx, p.ID)
			if err != nil {
				return intents.Intent{}, err
			}
			for _, post := range posts {
				if post.Holds(s.now) {
					n.Posts = append(n.Posts, post.Title)
				}
			}
			ctx.Names = append(ctx.Names, n)
		}
	}
	return s.practice.Load().reader.Read(s.calledPlainly(s.withoutDays(text)), ctx), nil
}

// dispatch does what was understood, of a whole sentence of everyday speech first.
func (s *session) dispatch() error {
	if done, err := s.everyday(s.practice.Load().phrases.first); done || err != nil {
		return err
	}
	return s.carryOut()
}

// carryOut does what was understood.
func (s *session) carryOut() error {
	r := s.read
	if done, err := s.amends(); done || err != nil {
		return err
	}
	if done, err := s.surveySaid(); done || err != nil {
		return err
	}
	if done, err := s.ballotSaid(); done || err != nil {
		return err
	}
	if done, err := s.meetingSaid(); done || err != nil {
		return err
	}
	if !s.opensPlainly() {
		if done, err := s.corrects(); done || err != nil {
			return err
		}
	}
	if done, err := s.meetingAsked(); done || err != nil {
		return err
	}
	if !s.opensPlainly() {
		if done, err := s.reminderSaid(); done || err != nil {
			return err
		}
	}
	switch {
	case r.Asks && r.Verb != "":
		return s.answerQuestion(r)
	case s.closes(r.Verb) && !s.plainly(r):
	case r.Verb != "" && (r.Sure >= 1 || r.Sure >= certain && s.mendable(r.Verb)):
		return s.run(r.Verb)
	case r.Verb != "" && r.Sure >= likely && s.mendable(r.Verb):
		defer s.offerUndo()
		return s.run(r.Verb)
	}
	if done, err := s.unhappy(); done || err != nil {
		return err
	}
	if done, err := s.misheard(); done || err != nil {
		return err
	}
	if done, err := s.everyday(s.practice.Load().phrases.last); done || err != nil {
		return err
	}
	switch {
	case r.Small != "":
		s.verb = "small"
		return s.small(r.Small)
	case r.Verb != "" && r.Sure >= maybe, len(r.Others) > 0:
		return s.offer(r)
	case r.Digit > 0:
		return s.bareDigit(r.Digit)
	case len(r.Matters) == 1:
		return s.offerAbout(r.Matters[0])
	case talk.Enough(s.plain()):
		return s.small(intents.Chat)
	}
	return s.lost()
}

// mendable reports whether a slip does no lasting harm: the word only shows
// something, or 撤销 takes it back.
func (s *session) mendable(word string) bool {
	c := commandFor(word)
	return c == nil || s.templateFor(word) != nil || c.looks || c.undoable
}

// answerQuestion answers a question about a verb by how the matter stands, or by
// how the word is used; it never acts.
func (s *session) answerQuestion(r intents.Intent) error {
	s.verb = "question"
	if len(r.Matters) > 0 {
		return s.show()
	}
	return s.helpWord(r.Verb)
}

// run carries out a word: a command of the bot's own, or a verb of a template.
func (s *session) run(word string) error {
	s.verb = word
	if c := commandFor(word); c != nil && s.templateFor(word) == nil {
		return c.run(s)
	}
	return s.practiceVerb(word)
}

// offerUndo adds to the answer how a sentence that was nearly certain is taken back.
func (s *session) offerUndo() {
	const how = "（不对就发“撤销”）"
	for i, r := range s.rows {
		if r.To != s.e.Chat || r.Refresh != "" || !s.wrote {
			continue
		}
		if c := r.Body.Card; c != nil {
			c.Footnote += how
		} else {
			s.rows[i].Body.Text += how
		}
		return
	}
}
