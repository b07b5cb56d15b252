package service

import (
	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
)

// handOver sends files to the speaker privately, after a line that says what they are
// when that is not empty, and returns the chat they went to. Asked for in a group, the
// group is told in one line. Where a file cannot go the reader is told so.
func (s *session) handOver(line string, files ...deliver.File) (to bot.Chat, err error) {
	return s.handOverPage(line, "", procedure.Matter{}, files...)
}

// handOverPage is handOver of files that a page about a matter shows too.
func (s *session) handOverPage(line, page string, m procedure.Matter, files ...deliver.File) (to bot.Chat, err error) {
	to = s.e.Chat
	if !to.Private {
		c, ok, err := s.privateChat(s.me.ID)
		if err != nil {
			return to, err
		}
		if !ok {
			return to, bot.Errorf(bot.Unreachable, "文件要私下给您，请先私聊我发一个“在”，再说一次。")
		}
		s.reply("好的，私聊发给您。")
		to = c
	}
	if line != "" {
		s.post(deliver.Row{To: to, Body: deliver.Body{Reply: s.replyIfHere(to), Text: line}})
	}
	for _, f := range files {
		b := s.enclosed(f, page, m)
		b.Reply = s.replyIfHere(to)
		s.post(deliver.Row{To: to, Matter: m.ID, Body: b})
	}
	return to, nil
}
