package service

import (
	"context"
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
)

// Tight tells the administrator that a platform's month is nearly used up, and,
// when it is gone, the same nodes' groups on the other platform. Each is told once
// a month: the message's event id says so.
func (s *Service) Tight(ctx context.Context, p bot.Platform, percent int) error {
	se := &session{Service: s}
	month := s.clock.Now().In(s.cfg.Zone).Format("2006-01")
	se.e = bot.Event{Platform: p, ID: bot.EventID(fmt.Sprintf("quota/%s/%d", month, percent))}
	return s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		done, err := se.begin(ctx, tx)
		if done || err != nil {
			return err
		}
		se.verb = "quota"
		return se.tight(p, percent)
	})
}

func (s *session) tight(p bot.Platform, percent int) error {
	text := fmt.Sprintf("%s本月的调用额度用了%d%%，群里的卡片不再自动刷新。", p.Spoken(), percent)
	switch {
	case percent >= 100:
		gone := p.Spoken() + "本月的调用额度用完了，下个月恢复。"
		text = gone + "这段时间请大家在另一边的群里说，或到" + p.Spoken() + "开放平台加购。"
		if err := s.tellOtherGroups(p, gone+"这段时间请在这个群里说。"); err != nil {
			return err
		}
	case percent >= 95:
		text = fmt.Sprintf("%s本月的调用额度用了%d%%，只发文字不发卡片了。", p.Spoken(), percent)
	}
	posts, err := s.tx.PostsAt(s.ctx, "")
	if err != nil {
		return err
	}
	for _, post := range posts {
		if post.Title != roster.Administrator || !post.Holds(s.now) {
			continue
		}
		accounts, err := s.tx.AccountsOf(s.ctx, post.Person)
		if err != nil {
			return err
		}
		// The platform that is used up cannot carry the news.
		accounts = slices.DeleteFunc(accounts, func(a roster.Account) bool {
			return percent >= 100 && a.Account.Platform == p || !s.pushReaches(a)
		})
		if len(accounts) > 0 {
			s.post(deliver.Row{To: bot.PrivateChat(accounts[0].Account), Body: deliver.Body{Text: text}})
		}
	}
	return nil
}

func (s *session) tellOtherGroups(p bot.Platform, text string) error {
	groups, err := s.tx.Groups(s.ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Chat.Platform == p || !slices.ContainsFunc(groups, func(o roster.Group) bool {
			return o.Chat.Platform == p && o.Node == g.Node
		}) {
			continue
		}
		s.post(deliver.Row{To: g.Chat, Body: deliver.Body{Text: text}})
	}
	return nil
}
