package service

import (
	"yiqun/bot"
	"yiqun/bot/deliver"
)

// handOver sends files to the speaker privately, after a line that says what they are
// when that is not empty, and returns the chat they went to. Asked for in a group, the
// group is told in one line. Where a file cannot go the reader is told so.
func (s *session) handOver(line string, files ...deliver.File) (to bot.Chat, err error) {
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
		s.post(deliver.Row{To: to, Body: deliver.Body{
			Reply: s.replyIfHere(to), File: &f, Text: "“" + f.Name + "”在这里发不了，请在另一个平台上再要一次，或请管理员在后台导出。",
		}})
	}
	return to, nil
}
