package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/privacy"
	"yiqun/bot/roster"
)

// Seed is a ready roster: for `yiqun demo`, and for tests that begin after the
// first run.
type Seed struct {
	// Nodes from the top down; each but the first is under the one before.
	Nodes  []string
	Groups []bot.Chat // all of the last node
	People []SeedPerson
}

// SeedPerson is one confirmed person.
type SeedPerson struct {
	Name   string
	Member bool
	// Probation: 预备党员, who is a member without a vote.
	Probation bool
	Posts     []string // at the last node; 上级书记 is 书记 of the one above, 管理员 anywhere
	Accounts  []bot.Account
	// Spoke: the accounts have written to the bot in private, so that a push
	// reaches them.
	Spoke bool
	// Untold: they were not yet shown what is kept about them.
	Untold bool
}

// Plant puts a seed into empty records.
func (s *Service) Plant(ctx context.Context, seed Seed) error {
	se := &session{Service: s}
	return s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		var node roster.Node
		for _, name := range seed.Nodes {
			node = roster.Node{ID: bot.NodeID(s.newID()), Parent: node.ID, Name: name}
			if err := tx.PutNode(ctx, node); err != nil {
				return fmt.Errorf("plant node: %w", err)
			}
		}
		for _, chat := range seed.Groups {
			if err := tx.PutGroup(ctx, roster.Group{Chat: chat, Node: node.ID, Since: se.now}); err != nil {
				return fmt.Errorf("plant group: %w", err)
			}
		}
		for _, p := range seed.People {
			if err := se.plant(node, seed.Groups, p); err != nil {
				return fmt.Errorf("plant %s: %w", p.Name, err)
			}
		}
		return nil
	})
}

func (s *session) plant(node roster.Node, groups []bot.Chat, p SeedPerson) error {
	who := roster.Person{ID: bot.PersonID(s.newID()), Name: p.Name, Standing: roster.Confirmed, Member: p.Member, Probation: p.Probation, Since: s.now}
	if err := s.tx.PutPerson(s.ctx, who); err != nil {
		return err
	}
	if !p.Untold {
		if err := s.tx.PutTold(s.ctx, privacy.Told{Person: who.ID, Version: privacy.Version, At: s.now}); err != nil {
			return err
		}
	}
	for _, title := range p.Posts {
		post := roster.Post{ID: s.newID(), Person: who.ID, Node: node.ID, Title: title, From: s.now}
		if above, ok := strings.CutPrefix(title, "上级"); ok {
			post.Node, post.Title = node.Parent, above
		}
		if title == roster.Administrator {
			post.Node = ""
		}
		if err := s.tx.PutPost(s.ctx, post); err != nil {
			return err
		}
	}
	for _, a := range p.Accounts {
		acc := roster.Account{Account: a, Person: who.ID, Nick: p.Name}
		for _, g := range groups {
			if g.Platform == a.Platform {
				acc.Chat, acc.Seen = g, s.now.Add(-time.Hour)
			}
		}
		if p.Spoke {
			acc.Private = s.now.Add(-time.Hour)
		}
		if err := s.tx.PutAccount(s.ctx, acc); err != nil {
			return err
		}
	}
	return nil
}
