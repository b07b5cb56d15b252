package zhtime

import "time"

// Kind says what sort of time was understood.
type Kind string

// The kinds of time.
const (
	None       Kind = "none"       // there is no time in the text
	Point      Kind = "point"      // an instant
	Span       Kind = "span"       // from Start until just before End
	Duration   Kind = "duration"   // a length, not placed on the calendar
	Recurring  Kind = "recurrence" // again and again
	Impossible Kind = "invalid"    // names a moment that does not exist: 2月30日
)

// Reading is one way to understand a time expression.
type Reading struct {
	Kind Kind
	// Start is the instant of a point, the first instant of a span, the first
	// occurrence of a recurrence. End is the end of a span, exclusive; of a point
	// it equals Start. Both are in the location of the reference.
	Start, End time.Time
	// WholeDay says that no time of day was said.
	WholeDay bool
	// Deadline says that the span lasts from the reference until End because the
	// words set a limit: 前, 之前, 截止, 到, 内.
	Deadline bool
	// Length is the length of a duration. A month counts 30 days, a year 365.
	Length time.Duration
	// Recurrence is set when Kind is Recurring.
	Recurrence *Recurrence
	// Doubtful says that the words may mean something else as well; Others has
	// the other readings where they can be told, the likeliest first.
	Doubtful bool
	Others   []Reading
	// From and To are where the expression stands in the text given, counted in
	// characters (runes), To exclusive. Text is the expression as typed.
	From, To int
	Text     string
}

// Preference says which way an incomplete date leans.
type Preference int

// The preferences.
const (
	// Natural takes the coming date, or the one just past where people would
	// rather mean that, and says so if it is doubtful.
	Natural Preference = iota
	// Future takes the next date: for tasks, meetings, deadlines.
	Future
	// Past takes the latest date: for reports on what was done.
	Past
)

// Options say how to read. The zero value is good for most.
type Options struct {
	Prefer Preference
	// Calendar answers for workdays; nil means [DefaultCalendar].
	Calendar *Calendar
	// WorkEnds is when work ends, for 下班前, counted from midnight; 0 means 18:00.
	WorkEnds time.Duration
}

// grain is how finely a moment was named.
type grain uint8

const (
	grainClock grain = iota
	grainPart
	grainDay
	grainWeekend
	grainWeek
	grainDays // a stretch such as 上旬, 月底, a holiday
	grainMonth
	grainQuarter
	grainYear
)

// pair is a span of local time, its end exclusive; a point if both are equal.
type pair struct{ from, to stamp }

// slot is a moment as understood so far.
type slot struct {
	pair
	grain   grain
	part    part
	doubt   bool
	invalid bool
	// dated says that a day was named, not only a time of day.
	dated bool
	// festival says that 前 does not include the day itself.
	festival bool
	// today says that a weekday was named that is today, so that next week's is
	// meant once the time of day has passed.
	today bool
	// bare says that an hour from 1 to 12 was named without a part of the day.
	bare   bool
	others [2]pair
	n      int // how many others there are
}

func daySlot(day int) slot {
	return slot{pair: pair{midnight(day), midnight(day + 1)}, grain: grainDay, dated: true}
}

func daysSlot(first, end int, g grain) slot {
	return slot{pair: pair{midnight(first), midnight(end)}, grain: g, dated: true}
}

func invalidSlot() slot { return slot{invalid: true, dated: true} }

// or adds another reading and the doubt that comes with it.
func (sl slot) or(p pair) slot {
	sl.doubt = true
	if sl.n < len(sl.others) {
		sl.others[sl.n] = p
		sl.n++
	}
	return sl
}

// each applies f to the reading and the others alike.
func (sl slot) each(f func(pair) pair) slot {
	sl.pair = f(sl.pair)
	for i := range sl.n {
		sl.others[i] = f(sl.others[i])
	}
	return sl
}

// only drops the reading and the others where keep does not want them, unless it wants
// none of them.
func (sl slot) only(keep func(pair) bool) slot {
	kept, found := sl, false
	kept.n = 0
	for n := -1; n < sl.n; n++ {
		p := sl.pair
		if n >= 0 {
			p = sl.others[n]
		}
		switch {
		case !keep(p):
		case !found:
			kept.pair, found = p, true
		default:
			kept = kept.or(p)
		}
	}
	if !found {
		return sl
	}
	return kept
}

func (sl slot) day() int { return dayOf(sl.from) }
