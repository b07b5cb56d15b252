package ballot

import (
	"yiqun/bot"
)

// Count is what was counted: all that a verdict needs, and nothing about who.
type Count struct {
	Figures
	// Votes are the votes for each option of a selection.
	Votes []Amount `json:"votes,omitempty"`
	// Unchecked are telephone votes that no second person checked; they are not in
	// the figures.
	Unchecked int64 `json:"unchecked,omitempty"`
	// ByTellers marks a count made in the room, Overfull one where more ballots came
	// back than were given out.
	ByTellers bool `json:"by_tellers,omitempty"`
	Overfull  bool `json:"overfull,omitempty"`
}

// Count counts an open vote as it stands. A secret vote can be counted at its close
// only, by Close.
func (b *Box) Count() (Count, error) {
	if b.Poll.Secret && b.Tellers == nil {
		return Count{}, bot.Errorf(bot.Wrong, "无记名投票要到截止后才计票。")
	}
	return b.count(b.openChoices()), nil
}

// weighted is one ballot with what it weighs.
type weighted struct {
	choice Choice
	weight Amount
}

func (b *Box) openChoices() []weighted {
	if b.standing != nil {
		var out []weighted
		for _, s := range b.standing.Choices {
			out = append(out, weighted{s.Choice, s.Amount})
		}
		return out
	}
	out := make([]weighted, 0, len(b.Entries))
	b.eachVoter(func(v Voter, e Entry) {
		if e.Counts() && e.Choice != nil {
			out = append(out, weighted{*e.Choice, v.amount()})
		}
	})
	return out
}

// eachVoter calls fn for every voter with an entry: those on the roll with a vote, or
// everybody where there is no roll.
func (b *Box) eachVoter(fn func(Voter, Entry)) {
	if b.Roll == nil {
		for id, e := range b.Entries {
			fn(Voter{ID: id, Votes: true}, e)
		}
		return
	}
	for _, v := range b.Roll.Voters {
		if e, ok := b.Entries[v.ID]; ok && v.Votes {
			fn(v, e)
		}
	}
}

// count adds the choices up under the bases of the box.
func (b *Box) count(choices []weighted) Count {
	c := Count{Figures: b.bases(), Unchecked: b.unchecked()}
	if b.Poll.Selection() {
		c.Votes = make([]Amount, b.Poll.Options)
	}
	if b.Tellers != nil {
		return c.byTellers(*b.Tellers)
	}
	for _, w := range choices {
		switch w.choice.Say {
		case Yes:
			c.Yes = c.Yes.Plus(w.weight)
		case No:
			c.No = c.No.Plus(w.weight)
		case Abstain:
			c.Abstain = c.Abstain.Plus(w.weight)
		}
		for _, i := range w.choice.Picks {
			c.Votes[i] = c.Votes[i].Plus(w.weight)
		}
	}
	return c
}

func (c Count) byTellers(t TellerCount) Count {
	c.ByTellers, c.Overfull = true, t.Overfull()
	c.Cast, c.Yes, c.No = heads(t.cast()), heads(t.Yes), heads(t.No)
	c.Abstain, c.Void = heads(t.Abstain), heads(t.Void)
	for i := range t.Votes {
		c.Votes[i] = heads(t.Votes[i])
	}
	return c
}

func (b *Box) unchecked() int64 {
	n := int64(0)
	b.eachVoter(func(_ Voter, e Entry) {
		if e.Way == ByPhone && e.Checker == "" {
			n++
		}
	})
	return n
}

// bases fills in what does not depend on what was chosen.
func (b *Box) bases() Figures {
	if b.standing != nil {
		return b.standing.figures(b.Rule, b.Roll)
	}
	var f Figures
	if b.Roll == nil {
		b.eachVoter(func(v Voter, e Entry) {
			if e.Counts() {
				f.Cast = f.Cast.Plus(v.amount())
			} else if e.Recused() {
				f.Recused = f.Recused.Plus(v.amount())
			}
		})
		f.Present = f.Cast
		return f
	}
	out := b.Rule.Recuse == GoesOut
	recused := func(v Voter) bool { return b.Entries[v.ID].Recused() }
	f.Recused = b.Roll.sum(recused)
	f.Entitled = b.Roll.sum(func(v Voter) bool { return !out || !recused(v) })
	f.Cast = b.Roll.sum(b.cast)
	f.Present = b.Roll.sum(func(v Voter) bool { return b.tookPart(v) && (!out || !recused(v)) })
	if t := b.Tellers; t != nil && len(b.Present) == 0 {
		f.Present = heads(t.Present)
	}
	return f
}

// cast reports whether a voter's ballot is counted.
func (b *Box) cast(v Voter) bool {
	e, ok := b.Entries[v.ID]
	return ok && e.Counts()
}

// tookPart reports whether a voter is in the base "present": in a meeting who signed
// in or was represented, otherwise who answered in any way.
func (b *Box) tookPart(v Voter) bool {
	e, ok := b.Entries[v.ID]
	if !b.Poll.InRoom {
		return ok && (e.Counts() || e.Recused())
	}
	_, here := b.Present[v.ID]
	return here || ok && e.Way == ByProxy
}

// Turnout is how far a vote has come, without what was chosen.
type Turnout struct {
	Figures Figures
	// Quorum is each test of the rule with the numbers so far; Reached whether the
	// vote is valid by them.
	Quorum  []Check
	Reached bool
}

// Turnout says who has voted against what is needed. It may always be shown.
func (b *Box) Turnout() Turnout {
	f := b.bases()
	j := b.Rule.quorum(f)
	return Turnout{Figures: f, Quorum: j.Quorum, Reached: j.Valid}
}

// Waiting are the voters who may still vote and have not, for private reminders,
// never for a public list. In a meeting it is those who are there.
func (b *Box) Waiting() []Voter {
	if b.Roll == nil || b.Tellers != nil {
		return nil
	}
	var out []Voter
	for _, v := range b.Roll.Voters {
		e, done := b.Entries[v.ID]
		_, here := b.Present[v.ID]
		if v.Votes && !(done && (e.Counts() || e.Recused())) && (here || !b.Poll.InRoom) {
			out = append(out, v)
		}
	}
	return out
}
