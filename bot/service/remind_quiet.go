package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot/privacy"
	"yiqun/bot/roster"
)

// quietWord shows what of the bot's messages can be turned off, and how.
const quietWord = "免打扰"

// quiet answers 免打扰, and whoever is tired of messages: what can be turned off, whether
// it is, and how. It turns nothing off. In a group, where it is nobody's business, one
// sentence.
func (s *session) quiet() error {
	if !s.e.Chat.Private {
		s.reply("群里的消息可以在群设置里开“消息免打扰”。不想我私聊您的，请私聊我说“" + quietWord + "”。")
		return nil
	}
	var lines []string
	if _, together, err := s.toldLast(); err != nil {
		return err
	} else if len(together) > 0 {
		lines = append(lines, "刚才提醒的：不要了发“不再提醒”。")
	}
	mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	if len(mine) > 0 {
		lines = append(lines, fmt.Sprintf("您自己设的%d条提醒：发“我的提醒”看，发“停 %d”停一条。", len(mine), mine[0].Number))
	}
	push := pushName()
	if s.refuses(s.me.ID, privacy.Push) {
		lines = append(lines, "我主动私聊您：已经关了，要开发“允许 "+push+"”。")
	} else {
		lines = append(lines, "我主动私聊您：现在开着，要关发“撤回同意 "+push+"”。")
	}
	line, err := s.quietWeekly()
	if err != nil {
		return err
	}
	if line != "" {
		lines = append(lines, line)
	}
	lines = append(lines, "群里的消息：请在群设置里开“消息免打扰”。")
	s.reply("这些可以关，关了照样能找我办事：\n" + strings.Join(lines, "\n"))
	return nil
}

// tiredNote points whoever wants no reminders, and has set none, to what they can turn off.
func (s *session) tiredNote() string {
	if s.e.Message == nil || !strings.ContainsAny(s.e.Message.Text, "别不停关莫甭消删撤") {
		return ""
	}
	return "嫌我消息多就发“" + quietWord + "”。"
}

// pushName is how consent to private messages is called.
func pushName() string {
	all := privacy.Purposes()
	return all[slices.IndexFunc(all, func(p privacy.Purpose) bool { return p.ID == privacy.Push })].Name
}

// quietWeekly is how the weekly note is turned off, for whoever gets it.
func (s *session) quietWeekly() (string, error) {
	if !slices.ContainsFunc(s.posts, func(p roster.Post) bool { return p.Title == weeklyPost && p.Holds(s.now) }) {
		return "", nil
	}
	h, err := s.tx.Habit(s.ctx, s.me.ID)
	if h.NoWeekly {
		return "周报：已经关了，要收发“" + weeklyAgainWord + "”。", err
	}
	return "周报：现在开着，不收发“" + noWeeklyWord + "”。", err
}
