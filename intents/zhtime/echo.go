package zhtime

import (
	"fmt"
	"strings"
	"time"
)

var weekdayNames = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Echo says a time back: "11月27日(周五) 17:00", or without the time of day when
// the whole day is meant. The year is told when it is not that of now.
func Echo(t, now time.Time, wholeDay bool) string {
	s := fmt.Sprintf("%d月%d日(%s)", int(t.Month()), t.Day(), weekdayNames[t.Weekday()])
	if t.Year() != now.Year() {
		s = fmt.Sprintf("%d年", t.Year()) + s
	}
	if wholeDay {
		return s
	}
	return s + t.Format(" 15:04")
}

// EchoSpan says a stretch back: "11月27日(周五)", "11月27日(周五)至29日(周日)",
// "11月27日(周五) 14:00至16:00". The end is exclusive, as in [Reading].
func EchoSpan(start, end, now time.Time, wholeDay bool) string {
	if !end.After(start) {
		return Echo(start, now, wholeDay)
	}
	if !wholeDay {
		if sameDay(start, end) || end.Equal(midnightAfter(start)) {
			return Echo(start, now, false) + "至" + clockOf(end, start)
		}
		return Echo(start, now, false) + "至" + Echo(end, now, false)
	}
	last := end.AddDate(0, 0, -1)
	if sameDay(start, last) {
		return Echo(start, now, true)
	}
	return Echo(start, now, true) + "至" + Echo(last, now, true)
}

// EchoDeadline says a deadline back, naming the last day rather than the
// midnight after it: "11月27日(周五)24:00前", "11月27日(周五) 17:00前".
func EchoDeadline(end, now time.Time) string {
	if end.Hour() == 0 && end.Minute() == 0 && end.Second() == 0 {
		return Echo(end.AddDate(0, 0, -1), now, true) + "24:00前"
	}
	return Echo(end, now, false) + "前"
}

// Echo says the reading back in one short phrase, empty for what is no time.
func (r Reading) Echo(now time.Time) string {
	switch r.Kind {
	case Point:
		return Echo(r.Start, now, false)
	case Span:
		if r.Deadline {
			return EchoDeadline(r.End, now)
		}
		return EchoSpan(r.Start, r.End, now, r.WholeDay)
	case Duration:
		return EchoLength(r.Length)
	case Recurring:
		if next := r.Recurrence.Occurrences(1); len(next) > 0 {
			return r.Text + "，下一次" + Echo(next[0], now, r.WholeDay)
		}
	}
	return ""
}

// EchoLength says a length back: "2小时30分钟", "6天".
func EchoLength(d time.Duration) string {
	if d <= 0 {
		return "0分钟"
	}
	var s strings.Builder
	for _, u := range []struct {
		one  time.Duration
		word string
	}{{24 * time.Hour, "天"}, {time.Hour, "小时"}, {time.Minute, "分钟"}, {time.Second, "秒"}} {
		if n := d / u.one; n > 0 {
			fmt.Fprintf(&s, "%d%s", n, u.word)
			d -= n * u.one
		}
	}
	return s.String()
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

func midnightAfter(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
}

// clockOf is the time of day of an end, 24:00 for the midnight after start.
func clockOf(end, start time.Time) string {
	if !sameDay(end, start) {
		return "24:00"
	}
	return end.Format("15:04")
}
