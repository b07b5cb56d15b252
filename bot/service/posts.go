package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/intents"
)

// appoint gives somebody a post here: 任命 李红梅 书记. It belongs to the
// administrator or a post-holder of the node above.
func (s *session) appoint() error {
	who, title, err := s.posting("任命")
	if err != nil {
		return err
	}
	held, err := s.tx.PostsOf(s.ctx, who.ID)
	if err != nil {
		return err
	}
	if slices.Contains(roster.Titles(held, s.now, s.node.ID), title) {
		return bot.Errorf(bot.Wrong, "%s已经是%s了。", who.Name, title)
	}
	p := roster.Post{ID: s.newID(), Person: who.ID, Node: s.node.ID, Title: title, From: s.now, By: s.me.ID}
	if err := s.tx.PutPost(s.ctx, p); err != nil {
		return err
	}
	if err := s.journal("appoint", s.node.ID, who.ID, title); err != nil {
		return err
	}
	s.takenBackBy(appointed(who, title))
	s.reply(fmt.Sprintf("好，%s是%s的%s了。", who.Name, s.node.Name, title))
	return nil
}

// dismiss ends somebody's post here.
func (s *session) dismiss() error {
	who, title, err := s.posting("免去")
	if err != nil {
		return err
	}
	held, err := s.tx.PostsOf(s.ctx, who.ID)
	if err != nil {
		return err
	}
	for _, p := range held {
		if p.Node != s.node.ID || p.Title != title || !p.Holds(s.now) {
			continue
		}
		p.Until = s.now
		if err := s.tx.PutPost(s.ctx, p); err != nil {
			return err
		}
		if err := s.recall(who.ID, title); err != nil {
			return err
		}
		if err := s.journal("dismiss", s.node.ID, who.ID, title); err != nil {
			return err
		}
		s.takenBackBy(dismissed(who, title))
		s.reply(fmt.Sprintf("好，%s不再担任%s。", who.Name, title))
		return nil
	}
	return bot.Errorf(bot.NotFound, "%s现在不是%s。", who.Name, title)
}

// recall ends what somebody has lent of a post that is no longer theirs.
func (s *session) recall(lender bot.PersonID, title string) error {
	posts, err := s.tx.PostsAt(s.ctx, s.node.ID)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.LentBy != lender || p.Title != title || !p.Holds(s.now) {
			continue
		}
		p.Until = s.now
		if err := s.tx.PutPost(s.ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// posting reads who and which post, and checks the right to decide it.
func (s *session) posting(word string) (roster.Person, string, error) {
	var none roster.Person
	if s.node.ID == "" {
		return none, "", s.noNode()
	}
	if !s.isAdmin() && !s.holdsAbove(s.node) {
		return none, "", denied(word)
	}
	text := strings.TrimSpace(strings.TrimPrefix(s.plain(), word))
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return none, "", bot.Errorf(bot.Missing, "请写上姓名和职务，例如：%s 李红梅 书记。", word)
	}
	title := fields[len(fields)-1]
	if n := len([]rune(title)); n > 8 || title == roster.Administrator {
		return none, "", bot.Errorf(bot.Invalid, "职务请写短一些，例如：书记、网格长、组织委员。")
	}
	who, err := s.named(strings.TrimPrefix(strings.TrimPrefix(strings.Join(fields[:len(fields)-1], ""), "@"), "＠"))
	return who, title, err
}

// named finds the one confirmed person here of that name. A nickname is never
// enough: anybody can call themselves 李红梅.
func (s *session) named(name string) (roster.Person, error) {
	var none roster.Person
	if s.e.Message != nil && len(s.e.Message.Mentions) == 1 {
		ids, err := s.mentioned(s.e.Message.Mentions)
		if err != nil {
			return none, err
		}
		return s.tx.Person(s.ctx, ids[0])
	}
	all, err := s.tx.PeopleNamed(s.ctx, name)
	if err != nil {
		return none, err
	}
	all = slices.DeleteFunc(all, func(p roster.Person) bool { return p.Standing != roster.Confirmed || p.Name != name })
	if s.said != "" && len(s.read.People) == 1 && len(s.read.People[0].IDs) == 1 { // picked from several
		picked := bot.PersonID(s.read.People[0].IDs[0])
		all = slices.DeleteFunc(all, func(p roster.Person) bool { return p.ID != picked })
	}
	switch len(all) {
	case 0:
		return none, bot.Errorf(bot.NotFound, "还没有确认过“%s”。请本人先在群里说“我是 %s”，您按一下“是他”。", cut(name, 12), cut(name, 12))
	case 1:
		return all[0], nil
	}
	said := intents.Person{Said: name}
	for _, p := range all {
		said.IDs = append(said.IDs, string(p.ID))
	}
	s.read.People = []intents.Person{said}
	return none, s.whichPerson(0, said)
}

// lend lets somebody stand in until a date: 代班 李红梅 到周五.
func (s *session) lend() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if len(s.read.People) != 1 {
		return bot.Errorf(bot.Missing, "请写上谁来代班、到什么时候，例如：代班 李红梅 到周五。")
	}
	ids, err := s.people(s.read.People)
	if err != nil {
		return err
	}
	who, err := s.tx.Person(s.ctx, ids[0])
	if err != nil {
		return err
	}
	if who.ID == s.me.ID {
		return bot.Errorf(bot.Wrong, "代班要请别人来，例如：代班 姓名 到周五。")
	}
	if who.Standing != roster.Confirmed {
		return bot.Errorf(bot.Forbidden, "%s还没有确认过身份，不能代班。", who.Name)
	}
	if s.read.When == nil {
		return bot.Errorf(bot.Missing, "代到什么时候？例如：代班 %s 到周五。", who.Name)
	}
	until, err := s.instant(s.read.When, procedure.DeadlineField)
	if err != nil {
		return err
	}
	if !until.After(s.now) {
		return bot.Errorf(bot.Invalid, "这个时间已经过了，请说一个以后的时间。")
	}
	var titles []string
	for _, p := range s.posts {
		if p.Node != s.node.ID || !p.Holds(s.now) || p.LentBy != "" || slices.Contains(titles, p.Title) {
			continue
		}
		titles = append(titles, p.Title)
		lent := roster.Post{ID: s.newID(), Person: who.ID, Node: p.Node, Title: p.Title, From: s.now, Until: until, LentBy: s.me.ID, By: s.me.ID}
		if err := s.tx.PutPost(s.ctx, lent); err != nil {
			return err
		}
	}
	if len(titles) == 0 {
		return bot.Errorf(bot.Forbidden, "您在这里没有可以请人代的职务。")
	}
	if err := s.journal("lend", s.node.ID, who.ID, strings.Join(titles, ",")); err != nil {
		return err
	}
	s.takenBackBy("代班到期自己结束；要早点结束，发“" + backWord + "”。")
	s.reply(fmt.Sprintf("好，%s代%s，到%s。提前回来就发“"+backWord+"”。", who.Name, strings.Join(titles, "、"), s.env(nil, procedure.Matter{}, procedure.Actor{}).Moment(until)))
	return nil
}

// rosterList answers 名册: posts, members, and whom a private message cannot reach.
func (s *session) rosterList() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if !s.vouches() {
		return denied("名册")
	}
	people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
	if err != nil {
		return err
	}
	var posts, members, unreached []string
	unknown := 0
	for _, p := range people {
		held, err := s.tx.PostsOf(s.ctx, p.ID)
		if err != nil {
			return err
		}
		for _, h := range held {
			if h.Node == s.node.ID && h.Holds(s.now) {
				line := h.Title + " " + p.Name
				if h.LentBy != "" {
					line += "（代班到" + s.env(nil, procedure.Matter{}, procedure.Actor{}).Moment(h.Until) + "）"
				}
				posts = append(posts, line)
			}
		}
		switch {
		case p.Member:
			members = append(members, p.Name)
		case p.Standing == roster.Unknown:
			unknown++
		}
		if _, ok, err := s.privateChat(p.ID); err != nil {
			return err
		} else if !ok && p.Standing == roster.Confirmed {
			unreached = append(unreached, p.Name)
		}
	}
	lines := []string{s.node.Name, "职务：" + orNone(posts), "党员：" + orNone(members)}
	if unknown > 0 {
		lines = append(lines, fmt.Sprintf("还有%d位没有确认姓名，可请他们说“我是 姓名”。", unknown))
	}
	if len(unreached) > 0 {
		lines = append(lines, "私信还到不了："+strings.Join(unreached, "、")+"。请他们私聊我发一个“在”。")
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "无"
	}
	return strings.Join(list, "、")
}
