package meeting

import (
	"fmt"
	"strings"

	"yiqun/bot/ballot"
)

// Turnout is who is there, by class, and whether that is enough.
type Turnout struct {
	Unit ballot.Unit
	// Entitled are those with a vote, Present those of them who count as present.
	Entitled, Present int64
	Classes           []ClassCount
	// Guests are there without a vote.
	Guests int
	// Judged is whether there is a rule to judge by, Reached whether it is met.
	Judged, Reached bool
	Checks          []ballot.Check
}

// ClassCount is one class of members.
type ClassCount struct {
	Class                                      string
	Votes                                      bool
	Due, Here, Represented, Excused, Gone, Out int
}

// Seated is a roll with those who only sit in (列席) taken out of the votes.
func Seated(roll *ballot.Roll, s State) *ballot.Roll {
	if len(s.Sitting) == 0 {
		return roll
	}
	out := *roll
	out.Voters = append([]ballot.Voter{}, roll.Voters...)
	for i := range out.Voters {
		if v := &out.Voters[i]; s.Sitting[v.ID] {
			v.Votes = false
			if v.Class == "" {
				v.Class = SittingIn
			}
		}
	}
	return &out
}

// SittingIn is the class of those who are there without a vote.
const SittingIn = "列席"

// Count counts who is there at a state, by class, and judges it by the rule; nil where
// there is none to judge by. Whoever is represented counts as present only where the
// rule lets a vote be given by another, or where seats are counted, not people.
func Count(roll *ballot.Roll, s State, rule *ballot.Rule) Turnout {
	t := Turnout{Unit: roll.Unit, Guests: len(s.Guests)}
	at := map[string]int{}
	for _, v := range Seated(roll, s).Voters {
		key := fmt.Sprint(v.Class, v.Votes)
		i, ok := at[key]
		if !ok {
			i, at[key] = len(t.Classes), len(t.Classes)
			t.Classes = append(t.Classes, ClassCount{Class: v.Class, Votes: v.Votes})
		}
		t.Classes[i].add(s.Present[v.ID])
		if !v.Votes {
			continue
		}
		t.Entitled++
		if counts(s.Present[v.ID], roll.Unit, rule) {
			t.Present++
		}
	}
	t.judge(rule)
	return t
}

// Attending are the voters who count as present at a state: those who may vote then.
func Attending(roll *ballot.Roll, s State, rule *ballot.Rule) []ballot.Voter {
	var out []ballot.Voter
	for _, v := range Seated(roll, s).Voters {
		if v.Votes && counts(s.Present[v.ID], roll.Unit, rule) {
			out = append(out, v)
		}
	}
	return out
}

func counts(p Presence, unit ballot.Unit, rule *ballot.Rule) bool {
	proxy := unit == ballot.Seat || rule != nil && rule.Proxy.Allowed
	return p.Here() || p.Is == Represent && proxy
}

func (c *ClassCount) add(p Presence) {
	c.Due++
	switch p.Is {
	case Arrive:
		c.Here++
	case Represent:
		c.Represented++
	case Excuse:
		c.Excused++
	case Leave:
		c.Gone++
	case Absent:
		c.Out++
	}
}

func (t *Turnout) judge(rule *ballot.Rule) {
	if rule == nil || len(rule.Quorum.Tests) == 0 {
		return
	}
	heads := func(n int64) ballot.Amount {
		return ballot.Amount{Heads: n, Weight: n}
	}
	j := rule.Judge(ballot.Figures{Entitled: heads(t.Entitled), Present: heads(t.Present), Cast: heads(t.Present)})
	t.Judged, t.Reached, t.Checks = true, j.Valid, j.Quorum
}

func (t Turnout) unit() string {
	if t.Unit == ballot.Seat {
		return "家"
	}
	return "人"
}

// String is the live line: 应到30人，实到16人，请假3人，列席2人；达到半数，可以表决.
func (t Turnout) String() string {
	u := t.unit()
	parts := []string{fmt.Sprintf("应到%d%s，实到%d%s", t.Entitled, u, t.Present, u)}
	sum := ClassCount{}
	guests := t.Guests
	for _, c := range t.Classes {
		if !c.Votes {
			guests += c.Here
			continue
		}
		sum.Excused += c.Excused
		sum.Represented += c.Represented
		sum.Gone += c.Gone
	}
	for _, part := range []struct {
		word string
		n    int
	}{{"代表出席", sum.Represented}, {"请假", sum.Excused}, {"早退", sum.Gone}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d%s", part.word, part.n, u))
		}
	}
	if guests > 0 {
		parts = append(parts, fmt.Sprintf("%s%d人", SittingIn, guests))
	}
	return strings.Join(parts, "，") + t.verdict()
}

// verdict says whether there are enough; nothing where there is no rule to say so by.
func (t Turnout) verdict() string {
	switch {
	case !t.Judged:
		return ""
	case t.Reached:
		return "；" + t.Enough() + canVote
	}
	return "；" + t.Enough() + cannotVote
}

// What the live line ends with.
const canVote, cannotVote = "，可以表决", "，现在不能表决"

// Enough is what the rule asks of attendance and how it stands: 达到半数; "" where there
// is no rule.
func (t Turnout) Enough() string {
	var said []string
	for _, c := range t.Checks {
		said = append(said, c.Spoken())
	}
	return strings.Join(said, "，")
}

// Final is the line once the meeting is over and there is nothing left to vote on.
func (t Turnout) Final() string {
	return strings.TrimSuffix(strings.TrimSuffix(t.String(), canVote), cannotVote)
}
