package service

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/remind"
)

// burden answers 减负自查: how much the bot sent here this month, and how near that
// came to what is enough. It gives numbers and no names: who got most is nobody's
// business.
func (s *session) burden() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if !s.vouches() {
		return denied("减负自查")
	}
	y, m, _ := s.now.In(s.zone()).Date()
	since := time.Date(y, m, 1, 0, 0, 0, 0, s.zone())
	sent, err := s.tx.SentSince(s.ctx, since)
	if err != nil {
		return err
	}
	told, err := s.tx.ToldEach(s.ctx, since)
	if err != nil {
		return err
	}
	here, accounts, err := s.thoseHere()
	if err != nil {
		return err
	}
	lines := []string{fmt.Sprintf("%s %d月到现在，我发出的：", s.node.Name, int(m))}
	lines = append(lines, s.sentLines(sent, accounts, since)...)
	lines = append(lines, s.nearLines(told, here)...)
	lines = append(lines, "没有打卡、接龙、排名，没有统计在线时长，没有要求马上回复，照片都可以不传。")
	s.reply(strings.Join(lines, "\n"))
	return nil
}

// thoseHere are the recipients and the private accounts that belong to the node.
func (s *session) thoseHere() (map[remind.Recipient]bool, map[bot.Account]bot.PersonID, error) {
	here := map[remind.Recipient]bool{remind.Groups(s.node.ID): true}
	accounts := map[bot.Account]bot.PersonID{}
	people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range people {
		here[remind.Person(p.ID)] = true
		list, err := s.tx.AccountsOf(s.ctx, p.ID)
		if err != nil {
			return nil, nil, err
		}
		for _, a := range list {
			accounts[a.Account] = p.ID
		}
	}
	return here, accounts, nil
}

// sentLines counts all messages, answers included, by group and for the people here
// together.
func (s *session) sentLines(sent []deliver.Sendings, accounts map[bot.Account]bot.PersonID, since time.Time) []string {
	var groups []string
	private, reached := 0, map[bot.PersonID]int{}
	for _, c := range sent {
		if c.Chat.Private {
			if p, ok := accounts[bot.Account{Platform: c.Chat.Platform, User: bot.UserID(c.Chat.ID)}]; ok {
				private += c.Messages
				reached[p] += c.Messages
			}
			continue
		}
		if g, err := s.tx.Group(s.ctx, c.Chat); err == nil && g.Node == s.node.ID {
			groups = append(groups, fmt.Sprintf("%s%d条", c.Chat.Platform.Spoken(), c.Messages))
		}
	}
	if len(groups) == 0 {
		groups = []string{"0条"}
	}
	weeks := max(1, s.now.Sub(since).Hours()/24/7)
	line := "私聊：没有。"
	if n := len(reached); n > 0 {
		most := slices.Max(slices.Collect(maps.Values(reached)))
		line = fmt.Sprintf("私聊：%d人共%d条，最多的一位%d条，平均每人每周%.1f条（回答也算在内）。", n, private, most, float64(private)/float64(n)/weeks)
	}
	return []string{"群里：" + strings.Join(groups, "，") + "（回答也算在内）。", line}
}

// nearLines says how near reminders came to the budgets and the quiet hours.
func (s *session) nearLines(told []remind.Telling, here map[remind.Recipient]bool) []string {
	type day struct {
		to   remind.Recipient
		date string
	}
	perDay := map[day]int{}
	person, group, night, full := 0, 0, 0, 0
	for _, t := range told {
		if !here[t.To] {
			continue
		}
		at := t.At.In(s.zone())
		if s.policy.Awake(at).After(at) {
			night++
		}
		k := day{t.To, at.Format(time.DateOnly)}
		perDay[k]++
		if _, isGroup := t.To.Node(); isGroup {
			group = max(group, perDay[k])
			continue
		}
		person = max(person, perDay[k])
		if perDay[k] == s.policy.PerPerson {
			full++
		}
	}
	lines := []string{
		fmt.Sprintf("提醒最多的一天：一个人%d条（一天%d条为限，自己定的和突发的除外），群里%d条（一天%d条为限）。", person, s.policy.PerPerson, group, s.policy.PerGroup),
	}
	if full > 0 {
		lines = append(lines, fmt.Sprintf("有%d次到了上限，再多的并到第二天早上一条里说。", full))
	}
	if night > 0 {
		lines = append(lines, fmt.Sprintf("夜里和中午发过%d条：都是本人自己定的，或按规定不能等的。", night))
	} else {
		lines = append(lines, "夜里和中午没有发过提醒。")
	}
	return lines
}
