package zhtime

// rangeAt reads a moment or a stretch between two: 周五到周日, 明天9点-11点, 27到30号,
// 从明天起三天, 周六、周日.
func (s *scanner) rangeAt(i int) (slot, int) {
	at := s.skip(i, "从", "自")
	a, j := s.momentAt(at)
	if j == 0 || a.invalid {
		return a, j
	}
	return s.extend(a, at, j)
}

// extend reads what makes a longer stretch of the moment a that stood from at
// to j.
func (s *scanner) extend(a slot, at, j int) (slot, int) {
	if sl, k := s.lasting(a, j); k > 0 {
		return sl, k
	}
	if k := s.any(j, "以来", "起至今", "至今", "到现在", "到目前"); k > 0 && a.from < s.ref {
		return a.each(func(p pair) pair { return pair{p.from, s.ref} }), k
	}
	if k := s.connector(j); k > 0 {
		if sl, l := s.until(a, at, j, k); l > 0 {
			return sl, s.skip(l, "为止", "止")
		}
	}
	if k := s.any(j, "起", "开始"); k > 0 && a.grain >= grainDay {
		a.doubt = true // from then on: only the beginning is known
		return a, k
	}
	return s.listed(a, j)
}

// lasting reads 起三天 and 开始连续三天 after the first day.
func (s *scanner) lasting(a slot, i int) (slot, int) {
	j := s.any(i, "开始", "起")
	if j == 0 || a.grain != grainDay {
		return slot{}, 0
	}
	j = s.skip(s.skip(j, ",", "，", "的"), "连续", "连着")
	n, k := s.amountAt(j)
	if k == 0 || n.days == 0 || n.seconds > 0 || n.months > 0 || s.any(k, "内", "后", "前", "之") > 0 {
		return slot{}, 0
	}
	out := a.each(func(p pair) pair { return pair{p.from, p.from + stamp(n.days)*daySec} })
	out.grain = grainDays
	return out, k
}

// until reads the end of a range that begins with a, which stood from i to j;
// the end begins at k.
func (s *scanner) until(a slot, i, j, k int) (slot, int) {
	end, l := s.endOf(a, a.pair, i, j, k)
	if l == 0 {
		return slot{}, 0
	}
	if end.invalid {
		return end, l
	}
	out := a
	out.n, out.pair, out.grain, out.festival = 0, between(a.pair, end), grainDays, false
	if end.grain == grainClock || a.grain == grainClock {
		out.grain = grainPart
	}
	for n := range a.n {
		if other, m := s.endOf(a, a.others[n], i, j, k); m == l && !other.invalid {
			out = out.or(between(a.others[n], other))
		}
	}
	out.doubt = out.doubt || end.doubt
	if a.grain == grainDay && end.grain <= grainPart && end.dated {
		out.doubt = true // 周一到周五9点: every day at nine, or until nine on Friday?
	}
	if !a.dated && a.grain == grainClock {
		out = out.withinHalfDay()
	}
	if out.to <= out.from {
		out.doubt = true
		out.from, out.to = out.to, out.from
	}
	return out, l
}

// withinHalfDay keeps the readings of at most twelve hours, if there are any: of
// 9:00-17:00 said at ten, not the one that lasts all night.
func (sl slot) withinHalfDay() slot {
	return sl.only(func(p pair) bool { return p.to-p.from <= 12*hour })
}

// between is the stretch from the beginning p of a to end.
func between(p pair, end slot) pair {
	to := end.to
	if end.grain == grainPart && end.part == noon {
		to = end.from + hour // 到中午 is until twelve
	}
	return pair{p.from, to}
}

// endOf reads the end of a range that begins at p.
func (s *scanner) endOf(a slot, p pair, i, j, k int) (slot, int) {
	outer, was := s.anchored, s.anchor
	s.anchored, s.anchor = true, dayOf(p.from)
	defer func() { s.anchored, s.anchor = outer, was }()
	if end, l := s.shortEnd(a, i, j, k); l > 0 {
		return end, l
	}
	end, l := s.momentAt(k)
	if l == 0 || end.invalid || end.dated {
		return end, l
	}
	if a.grain > grainPart {
		return slot{}, 0
	}
	step := daySec
	if end.bare {
		step = 12 * hour
	}
	for end.from <= p.from {
		end.from, end.to = end.from+step, end.to+step
	}
	return end, l
}

// shortEnd reads an end that leaves out its unit: 周四至六, 二月十三到十五.
func (s *scanner) shortEnd(a slot, i, j, k int) (slot, int) {
	if a.grain != grainDay {
		return slot{}, 0
	}
	if wd, l := s.weekdayDigit(k); l > 0 && wd < 7 && s.weekdayEnds(i, j) && s.any(l, "点", "月", "号", "日", "天", "时") == 0 {
		return s.comingWeekday(wd), l
	}
	if d, l := s.lunarDayNumber(k); l > 0 {
		y, m, _, leap := lunarDate(a.day())
		day, _, ok := lunarOneDay(y, m, d, leap)
		if !ok || y == 0 {
			return invalidSlot(), l
		}
		return daySlot(day), l
	}
	n, l := s.num(k)
	if l == 0 || n.v < 1 || n.v > 31 || s.weekdayEnds(i, j) {
		return slot{}, 0
	}
	if r := s.runeAt(l); r != 0 && r != ',' && r != '。' && r != ' ' && r != ')' {
		return slot{}, 0
	}
	return s.dayOfMonth(n.v), l
}

// weekdayEnds reports whether what stood from i to j ends in a weekday.
func (s *scanner) weekdayEnds(i, j int) bool {
	for _, back := range [...]int{len("周五"), len("星期五")} {
		if j-back >= i {
			if _, k := s.weekdayName(j - back); k == j {
				return true
			}
		}
	}
	return false
}

// listed reads further days or parts right behind a: 周六、周日, 12月5号6号, 上午和下午.
// 或 leaves it open which is meant.
func (s *scanner) listed(a slot, i int) (slot, int) {
	if a.grain != grainDay && a.grain != grainPart {
		return a, i
	}
	for range 6 {
		b, j := s.nextListed(a, i)
		if j == 0 {
			break
		}
		a.to, i = b.to, j
		a.n, a.doubt = 0, false
	}
	if j := s.any(i, "或者", "或是", "或"); j > 0 {
		if b, k := s.momentAt(j); k > 0 && !b.invalid {
			return a.or(b.pair), k
		}
	}
	return a, i
}

// nextListed reads one more entry of a list if it follows without a gap in time.
func (s *scanner) nextListed(a slot, i int) (slot, int) {
	j := s.skip(i, "、", "和", "及", "与", "跟", "，", ",")
	outer, was := s.anchored, s.anchor
	s.anchored, s.anchor = true, dayOf(a.to-1)
	defer func() { s.anchored, s.anchor = outer, was }()
	var b slot
	k := 0
	if p, l := s.partAt(j); a.grain == grainPart && l > 0 && j > i {
		b, k = s.partOf(daySlot(s.anchor), p), l
		if _, m := s.clockAt(l); m > 0 {
			return slot{}, 0
		}
	} else if a.grain == grainDay {
		b, k = s.dateAt(j)
		if k > 0 && b.grain == grainDay {
			if _, m := s.clockAt(k); m > 0 {
				return slot{}, 0
			}
		}
	}
	if k == 0 || b.invalid || b.grain != a.grain || b.from < a.to || b.from-a.to > hour {
		return slot{}, 0
	}
	return b, k
}
