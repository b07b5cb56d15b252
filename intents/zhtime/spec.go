package zhtime

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A Spec is a recurrence written down: parts of RFC 5545 where it has the words
// (FREQ, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY), and parts of our own for what it has
// none: X-AT (times of day), X-WORKDAYS, X-NTHWORKDAY, X-YEARLY (a festival or a
// lunar date, 农历12-23), X-LUNAR (days of every lunar month), X-SHIFT (遇节假日顺延)
// and X-BEFORE (so many days earlier). Unlike the words that were said it means the
// same whatever later versions learn to read.

// Spec writes the recurrence down; false for one that has no spec: a solar term or
// season.
func (r *Recurrence) Spec() (string, bool) {
	ru := &r.rule
	if ru.kind == lunarYearly && ru.named == "" {
		return "", false
	}
	var b strings.Builder
	b.WriteString("FREQ=" + ru.freq.String())
	if ru.interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(ru.interval))
	}
	list(&b, ";BYMONTH=", ru.months)
	list(&b, ";BYMONTHDAY=", ru.monthDays)
	for i, wd := range ru.weekdays {
		b.WriteString([]string{";BYDAY=", ","}[min(i, 1)])
		if ru.nth != 0 {
			b.WriteString(strconv.Itoa(ru.nth))
		}
		b.WriteString(dayCodes[wd])
	}
	switch ru.kind {
	case onWorkdays:
		b.WriteString(";X-WORKDAYS=1")
	case nthWorkday:
		b.WriteString(";X-NTHWORKDAY=" + strconv.Itoa(ru.nth))
	case lunarYearly:
		b.WriteString(";X-YEARLY=" + ru.named)
	case lunarMonthly:
		list(&b, ";X-LUNAR=", ru.lunar)
	}
	for i, t := range ru.times {
		b.WriteString([]string{";X-AT=", ","}[min(i, 1)])
		fmt.Fprintf(&b, "%02d:%02d", t/hour, t%hour/minute)
	}
	if ru.shift {
		b.WriteString(";X-SHIFT=1")
	}
	if ru.before > 0 {
		b.WriteString(";X-BEFORE=" + strconv.Itoa(ru.before))
	}
	return b.String(), true
}

// At is the recurrence at a time of day, counted from midnight, if none was said.
func (r *Recurrence) At(clock time.Duration) *Recurrence {
	out := *r
	if out.WholeDay {
		out.WholeDay = false
		out.rule.times = []stamp{stamp(clock / time.Second)}
		out.RRule = out.rule.rrule()
	}
	return &out
}

// Shifted is the recurrence with 遇节假日顺延.
func (r *Recurrence) Shifted() *Recurrence {
	out := *r
	out.rule.shift, out.RRule = true, ""
	return &out
}

// Daily reports whether it comes at most once for each time of day that was said,
// and not by the hour or minute.
func (r *Recurrence) Daily() bool { return !r.rule.clockwise() }

// Times is how many times of day it has.
func (r *Recurrence) Times() int { return max(1, len(r.rule.times)) }

// FromSpec reads a spec. from is the reference from which intervals are counted, and
// its location the zone of the clock times; nil means [DefaultCalendar].
func FromSpec(spec string, from time.Time, cal *Calendar) (*Recurrence, error) {
	if cal == nil {
		cal = DefaultCalendar()
	}
	var ru rule
	for part := range strings.SplitSeq(spec, ";") {
		name, value, _ := strings.Cut(part, "=")
		if err := ru.specPart(name, value); err != nil {
			return nil, fmt.Errorf("read recurrence %q: %w", part, err)
		}
	}
	if ru.freq == noFrequency {
		return nil, fmt.Errorf("read recurrence: no known FREQ")
	}
	r := &Recurrence{WholeDay: len(ru.times) == 0 && !ru.clockwise(), rule: ru, ref: stampOf(from), loc: from.Location(), cal: cal}
	r.RRule = ru.rrule()
	return r, nil
}

// noFrequency stands for what FREQ does not name.
const noFrequency = rrule.Frequency(-1)

func frequency(name string) rrule.Frequency {
	for f := rrule.YEARLY; f <= rrule.SECONDLY; f++ {
		if f.String() == name {
			return f
		}
	}
	return noFrequency
}

func (r *rule) specPart(name, value string) (err error) {
	switch name {
	case "FREQ":
		r.freq = frequency(value)
	case "INTERVAL":
		r.interval, err = within(value, 1, 1000)
	case "BYMONTH":
		r.months, err = numbers(value, 1, 12)
	case "BYMONTHDAY":
		r.monthDays, err = numbers(value, -31, 31)
	case "BYDAY":
		err = r.specDays(value)
	case "X-WORKDAYS":
		r.kind = onWorkdays
	case "X-NTHWORKDAY":
		r.kind = nthWorkday
		r.nth, err = within(value, -31, 31)
	case "X-YEARLY":
		r.kind, r.named = lunarYearly, value
		if r.yearly = yearlyNamed(value); r.yearly == nil {
			err = fmt.Errorf("no such day")
		}
	case "X-LUNAR":
		r.kind = lunarMonthly
		r.lunar, err = numbers(value, 1, 30)
	case "X-AT":
		err = r.specTimes(value)
	case "X-SHIFT":
		r.shift = true
	case "X-BEFORE":
		r.before, err = within(value, 1, 366)
	default:
		err = fmt.Errorf("no such part")
	}
	return err
}

// specDays reads TU,TH or 2MO.
func (r *rule) specDays(value string) error {
	for day := range strings.SplitSeq(value, ",") {
		cut := max(0, len(day)-2)
		wd := slices.Index(dayCodes[:], day[cut:])
		if wd < 0 {
			return fmt.Errorf("no such weekday")
		}
		if cut > 0 {
			n, err := within(day[:cut], -5, 5)
			if err != nil {
				return err
			}
			r.nth = n
		}
		r.weekdays = append(r.weekdays, wd)
	}
	return nil
}

func (r *rule) specTimes(value string) error {
	for clock := range strings.SplitSeq(value, ",") {
		t, err := time.Parse("15:04", clock)
		if err != nil {
			return fmt.Errorf("no such time of day")
		}
		r.times = append(r.times, stamp(t.Hour())*hour+stamp(t.Minute())*minute)
	}
	return nil
}

func within(value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high || n == 0 {
		return 0, fmt.Errorf("no number from %d to %d", low, high)
	}
	return n, nil
}

func numbers(value string, low, high int) (out []int, err error) {
	for field := range strings.SplitSeq(value, ",") {
		n, err := within(field, low, high)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// lunarName is what a spec calls a lunar date.
func lunarName(m, d int) string { return fmt.Sprintf("农历%d-%d", m, d) }

// yearlyNamed finds the day a spec names; nil if there is none of that name.
func yearlyNamed(name string) func(int) (int, int, bool) {
	if date, ok := strings.CutPrefix(name, "农历"); ok {
		month, day, _ := strings.Cut(date, "-")
		m, err := within(month, 1, 12)
		d, err2 := within(day, 1, 30)
		if err != nil || err2 != nil {
			return nil
		}
		return everyLunarDate(m, d)
	}
	for i := range festivals {
		if festivals[i].names[0] == name {
			return festivals[i].on
		}
	}
	return nil
}
