package remind

import (
	"slices"
	"strings"
	"time"

	"yiqun/intents/zhtime"
)

// Morning is the time of day of a reminder for which none was said, counted from
// midnight.
const Morning = 9 * time.Hour

// Rule says when a reminder comes: once, or again and again.
type Rule struct {
	// Once is the one instant; zero for a recurrence.
	Once time.Time `json:"once,omitzero"`
	// Spec is the recurrence as [zhtime.FromSpec] reads it, counted from From.
	Spec string    `json:"spec,omitempty"`
	From time.Time `json:"from,omitzero"`
	// Until is the instant from which on nothing comes any more; zero = no end.
	Until time.Time `json:"until,omitzero"`
	// Except are local dates (2006-01-02) on which it does not come.
	Except []string `json:"except,omitempty"`
	// Workdays leaves out every day that is no workday: 遇节假日取消.
	Workdays bool `json:"workdays,omitempty"`
}

// Place is where a rule is reckoned: the node's zone and its calendar.
type Place struct {
	Zone     *time.Location
	Calendar *zhtime.Calendar
}

// Coming lists the next n instants after one, in order, none twice: over a clock
// change too. Fewer when the rule ends, or its spec cannot be read.
func (r Rule) Coming(p Place, after time.Time, n int) []time.Time {
	if r.Spec == "" {
		if r.Once.After(after) && r.allows(p, r.Once) {
			return []time.Time{r.Once}
		}
		return nil
	}
	rec, err := zhtime.FromSpec(r.Spec, r.From.In(p.Zone), p.Calendar)
	if err != nil {
		return nil
	}
	var out []time.Time
	at := after
	for range mostLooks {
		some := rec.After(at, n+1)
		for _, t := range some {
			late := !t.After(after) || len(out) > 0 && !t.After(out[len(out)-1])
			if late || !r.allows(p, t) {
				continue
			}
			if out = append(out, t.UTC()); len(out) == n {
				return out
			}
		}
		if len(some) == 0 || r.ended(some[len(some)-1]) {
			break
		}
		at = some[len(some)-1].Add(time.Second)
	}
	return out
}

// mostLooks bounds how far a rule that excepts nearly everything is followed.
const mostLooks = 400

func (r Rule) ended(t time.Time) bool { return !r.Until.IsZero() && !t.Before(r.Until) }

func (r Rule) allows(p Place, t time.Time) bool {
	local := t.In(p.Zone)
	return !r.ended(t) && !slices.Contains(r.Except, local.Format(time.DateOnly)) &&
		(!r.Workdays || p.Calendar.Workday(local))
}

// Recurs reports whether it may come more than once.
func (r Rule) Recurs() bool { return r.Spec != "" }

// Unsettled is the first year among some times of a rule that asks for workdays whose
// arrangement of holidays is not known yet; 0 if there is none. Until it is, only the
// days off by law are reckoned with.
func (r Rule) Unsettled(p Place, times []time.Time) int {
	if !r.Workdays && !slices.ContainsFunc([]string{"X-SHIFT", "X-WORKDAYS", "X-NTHWORKDAY"}, func(part string) bool { return strings.Contains(r.Spec, part) }) {
		return 0
	}
	for _, t := range times {
		if year := t.In(p.Zone).Year(); !p.Calendar.Arranged(year) {
			return year
		}
	}
	return 0
}
