package remind

import (
	"slices"
	"strings"
	"time"

	"yiqun/bot"
)

// ID identifies a reminder for ever, a ULID. People say its Number.
type ID string

// StandingPrefix begins the id of a reminder that opens a matter instead of telling
// somebody.
const StandingPrefix = "opens/"

// Reminder is one thing somebody wants somebody to be reminded of.
type Reminder struct {
	ID ID `json:"id"`
	// Owner is who set it; Number is how they call it: 停 3.
	Owner  bot.PersonID `json:"owner"`
	Number int          `json:"number"`
	Node   bot.NodeID   `json:"node,omitempty"`
	For    Audience     `json:"for"`
	Rule   Rule         `json:"rule"`
	// Next is when it comes next; zero when it is over.
	Next time.Time `json:"next,omitzero"`
	// Version grows by one with every change, so that what is based on an older one
	// is refused.
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	// Muted are recipients who said 不再提醒.
	Muted []bot.PersonID `json:"muted,omitempty"`
	// Open says that it was set before everybody's eyes, so the group may hear it
	// where somebody cannot be told privately.
	Open bool `json:"open,omitempty"`
	// Text is what it is about, Said its time as it was said. Both are members' words.
	Text string `json:"-"`
	Said string `json:"-"`
}

// Audience is whom a reminder is for. Several parts add up.
type Audience struct {
	// Everybody is the node's groups; Call is how they are addressed, 党员, empty for
	// 大家.
	Everybody bool   `json:"everybody,omitempty"`
	Call      string `json:"call,omitempty"`
	// NotVoted are those who have not voted yet in the node's open votes, looked up
	// when it comes due.
	NotVoted bool           `json:"not_voted,omitempty"`
	People   []bot.PersonID `json:"people,omitempty"`
	// Posts are whoever holds these when it comes due; Committee among them stands for
	// every office of a branch committee.
	Posts []string `json:"posts,omitempty"`
}

// Committee is the branch committee as an audience: who is on it is looked up when it
// comes due.
const Committee = "支委"

// Calls reports whether whoever holds an office is meant by its title, or as one of the
// committee.
func (a Audience) Calls(title string) bool {
	return slices.Contains(a.Posts, title) || slices.Contains(a.Posts, Committee) && onCommittee(title)
}

// onCommittee reports whether an office is one of a branch committee.
func onCommittee(title string) bool {
	return title == Committee || title == "书记" || title == "副书记" || strings.HasSuffix(title, "委员")
}

// Zero reports whether nobody is meant.
func (a Audience) Zero() bool {
	return !a.Everybody && !a.NotVoted && len(a.People) == 0 && len(a.Posts) == 0
}

// Only reports whether it is for one person and nobody else.
func (a Audience) Only(p bot.PersonID) bool {
	return !a.Everybody && !a.NotVoted && len(a.Posts) == 0 && len(a.People) == 1 && a.People[0] == p
}

// Own reports whether somebody set it for themselves alone.
func (r Reminder) Own() bool {
	return r.For.Only(r.Owner) && !strings.HasPrefix(string(r.ID), StandingPrefix)
}

// Over reports whether it will not come any more.
func (r Reminder) Over() bool { return r.Next.IsZero() }

// Firing is a reminder come due.
type Firing struct {
	// Due is the latest time that has come; Missed is how many before it went by
	// unnoticed.
	Due    time.Time
	Missed int
}

// Fire moves a reminder past now. It is false, and the reminder unchanged, before its
// time has come. However long it was late it comes once; a clock that was put back
// does not make it come again.
func (r Reminder) Fire(p Place, now time.Time) (Reminder, Firing, bool) {
	if r.Over() || r.Next.After(now) {
		return r, Firing{}, false
	}
	f := Firing{Due: r.Next}
	for {
		some := r.Rule.Coming(p, f.Due, fireBatch)
		passed, _ := slices.BinarySearchFunc(some, now, func(t, now time.Time) int {
			if t.After(now) {
				return 1
			}
			return -1
		})
		if passed > 0 {
			f.Due, f.Missed = some[passed-1], f.Missed+passed
		}
		if passed < len(some) || len(some) < fireBatch {
			r.Next = time.Time{}
			if passed < len(some) {
				r.Next = some[passed]
			}
			r.Version++
			return r, f, true
		}
	}
}

// fireBatch is how many times are reckoned at once when catching up.
const fireBatch = 4

// Stop ends a reminder.
func (r Reminder) Stop() Reminder {
	r.Next = time.Time{}
	r.Version++
	return r
}

// Mute leaves somebody out from now on, and ends a reminder that was for them alone.
func (r Reminder) Mute(p bot.PersonID) Reminder {
	if r.For.Only(p) {
		return r.Stop()
	}
	if !slices.Contains(r.Muted, p) {
		r.Muted = append(slices.Clone(r.Muted), p)
	}
	r.Version++
	return r
}

// Change gives a reminder another rule. The next time comes after now.
func (r Reminder) Change(p Place, rule Rule, now time.Time) Reminder {
	r.Rule = rule
	r.Next = time.Time{}
	if coming := rule.Coming(p, now, 1); len(coming) > 0 {
		r.Next = coming[0]
	}
	r.Version++
	return r
}

// Fresh is how long a reminder is worth telling after its time: until the digest of
// the next day, or until it comes again if that is sooner.
func (r Reminder) Fresh(f Firing) time.Time {
	end := f.Due.Add(fresh)
	if !r.Over() && r.Next.Before(end) {
		return r.Next
	}
	return end
}

const fresh = 25 * time.Hour
