package calendar

import (
	"fmt"
	"time"
)

// Period is a part of the calendar in which something is held so many times.
type Period string

// The periods.
const (
	Month   Period = "month"
	Quarter Period = "quarter"
	Yearly  Period = "year"
)

// Periods lists them.
var Periods = []Period{Month, Quarter, Yearly}

// months is how many months a period has; 0 for what is none.
func (p Period) months() int {
	return map[Period]int{Month: 1, Quarter: 3, Yearly: 12}[p]
}

// Spoken is the period as one says it: 每季度.
func (p Period) Spoken() string {
	return map[Period]string{Month: "每月", Quarter: "每季度", Yearly: "每年"}[p]
}

// Span is one period of a year.
type Span struct {
	Period Period
	// From is its first moment, and Until the first one after it, in the zone that
	// was asked for.
	From, Until time.Time
}

// Last is the last day of the span, at midnight.
func (s Span) Last() time.Time { return s.Until.AddDate(0, 0, -1) }

// String is the span as one says it: 三季度, 11月, 2026年.
func (s Span) String() string {
	switch s.Period {
	case Month:
		return fmt.Sprintf("%d月", s.From.Month())
	case Quarter:
		return []string{"一季度", "二季度", "三季度", "四季度"}[(s.From.Month()-1)/3]
	}
	return fmt.Sprintf("%d年", s.From.Year())
}

func (s Span) holds(t time.Time) bool { return !t.Before(s.From) && t.Before(s.Until) }

// Spans lists the periods of a year.
func (p Period) Spans(year int, zone *time.Location) []Span {
	n := p.months()
	if n == 0 {
		return nil
	}
	var out []Span
	for m := 1; m <= 12; m += n {
		out = append(out, Span{
			Period: p,
			From:   time.Date(year, time.Month(m), 1, 0, 0, 0, 0, zone),
			Until:  time.Date(year, time.Month(m+n), 1, 0, 0, 0, 0, zone),
		})
	}
	return out
}
