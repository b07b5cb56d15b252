package calendar

import (
	"slices"
	"time"
)

// Held is one occasion: something that took place.
type Held struct {
	Kind string // the name of its practice
	At   time.Time
	Ref  string // #12, for whoever wants to look it up
}

// Standing is how one rule stands over a year.
type Standing struct {
	Rule Rule
	// Spans are the periods of the year in order.
	Spans []SpanStanding
}

// SpanStanding is how one period stands.
type SpanStanding struct {
	Span
	Held []Held // by time
	// Missing is how many are wanting; Over: the period has ended, so that they
	// cannot be made up in it.
	Missing int
	Over    bool
	// Ahead: the period has not begun, or the months in which it is usually held.
	Ahead bool
}

// Year is how a year stands at now by the rules that are on, in the zone of now.
// since is when the branch began to use the bot: periods that had ended by then are
// left out, for of them nothing is known. held may reach back before the year.
func Year(rules []Rule, held []Held, year int, since, now time.Time) []Standing {
	held = slices.SortedFunc(slices.Values(held), func(a, b Held) int { return a.At.Compare(b.At) })
	var out []Standing
	for _, r := range rules {
		if !r.On() || r.IfHeld && !slices.ContainsFunc(held, func(h Held) bool { return r.Counts(h.Kind) }) {
			continue
		}
		s := Standing{Rule: r}
		for _, span := range r.Every.Spans(year, now.Location()) {
			if !span.Until.After(since) {
				continue
			}
			s.Spans = append(s.Spans, r.stands(span, held, now))
		}
		out = append(out, s)
	}
	return out
}

func (r Rule) stands(span Span, held []Held, now time.Time) SpanStanding {
	out := SpanStanding{Span: span, Over: !span.Until.After(now), Ahead: now.Before(r.opens(span))}
	for _, h := range held {
		if r.Counts(h.Kind) && span.holds(h.At) {
			out.Held = append(out.Held, h)
		}
	}
	out.Missing = max(0, r.times()-len(out.Held))
	return out
}

// opens is when a span's occasion is first looked for: its beginning, or that of the
// months in which it is usually held.
func (r Rule) opens(span Span) time.Time {
	if len(r.Months) == 0 {
		return span.From
	}
	first := time.Date(span.From.Year(), time.Month(slices.Min(r.Months)), 1, 0, 0, 0, 0, span.From.Location())
	if first.Before(span.From) || !first.Before(span.Until) {
		return span.From
	}
	return first
}
