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

// box loads a vote whole, as those who are now one person, and keeps who became one.
func (s *session) box(id ballot.PollID) (*ballot.Box, error) {
	b, err := s.whole(id)
	if err != nil {
		return nil, err
	}
	return b, s.resolve(b)
}

// whole loads a vote as it is stored.
func (s *session) whole(id ballot.PollID) (*ballot.Box, error) {
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
	return b, s.load(b)
}

// lightBox loads what one person's press needs of a vote: their own entry, and the
// others as sums. A vote where that is not enough is loaded whole.
func (s *session) lightBox(id ballot.PollID) (*ballot.Box, error) {
	p, err := s.tx.Poll(s.ctx, id)
	if err != nil {
		return nil, err
	}
	rule, err := s.ruleOf(p)
	if err != nil {
		return nil, err
	}
	was, err := s.tx.Was(s.ctx, s.me.ID)
	if err != nil {
		return nil, err
	}
	if !p.Addable(rule) || len(was) > 0 || !p.Closed.IsZero() {
		return s.box(id)
	}
	standing, err := s.tx.Standing(s.ctx, id)
	if bot.CodeOf(err) == bot.NotFound {
		return s.box(id)
	}
	if err != nil {
		return nil, err
	}
	counted, err := s.tx.Tellers(s.ctx, id)
	if err == nil && counted.Second != "" {
		return s.box(id)
	}
	if err != nil && bot.CodeOf(err) != bot.NotFound {
		return nil, err
	}
	roll, err := s.pollRoll(p)
	if err != nil {
		return nil, err
	}
	sealing, err := s.sealing(p)
	if err != nil {
		return nil, err
	}
	b := ballot.Light(p, rule, roll, sealing, standing)
	v := ballot.VoterID(s.me.ID)
	if roll != nil {
		own, _ := roll.Of(s.me.ID)
		v = own.ID
	}
	e, err := s.tx.Entry(s.ctx, id, v)
	switch {
	case err == nil:
		b.Own(e)
	case bot.CodeOf(err) != bot.NotFound:
		return nil, err
	}
	return b, nil
}

// votes reports whether a matter's running vote still waits for the speaker: they have
// a vote and have not cast it. Other matters always wait.
func (s *session) votes(t *procedure.Template, m procedure.Matter) (bool, error) {
	step := s.env(t, m, procedure.Actor{}).Collecting(m)
	if step == nil {
		return true, nil
	}
	b, err := s.lightBox(pollID(m, step))
	if err != nil {
		return false, err
	}
	id := ballot.VoterID(s.me.ID)
	if b.Roll != nil {
		v, ok := b.Roll.Of(s.me.ID)
		if !ok || !v.Votes {
			return false, nil
		}
		id = v.ID
	}
	_, done := b.Entries[id]
	return !done, nil
}

// pollRoll is a vote's roll. It never changes, so that those of the last votes are kept
// in memory: opening one anew for each press of hundreds costs more than all the rest.
func (s *session) pollRoll(p ballot.Poll) (*ballot.Roll, error) {
	if p.RollHash == "" {
		return nil, nil
	}
	if r := s.rolls.get(p.ID); r != nil {
		return r, nil
	}
	r, err := s.tx.Roll(s.ctx, p.ID)
	if err == nil && r != nil {
		s.rolls.put(p.ID, r)
	}
	return r, err
}

// rollCache keeps the rolls of the votes that were pressed last. Nothing in them is
// ever written to.
type rollCache struct {
	mu    sync.Mutex
	rolls map[ballot.PollID]*ballot.Roll
}

// rollsKept is how many votes run at once in a large installation.
const rollsKept = 64

func (c *rollCache) get(id ballot.PollID) *ballot.Roll {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rolls[id]
}

func (c *rollCache) put(id ballot.PollID, r *ballot.Roll) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rolls == nil || len(c.rolls) >= rollsKept {
		c.rolls = map[ballot.PollID]*ballot.Roll{}
	}
	c.rolls[id] = r
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

// nowIn is now, for a vote that has been opened: not before that, even where this
// machine's clock was set back since, or is ahead of the platform's.
func (s *session) nowIn(b *ballot.Box) time.Time { return later(s.now, b.Poll.Opens) }

// saidAt is when the platform says something was done in a vote, or now where it does
// not say. It is not before what the voter did last, unless the platform says so: our
// clock may have been set back since.
func (s *session) saidAt(b *ballot.Box) time.Time {
	told := !s.e.At.IsZero()
	if told && !s.e.At.After(s.now) {
		return later(s.e.At, b.Poll.Opens)
	}
	at, last := s.nowIn(b), b.Entries[s.voterOf(b)].At
	if told && s.e.At.Before(last) {
		return at
	}
	return later(at, last)
}

// later is the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
