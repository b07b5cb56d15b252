package meeting

import (
	"maps"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// Phase is how far a meeting has come.
type Phase string

// The phases.
const (
	Planned Phase = "planned"
	Running Phase = "running"
	Paused  Phase = "paused"
	Ended   Phase = "ended"
)

// Presence is where one member stands.
type Presence struct {
	// Is is Coming, Excuse, Arrive, Leave, Absent or Represent; empty where nothing is
	// known.
	Is   Kind
	Late bool
	// At is since when; Why a reason, By a representative's name.
	At  time.Time
	Why string
	By  string
}

// Here reports whether they are in the room themselves.
func (p Presence) Here() bool { return p.Is == Arrive }

// Came reports whether they were in the room at any time.
func (p Presence) Came() bool { return p.Is == Arrive || p.Is == Leave }

// Item is one point of the agenda.
type Item struct {
	Text string
	By   bot.PersonID
}

// State is what the entries come to.
type State struct {
	Phase Phase
	// Began and Over are when it began and ended.
	Began, Over time.Time
	Present     map[ballot.VoterID]Presence
	// Guests are there without a vote, by name; those of the roll are in Sitting.
	Guests  []string
	Sitting map[ballot.VoterID]bool
	Items   []Item
	// At is the item being dealt with, from 1; 0 before the first.
	At int
	// Offices are who is host and recorder.
	Offices map[Post]bot.PersonID
	// Vouched is how many are entitled, as somebody has checked; 0 if nobody has.
	Vouched int
	// Code is what one must say to sign in; 0 where a word is enough.
	Code int
	// Approved are who has confirmed the minutes since they last changed.
	Approved []bot.PersonID
	Votes    []bot.MatterID
}

// Fold makes the state of the entries, in order. It is a function of them alone, so
// that the state at any moment is the fold of the entries up to it.
func Fold(entries []Entry) State {
	s := State{
		Phase: Planned, Present: map[ballot.VoterID]Presence{}, Sitting: map[ballot.VoterID]bool{},
		Offices: map[Post]bot.PersonID{},
	}
	for _, e := range Effective(entries) {
		s.take(e)
	}
	s.approvals(entries)
	return s
}

// take carries one entry out.
func (s *State) take(e Entry) {
	switch e.Kind {
	case Start:
		s.Phase, s.Began = Running, e.At
		s.At = min(1, len(s.Items))
	case Pause:
		s.Phase = Paused
	case Resume:
		s.Phase = Running
	case End:
		s.Phase, s.Over = Ended, e.At
	case Next:
		s.At = min(s.At+1, len(s.Items))
	case Topic:
		s.Items = append(s.Items, Item{e.Text, e.By})
		if s.Phase != Planned && s.At == 0 {
			s.At = 1
		}
	case Guest:
		s.seat(e)
	case Office:
		s.Offices[e.Post] = e.Person
	case Code:
		s.Code = e.Count
	case Vouch:
		s.Vouched = e.Count
	case Vote:
		s.Votes = append(s.Votes, e.Matter)
	case Coming, Excuse, Arrive, Late, Leave, Absent, Represent:
		for _, v := range e.Voters {
			s.Present[v] = s.Present[v].becomes(e)
		}
	case Note, Speech, Resolve, Task, Ordered, Picture, Correct, Strike, Approve:
		// They change the minutes, not where the meeting stands.
	}
}

// seat lets somebody sit in without a vote: one of the roll, or a guest by name.
func (s *State) seat(e Entry) {
	for _, v := range e.Voters {
		s.Sitting[v] = true
		s.Present[v] = s.Present[v].becomes(Entry{Kind: Arrive, At: e.At})
	}
	if e.Who != "" && !slices.Contains(s.Guests, e.Who) {
		s.Guests = append(s.Guests, e.Who)
	}
}

// becomes is a presence after an entry. Who comes once is there, however often it is
// said; who was there and goes has left, and has not been absent.
func (p Presence) becomes(e Entry) Presence {
	next := Presence{Is: e.Kind, At: e.At, Why: e.Text, Late: p.Late, By: e.Who}
	switch {
	case e.Kind == Arrive && p.Is == Arrive:
		if e.Who != "" {
			p.By = e.Who
		}
		return p
	case e.Kind == Arrive:
		next.Why = ""
	case e.Kind == Late:
		next.Is, next.Late, next.By = Arrive, true, ""
		if p.Is == Arrive {
			next.At = p.At
		}
	case e.Kind == Coming:
		next.By = ""
		if p.Came() {
			return p // already in the room
		}
	case e.Kind == Leave && !p.Came():
		next.Is, next.Late = Excuse, false // one cannot leave where one was not
	case e.Kind == Absent, e.Kind == Excuse:
		next.Late, next.By = false, ""
	}
	return next
}

// approvals keeps those who confirmed after the last change of the record.
func (s *State) approvals(entries []Entry) {
	for _, e := range entries {
		switch {
		case e.Kind == Ordered: // what follows from confirming changes nothing confirmed
		case e.Kind != Approve:
			s.Approved = nil
		case !slices.Contains(s.Approved, e.By):
			s.Approved = append(s.Approved, e.By)
		}
	}
}

// Agenda is the items' texts.
func (s State) Agenda() []string {
	out := make([]string, len(s.Items))
	for i, it := range s.Items {
		out[i] = it.Text
	}
	return out
}

// Live reports whether things can be logged into the meeting.
func (s State) Live() bool { return s.Phase == Running || s.Phase == Paused }

// Effective are the entries as they count: without those struck, and with the texts
// that corrections gave them. Order and identity stay.
func Effective(entries []Entry) []Entry {
	struck, text, as := map[string]bool{}, map[string]Entry{}, map[string]Kind{}
	for _, e := range entries {
		switch {
		case e.Kind == Strike:
			struck[e.Of] = true
		case e.Kind == Correct && e.As != "":
			as[e.ID] = e.As
		case e.Kind == Correct && e.Of != "":
			text[e.Of] = e
		}
	}
	for _, e := range entries { // a correction that was itself struck leaves no trace
		if e.Kind == Correct && struck[e.ID] {
			delete(as, e.ID)
			maps.DeleteFunc(text, func(_ string, c Entry) bool { return c.ID == e.ID })
		}
	}
	var out []Entry
	for _, e := range entries {
		if struck[e.ID] || e.Kind == Strike {
			continue
		}
		if c, ok := text[e.ID]; ok {
			e.Text = c.Text
		}
		if k, ok := as[e.ID]; ok { // attendance put right afterwards
			e.Kind = k
		}
		out = append(out, e)
	}
	return out
}
