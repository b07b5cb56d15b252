package zhtime

// How far back an incomplete date still means the past, in days, and how far
// back it is at least doubtful.
const (
	recentDate     = 62
	doubtfulDate   = 183
	recentFestival = 7
)

// yearly resolves a date without a year. find returns the days it covers in a
// year, or false if it does not exist in that year. Dates up to recent days ago
// are taken as past, those up to doubtful days ago offered as such.
func (s *scanner) yearly(recent, doubtful int, find func(year int) (first, end int, ok bool)) slot {
	if s.anchored {
		return s.firstAfter(s.anchor, find)
	}
	switch s.prefer {
	case Future:
		return s.firstAfter(s.today, find)
	case Past:
		return s.lastBefore(find)
	}
	next := s.firstAfter(s.today, find)
	last := s.lastBefore(find)
	if last.invalid || next.invalid || last.pair == next.pair {
		return valid(next, last)
	}
	passed := s.today - dayOf(last.to) + 1
	ahead := dayOf(next.from) - s.today
	switch {
	case passed <= recent && ahead > recent:
		return last.or(next.pair)
	case passed <= doubtful && ahead > doubtful:
		return next.or(last.pair)
	}
	return next
}

// valid returns a unless it is invalid.
func valid(a, b slot) slot {
	if a.invalid {
		return b
	}
	return a
}

// maxYears is how many years are tried until a date exists: a 29 February may be
// eight years away, a leap month nineteen.
const maxYears = 20

// firstAfter returns the first of the yearly dates that is not over on day.
func (s *scanner) firstAfter(day int, find func(int) (int, int, bool)) slot {
	year, _, _ := civil(day)
	for y := year - 1; y < year+maxYears; y++ {
		if first, end, ok := find(y); ok && end > day {
			return daysSlot(first, end, spanGrain(first, end))
		}
	}
	return invalidSlot()
}

// lastBefore returns the last of the yearly dates that has begun.
func (s *scanner) lastBefore(find func(int) (int, int, bool)) slot {
	for y := s.year + 1; y > s.year-maxYears; y-- {
		if first, end, ok := find(y); ok && first <= s.today {
			return daysSlot(first, end, spanGrain(first, end))
		}
	}
	return invalidSlot()
}

// inYear resolves a date in a year that was said.
func (s *scanner) inYear(year int, find func(int) (int, int, bool)) slot {
	first, end, ok := find(year)
	if !ok {
		return invalidSlot()
	}
	return daysSlot(first, end, spanGrain(first, end))
}

func spanGrain(first, end int) grain {
	switch n := end - first; {
	case n == 1:
		return grainDay
	case n >= 28 && n <= 31:
		return grainMonth
	case n > 300:
		return grainYear
	}
	return grainDays
}

// monthDay resolves 6月12日 without a year. Only days that no year has, and 29
// February in a year without it, are invalid.
func (s *scanner) monthDay(m, d int) slot {
	if m < 1 || m > 12 || d < 1 || d > daysIn(2000, m) {
		return invalidSlot()
	}
	sl := s.yearly(recentDate, doubtfulDate, func(y int) (int, int, bool) {
		day := dayNumber(y, m, d)
		return day, day + 1, d <= daysIn(y, m)
	})
	if m == 2 && d == 29 && sl.day()-s.today > 366 {
		return invalidSlot() // the next February has no 29th: better asked than booked years ahead
	}
	return sl
}

// dayOfMonth resolves 27号: of this month, or of the next that has such a day.
func (s *scanner) dayOfMonth(d int) slot {
	if d < 1 || d > 31 {
		return invalidSlot()
	}
	from := s.today
	if s.anchored {
		from = s.anchor
	}
	y, m, _ := civil(from)
	step := 1
	if s.prefer == Past && !s.anchored {
		step = -1
	}
	this := dayNumber(y, m, d)
	exists := d <= daysIn(y, m)
	if exists && (step > 0 && this >= from || step < 0 && this <= from) {
		return daySlot(this)
	}
	sl := daySlot(s.otherMonth(y, m, d, step))
	if exists && s.prefer == Natural && !s.anchored {
		return sl.or(daySlot(this).pair)
	}
	return sl
}

// otherMonth returns day d of the nearest month before or after y-m having it.
func (s *scanner) otherMonth(y, m, d, step int) int {
	for {
		m += step
		if m < 1 || m > 12 {
			y, m = y+step, (m+11)%12+1
		}
		if d <= daysIn(y, m) {
			return dayNumber(y, m, d)
		}
	}
}

// monthSlot is a whole month.
func monthSlot(y, m int) slot {
	return daysSlot(dayNumber(y, m, 1), dayNumber(y, m+1, 1), grainMonth)
}
