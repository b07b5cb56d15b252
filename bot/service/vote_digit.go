package service

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/talk"
	"yiqun/intents/zhtext"
)

// A bare number in private is a ballot only where the vote is the last thing the sender
// was told of: a 1 that answers something else must never be counted.

// neutral are words whose answer neither asks for a number nor speaks of a vote's choices.
var neutral = []string{"again", "small", "enough", "投票情况", "我的票"}

// keepWord remembers that somebody was told something in private that is about no vote,
// so that a number which comes next is not counted. A question that waits is left: it
// takes the number itself.
func (s *session) keepWord() error {
	verb := cmp.Or(s.verb, s.tried)
	if s.e.Message == nil || !s.e.Chat.Private || s.node.ID == "" || slices.Contains(neutral, verb) || !s.answersHere() {
		return nil
	}
	// Mostly none runs anywhere, which is known without asking.
	if some, err := s.tx.AnyPoll(s.ctx); err != nil || !some {
		return err
	}
	running, err := s.runningVotes()
	if err != nil || len(running) == 0 {
		return err
	}
	ofVote := verb == "ballot" || verb == "怎么投" || s.showsOne(running)
	chat, who, now := s.e.Chat, s.e.From, s.now
	s.later(func(ctx context.Context) error {
		p, err := s.talks.Recall(ctx, chat, who)
		switch {
		case err != nil || p != nil && p.Field != talk.Told:
			return err
		case !ofVote:
			return s.talks.Ask(ctx, chat, who, talk.Pending{Field: talk.Told, At: now})
		case p != nil:
			return s.talks.Forget(ctx, chat, who)
		}
		return nil
	})
	return nil
}

// answersHere reports that the event is answered in the chat it came from.
func (s *session) answersHere() bool {
	for _, r := range s.rows {
		if r.To == s.e.Chat && r.Refresh == "" {
			return true
		}
	}
	return false
}

// showsOne reports that the answer is the card of one of some matters.
func (s *session) showsOne(of []procedure.Matter) bool {
	for _, r := range s.rows {
		if r.To == s.e.Chat && r.Body.Card != nil && slices.ContainsFunc(of, func(m procedure.Matter) bool { return m.ID == r.Matter }) {
			return true
		}
	}
	return false
}

// digitForQuoted answers a number that replies to a vote, by its matter's number: how a
// ballot is written. It is false where something else was replied to, or nothing.
func (s *session) digitForQuoted(number int) (bool, error) {
	if number == 0 || s.node.ID == "" {
		return false, nil
	}
	m, err := s.numbered(number)
	if bot.CodeOf(err) == bot.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	t, err := s.template(m)
	if err != nil || s.env(t, m, procedure.Actor{}).Collecting(m) == nil {
		return false, err
	}
	how, err := s.waysToVote(m)
	if err == nil {
		s.reply("这个数没有计票。" + how + "。")
	}
	return true, err
}

// answersVote refuses a bare number that may answer something other than the vote that
// runs, and says how a ballot is written so that it is one.
func (s *session) answersVote(m procedure.Matter, p ballot.Poll) error {
	other, err := s.toldOther(m, p)
	if err != nil || !other {
		return err
	}
	how, err := s.waysToVote(m)
	if err != nil {
		return err
	}
	return bot.Errorf(bot.Ambiguous, "不知道“%s”是不是投票，没有计。要投票就写清楚：%s。", cut(s.plain(), 8), how)
}

// toldOther reports that since a vote began, and within a day, its voter was last told of
// something else in private: in an answer, of a matter, or in a reminder.
func (s *session) toldOther(m procedure.Matter, p ballot.Poll) (bool, error) {
	if !s.lastWord.Before(p.Opens) && s.now.Sub(s.lastWord) < answerable {
		return true, nil
	}
	// That the vote was asked about last does not say that nothing else was told since,
	// or in the same message, where each thing has a number.
	if asked, ok := s.remembered(askedKey(s.me.ID)); ok && asked != string(m.ID) {
		return true, nil
	}
	since := p.Opens
	if day := s.now.Add(-answerable); day.After(since) {
		since = day
	}
	last, err := s.tx.LastMessage(s.ctx, remind.Person(s.me.ID), since)
	return slices.ContainsFunc(last, func(n remind.Notice) bool { return n.Matter != m.ID }), err
}

// ballotOrAnswer answers a word that agrees to a question as well as it votes, while a
// question waits that offers one thing and a vote runs: which of the two is meant is not
// guessed. It is false for anything else, and for the words that stand on the ballot.
func (s *session) ballotOrAnswer(p *talk.Pending, text string) (bool, error) {
	said := strings.Trim(zhtext.Fold(text).Text, " 。.!！的了啊呀吧")
	say := sayOf(said)
	if len(p.Readings)+len(p.Says) != 1 || s.quotedMatter() > 0 || say == "" || say.Word() == said {
		return false, nil
	}
	voting, err := s.voting(0)
	if err != nil || !voting {
		return false, err
	}
	s.verb = "unsure"
	again := "这句没有当成投票，没有计；要投票请写上号码。\n" + p.Ask
	if !s.e.Chat.Private {
		again += "（@我回复）"
	}
	s.reply(again)
	return true, nil
}
