package service

import (
	"fmt"
	"strings"

	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// notCounted is said of what may have been meant as a ballot and was not taken for one.
const notCounted = "这句没计"

// howToVote answers how one votes here now: with the numbers of what runs, so that the
// sentence can be sent as it stands.
func (s *session) howToVote() error {
	running, err := s.runningVotes()
	if err != nil {
		return err
	}
	if len(running) == 0 {
		s.reply("现在没有正在进行的投票。")
		return nil
	}
	lines := []string{}
	if strings.Contains(s.plain(), notCounted) {
		lines = append(lines, "这句没有当成投票，没有计。")
	}
	for i, m := range running {
		if i == 3 {
			break
		}
		line, err := s.waysToVote(m)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	s.reply(strings.Join(append(lines, "也可以点卡片上的按钮；截止前再投一次就是改票。"), "\n"))
	return nil
}

// waysToVote is a running vote with the sentences that vote in it.
func (s *session) waysToVote(m procedure.Matter) (string, error) {
	words, poll, err := s.ballotSentences(m, 3)
	if err != nil {
		return "", err
	}
	where := "请发："
	if poll.InRoom {
		where = "到会的先发“签到”，再发："
	}
	if poll.Secret && !s.e.Chat.Private {
		where = "是匿名投票，请私聊我发："
	}
	return fmt.Sprintf("%s %s%s", m.Ref(), where, strings.Join(words, "，或 ")), nil
}

// ballotSentences are sentences that are a ballot in a running vote, some of what there
// is to choose from: 12 赞成.
func (s *session) ballotSentences(m procedure.Matter, most int) (words []string, p ballot.Poll, err error) {
	t, err := s.template(m)
	if err != nil {
		return nil, p, err
	}
	p, err = s.tx.Poll(s.ctx, pollID(m, t.Vote()))
	if err != nil {
		return nil, p, err
	}
	var choices []string
	for _, say := range sayings {
		choices = append(choices, say.Word())
	}
	if p.Selection() {
		choices = s.optionsOf(t, m, s.lookup(t, m, true))
	}
	for _, c := range choices[:min(len(choices), most)] {
		words = append(words, fmt.Sprintf("%d %s", m.Number, c))
	}
	return words, p, nil
}
