package zhtime

// watches are the twelve double hours of old, the first from 23 to 1.
var watches = [...]rune{'子', '丑', '寅', '卯', '辰', '巳', '午', '未', '申', '酉', '戌', '亥'}

// watchAt reads 午时 and 午时三刻 on a day.
func (s *scanner) watchAt(i int, day slot) (slot, int) {
	r := s.runeAt(i)
	for n, w := range watches {
		j := i + len("子时")
		if r != w || !s.has(i+len("子"), "时") || s.oneOf(j, "候间刻") > 0 {
			continue
		}
		begin := stamp(2*n-1) * hour
		if n == 0 {
			begin = 23 * hour
		}
		if q, k := s.num(j); k > 0 && s.has(k, "刻") && q.v >= 1 && q.v <= 8 {
			t := day.from + begin + stamp(q.v)*15*minute
			return slot{pair: pair{t, t}, dated: day.dated}, k + len("刻")
		}
		return slot{pair: pair{day.from + begin, day.from + begin + 2*hour}, grain: grainPart, dated: day.dated}, j
	}
	return slot{}, 0
}

// timeAlone reads a part of the day or a time without a date: the next such.
func (s *scanner) timeAlone(i int) (slot, int) {
	if sl, j := s.watchAt(i, slot{pair: daySlot(s.base()).pair}); j > 0 {
		return sl, j
	}
	p, j := s.partAt(i)
	if j == 0 {
		if p, j = s.shortPart(i); j > 0 {
			if _, k := s.clockAt(j); k == 0 || s.has(j, "一点") && k == j+len("一点") {
				return slot{}, 0
			}
		}
	}
	if j > 0 {
		if s.any(j, "好", "安", "班车", "饭") > 0 {
			return slot{}, 0
		}
		return s.partAlone(p, j)
	}
	c, j := s.clockAt(i)
	switch {
	case j == 0:
		return slot{}, 0
	case c.invalid:
		return invalidSlot(), j
	}
	return s.clockAlone(c), j
}

// partAlone reads 下午 and 下午3点 without a date.
func (s *scanner) partAlone(p part, i int) (slot, int) {
	base := s.base()
	day := s.partOf(daySlot(base), p)
	day.dated = false
	sl, j := s.afterPart(day, i)
	if sl.invalid {
		return sl, j
	}
	switch {
	case s.anchored, s.prefer == Past:
	case sl.grain == grainClock && sl.to <= s.ref:
		return s.tomorrow(sl, p == night), j
	case sl.grain == grainClock && p == night && sl.from-daySec > s.ref:
		sl.pair = pair{sl.from - daySec, sl.to - daySec} // 半夜两点 said at one o'clock
	case sl.grain == grainPart && sl.to <= s.ref && sl.to > sl.from:
		return s.tomorrow(sl, p == smallHours), j
	}
	return sl, j
}

// tomorrow moves a time that has passed today to tomorrow. Unless it is sure that
// tomorrow's is meant, today's is offered.
func (s *scanner) tomorrow(sl slot, sure bool) slot {
	was := sl.pair
	sl.pair = pair{was.from + daySec, was.to + daySec}
	if !sure && s.prefer == Natural {
		return sl.or(was)
	}
	return sl
}

// soon is how near a time must be for no one to think of another.
const soon = 3 * hour

// clockAlone places a time of day said without date or part: the next such
// time, by the twelve-hour clock where people use it.
func (s *scanner) clockAlone(c clock) slot {
	day := midnight(s.base())
	t := day + c.seconds()
	sl := slot{pair: pair{t, t}, bare: c.bare}
	if s.anchored {
		return sl
	}
	if s.prefer == Past {
		if t > s.ref {
			sl.pair = pair{t - daySec, t - daySec}
		}
		return sl
	}
	if !c.bare {
		if t < s.ref {
			return s.tomorrow(sl, c.h == 0)
		}
		return sl
	}
	first := t // the first candidate after the reference
	for first <= s.ref {
		first += 12 * hour
	}
	if small := first - midnight(dayOf(first)); small > 0 && small < 6*hour && s.ref-day > 5*hour {
		first += 12 * hour // nobody meets at three in the morning
		sl.pair = pair{first, first}
		if first-s.ref > 12*hour {
			return sl.or(pair{first - 12*hour, first - 12*hour})
		}
		return sl
	}
	sl.pair = pair{first, first}
	if first-s.ref <= soon || first == t || c.h <= 5 {
		return sl
	}
	if prev := first - 12*hour; s.ref-prev <= 15*minute {
		return sl.or(pair{prev, prev})
	}
	return sl.or(pair{first + 12*hour, first + 12*hour})
}
