package calendar

import (
	"slices"
	"time"
)

// Warning is a word in good time, or a word after: something was not held.
type Warning struct {
	Rule Rule
	Span Span
	// Missing is how many are wanting.
	Missing int
	// At is when it is due to be said: nine in the morning of a working day.
	At time.Time
	// Late: the period has ended. The one above is told too; before, only the
	// secretary is.
	Late bool
}

// Key names the warning for ever, so that it is said once.
func (w Warning) Key() string {
	late := "early"
	if w.Late {
		late = "late"
	}
	return w.Rule.ID + "/" + w.Span.From.Format(time.DateOnly) + "/" + late
}

// ahead is how long before the end of a period one is told.
func (p Period) ahead() int {
	return map[Period]int{Month: 7, Quarter: 21, Yearly: 45}[p]
}

// sayAt is when in the morning.
const sayAt = 9 * time.Hour

// Warnings lists what is to be said of a year's standings, by time, also what lies
// ahead: a warning whose occasion is held meanwhile is not in the next list. workday
// tells working days; nil takes every day for one.
func Warnings(year []Standing, workday func(time.Time) bool) []Warning {
	var out []Warning
	for _, s := range year {
		for _, span := range s.Spans {
			if span.Missing == 0 {
				continue
			}
			early := span.Last().AddDate(0, 0, -s.Rule.Every.ahead())
			out = append(out,
				Warning{Rule: s.Rule, Span: span.Span, Missing: span.Missing, At: before(early, workday)},
				Warning{Rule: s.Rule, Span: span.Span, Missing: span.Missing, At: after(span.Until, workday), Late: true})
		}
	}
	slices.SortStableFunc(out, func(a, b Warning) int { return a.At.Compare(b.At) })
	return out
}

// longestHoliday bounds the search for a working day.
const longestHoliday = 14

// before is the morning of the last working day up to day: what warns in good time
// does not come in a holiday, nor only after it.
func before(day time.Time, workday func(time.Time) bool) time.Time { return shift(day, -1, workday) }

// after is the morning of the first working day from day on.
func after(day time.Time, workday func(time.Time) bool) time.Time { return shift(day, 1, workday) }

func shift(day time.Time, step int, workday func(time.Time) bool) time.Time {
	y, m, d := day.Date()
	for i := range longestHoliday {
		at := time.Date(y, m, d+i*step, int(sayAt.Hours()), 0, 0, 0, day.Location())
		if workday == nil || workday(at) {
			return at
		}
	}
	return time.Date(y, m, d, int(sayAt.Hours()), 0, 0, 0, day.Location())
}
