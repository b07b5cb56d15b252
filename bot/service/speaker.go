package service

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/intents/zhtext"
)

// meet finds out who speaks, and takes a stranger into the book. A nickname is
// kept as what it is: how somebody calls themselves.
func (s *session) meet() error {
	if s.e.From.Zero() {
		return nil
	}
	a, err := s.tx.Account(s.ctx, s.e.From)
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		name, err := s.strangerName()
		if err != nil {
			return err
		}
		p := roster.Person{ID: bot.PersonID(s.newID()), Name: name, Since: s.now}
		if err := s.tx.PutPerson(s.ctx, p); err != nil {
			return err
		}
		a = roster.Account{Account: s.e.From, Person: p.ID}
	case err != nil:
		return err
	}
	before := a
	if n := cleanNick(s.e.Nick); n != "" {
		a.Nick = n
	}
	if s.e.Chat.Private && s.e.Gap == nil {
		a.Private = s.now
	} else if s.e.Chat != (bot.Chat{}) {
		a.Chat = s.e.Chat
	}
	// Seen is kept to the minute, so that a busy talker does not cost a write a
	// sentence.
	if s.now.Sub(a.Seen) > roughly {
		a.Seen = s.now
	}
	if before.Private.IsZero() != a.Private.IsZero() || before.Chat != a.Chat || before.Nick != a.Nick || before.Seen != a.Seen {
		if err := s.tx.PutAccount(s.ctx, a); err != nil {
			return err
		}
	}
	s.account = a
	if s.me, err = s.tx.Person(s.ctx, a.Person); err != nil {
		return err
	}
	if s.posts, err = s.tx.PostsOf(s.ctx, s.me.ID); err != nil {
		return err
	}
	return s.grantConfigured()
}

// strangerName is what somebody new is called: by their nickname, which says that it is
// one where somebody who is confirmed bears that name. Nobody is taken for another.
func (s *session) strangerName() (string, error) {
	nick := cleanNick(s.e.Nick)
	if nick == "" {
		return "新朋友", nil
	}
	name := strings.ReplaceAll(zhtext.Fold(nick).Text, " ", "")
	bearers, err := s.tx.PeopleNamed(s.ctx, name)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(bearers, func(p roster.Person) bool { return p.Standing == roster.Confirmed && p.Name == name }) {
		return nick + nickMark, nil
	}
	return nick, nil
}

// nickMark stands behind a nickname that is a confirmed person's name.
const nickMark = "（昵称）"

// longestNick bounds how much of a nickname is kept, in characters.
const longestNick = 20

// cleanNick makes one short line of a nickname: no control characters, no marks
// that turn the text around them, no line breaks.
func cleanNick(nick string) string {
	nick = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, nick)
	return cut(strings.Join(strings.Fields(nick), " "), longestNick)
}

// grantConfigured makes an administrator of whoever the settings name.
func (s *session) grantConfigured() error {
	if s.isAdmin() || !slices.Contains(s.cfg.Admins, s.e.From) {
		return nil
	}
	return s.makeAdmin("setting")
}

func (s *session) makeAdmin(how string) error {
	p := roster.Post{ID: s.newID(), Person: s.me.ID, Title: roster.Administrator, From: s.now}
	if err := s.tx.PutPost(s.ctx, p); err != nil {
		return err
	}
	s.posts = append(s.posts, p)
	return s.journal("claim_admin", "", s.me.ID, how)
}

// locate finds the node an event is about: the group's own, or in a private chat
// the one the person belongs to, if there is exactly one.
func (s *session) locate() error {
	if !s.e.Chat.Private {
		if s.e.Chat == (bot.Chat{}) {
			return nil
		}
		g, err := s.tx.Group(s.ctx, s.e.Chat)
		if bot.CodeOf(err) == bot.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		s.node, err = s.tx.Node(s.ctx, g.Node)
		return err
	}
	id, err := s.homeOf(s.me.ID, s.posts)
	if err != nil || id == "" {
		return err
	}
	s.node, err = s.tx.Node(s.ctx, id)
	return err
}

// homeOf is the node of the group somebody last spoke in, else of one of their posts,
// else the only one there is.
func (s *session) homeOf(p bot.PersonID, posts []roster.Post) (bot.NodeID, error) {
	accounts, err := s.accountsOf(p)
	if err != nil {
		return "", err
	}
	slices.SortFunc(accounts, func(a, b roster.Account) int { return b.Seen.Compare(a.Seen) })
	for _, a := range accounts {
		if a.Chat == (bot.Chat{}) {
			continue
		}
		if g, err := s.tx.Group(s.ctx, a.Chat); err == nil {
			return g.Node, nil
		}
	}
	for _, p := range posts {
		if p.Node != "" && p.Holds(s.now) {
			return p.Node, nil
		}
	}
	groups, err := s.tx.Groups(s.ctx)
	if err != nil || len(groups) == 0 {
		return "", err
	}
	for _, g := range groups {
		if g.Node != groups[0].Node {
			return "", nil
		}
	}
	return groups[0].Node, nil
}

// roughly is how exactly it is kept when somebody was last heard.
const roughly = time.Minute
