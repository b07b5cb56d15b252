package zhtime

// firstLunarYear and lastLunarYear bound what the tables know.
const (
	firstLunarYear = 1900
	lastLunarYear  = firstLunarYear + len(lunarYears) - 1
)

// lunarYear is the word of one lunar year.
type lunarYear struct {
	year int
	word uint32
}

func lunarYearOf(year int) (lunarYear, bool) {
	if year < firstLunarYear || year > lastLunarYear {
		return lunarYear{}, false
	}
	return lunarYear{year, lunarYears[year-firstLunarYear]}, true
}

// newYear returns the day number of 正月初一.
func (l lunarYear) newYear() int { return dayNumber(l.year, 1, 1) + int(l.word>>17) }

// leap returns the number of the doubled month, 0 if none.
func (l lunarYear) leap() int { return int(l.word>>13) & 15 }

// months returns how many months the year has, 12 or 13.
func (l lunarYear) months() int {
	if l.leap() > 0 {
		return 13
	}
	return 12
}

// index returns the position of a month in the year, counted from 0 with the
// leap month. False if there is no such leap month.
func (l lunarYear) index(month int, leap bool) (int, bool) {
	switch {
	case leap && l.leap() != month:
		return 0, false
	case leap, l.leap() > 0 && month > l.leap():
		return month, true
	}
	return month - 1, true
}

// length returns the days of the month at a position: 29 or 30.
func (l lunarYear) length(index int) int { return 29 + int(l.word>>index)&1 }

// month returns the first day of a month and how many days it has.
func (l lunarYear) month(month int, leap bool) (start, days int, ok bool) {
	if month < 1 || month > 12 {
		return 0, 0, false
	}
	index, ok := l.index(month, leap)
	if !ok {
		return 0, 0, false
	}
	start = l.newYear()
	for i := range index {
		start += l.length(i)
	}
	return start, l.length(index), true
}

// lunarDay returns the day number of a lunar date. False if the date does not
// exist or lies outside the tables.
func lunarDay(year, month, day int, leap bool) (int, bool) {
	l, ok := lunarYearOf(year)
	if !ok {
		return 0, false
	}
	start, days, ok := l.month(month, leap)
	if !ok || day < 1 || day > days {
		return 0, false
	}
	return start + day - 1, true
}

// lunarDate returns the lunar date of a day; year is 0 outside the tables.
func lunarDate(day int) (year, month, dom int, leap bool) {
	y, _, _ := civil(day)
	l, ok := lunarYearOf(y)
	if !ok || day < l.newYear() {
		l, ok = lunarYearOf(y - 1)
	}
	if !ok {
		return 0, 0, 0, false
	}
	left := day - l.newYear()
	index := 0
	for index < l.months()-1 && left >= l.length(index) {
		left -= l.length(index)
		index++
	}
	month = index + 1
	if lp := l.leap(); lp > 0 && index >= lp {
		month, leap = index, index == lp
	}
	return l.year, month, left + 1, leap
}

// newYearsEve returns the day before 正月初一 of a year: 除夕, whether the last
// month has 29 days or 30.
func newYearsEve(year int) (int, bool) {
	l, ok := lunarYearOf(year)
	return l.newYear() - 1, ok
}

// termDay returns the day of a solar term, 0 小寒 to 23 冬至, in a year.
func termDay(year, term int) (int, bool) {
	if year < firstLunarYear || year > lastLunarYear {
		return 0, false
	}
	d := int(termBase[term]) + int(termDays[year-firstLunarYear]>>(2*term)&3)
	return dayNumber(year, term/2+1, d), true
}
