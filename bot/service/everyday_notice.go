package service

import (
	"yiqun/bot/procedure"
	"yiqun/intents"
)

// hangingWord is the command that shows what is publicised.
const hangingWord = "公示情况"

// everydayCommands are what people ask for in words of their own most of the time.
func everydayCommands() []command {
	return []command{
		{word: hangingWord, also: []string{"在公示什么", "公示什么", "有什么公示"}, help: hangingWord, about: "看现在公示着什么、到哪天", looks: true, run: (*session).hanging},
		{word: letterWord, also: []string{"拟好的信"}, takes: intents.Takes{Matter: true}, help: letterWord + " 1", about: "再看一遍替您拟好的信，只私聊", by: postHolder, looks: true, who: "要发信的人", run: (*session).letterAgain},
		{word: statementWord, also: []string{"明细账", "查我的明细"}, help: statementWord, about: "看自己记了多少，只私聊", looks: true, run: (*session).statement},
	}
}

// hanging answers 公示情况: what is publicised here, and until when.
func (s *session) hanging() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Open: true})
	if err != nil {
		return err
	}
	var hang []procedure.Matter
	for _, m := range open {
		t, err := s.template(m)
		if err != nil {
			return err
		}
		here, err := s.spokenOfHere(m)
		if err != nil {
			return err
		}
		if here && s.env(t, m, procedure.Actor{}).Hanging(m) != nil {
			hang = append(hang, m)
		}
	}
	if len(hang) == 0 {
		s.reply("现在没有在公示的。")
		return nil
	}
	return s.list("正在公示：", hang)
}
