package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/privacy"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// tell tells persons privately, each once and on one platform.
func (s *session) tell(t *procedure.Template, m procedure.Matter, e procedure.Effect) error {
	people := slices.Clone(e.People)
	if len(e.Posts) > 0 {
		holders, err := s.holdersFor(t, m.Node, e.Posts, e.Up)
		if err != nil {
			return err
		}
		people = append(people, holders...)
		if len(people) == 0 {
			// Nobody holds the post: whoever can appoint somebody is told.
			if people, err = s.holdersOf("", []string{roster.Administrator}, 0); err != nil {
				return err
			}
		}
	}
	slices.Sort(people)
	people = slices.Compact(people)
	var missed []bot.PersonID
	for _, p := range people {
		pressed := s.e.Press != nil && s.e.Chat.Private && e.Notice == procedure.NoticeEnded
		if p == s.me.ID && (s.e.Message != nil || pressed) {
			continue // they have just been answered
		}
		chat, ok, err := s.privateChat(p)
		if err != nil {
			return err
		}
		if !ok {
			missed = append(missed, p)
			continue
		}
		look := &lookup{s: s, m: m, t: t, full: m.Holds(p), texts: map[int]map[string]string{}}
		s.post(deliver.Row{
			To: chat, Matter: m.ID,
			Body:       deliver.Body{Text: s.env(t, m, procedure.Actor{}).Say(m, e.Notice, look)},
			StaleAfter: s.now.AddDate(0, 0, 1),
		})
		key, id := askedKey(p), m.ID
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(id), 24*time.Hour) })
	}
	return s.passOn(t, m, e, people, missed)
}

// passOn asks the managers who can be reached to pass on what somebody cannot be
// told privately; the group hears nothing of it.
func (s *session) passOn(t *procedure.Template, m procedure.Matter, e procedure.Effect, told, missed []bot.PersonID) error {
	if len(missed) == 0 {
		return nil
	}
	managers, err := s.holdersOf(m.Node, t.Managers, 0)
	if err != nil {
		return err
	}
	var names []string
	for _, p := range missed {
		names = append(names, s.name(p))
	}
	note := fmt.Sprintf("（%s还收不到私信，请转告一声。）", strings.Join(names, "、"))
	reached := false
	for _, p := range managers {
		chat, ok, err := s.privateChat(p)
		if err != nil {
			return err
		}
		if !ok || slices.Contains(told, p) {
			continue
		}
		text := m.Ref() + " 有一条提醒。"
		if s.public(t) {
			text = s.env(t, m, procedure.Actor{}).Say(m, e.Notice, &lookup{s: s, m: m, t: t, group: true, texts: map[int]map[string]string{}})
		}
		s.post(deliver.Row{To: chat, Matter: m.ID, Body: deliver.Body{Text: text + "\n" + note}, StaleAfter: s.now.AddDate(0, 0, 1)})
		reached = true
	}
	if !reached {
		s.log.WarnContext(s.ctx, "nobody to tell privately", "people", missed, "notice", e.Notice)
	}
	return nil
}

// holdersOf are the persons who hold one of the posts at a node, or any post up
// levels above it.
func (s *session) holdersOf(node bot.NodeID, titles []string, up int) ([]bot.PersonID, error) {
	at := node
	if up > 0 {
		line, err := s.lineage(node)
		if err != nil || len(line) == 0 {
			return nil, err
		}
		at = line[min(up, len(line)-1)]
	}
	posts, err := s.tx.PostsAt(s.ctx, at)
	if err != nil {
		return nil, err
	}
	var out []bot.PersonID
	for _, p := range posts {
		if p.Holds(s.now) && (up > 0 || slices.Contains(titles, p.Title)) {
			out = append(out, p.Person)
		}
	}
	return out, nil
}

// privateChat picks where a person is told privately: where they last wrote to
// the bot, else a platform that lets us write first. A platform that takes nothing
// but answers is none of them, and who does not want to be told is not.
func (s *session) privateChat(p bot.PersonID) (bot.Chat, bool, error) {
	if p != s.me.ID && s.refuses(p, privacy.Push) {
		return bot.Chat{}, false, nil
	}
	accounts, err := s.tx.AccountsOf(s.ctx, p)
	if err != nil {
		return bot.Chat{}, false, err
	}
	slices.SortFunc(accounts, func(a, b roster.Account) int { return b.Private.Compare(a.Private) })
	for _, a := range accounts {
		if s.pushReaches(a) {
			return bot.PrivateChat(a.Account), true, nil
		}
	}
	return bot.Chat{}, false, nil
}

// pushReaches reports whether an account can be written to first.
func (s *session) pushReaches(a roster.Account) bool {
	can := s.cfg.Capabilities(a.Account.Platform)
	return can.CanPush(bot.PrivateChat(a.Account)) && (!a.Private.IsZero() || !can.PushNeedsContact)
}
