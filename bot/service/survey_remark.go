package service

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// nothing are the answers of who leaves a question in words out.
var nothing = []string{"0", "０", "没有", "没有了", "无", "没了", "不写", "跳过"}

// readRemark takes what was said for what is to be written down, whatever words are in
// it: read as a command it would stand in an act, under a name. Only a word that shows
// something is still that word.
func (s *session) readRemark(said string) (c *ballot.Choice, ok bool, err error) {
	if slices.Contains(nothing, strings.Trim(said, " 。.！!")) {
		return nil, true, nil
	}
	if own := commandFor(s.read.Verb); own != nil && own.looks && s.read.Sure >= certain {
		return nil, false, nil
	}
	if n := utf8.RuneCountInString(said); n > ballot.MaxReason {
		s.verb = "survey"
		return nil, true, bot.Errorf(bot.Invalid, "写了%d个字，最多%d个，请短一些再发一次。", n, ballot.MaxReason)
	}
	return &ballot.Choice{Say: ballot.Yes, Reason: said}, true, nil
}

// remarks are what was written in a survey, in random order and without names. There
// are none before the close, and none where too few answered for anything to be shown.
func (s *session) remarks(m procedure.Matter, step *procedure.Step, round int) ([]string, error) {
	var out []string
	for i, q := range step.Questions {
		id := ballot.PollID{Matter: m.ID, Step: step.ID, Round: round, Item: i + 1}
		c, err := s.tx.Closing(s.ctx, id)
		if bot.CodeOf(err) == bot.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rule, err := s.ruleOf(c.Poll)
		if err != nil {
			return nil, err
		}
		if i == 0 && ballot.Tally(c.Poll, rule, c.Count).Verdict == ballot.Withheld {
			return nil, nil
		}
		if !q.Text {
			continue
		}
		for _, r := range c.Reasons {
			out = append(out, q.Ask+" "+r.Text)
		}
	}
	return out, nil
}
