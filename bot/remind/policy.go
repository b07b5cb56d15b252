package remind

import (
	"cmp"
	"slices"
	"time"
)

// Window is a daily stretch of local time, counted from midnight. It may go over
// midnight.
type Window struct{ From, To time.Duration }

// holds returns the end of the window that t lies in; false if it lies in none.
func (w Window) holds(t time.Time) (end time.Time, ok bool) {
	y, m, d := t.Date()
	at := func(day int, clock time.Duration) time.Time {
		return time.Date(y, m, day, int(clock/time.Hour), int(clock%time.Hour/time.Minute), 0, 0, t.Location())
	}
	if w.From <= w.To {
		end = at(d, w.To)
		return end, !t.Before(at(d, w.From)) && t.Before(end)
	}
	if end = at(d, w.To); t.Before(end) {
		return end, true
	}
	return at(d+1, w.To), !t.Before(at(d, w.From))
}

// Policy says when people are left in peace, and how much is enough.
type Policy struct {
	// Quiet are the stretches in which only what is urgent by rule, or was wished at
	// that minute by its recipient, is told: the night, and the noon rest.
	Quiet []Window
	// PerPerson and PerGroup are how many messages of reminders a day are enough. What
	// goes beyond waits for Digest of the next day and is told together.
	PerPerson, PerGroup int
	Digest              time.Duration
}

// DefaultPolicy is the policy where nobody set another: quiet from 21:30 to 7:30 and
// over noon, three messages a day for a person and two for a group.
func DefaultPolicy() Policy {
	return Policy{
		Quiet: []Window{
			{21*time.Hour + 30*time.Minute, 7*time.Hour + 30*time.Minute},
			{12 * time.Hour, 14 * time.Hour},
		},
		PerPerson: 3, PerGroup: 2, Digest: 8*time.Hour + 30*time.Minute,
	}
}

// Awake returns t, or the end of the quiet hours it falls into. Its zone is that of
// the recipient.
func (p Policy) Awake(t time.Time) time.Time {
	for range len(p.Quiet) + 1 {
		moved := false
		for _, w := range p.Quiet {
			if end, in := w.holds(t); in {
				t, moved = end, true
			}
		}
		if !moved {
			break
		}
	}
	return t
}

// NextDigest is when what is over the budget is told: the next day's digest.
func (p Policy) NextDigest(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+1, int(p.Digest/time.Hour), int(p.Digest%time.Hour/time.Minute), 0, 0, t.Location())
}

// Plan is what becomes of the notices that wait for one recipient.
type Plan struct {
	// Say is the next message, the most urgent first; empty if now is no time for one.
	Say []Notice
	// Stale came too late. Those of reminders are worth one line all together.
	Stale []Notice
	// Wait are left, each with the time to look again.
	Wait []Notice
}

// Plan decides over all notices that wait for one recipient. told is how many
// messages they had today; now is in their zone. Whatever it decides, each notice
// lies in exactly one part of the plan, and none in Say before its time.
func (p Policy) Plan(waiting []Notice, told int, now time.Time) Plan {
	var out Plan
	budget := p.PerPerson
	var due []Notice
	for _, n := range waiting {
		if _, group := n.To.Node(); group {
			budget = p.PerGroup
		}
		switch {
		case n.Due.After(now):
			n.Look = n.Due
			out.Wait = append(out.Wait, n)
		case !n.Stale.IsZero() && now.After(n.Stale):
			out.Stale = append(out.Stale, n)
		default:
			due = append(due, n)
		}
	}
	slices.SortStableFunc(due, order)
	quiet := p.Awake(now)
	exact := slices.ContainsFunc(due, Notice.Exact)
	for _, n := range due {
		switch {
		case n.Exact(), !quiet.After(now) && (exact || told < budget):
			out.Say = append(out.Say, n)
		case quiet.After(now):
			n.Look = quiet
			out.Wait = append(out.Wait, n)
		default:
			n.Look = p.NextDigest(now)
			out.Wait = append(out.Wait, n)
		}
	}
	return out
}

// order puts what is urgent first, then what was meant earlier, then what was wished
// earlier: which of them came due first says nothing to anybody.
func order(a, b Notice) int {
	if a.Urgent != b.Urgent {
		if a.Urgent {
			return -1
		}
		return 1
	}
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Reminder, b.Reminder), cmp.Compare(a.ID, b.ID))
}
