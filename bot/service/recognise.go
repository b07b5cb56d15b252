package service

import (
	"slices"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// recognise keeps somebody who has just been confirmed. If an import has entered the
// one of that name here, without an account so far, they are the same person: the
// list's posts are theirs then, and who is a Party member on it is one.
func (s *session) recognise(who roster.Person, node bot.NodeID) (roster.Person, error) {
	listed, ok, err := s.entered(who, node)
	if err != nil {
		return who, err
	}
	if ok {
		if err := s.tx.MergePeople(s.ctx, who.ID, listed.ID); err != nil {
			return who, err
		}
		listed.Probation = listed.Probation || who.Probation
		listed.Member = listed.Member || who.Member
		who = listed
	}
	return who, s.tx.PutPerson(s.ctx, who)
}

// entered finds the only confirmed person of a name who belongs to a node and has no
// account yet.
func (s *session) entered(who roster.Person, node bot.NodeID) (found roster.Person, ok bool, err error) {
	people, err := s.tx.PeopleNamed(s.ctx, who.Name)
	if err != nil {
		return found, false, err
	}
	n := 0
	for _, p := range people {
		if p.ID == who.ID || p.Name != who.Name || p.Standing != roster.Confirmed {
			continue
		}
		accounts, err := s.tx.AccountsOf(s.ctx, p.ID)
		if err != nil {
			return found, false, err
		}
		nodes, err := s.tx.BelongingsOf(s.ctx, p.ID)
		if err != nil {
			return found, false, err
		}
		if len(accounts) == 0 && slices.Contains(nodes, node) {
			found = p
			n++
		}
	}
	return found, n == 1, nil
}
