package service

import (
	"errors"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// shippedRules are read once; a test of bot/ballot reads them too, so that a slip
// cannot ship.
var shippedRules = sync.OnceValue(func() ballot.Rules {
	all, err := ballot.ShippedRules()
	if err != nil {
		panic("rules are embedded and tested: " + err.Error())
	}
	return all
})

// pollID names the vote of a step's present round.
func pollID(m procedure.Matter, step *procedure.Step) ballot.PollID {
	return ballot.PollID{Matter: m.ID, Step: step.ID, Round: m.Steps[step.ID].Round}
}

// ruleOf is the rule a vote began under.
func (s *session) ruleOf(p ballot.Poll) (*ballot.Rule, error) {
	if r := shippedRules().ByID(p.Rule); r != nil && r.Hash == p.RuleHash {
		return r, nil
	}
	source, err := s.tx.RuleSource(s.ctx, p.RuleHash)
	if err != nil {
		return nil, err
	}
	return ballot.ParseRule(source)
}

// sealing is what a vote's box needs: randomness, and in a secret vote its key.
func (s *session) sealing(p ballot.Poll) (ballot.Sealing, error) {
	out := ballot.Sealing{Random: s.random()}
	if !p.Secret || !p.Closed.IsZero() {
		return out, nil
	}
	raw, err := s.tx.Key(s.ctx, p.ID)
	if err != nil {
		return out, err
	}
	out.Key, err = ballot.LoadKey(raw)
	return out, err
}

// box loads a vote whole, as those who are now one person.
func (s *session) box(id ballot.PollID) (*ballot.Box, error) {
	p, err := s.tx.Poll(s.ctx, id)
	if err != nil {
		return nil, err
	}
	rule, err := s.ruleOf(p)
	if err != nil {
		return nil, err
	}
	roll, err := s.tx.Roll(s.ctx, id)
	if err != nil {
		return nil, err
	}
	sealing, err := s.sealing(p)
	if err != nil {
		return nil, err
	}
	b := ballot.NewBox(p, rule, roll, sealing)
	if err := s.load(b); err != nil {
		return nil, err
	}
	return b, s.resolve(b)
}

// load puts into a box what came in.
func (s *session) load(b *ballot.Box) error {
	id := b.Poll.ID
	entries, err := s.tx.EntriesIn(s.ctx, id)
	if err != nil {
		return err
	}
	for _, e := range entries {
		b.Entries[e.Voter] = e
	}
	mandates, err := s.tx.Mandates(s.ctx, id)
	if err != nil {
		return err
	}
	for _, m := range mandates {
		b.Mandates[m.Voter] = m
	}
	present, err := s.tx.Attendances(s.ctx, id)
	if err != nil {
		return err
	}
	for _, a := range present {
		b.Present[a.Voter] = a
	}
	tellers, err := s.tx.Tellers(s.ctx, id)
	switch {
	case err == nil && tellers.Second != "":
		b.Tellers = &tellers
	case err != nil && bot.CodeOf(err) != bot.NotFound:
		return err
	}
	return nil
}

// resolve makes one of voters whose accounts were joined while the vote ran, and
// keeps it so.
func (s *session) resolve(b *ballot.Box) error {
	if !b.Poll.Closed.IsZero() {
		return nil
	}
	var failed error
	put, drop := b.Resolve(func(p bot.PersonID) bot.PersonID {
		now, err := s.tx.Alias(s.ctx, p)
		failed = errors.Join(failed, err)
		return now
	})
	if failed != nil {
		return failed
	}
	for _, e := range drop {
		if err := s.tx.DropEntry(s.ctx, e.Poll, e.Voter); err != nil {
			return err
		}
	}
	for _, e := range put {
		if err := s.tx.PutEntry(s.ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// saidAt is when the platform says something was done, or now where it does not say.
func (s *session) saidAt() time.Time {
	if s.e.At.IsZero() || s.e.At.After(s.now) {
		return s.now
	}
	return s.e.At
}
