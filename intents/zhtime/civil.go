package zhtime

import "time"

// Times are reckoned without zones: a stamp counts local seconds since
// 1970-01-01 00:00, a day number local days since then. Zones come in only when
// a result is handed out, so that "tomorrow at 8" is 8 o'clock whatever the
// clocks do in between.
type stamp int64

const (
	minute stamp = 60
	hour   stamp = 60 * minute
	daySec stamp = 24 * hour
)

// dayNumber returns the day number of a date of the proleptic Gregorian
// calendar. Days and months out of range carry over, as in time.Date.
func dayNumber(y, m, d int) int {
	y += (m - 1) / 12
	m = (m-1)%12 + 1
	if m < 1 {
		m += 12
		y--
	}
	// Years that begin in March put the leap day last.
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*((m+9)%12) + 2) / 5
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy + d - 1 - 719468
}

// civil returns the date of a day number.
func civil(n int) (y, m, d int) {
	n += 719468
	era := n / 146097
	if n < 0 {
		era = (n - 146096) / 146097
	}
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

// weekday returns 0 for Monday to 6 for Sunday.
func weekday(day int) int { return ((day+3)%7 + 7) % 7 }

// monday returns the day number of the Monday of day's week.
func monday(day int) int { return day - weekday(day) }

// midnight returns the first second of a day.
func midnight(day int) stamp { return stamp(day) * daySec }

// dayOf returns the day a stamp falls on.
func dayOf(t stamp) int {
	if t < 0 {
		return int((t - daySec + 1) / daySec)
	}
	return int(t / daySec)
}

// stampOf drops the zone of t.
func stampOf(t time.Time) stamp {
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	return midnight(dayNumber(y, int(m), d)) + stamp(h)*hour + stamp(mi)*minute + stamp(s)
}

// in returns the instant a stamp names in a zone.
func (t stamp) in(loc *time.Location) time.Time {
	day := dayOf(t)
	y, m, d := civil(day)
	return time.Date(y, time.Month(m), d, 0, 0, int(t-midnight(day)), 0, loc)
}

// daysIn returns the length of a month.
func daysIn(y, m int) int { return dayNumber(y, m+1, 1) - dayNumber(y, m, 1) }

// addMonths moves a day by months and stays within the target month: a month
// after 31 January is the last day of February.
func addMonths(day, months int) int {
	y, m, d := civil(day)
	total := y*12 + m - 1 + months
	y, m = total/12, total%12+1
	return dayNumber(y, m, min(d, daysIn(y, m)))
}
