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
