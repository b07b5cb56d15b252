package zhtime

// momentAt reads one moment: a date, a date with a part of the day or a time, or
// a part or time alone.
func (s *scanner) momentAt(i int) (slot, int) {
	if sl, j := s.nowAt(i); j > 0 {
		return sl, j
	}
	if sl, j := s.workEndAt(i, daySlot(s.base())); j > 0 {
		return sl, j
	}
	if sl, j := s.dateAt(i); j > 0 {
		if sl.invalid {
			return sl, s.throughClock(j)
		}
		return s.afterDate(sl, s.shiftWords(&sl, j))
	}
	return s.timeAlone(i)
}

// nowAt reads 现在 and its kin.
func (s *scanner) nowAt(i int) (slot, int) {
	switch s.runeAt(i) {
	case '现', '此', '目', '马', '立', '即', '当', '而', '宜', '依':
		if j := s.any(i, "现在", "此刻", "此时", "目前", "马上", "立刻", "立即", "即刻", "当前", "而家", "宜家", "依家"); j > 0 {
			return slot{pair: pair{s.ref, s.ref}}, j
		}
	}
	return slot{}, 0
}

// workEndAt reads 下班 of a day.
func (s *scanner) workEndAt(i int, day slot) (slot, int) {
	j := s.any(i, "下班")
	if j == 0 || s.any(j, "之前", "以前", "前", "时", "后") == 0 || s.has(j, "后") {
		return slot{}, 0
	}
	t := day.from + s.workEnds
	return slot{pair: pair{t, t}, dated: true}, s.skip(j, "时")
}

// throughClock takes the time of day after an impossible date into its span.
func (s *scanner) throughClock(i int) int {
	if _, j := s.partAt(s.joint(i)); j > 0 {
		i = j
	}
	if _, j := s.clockAt(s.joint(i)); j > 0 {
		return j
	}
	return i
}

// shiftWords reads 遇节假日顺延 after a date and moves it.
func (s *scanner) shiftWords(sl *slot, i int) int {
	j := s.shiftAt(i)
	if j == 0 {
		return i
	}
	*sl = sl.each(func(p pair) pair {
		d := stamp(s.cal.shift(dayOf(p.from))-dayOf(p.from)) * daySec
		return pair{p.from + d, p.to + d}
	})
	return j
}

func (s *scanner) shiftAt(i int) int {
	j := s.skip(i, ",", "，", "(")
	k := s.any(j, "遇节假日顺延", "遇假日顺延", "遇节日顺延", "节假日顺延", "遇假期顺延", "遇休息日顺延", "逢节假日顺延", "如遇节假日顺延", "遇到节假日顺延", "遇节假日则顺延")
	if k == 0 {
		return 0
	}
	return s.skip(k, ")")
}

// afterDate reads what may follow a date: the weekday it falls on, a part of the
// day, a time.
func (s *scanner) afterDate(sl slot, i int) (slot, int) {
	if sl.grain != grainDay {
		if sl.grain == grainPart {
			return s.afterPart(sl, i)
		}
		return sl, i
	}
	i = s.apposition(&sl, i)
	i = s.skip(i, "那天", "当天")
	at := s.joint(i)
	if j := s.any(at, "当晚"); j > 0 {
		return s.afterPart(s.partOf(sl, evening), s.skip(j, "上"))
	}
	if j := s.any(at, "一整天", "全天", "整天", "一天"); j > 0 && !s.has(at, "一天天") {
		return sl, j
	}
	if watch, j := s.watchAt(at, sl); j > 0 {
		return watch, j
	}
	if end, j := s.workEndAt(at, sl); j > 0 {
		return end, j
	}
	p, j := s.partAt(at)
	if j == 0 {
		if p, j = s.shortPart(at); j > 0 && at != i && !s.has(i, "的") {
			p, j = noPart, 0
		}
		if p == night && s.has(at, "夜") && s.any(j, "市", "班", "跑") > 0 {
			p, j = noPart, 0
		}
	}
	if j > 0 {
		return s.afterPart(s.partOf(sl, p), j)
	}
	c, j := s.clockAt(at)
	if j == 0 {
		return sl, i
	}
	if c.invalid {
		return invalidSlot(), j
	}
	return s.atClock(sl, c), j
}

// apposition reads the weekday that confirms a date: 11月27日(周五). If it does not
// fit, one of the two is wrong.
func (s *scanner) apposition(sl *slot, i int) int {
	j := s.skip(i, ",", "，", "(", " ")
	wd, k := s.weekdayName(j)
	if k > 0 && wd < 7 && dayOf(sl.to)-sl.day() == 1 && !s.weekdayEnds(max(0, i-len("星期五")), i) {
		if s.has(j-1, "(") {
			k = s.skip(k, ")")
		}
		if weekday(sl.day()) == wd {
			sl.doubt, sl.n = false, 0
			return k
		}
		for n := range sl.n {
			if weekday(dayOf(sl.others[n].from)) == wd {
				sl.pair, sl.doubt, sl.n = sl.others[n], false, 0
				return k
			}
		}
		sl.doubt = true
		return k
	}
	return s.confirmDate(sl, i)
}

// confirmDate reads the date that explains a weekday: 周五11月27日.
func (s *scanner) confirmDate(sl *slot, i int) int {
	j := s.skip(i, ",", "，", "(", " ")
	if !numeral(s.runeAt(j)) {
		return i
	}
	n, k := s.num(j)
	if k == 0 || !s.has(k, "月") {
		return i
	}
	date, l := s.monthDate(s.year, false, n, k)
	if l == 0 || date.grain != grainDay || date.invalid {
		return i
	}
	if s.has(j-1, "(") {
		l = s.skip(l, ")")
	}
	same := weekday(date.day()) == weekday(sl.day())
	*sl = date
	sl.doubt = !same
	if same {
		sl.n = 0
	}
	return l
}

// partOf narrows a day to a part of it.
func (s *scanner) partOf(day slot, p part) slot {
	h := partHours[p]
	out := day.each(func(d pair) pair {
		base := midnight(dayOf(d.from))
		return pair{base + h.from, base + h.to}
	})
	out.grain, out.part, out.festival = grainPart, p, false
	return out
}

// settleToday decides a weekday that is today once the time of day is known:
// today while it lies ahead, else next week.
func (s *scanner) settleToday(sl slot, end stamp) slot {
	if !sl.today {
		return sl
	}
	sl.today = false
	if end > s.ref || s.prefer == Past || sl.n == 0 {
		sl.doubt, sl.n = false, 0
		return sl
	}
	sl.pair = sl.others[0]
	sl.doubt, sl.n = false, 0
	return sl
}

// afterPart reads the time after a part of the day: 下午3点.
func (s *scanner) afterPart(sl slot, i int) (slot, int) {
	at := s.joint(i)
	c, j := s.clockAt(at)
	if j == 0 {
		if p, k := s.partAt(at); k > 0 && sl.part == evening && p == midnightPart {
			sl.part = p
			c, j = s.clockAt(k)
		}
		if j == 0 {
			return s.settleToday(sl, sl.to), i
		}
	}
	if c.invalid {
		return invalidSlot(), j
	}
	p := sl.part
	return s.placed(sl, c, p), j
}

// placed puts a time of day with a part on the day of sl.
func (s *scanner) placed(sl slot, c clock, p part) slot {
	t, doubt := c.onDay(p)
	out := sl.each(func(d pair) pair {
		base := midnight(dayOf(d.from - partHours[p].from))
		return pair{base + t, base + t}
	})
	out.grain, out.part = grainClock, p
	out = s.settleToday(out, out.from+1)
	if doubt && sl.dated {
		out = out.or(pair{out.from - daySec, out.to - daySec})
	}
	return out
}

// atClock puts a bare time of day on a date.
func (s *scanner) atClock(sl slot, c clock) slot {
	t := c.seconds()
	at := func(add stamp) slot {
		out := sl.each(func(d pair) pair { return pair{d.from + t + add, d.from + t + add} })
		out.grain, out.festival, out.bare = grainClock, false, c.bare
		return out
	}
	literal := at(0)
	if sl.today {
		return s.todayClock(sl, c, literal)
	}
	if !c.bare || c.h == 12 {
		return literal
	}
	later := at(12 * hour)
	switch {
	case sl.n == 0 && sl.day() == s.today && s.prefer != Past && !s.anchored:
		if literal.from < s.ref && later.from > s.ref {
			return later.or(literal.pair)
		}
		return literal
	case c.h <= 5:
		return later.or(literal.pair)
	case c.h == 6 && !s.anchored:
		return literal.or(later.pair)
	}
	return literal
}

// todayClock places a time on a weekday that is today or a week from now.
func (s *scanner) todayClock(sl slot, c clock, literal slot) slot {
	if !c.bare || c.h == 12 || s.prefer == Past {
		return s.settleToday(literal, literal.from+1)
	}
	later := literal.from + 12*hour
	next := literal.from + 7*daySec
	base := slot{grain: grainClock, dated: true, bare: true}
	if sl.n == 0 {
		next = literal.from
	}
	switch {
	case literal.from > s.ref && c.h >= 6:
		base.pair = literal.pair
	case c.h <= 5 && later > s.ref:
		base.pair = pair{later, later}
		base = base.or(pair{next, next})
	case later > s.ref:
		base.pair = pair{next, next}
		base = base.or(pair{later, later})
	default:
		base.pair = pair{next, next}
	}
	return base
}

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
