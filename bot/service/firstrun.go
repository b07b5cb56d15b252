package service

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/cards/markdown"
)

// claimKey is where the one-time code for the first administrator is kept.
const claimKey = "claim:admin"

// OfferClaim makes the one-time code by which the first administrator claims the
// bot, when nobody has and none is named by setting; otherwise "". The operator
// prints it in the log.
func (s *Service) OfferClaim(ctx context.Context) (string, error) {
	if len(s.cfg.Admins) > 0 {
		return "", nil
	}
	claimed := false
	err := s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		posts, err := tx.PostsAt(ctx, "")
		for _, p := range posts {
			claimed = claimed || p.Title == roster.Administrator && p.Holds(s.clock.Now())
		}
		return err
	})
	if err != nil || claimed {
		return "", err
	}
	code, err := s.code6()
	if err != nil {
		return "", err
	}
	return code, s.states.Set(ctx, claimKey, []byte(code), 7*24*time.Hour)
}

// code6 is a random six-digit code.
func (s *Service) code6() (string, error) {
	b, err := s.salt()
	if err != nil {
		return "", err
	}
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	return fmt.Sprintf("%06d", n%1000000), nil
}

// guesses bounds wrong codes per account, so that six digits are enough.
const guesses = 5

// guessed counts a wrong code and reports whether no more may be tried.
func (s *session) tooMany(what string) bool {
	raw, _, err := s.states.Get(s.ctx, "guess:"+what+":"+s.e.From.String())
	return err == nil && len(raw) >= guesses
}

func (s *session) guessedWrong(what string) {
	key := "guess:" + what + ":" + s.e.From.String()
	s.later(func(ctx context.Context) error {
		raw, _, err := s.states.Get(ctx, key)
		if err != nil {
			return err
		}
		return s.states.Set(ctx, key, append(raw, '.'), time.Hour)
	})
}

// claimAdmin makes whoever knows the one-time code from the log the administrator.
func (s *session) claimAdmin() error {
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Wrong, "请私聊我发这一句，别在群里发口令。")
	}
	if s.isAdmin() {
		return bot.Errorf(bot.Wrong, "您已经是管理员了。")
	}
	if s.tooMany("claim") {
		return bot.Errorf(bot.Forbidden, "试错太多次了，请一小时后再试。")
	}
	want, ok, err := s.states.Get(s.ctx, claimKey)
	if err != nil {
		return err
	}
	if !ok || subtle.ConstantTimeCompare(want, []byte(digits(s.plain()))) != 1 {
		s.guessedWrong("claim")
		s.reply("口令不对。一次性口令印在机器人的启动日志里，请核对。")
		return nil
	}
	if err := s.makeAdmin("code"); err != nil {
		return err
	}
	s.later(func(ctx context.Context) error { return s.states.Delete(ctx, claimKey) })
	s.reply("好，您是管理员了。下一步：把我加进群，在群里 @" + s.cfg.BotName + " 登记本群 名称 上级 社区。")
	return nil
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// register binds this group to a node: 登记本群 第三网格党支部 上级 翠湖社区. The same
// node may be registered from a group on each platform.
func (s *session) register() error {
	if s.e.Chat.Private {
		return bot.Errorf(bot.Wrong, "请在要登记的群里说这一句。")
	}
	name, parent, err := s.registration()
	if err != nil {
		return err
	}
	node, err := s.nodeFor(name, parent)
	if err != nil {
		return err
	}
	if !s.isAdmin() && !s.holdsAbove(node) {
		return denied("登记本群")
	}
	if s.node.ID != "" && s.node.ID != node.ID {
		return bot.Errorf(bot.Wrong, "这个群已经登记为“%s”了，要改请找管理员。", s.node.Name)
	}
	if err := s.tx.PutNode(s.ctx, node); err != nil {
		return err
	}
	g := roster.Group{Chat: s.e.Chat, Node: node.ID, Title: s.e.ChatTitle, Since: s.now}
	if err := s.tx.PutGroup(s.ctx, g); err != nil {
		return err
	}
	if err := s.journal("register", node.ID, "", s.e.Chat.Key()); err != nil {
		return err
	}
	s.reply("好，本群是“" + node.Name + "”。大家可以 @" + s.cfg.BotName + " 说：我是 姓名；管理员可以任命书记，例如：任命 李红梅 书记。")
	return nil
}

// registration reads the name and the upper node out of the sentence.
func (s *session) registration() (name, parent string, err error) {
	text := s.plain()
	for _, w := range append([]string{"登记本群"}, commandFor("登记本群").also...) {
		if i := strings.Index(text, w); i >= 0 {
			text = text[i+len(w):]
			break
		}
	}
	name, parent, _ = strings.Cut(text, "上级")
	name, parent = markdown.OneLine(name, 0), markdown.OneLine(parent, 0)
	if name == "" || len([]rune(name)) > 40 || len([]rune(parent)) > 40 {
		return "", "", bot.Errorf(bot.Missing, "请写上名称和上级，例如：登记本群 翠湖社区第三网格党支部 上级 翠湖社区。")
	}
	return name, parent, nil
}

// nodeFor finds or makes the node and its upper one.
func (s *session) nodeFor(name, parent string) (roster.Node, error) {
	node, err := s.tx.NodeNamed(s.ctx, name)
	if err == nil {
		return node, nil
	}
	if bot.CodeOf(err) != bot.NotFound {
		return node, err
	}
	node = roster.Node{ID: bot.NodeID(s.newID()), Name: name}
	if parent == "" {
		return node, nil
	}
	up, err := s.tx.NodeNamed(s.ctx, parent)
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		up = roster.Node{ID: bot.NodeID(s.newID()), Name: parent}
		if !s.isAdmin() {
			return node, denied("登记本群")
		}
		if err := s.tx.PutNode(s.ctx, up); err != nil {
			return node, err
		}
	case err != nil:
		return node, err
	}
	node.Parent = up.ID
	return node, nil
}

// holdsAbove reports whether the speaker holds a post at the node above.
func (s *session) holdsAbove(n roster.Node) bool {
	return n.Parent != "" && len(roster.Titles(s.posts, s.now, n.Parent)) > 0
}

// journal keeps an act outside any matter, chained by hash.
func (s *session) journal(what string, node bot.NodeID, person bot.PersonID, detail string) error {
	s.wrote = true
	return s.tx.Journal(s.ctx, Record{At: s.now, By: s.me.ID, What: what, Node: node, Person: person, Detail: detail})
}
