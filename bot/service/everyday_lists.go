package service

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtime"
)

// pollState answers 投票情况: until when one can vote and how many have, never who has
// not. Where nothing runs any more it shows what came of the last vote.
func (s *session) pollState() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	running, err := s.runningVotes()
	if err != nil {
		return err
	}
	if want := s.read.Matters; len(want) > 0 {
		running = slices.DeleteFunc(running, func(m procedure.Matter) bool { return !slices.Contains(want, m.Number) })
		if len(running) == 0 {
			return s.show()
		}
	}
	if len(running) == 0 {
		return s.lastVote()
	}
	var lines []string
	for i, m := range running {
		if i == most {
			break
		}
		line, err := s.pollLine(m)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	s.reply(strings.Join(append(lines, "谁投了、谁没投不公布。"), "\n"))
	return nil
}

// pollLine is how one vote stands.
func (s *session) pollLine(m procedure.Matter) (string, error) {
	t, err := s.template(m)
	if err != nil {
		return "", err
	}
	if !s.e.Chat.Private && !s.public(t) {
		return m.Ref() + " 不在群里公开，请私聊我查。", nil
	}
	b, err := s.box(pollID(m, t.Vote()))
	if err != nil {
		return "", err
	}
	title := cut(s.env(t, m, procedure.Actor{}).Title(m, s.lookup(t, m, !s.e.Chat.Private)), 18)
	line := fmt.Sprintf("%s %s：%s", m.Ref(), title, s.turnoutWords(b))
	if !b.Poll.Closes.IsZero() {
		line += "，截止" + zhtime.Echo(b.Poll.Closes.In(s.zone()), s.now.In(s.zone()), false)
	}
	return line + "。", nil
}

// lastVote shows the vote here that closed last.
func (s *session) lastVote() error {
	var voting []string
	for _, t := range s.Templates().All() {
		if t.Vote() != nil {
			voting = append(voting, t.ID)
		}
	}
	if len(voting) == 0 {
		return bot.Errorf(bot.NotFound, "现在没有正在进行的投票。")
	}
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: voting, Limit: 50})
	if err != nil {
		return err
	}
	var last *procedure.Matter
	for i, m := range found {
		if t, err := s.template(m); err != nil {
			return err
		} else if m.Steps[t.Vote().ID].Round > 0 && (last == nil || m.Opened.After(last.Opened)) {
			last = &found[i]
		}
	}
	if last == nil {
		return bot.Errorf(bot.NotFound, "现在没有正在进行的投票，也没有投过的。")
	}
	return s.showOne(*last)
}

// meetingsAhead answers 会议安排: when and where meetings are held here that have been
// called.
func (s *session) meetingsAhead() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	ahead, err := s.openHalls(func(p meeting.Phase) bool { return p != meeting.Ended })
	if err != nil {
		return err
	}
	if len(ahead) == 0 && !s.e.Chat.Private { // the same whether there is another or not
		s.reply("群里最近没有定下来的会。不在群里公开的会请私聊我问，开过的会发“纪要”看。")
		return nil
	}
	if len(ahead) == 0 {
		s.reply("最近没有定下来的会。开过的会发“纪要”看。")
		return nil
	}
	slices.SortFunc(ahead, func(a, b *hall) int { return a.m.When.Compare(b.m.When) })
	if len(ahead) == 1 {
		return s.showOne(ahead[0].m)
	}
	var lines []string
	for i, h := range ahead {
		if i == most {
			break
		}
		lines = append(lines, fmt.Sprintf("%s %s：%s", h.m.Ref(), h.t.Name, s.dayAndTime(h.m.When)))
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

func (s *session) dayAndTime(t time.Time) string {
	return zhtime.Echo(t.In(s.zone()), s.now.In(s.zone()), false)
}
