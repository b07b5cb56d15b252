package service

import (
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
)

// correctName asks to be called otherwise: 更正 姓名 王建国. A name proves who may do
// what, so a confirmed one is changed by who vouches for people.
func (s *session) correctName() error {
	if s.me.Standing != roster.Confirmed {
		return s.iAm()
	}
	name := s.corrected()
	switch {
	case !roster.PersonName(name):
		return bot.Errorf(bot.Missing, "请写上正确的姓名，例如：更正 姓名 王建国。")
	case name == s.me.Name:
		return bot.Errorf(bot.Wrong, "您登记的就是%s。", name)
	case s.node.ID == "":
		return s.noNode()
	}
	return s.propose(name)
}

// corrected is what follows the thing that is to be corrected. Only 更正 with 姓名 or
// 电话 behind it comes here: a correction within a matter names something else.
func (s *session) corrected() string {
	said := spokenName(s.read.Text, s.plain(), commandFor(s.verb))
	for _, w := range []string{"为", "成", "是", "：", ":"} {
		said = strings.TrimPrefix(said, w)
	}
	return strings.TrimSpace(said)
}

// correctPhone keeps or forgets the speaker's own number: nobody has to confirm it.
func (s *session) correctPhone() error {
	if !s.e.Chat.Private {
		s.reply("电话请私聊我说，别发在群里。")
		return nil
	}
	said := s.corrected()
	if said == "删除" || said == "删掉" || said == "不要" {
		s.reply("好，您的电话删掉了。")
		s.wrote = true
		return s.putPhone("")
	}
	number, ok := roster.Phone(said)
	if !ok {
		return bot.Errorf(bot.Missing, "请写上电话号码，例如：更正 电话 13800000000；不想留请发：更正 电话 删除。")
	}
	s.reply("好，您的电话改成" + number + "了，加密保存，只有您和名册管理员看得到。")
	return s.putPhone(number)
}

func (s *session) putPhone(number string) error {
	if err := s.tx.PutPhone(s.ctx, s.me.ID, number); err != nil {
		return err
	}
	return s.journal("correct", "", s.me.ID, "phone")
}

// correctedTitle heads the card that asks to confirm a name: of somebody new, or of
// somebody who was confirmed under another.
func (s *session) correctedTitle(p roster.Proposal) (title string, known bool) {
	who, err := s.tx.Person(s.ctx, p.Person)
	if err == nil && who.Standing == roster.Confirmed && who.Name != p.Name && p.Decided.IsZero() {
		return fmt.Sprintf("%s要把姓名更正为%s", who.Name, p.Name), true
	}
	return "有人说自己是" + p.Name, false
}

// rename carries out a correction that was confirmed, and tells the person.
func (s *session) rename(who roster.Person, p roster.Proposal) error {
	who.Name = p.Name
	if err := s.tx.PutPerson(s.ctx, who); err != nil {
		return err
	}
	delete(s.names, p.Person)
	if chat, ok, err := s.privateChat(p.Person); err != nil {
		return err
	} else if ok {
		s.post(deliver.Row{To: chat, Body: deliver.Body{Text: "您的姓名更正为" + p.Name + "了。"}})
	}
	return s.journal("correct", p.Node, p.Person, "name")
}
