package zhtime

import "time"

// Holiday is one public holiday as arranged: the days off in a row.
type Holiday struct {
	// Name is the short name: 国庆.
	Name string
	// First and Last are its first and last day off, at midnight UTC.
	First, Last time.Time
}

// Calendar knows which days are workdays: weekends, public holidays, and the
// weekend days on which holidays are made up for. For years without an
// arrangement it falls back on the days that are holidays by law (全国年节及纪念
// 日放假办法, as revised for 2025) without any days moved around them.
//
// It is immutable and safe for concurrent use. Dates are taken from the year,
// month and day of a time in its own zone.
type Calendar struct {
	holidays []holiday // by first day, never overlapping
	makeup   map[int]struct{}
	years    map[int]struct{}
}

// holiday is a Holiday in day numbers.
type holiday struct {
	name        string
	first, last int
}

// Arranged reports whether the year's arrangement is known; if not, the days
// moved around its holidays are not, and answers about them are provisional.
func (c *Calendar) Arranged(year int) bool {
	_, ok := c.years[year]
	return ok
}

// Workday reports whether people work on that day.
func (c *Calendar) Workday(t time.Time) bool { return c.workday(dayOf(stampOf(t))) }

// HolidayOn returns the holiday that day belongs to, if any.
func (c *Calendar) HolidayOn(t time.Time) (Holiday, bool) {
	h, ok := c.holidayOn(dayOf(stampOf(t)))
	return h.exported(), ok
}

// NextHoliday returns the first holiday that begins on that day or later.
// False if none is known within two years.
func (c *Calendar) NextHoliday(t time.Time) (Holiday, bool) {
	h, ok := c.nextHoliday(dayOf(stampOf(t)))
	return h.exported(), ok
}

// Shift returns t itself if it falls on a workday, else the same time of day on
// the next workday: 遇节假日顺延.
func (c *Calendar) Shift(t time.Time) time.Time {
	day := dayOf(stampOf(t))
	return t.AddDate(0, 0, c.shift(day)-day)
}

// AddWorkdays returns the same time of day n workdays after t, or before it if
// n is negative. The day of t itself is not counted.
func (c *Calendar) AddWorkdays(t time.Time, n int) time.Time {
	day := dayOf(stampOf(t))
	return t.AddDate(0, 0, c.addWorkdays(day, n)-day)
}

func (h holiday) exported() Holiday {
	if h.name == "" {
		return Holiday{}
	}
	return Holiday{Name: h.name, First: midnight(h.first).in(time.UTC), Last: midnight(h.last).in(time.UTC)}
}

func (c *Calendar) workday(day int) bool {
	if _, ok := c.makeup[day]; ok {
		return true
	}
	if weekday(day) >= 5 {
		return false
	}
	_, off := c.holidayOn(day)
	return !off
}

func (c *Calendar) shift(day int) int {
	for !c.workday(day) {
		day++
	}
	return day
}

// maxWorkdays bounds how far workdays are counted, so that nonsense like
// 99999999个工作日 costs nothing.
const maxWorkdays = 2000

func (c *Calendar) addWorkdays(day, n int) int {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n = min(n, maxWorkdays); n > 0; {
		day += step
		if c.workday(day) {
			n--
		}
	}
	return day
}

func (c *Calendar) holidayOn(day int) (holiday, bool) {
	year, _, _ := civil(day)
	for _, h := range c.of(year) {
		if day >= h.first && day <= h.last {
			return h, true
		}
	}
	return holiday{}, false
}

func (c *Calendar) nextHoliday(day int) (holiday, bool) {
	year, _, _ := civil(day)
	for y := year; y <= year+1; y++ {
		for _, h := range c.of(y) {
			if h.first >= day {
				return h, true
			}
		}
	}
	return holiday{}, false
}

// named returns the holiday of that name in a year.
func (c *Calendar) named(year int, name string) (holiday, bool) {
	for _, h := range c.of(year) {
		if h.name == name {
			return h, true
		}
	}
	return holiday{}, false
}

// of returns the holidays of a year in order.
func (c *Calendar) of(year int) []holiday {
	if !c.Arranged(year) {
		return statutory(year)
	}
	first, last := dayNumber(year, 1, 1), dayNumber(year, 12, 31)
	from := 0
	for from < len(c.holidays) && c.holidays[from].last < first {
		from++
	}
	to := from
	for to < len(c.holidays) && c.holidays[to].first <= last {
		to++
	}
	return c.holidays[from:to]
}

// statutory returns the days that are holidays by law, without arrangement.
func statutory(year int) []holiday {
	spring, ok := lunarDay(year, 1, 1, false)
	if !ok {
		return nil
	}
	qingming, _ := termDay(year, 6)
	dragon, _ := lunarDay(year, 5, 5, false)
	moon, _ := lunarDay(year, 8, 15, false)
	first := dayNumber(year, 1, 1)
	labour, national := dayNumber(year, 5, 1), dayNumber(year, 10, 1)
	days := []holiday{
		{"元旦", first, first}, {"春节", spring - 1, spring + 2}, {"清明", qingming, qingming},
		{"劳动节", labour, labour + 1}, {"端午", dragon, dragon},
	}
	if moon >= national-1 && moon <= national+2 {
		return append(days, holiday{"国庆", min(moon, national), national + 2})
	}
	if moon > national {
		return append(days, holiday{"国庆", national, national + 2}, holiday{"中秋", moon, moon})
	}
	return append(days, holiday{"中秋", moon, moon}, holiday{"国庆", national, national + 2})
}
