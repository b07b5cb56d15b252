package zhtime

// lunarDateAt reads dates of the lunar calendar: 农历八月十五, 正月初三, 腊月廿三,
// 大年三十, 闰六月初一.
func (s *scanner) lunarDateAt(i int) (slot, int) {
	switch s.runeAt(i) {
	case '农', '阴', '旧':
		if j := s.any(i, "农历", "阴历", "旧历"); j > 0 {
			return s.afterLunarMark(j)
		}
	case '正', '腊', '冬', '闰':
		return s.namedLunarMonth(i)
	case '大', '年':
		return s.newYearDays(i)
	}
	return slot{}, 0
}

// afterLunarMark reads what follows 农历: a year perhaps, and a month.
func (s *scanner) afterLunarMark(i int) (slot, int) {
	if n, j := s.num(i); j > 0 && s.has(j, "年") && n.v >= firstLunarYear && n.v <= lastLunarYear {
		return s.lunarIn(n.v, j+len("年"), true)
	}
	for _, w := range yearWords {
		if s.has(i, w.word) {
			return s.lunarIn(s.year+w.years, i+len(w.word), true)
		}
	}
	if sl, j := s.namedLunarMonth(i); j > 0 {
		return sl, j
	}
	m, leap, j := s.lunarMonth(i)
	if j == 0 {
		if sl, k := s.festivalAt(i); k > 0 {
			return sl, k
		}
		return slot{}, 0
	}
	return s.lunarDayOrMonth(0, m, leap, j)
}

// lunarIn reads a lunar month or date of a year that was said. Unless 农历 was
// said too, only what no solar calendar has is one: 正月, 闰六月, 五月初五.
func (s *scanner) lunarIn(year, i int, marked bool) (slot, int) {
	if j := s.any(i, "农历", "阴历"); j > 0 {
		marked, i = true, j
	}
	m, leap, j := s.lunarMonth(i)
	if j == 0 {
		return slot{}, 0
	}
	if !marked && !leap && s.any(i, "正月", "腊月", "冬月") == 0 {
		if _, k := s.lunarDayNumber(j); k == 0 || s.any(k, "日", "号") > 0 {
			return slot{}, 0
		}
	}
	return s.lunarDayOrMonth(year, m, leap, j)
}

// lunarMonth reads 正月, 冬月, 腊月, 八月, 闰六月.
func (s *scanner) lunarMonth(i int) (m int, leap bool, j int) {
	if k := s.any(i, "闰"); k > 0 {
		leap, i = true, k
	}
	switch s.runeAt(i) {
	case '正':
		return 1, leap, s.any(i, "正月")
	case '冬':
		return 11, leap, s.any(i, "冬月")
	case '腊':
		return 12, leap, s.any(i, "腊月")
	}
	n, k := s.num(i)
	if k == 0 || !s.has(k, "月") || n.v < 1 || n.v > 12 {
		return 0, false, 0
	}
	return n.v, leap, k + len("月")
}

// namedLunarMonth reads the months only the lunar calendar has.
func (s *scanner) namedLunarMonth(i int) (slot, int) {
	switch s.runeAt(i) {
	case '正', '腊', '冬', '闰':
	default:
		return slot{}, 0
	}
	m, leap, j := s.lunarMonth(i)
	if j == 0 {
		return slot{}, 0
	}
	return s.lunarDayOrMonth(0, m, leap, j)
}

// lunarDayOrMonth reads the day after a lunar month, if there is one. Year 0
// means the year that fits.
func (s *scanner) lunarDayOrMonth(year, m int, leap bool, i int) (slot, int) {
	d, j := s.lunarDayNumber(i)
	if j == 0 {
		if n, k := s.num(i); k > 0 && (n.v > 9 || s.any(k, "日", "号") > 0) {
			d, j = n.v, s.skip(k, "日", "号")
		}
	}
	if j == 0 {
		j = s.skip(i, "里")
		return s.lunarSlot(year, 20, func(y int) (int, int, bool) { return lunarMonthDays(y, m, leap) }), j
	}
	if d < 1 || d > 30 {
		return invalidSlot(), j
	}
	return s.lunarSlot(year, recentFestival, func(y int) (int, int, bool) {
		return lunarOneDay(y, m, d, leap)
	}), j
}

func (s *scanner) lunarSlot(year, recent int, find func(int) (int, int, bool)) slot {
	if year > 0 {
		return s.inYear(year, find)
	}
	return s.yearly(recent, recent, find)
}

func lunarMonthDays(year, m int, leap bool) (int, int, bool) {
	l, ok := lunarYearOf(year)
	if !ok {
		return 0, 0, false
	}
	start, days, ok := l.month(m, leap)
	return start, start + days, ok
}

// lunarOneDay is one lunar day; 腊月三十 of a short month is its last day, which
// people call by that name all the same.
func lunarOneDay(year, m, d int, leap bool) (int, int, bool) {
	day, ok := lunarDay(year, m, d, leap)
	if !ok && m == 12 && d == 30 {
		day, ok = newYearsEve(year + 1)
	}
	return day, day + 1, ok
}

// lunarDayNumber reads the ways of counting days that only the lunar calendar
// has: 初三, 廿三, 二十, 卅.
func (s *scanner) lunarDayNumber(i int) (d, j int) {
	switch s.runeAt(i) {
	case '初':
		at := i + len("初")
		if s.has(at, "十") {
			return 10, at + len("十")
		}
		if n := s.digitsAt(at); n > 0 {
			d = s.small(at, n)
			return d, at + n
		}
		r := s.runeAt(at)
		for d, c := range [...]rune{'一', '二', '三', '四', '五', '六', '七', '八', '九'} {
			if r == c {
				return d + 1, at + len("一")
			}
		}
		return 0, 0
	case '廿', '卅':
		n, k := s.num(i)
		return n.v, k
	}
	return 0, 0
}

// lunarMonthDay reads the day after a month in figures or words, when it is
// counted the lunar way: 五月初五, 九月廿三.
func (s *scanner) lunarMonthDay(m, i int) (slot, int) {
	d, j := s.lunarDayNumber(i)
	if j == 0 || s.any(j, "日", "号") > 0 {
		return slot{}, 0
	}
	return s.lunarFestival(m, d), j
}

// lunarFestival is a lunar date without a year.
func (s *scanner) lunarFestival(m, d int) slot {
	return s.yearly(recentFestival, recentFestival, func(y int) (int, int, bool) {
		return lunarOneDay(y, m, d, false)
	})
}

// newYearDays reads 大年初三, 大年三十, 年三十.
func (s *scanner) newYearDays(i int) (slot, int) {
	j := s.any(i, "大年", "年")
	if j == 0 {
		return slot{}, 0
	}
	if k := s.any(j, "三十晚上", "三十夜"); k > 0 && s.has(i, "大") {
		return s.partOf(s.eve(), evening), k
	}
	if k := s.any(j, "三十", "30", "廿九"); k > 0 && s.any(k, "年", "岁", "前", "后") == 0 {
		return s.eve(), k
	}
	if !s.has(i, "大") {
		return slot{}, 0
	}
	d, k := s.lunarDayNumber(j)
	if k == 0 {
		return slot{}, 0
	}
	return s.lunarFestival(1, d), k
}

// eve is 除夕.
func (s *scanner) eve() slot {
	return s.yearly(recentFestival, recentFestival, func(y int) (int, int, bool) {
		day, ok := newYearsEve(y)
		return day, day + 1, ok
	})
}
