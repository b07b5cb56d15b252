package service

import (
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// backWord ends a deputyship before its day.
const backWord = "代班结束"

// lentHere are the posts at the speaker's place that they have lent, or stand in for, now.
func (s *session) lentHere() ([]roster.Post, error) {
	if s.node.ID == "" {
		return nil, nil
	}
	posts, err := s.tx.PostsAt(s.ctx, s.node.ID)
	return slices.DeleteFunc(posts, func(p roster.Post) bool {
		return p.LentBy == "" || !p.Holds(s.now) || p.LentBy != s.me.ID && p.Person != s.me.ID
	}), err
}

// back answers 代班结束: whoever lent a post has it alone again; whoever stands in may say
// so as well.
func (s *session) back() error {
	s.verb = backWord
	if s.node.ID == "" {
		return s.noNode()
	}
	lent, err := s.lentHere()
	if err != nil {
		return err
	}
	if len(lent) == 0 {
		return bot.Errorf(bot.NotFound, "现在没有人替您代班，您也没有替人代班。")
	}
	var said []string
	for _, p := range lent {
		p.Until = s.now
		if err := s.tx.PutPost(s.ctx, p); err != nil {
			return err
		}
		if err := s.journal("unlend", p.Node, p.Person, p.Title); err != nil {
			return err
		}
		if line := s.name(p.Person) + "不再代" + p.Title; !slices.Contains(said, line) {
			said = append(said, line)
		}
	}
	s.takenBackBy("代班已经结束了；还要请人代，就再发“代班 姓名 到周五”。")
	s.reply("好，" + strings.Join(said, "，") + "，辛苦了。")
	return nil
}
