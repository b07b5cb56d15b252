package ballot

import "errors"

// errLight is why a light box is not closed: what it does not hold would be lost.
var errLight = errors.New("a box that holds one entry cannot be closed")

// Standing is a running vote added up: the same numbers that a whole box would give,
// without opening a ballot. It serves one press, where loading every ballot would cost
// more than all the rest.
type Standing struct {
	// Cast is what was cast and counts so far, Recused who declared a conflict.
	Cast    Amount
	Recused Amount
	// Choices are the counted ballots by what they say; empty where that may not be
	// seen before the close.
	Choices []Share
	// Entries is how many entries there are, counted or not.
	Entries int64
}

// Share is how many said the same.
type Share struct {
	Choice Choice
	Amount Amount
}

// Addable reports whether Standing says enough of a vote for one press: nothing of it
// depends on who is in the room, whom a voter sent, or which household they are of.
func (p Poll) Addable(r *Rule) bool {
	return !p.InRoom && !r.Proxy.Allowed && !r.Measures(Households) && !r.Measures(Groups)
}

// Light is a box for one person's press: it holds their own entry alone, and the
// others' as a Standing.
func Light(p Poll, rule *Rule, roll *Roll, s Sealing, others Standing) *Box {
	b := NewBox(p, rule, roll, s)
	b.standing = &others
	return b
}

// Own puts the presser's own entry into a light box.
func (b *Box) Own(e Entry) {
	e.Public = b.public(e)
	b.Entries[e.Voter] = e
}

// Size is how many entries there are, counted or not.
func (b *Box) Size() int64 {
	if b.standing != nil {
		return b.standing.Entries
	}
	return int64(len(b.Entries))
}

// replace takes a voter's earlier entry out of the sums and puts the new one in.
func (s *Standing) replace(a Amount, old Entry, had bool, now Entry) {
	if had {
		s.add(a, old, -1)
	}
	s.add(a, now, 1)
}

func (s *Standing) add(a Amount, e Entry, sign int64) {
	a.Heads, a.Weight, a.Area = sign*a.Heads, sign*a.Weight, Area(sign)*a.Area
	s.Entries += sign
	switch {
	case e.Recused():
		s.Recused = s.Recused.Plus(a)
	case e.Counts():
		s.Cast = s.Cast.Plus(a)
		if e.Public != nil {
			s.Choices = append(s.Choices, Share{Choice: *e.Public, Amount: a})
		}
	}
}

// figures are the bases of a vote of which only the sums are known.
func (s Standing) figures(r *Rule, roll *Roll) Figures {
	f := Figures{Cast: s.Cast, Recused: s.Recused, Present: s.Cast}
	if roll == nil {
		return f
	}
	f.Entitled = roll.Entitled()
	if r.Recuse == GoesOut {
		f.Entitled.Heads -= s.Recused.Heads
		f.Entitled.Weight -= s.Recused.Weight
		f.Entitled.Area -= s.Recused.Area
	} else {
		f.Present = s.Cast.Plus(s.Recused)
	}
	return f
}

// public is what a ballot says, without its reason, where everybody may see the
// numbers while the vote runs; else nil.
func (b *Box) public(e Entry) *Choice {
	if b.Poll.Hidden || b.Poll.Secret || e.Choice == nil || !e.Counts() {
		return nil
	}
	c := e.Choice.bare()
	return &c
}
