package zhtime

// limit is a stretch that begins or ends at the reference.
type limit struct {
	slot
	// deadline: from the reference until the end.
	deadline bool
}

// limitAt reads what is bounded by now: 到周五, 三天内, 未来7天, 最近三天, 年内.
func (s *scanner) limitAt(i int) (limit, int) {
	if sl, j := s.bareLimit(i); j > 0 {
		return limit{sl, true}, j
	}
	if sl, j := s.windowAt(i); j > 0 {
		return limit{sl, false}, j
	}
	if j := s.limitWord(i); j > 0 {
		if sl, k := s.momentAt(j); k > 0 {
			if sl.invalid {
				return limit{sl, true}, s.limitEnd(k)
			}
			return limit{s.dueBy(sl, false), true}, s.limitEnd(k)
		}
	}
	if a, j := s.amountAt(i); j > 0 {
		if k := s.any(j, "之内", "以内", "内"); k > 0 {
			return limit{s.within(a), true}, k
		}
		if k := s.any(j, "以来"); k > 0 {
			return limit{slot{pair: pair{s.shifted(a, -1).from, s.ref}, grain: grainDays, dated: true, doubt: a.vague}, false}, k
		}
	}
	return limit{}, 0
}

// limitEnd takes the words that may close what 到 or 截止 opened.
func (s *scanner) limitEnd(i int) int {
	return s.skip(i, "为止", "之前", "以前", "截止", "前", "止")
}

// bareLimit reads 年内, 月内, 年前.
func (s *scanner) bareLimit(i int) (slot, int) {
	r := s.runeAt(i)
	if r != '年' && r != '月' || numeral(s.before(i)) || containsRune("今明去后前本这个当半", s.before(i)) {
		return slot{}, 0
	}
	switch {
	case s.any(i, "年内") > 0:
		return s.dueUntil(midnight(dayNumber(s.year+1, 1, 1))), i + len("年内")
	case s.any(i, "月内") > 0:
		return s.dueUntil(midnight(dayNumber(s.year, s.month+1, 1))), i + len("月内")
	case s.any(i, "年前") > 0 && (s.clear(i) || containsRune("我俺请您你们家要赶", s.before(i))):
		spring := s.firstAfter(s.today+1, func(y int) (int, int, bool) { return lunarOneDay(y, 1, 1, false) })
		return s.dueUntil(spring.from), i + len("年前")
	}
	return slot{}, 0
}

// limitWord reads the words that make what follows a deadline.
func (s *scanner) limitWord(i int) int {
	switch s.runeAt(i) {
	case '到', '至':
		// 收到, 报到, 签到 end a word of their own.
		if containsRune("收报签看听见找遇碰来走做办达感得想提说等迟等待接直", s.before(i)) {
			return 0
		}
		return i + len("到")
	case '直':
		return s.any(i, "直到")
	case '一':
		return s.any(i, "一直到")
	case '截':
		j := s.any(i, "截止日期", "截止时间", "截止到", "截止至", "截至", "截止")
		if j == 0 {
			return 0
		}
		return s.skip(s.skip(j, "为", "是", "到", ":"), " ")
	case '最':
		return s.any(i, "最晚", "最迟")
	case '不':
		return s.any(i, "不晚于", "不迟于")
	case '赶':
		return s.any(i, "赶在")
	}
	return 0
}

// dueUntil is the stretch from the reference to a deadline.
func (s *scanner) dueUntil(end stamp) slot {
	return slot{pair: pair{s.ref, end}, grain: grainDays, dated: true}
}

// dueBy turns a moment into the stretch that ends with it. exclusive says that
// 前 was said, which leaves out festivals, weekends, months and years themselves.
func (s *scanner) dueBy(sl slot, exclusive bool) slot {
	end := func(p pair) stamp {
		switch {
		case sl.grain == grainClock:
			return p.from
		case sl.grain == grainPart && sl.part == noon:
			return p.from + hour
		case exclusive && (sl.festival || sl.grain == grainWeekend || sl.grain == grainPart && (sl.part == daybreak || sl.part == dark)):
			return p.from
		}
		return p.to
	}
	out := s.dueUntil(end(sl.pair))
	out.doubt = sl.doubt
	if exclusive && !sl.festival && (sl.grain == grainWeek || sl.grain == grainMonth || sl.grain == grainYear || sl.grain == grainQuarter) {
		out = s.dueUntil(sl.from).or(pair{s.ref, sl.to})
	}
	for n := range sl.n {
		out = out.or(pair{s.ref, end(sl.others[n])})
	}
	return out.ahead()
}

// ahead drops deadlines that have passed when there are others. If only the
// readings offered besides had passed, nothing is left to doubt.
func (sl slot) ahead() slot {
	kept := sl.only(func(p pair) bool { return p.to > p.from })
	if sl.n > 0 && kept.n == 0 && kept.pair == sl.pair {
		kept.doubt = false
	}
	return kept
}

// within is the stretch an amount spans from now: to the second for hours, to
// the end of the last day for days.
func (s *scanner) within(a amount) slot {
	sl := s.dueUntil(s.shifted(a, 1).to)
	sl.doubt = a.vague
	if a.high != nil {
		sl = sl.or(pair{s.ref, s.shifted(*a.high, 1).to})
	}
	return sl
}

// windowAt reads 未来三天, 接下来两周, 最近三天, 过去24小时.
func (s *scanner) windowAt(i int) (slot, int) {
	switch s.runeAt(i) {
	case '未', '今', '接', '往':
		j := s.any(i, "未来", "今后", "接下来", "往后")
		if j == 0 {
			return slot{}, 0
		}
		a, k := s.amountAt(s.skip(j, "的"))
		if k == 0 {
			return slot{}, 0
		}
		return s.within(a), s.skip(k, "之内", "以内", "内", "里")
	case '前', '后', '上', '下':
		return s.countedWindow(i)
	case '最', '近', '过':
		j := s.any(i, "最近", "过去", "近")
		if j == 0 {
			return slot{}, 0
		}
		a, k := s.amountAt(s.skip(j, "的", "这"))
		if k == 0 {
			return slot{}, 0
		}
		return slot{pair: pair{s.shifted(a, -1).from, s.ref}, grain: grainDays, dated: true}, s.skip(k, "之内", "以内", "内", "里", "来")
	}
	return slot{}, 0
}

// countedWindow reads 前两周, 后三天, 上两个月: two or more of them, since 上一周 is last
// week.
func (s *scanner) countedWindow(i int) (slot, int) {
	j := i + len("前")
	n, k := s.num(j)
	if k == 0 || n.v < 2 || n.v > 366 || containsRune("之以", s.before(i)) {
		return slot{}, 0
	}
	a, k := s.amountAt(j)
	if k == 0 || a.high != nil || s.any(k, "内", "前", "后", "之", "以") > 0 {
		return slot{}, 0
	}
	if s.any(i, "前", "上") > 0 {
		return slot{pair: pair{s.shifted(a, -1).from, s.ref}, grain: grainDays, dated: true}, k
	}
	return s.within(a), k
}

// suffixed reads what may make a deadline of the moment that ends at i: 前, 截止,
// 内. The second result is false if nothing does.
func (s *scanner) suffixed(sl slot, i int) (limit, int) {
	if sl.grain == grainDay && sl.invalid {
		return limit{}, 0
	}
	i = s.skip(i, " ")
	if j := s.any(i, "之前", "以前", "前"); j > 0 {
		if s.has(i, "前") && s.oneOf(j, "往门台后面去辈进线列沿") > 0 {
			return limit{}, 0
		}
		return limit{s.dueBy(sl, true), true}, j
	}
	if j := s.any(i, "为止", "截止", "止", "到期"); j > 0 {
		return limit{s.dueBy(sl, false), true}, j
	}
	if sl.grain >= grainDay {
		if j := s.any(i, "之内", "以内", "内"); j > 0 && s.oneOf(j, "部容科存外") == 0 {
			return limit{s.dueBy(sl, false), true}, j
		}
	}
	return limit{}, 0
}
