package service

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
)

// runningVote is a vote that runs here, as a bare number may mean it.
type runningVote struct {
	m       procedure.Matter
	p       ballot.Poll
	options []string
}

// choices is how many places there are to choose from.
func (v runningVote) choices() int {
	if v.p.Selection() {
		return v.p.Options
	}
	return len(sayings)
}

// chosen is what places stand for, and how that is typed so that nothing else can be
// meant by it; of a secret vote neither is said.
func (v runningVote) chosen(places []int) string {
	c := ballot.Choice{Say: ballot.Pick}
	for _, n := range places {
		c.Picks = append(c.Picks, n-1)
	}
	if !v.p.Selection() {
		c = ballot.Choice{Say: sayings[places[0]-1]}
	}
	words := choiceWords(c, v.options)
	if v.p.Secret {
		return fmt.Sprintf("%s，请写号码和选项的名字", v.m.Ref())
	}
	return fmt.Sprintf("%s %s，发“%d %s”", v.m.Ref(), words, v.m.Number, words)
}

// voteChoices are the votes that run here with what there is to choose from.
func (s *session) voteChoices() ([]runningVote, error) {
	running, err := s.runningVotes()
	if err != nil {
		return nil, err
	}
	var out []runningVote
	for _, m := range running {
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		p, err := s.tx.Poll(s.ctx, pollID(m, t.Vote()))
		if err != nil {
			return nil, err
		}
		out = append(out, runningVote{m, p, s.optionsOf(t, m, s.lookup(t, m, true))})
	}
	return out, nil
}

// unclearNumbers refuses numbers that may be meant in two ways: 1 2 is
// the second choice of #1, or the first two of another vote. A ballot is never guessed.
func (s *session) unclearNumbers(text string) error {
	text = zhtext.Fold(text).Text
	if !numbersOnly.MatchString(text) {
		return nil
	}
	var said []int
	for _, part := range splitOptions(text) {
		n, err := strconv.Atoi(strings.Trim(part, "."))
		if err != nil {
			return nil //nolint:nilerr // what is no number is no choice
		}
		said = append(said, n)
	}
	if len(said) < 2 {
		return nil
	}
	votes, err := s.voteChoices()
	if err != nil {
		return err
	}
	readings := meanings(votes, said, picksOnly.MatchString(text))
	switch {
	case len(readings) > 1:
		s.verb = "ballot"
		return bot.Errorf(bot.Ambiguous, "这几个数有两种意思，没有计票。请说清楚：%s。", strings.Join(readings, "；"))
	case s.e.Chat.Private && len(votes) > 1 && picksOnly.MatchString(text):
		s.verb = "ballot"
		return whichVote(votes)
	}
	return nil
}

// meanings are the ways in which numbers can be a ballot; list: written as a list, they
// begin with no matter's number.
func meanings(votes []runningVote, said []int, list bool) (out []string) {
	for _, v := range votes {
		if !list && len(said) == 2 && v.m.Number == said[0] && said[1] >= 1 && said[1] <= v.choices() {
			out = append(out, v.chosen(said[1:]))
		}
	}
	for _, v := range votes {
		beyond := func(n int) bool { return n < 1 || n > v.p.Options }
		if v.p.Most >= len(said) && !slices.ContainsFunc(said, beyond) && len(slices.Compact(slices.Sorted(slices.Values(said)))) == len(said) {
			out = append(out, v.chosen(said))
		}
	}
	return out
}

// whichVote asks for the number where several votes run, and shows how it is written.
func whichVote(votes []runningVote) error {
	var how []string
	for _, v := range votes[:min(len(votes), offered/2)] {
		word := sayings[0].Word()
		if len(v.options) > 0 {
			word = v.options[0]
		}
		how = append(how, fmt.Sprintf("%d %s", v.m.Number, word))
	}
	return bot.Errorf(bot.Ambiguous, "现在有%d个投票，没有计票。请写上号码和选的，例如：%s。", len(votes), strings.Join(how, "，或者 "))
}

// digitForVotes answers a digit in private while several votes run for which it may be
// meant; it is false where the digit means something else.
func (s *session) digitForVotes(n int) (bool, error) {
	if !s.e.Chat.Private || s.node.ID == "" {
		return false, nil
	}
	votes, err := s.voteChoices()
	if err != nil || len(votes) == 0 {
		return false, err
	}
	if len(votes) == 1 {
		return s.beyondChoices(votes[0], n)
	}
	for _, v := range votes {
		if n <= v.choices() || n == v.m.Number {
			s.verb = "ballot"
			return true, whichVote(votes)
		}
	}
	return false, nil
}

// beyondChoices answers a number that is no choice of the only vote, and no matter's.
func (s *session) beyondChoices(v runningVote, n int) (bool, error) {
	if n <= v.choices() {
		return false, nil
	}
	if _, err := s.numbered(n); bot.CodeOf(err) != bot.NotFound {
		return false, err
	}
	s.verb = "ballot"
	return true, bot.Errorf(bot.Invalid, "%s 只有%d个可选，没有第%d个，没有计票。", v.m.Ref(), v.choices(), n)
}

// receiptWords say to a voter in private which vote their ballot went to, and what it says
// where that is no secret, so that a slip is seen. In a group they say what numbers
// stood for, of an open vote: what was typed in words can be read there.
func (s *session) receiptWords(m procedure.Matter, b *ballot.Box, e ballot.Entry) string {
	byNumber := numbersOnly.MatchString(strings.TrimLeft(s.plain(), "#＃"))
	if s.e.Message == nil || !s.e.Chat.Private && (!byNumber || b.Poll.Hidden || e.Choice == nil) {
		return ""
	}
	t, err := s.template(m)
	if err != nil {
		return ""
	}
	look := s.lookup(t, m, false)
	title := cut(s.env(t, m, procedure.Actor{}).Title(m, look), 14)
	switch {
	case b.Poll.Secret || e.Choice == nil:
		return "（" + title + "）"
	case !s.e.Chat.Private:
		return "：" + choiceWords(*e.Choice, s.optionsOf(t, m, look))
	}
	return "：" + choiceWords(*e.Choice, s.optionsOf(t, m, look)) + "（" + title + "）"
}
