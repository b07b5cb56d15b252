package zhtime

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Recurrence is a time that comes again and again.
type Recurrence struct {
	// RRule is the rule of RFC 5545, or empty for what it cannot say: workdays,
	// lunar dates, festivals of the lunar calendar, 遇节假日顺延.
	RRule string
	// WholeDay says that no time of day was said.
	WholeDay bool
	// Length is how long each occurrence lasts, 0 if it was not said.
	Length time.Duration

	rule rule
	ref  stamp
	loc  *time.Location
	cal  *Calendar
}

// Occurrences returns the first n occurrences from the reference on. The day of
// the reference counts when no time of day was said.
func (r *Recurrence) Occurrences(n int) []time.Time {
	return r.from(r.ref, n)
}

// After returns the first n occurrences at or after t. Rules with an interval
// keep the rhythm that began at the reference.
func (r *Recurrence) After(t time.Time, n int) []time.Time {
	at := stampOf(t.In(r.loc))
	if r.RRule != "" && r.rule.interval > 1 {
		return r.byRRule(r.ref, at, n)
	}
	return r.from(max(at, r.ref), n)
}

func (r *Recurrence) from(at stamp, n int) []time.Time {
	if r.RRule != "" {
		return r.byRRule(at, at, n)
	}
	out := make([]time.Time, 0, n)
	for _, t := range r.rule.walk(r.cal, at, n) {
		out = append(out, t.in(r.loc))
	}
	return out
}

// byRRule lets rrule-go count, beginning with the first day that fits: every
// second Tuesday begins with the coming Tuesday.
func (r *Recurrence) byRRule(begin, at stamp, n int) []time.Time {
	opt := r.rule.option()
	start := begin
	if !r.rule.clockwise() {
		once := r.rule
		once.interval = 1
		if once.freq == rrule.MONTHLY && len(once.monthDays)+len(once.weekdays) == 0 || once.freq == rrule.YEARLY && len(once.months) == 0 {
			start = midnight(dayOf(begin))
		} else if first := once.walk(r.cal, begin, 1); len(first) > 0 {
			start = midnight(dayOf(first[0]))
		}
	}
	opt.Dtstart = start.in(r.loc)
	set, err := rrule.NewRRule(opt)
	if err != nil {
		return nil
	}
	out := make([]time.Time, 0, n)
	floor := at
	if r.WholeDay && !r.rule.clockwise() {
		floor = midnight(dayOf(at))
	}
	for next := set.Iterator(); len(out) < n; {
		t, ok := next()
		if !ok {
			break
		}
		if stampOf(t) >= floor {
			out = append(out, t)
		}
	}
	return out
}

// ruleKind says which days a rule picks.
type ruleKind uint8

const (
	byCalendar   ruleKind = iota // what RFC 5545 can say
	onWorkdays                   // every workday
	nthWorkday                   // the nth workday of the month
	lunarYearly                  // a lunar date, a festival or a solar term, every year
	lunarMonthly                 // days of every lunar month
)

// rule says which days and times recur.
type rule struct {
	kind      ruleKind
	freq      rrule.Frequency
	interval  int
	months    []int
	monthDays []int // -1 is the last
	weekdays  []int // 0 is Monday
	nth       int   // which of the weekdays, or workdays, in the month
	// yearly finds the day of a lunarYearly rule in a solar year; named is what a
	// Spec calls it: a festival's first name or a lunar date, empty for a term.
	yearly func(year int) (first, end int, ok bool)
	named  string
	lunar  []int // the days of a lunarMonthly rule
	times  []stamp
	length stamp
	shift  bool // 遇节假日顺延
	before int  // days before what the rule picks: 七一前一周
}

// clockwise reports a rule that counts hours or minutes.
func (r *rule) clockwise() bool { return r.freq >= rrule.HOURLY }

// rrule returns the rule in the words of RFC 5545, empty if it has none.
func (r *rule) rrule() string {
	if r.kind != byCalendar || r.shift || r.before > 0 || !r.crossed() {
		return ""
	}
	var b strings.Builder
	b.WriteString("FREQ=" + r.freq.String())
	if r.interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(r.interval))
	}
	list(&b, ";BYMONTH=", r.months)
	list(&b, ";BYMONTHDAY=", r.monthDays)
	for i, wd := range r.weekdays {
		if i == 0 {
			b.WriteString(";BYDAY=")
		} else {
			b.WriteByte(',')
		}
		if r.nth != 0 {
			b.WriteString(strconv.Itoa(r.nth))
		}
		b.WriteString(dayCodes[wd])
	}
	if hours, minutes := r.clocks(); len(hours) > 0 {
		list(&b, ";BYHOUR=", hours)
		list(&b, ";BYMINUTE=", minutes)
	}
	return b.String()
}

var dayCodes = [...]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func list(b *strings.Builder, name string, values []int) {
	for i, v := range values {
		if i == 0 {
			b.WriteString(name)
		} else {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(v))
	}
}

// clocks returns the hours and minutes of the times.
func (r *rule) clocks() (hours, minutes []int) {
	for _, t := range r.times {
		h, m := int(t/hour), int(t%hour/minute)
		if !slices.Contains(hours, h) {
			hours = append(hours, h)
		}
		if !slices.Contains(minutes, m) {
			minutes = append(minutes, m)
		}
	}
	return hours, minutes
}

// crossed reports whether the times are all the pairings of their hours and
// minutes, as RFC 5545 understands BYHOUR and BYMINUTE.
func (r *rule) crossed() bool {
	hours, minutes := r.clocks()
	if len(hours)*len(minutes) != len(r.times) {
		return false
	}
	return !slices.ContainsFunc(r.times, func(t stamp) bool { return t%minute != 0 || t >= daySec })
}

func (r *rule) option() rrule.ROption {
	days := [...]rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}
	opt := rrule.ROption{Freq: r.freq, Interval: max(1, r.interval), Bymonth: r.months, Bymonthday: r.monthDays}
	for _, wd := range r.weekdays {
		if r.nth != 0 {
			opt.Byweekday = append(opt.Byweekday, days[wd].Nth(r.nth))
		} else {
			opt.Byweekday = append(opt.Byweekday, days[wd])
		}
	}
	if opt.Byhour, opt.Byminute = r.clocks(); len(opt.Byhour) > 0 {
		opt.Bysecond = []int{0}
	}
	return opt
}

// maxWalk bounds how many days a walk looks ahead.
const maxWalk = 40 * 366

// walk lists the first n occurrences from at on, day by day. It does not know
// intervals.
func (r *rule) walk(cal *Calendar, at stamp, n int) []stamp {
	var out []stamp
	times := r.times
	if len(times) == 0 {
		times = []stamp{0}
		at = midnight(dayOf(at))
	}
	begin := dayOf(at)
	from, last := begin, begin-1
	if r.shift {
		from -= 31 // what a holiday pushed here
	}
	for day := from; day < begin+maxWalk && len(out) < n; day++ {
		if !r.on(cal, day+r.before) {
			continue
		}
		to := day
		if r.shift {
			to = cal.shift(day)
		}
		if to <= last || to < begin {
			continue // pushed onto the next one, which counts once
		}
		last = to
		for _, t := range times {
			if at <= midnight(to)+t && len(out) < n {
				out = append(out, midnight(to)+t)
			}
		}
	}
	return out
}

// on reports whether the rule picks a day.
func (r *rule) on(cal *Calendar, day int) bool {
	y, m, d := civil(day)
	switch r.kind {
	case onWorkdays:
		return cal.workday(day)
	case nthWorkday:
		return cal.workday(day) && r.workdayIndex(cal, y, m, day) == r.nth
	case lunarYearly:
		first, _, ok := r.yearly(y)
		return ok && first == day
	case lunarMonthly:
		_, _, ld, _ := lunarDate(day)
		return slices.Contains(r.lunar, ld)
	}
	if len(r.months) > 0 && !slices.Contains(r.months, m) {
		return false
	}
	if len(r.monthDays) > 0 && !slices.Contains(r.monthDays, d) && !slices.Contains(r.monthDays, d-daysIn(y, m)-1) {
		return false
	}
	if len(r.weekdays) == 0 {
		return true
	}
	if !slices.Contains(r.weekdays, weekday(day)) {
		return false
	}
	switch {
	case r.nth > 0:
		return (d-1)/7+1 == r.nth
	case r.nth < 0:
		return (daysIn(y, m)-d)/7+1 == -r.nth
	}
	return true
}

// workdayIndex counts the workdays of the month up to day, or back to it from
// the end if the rule counts from there.
func (r *rule) workdayIndex(cal *Calendar, y, m, day int) int {
	n := 0
	if r.nth > 0 {
		for k := dayNumber(y, m, 1); k <= day; k++ {
			if cal.workday(k) {
				n++
			}
		}
		return n
	}
	for k := dayNumber(y, m+1, 1) - 1; k >= day; k-- {
		if cal.workday(k) {
			n--
		}
	}
	return n
}
