package zhtime

// yearWords are the words for years near this one.
var yearWords = []struct {
	word  string
	years int
}{
	{"大前年", -3}, {"大后年", 3}, {"今年", 0}, {"本年度", 0}, {"本年", 0}, {"当年", 0}, {"明年", 1}, {"来年", 1},
	{"次年", 1}, {"下一年", 1}, {"后年", 2}, {"去年", -1}, {"上一年", -1}, {"前年", -2},
}

// yearWord reads 明年3月, 今年年底, 去年, and 年底, 上半年, 四季度 standing alone.
func (s *scanner) yearWord(i int) (slot, int) {
	switch s.runeAt(i) {
	case '今', '明', '去', '前', '后', '大', '本', '当', '来', '次', '下', '上':
		for _, w := range yearWords {
			if s.has(i, w.word) {
				return s.yearNamed(s.year+w.years, i+len(w.word))
			}
		}
	case '年', '第', '首', '季', '春', '夏', '秋', '冬', '暑', '一', '二', '三', '四', '1', '2', '3', '4':
		if sl, j := s.bareYearPart(i); j > 0 {
			return sl, j
		}
	}
	return s.decadeAt(i)
}

// decadeAt reads 90年代 and 上世纪80年代.
func (s *scanner) decadeAt(i int) (slot, int) {
	first := 1900
	if j := s.any(i, "上世纪"); j > 0 {
		i, first = j, s.year/100*100-100
	} else if !numeral(s.runeAt(i)) {
		return slot{}, 0
	}
	n, j := s.num(i)
	if j == 0 || !s.has(j, "年代") || n.v < 10 || n.v > 90 || n.v%10 != 0 {
		return slot{}, 0
	}
	return decade(first + n.v), j + len("年代")
}

func (s *scanner) yearNamed(year, i int) (slot, int) {
	if sl, j := s.withinYear(year, s.skip(i, "的")); j > 0 {
		return sl, j
	}
	return daysSlot(dayNumber(year, 1, 1), dayNumber(year+1, 1, 1), grainYear), i
}

// bareYearPart reads the parts of a year without a year: the coming one.
func (s *scanner) bareYearPart(i int) (slot, int) {
	year := s.year
	if s.anchored {
		year, _, _ = civil(s.anchor)
	}
	if s.has(i, "年") && s.any(i, "年底", "年末", "年尾", "年初", "年中") == 0 {
		return slot{}, 0
	}
	sl, j := s.yearPart(year, i)
	if j == 0 || s.prefer == Past || sl.to > s.ref {
		return sl, j
	}
	if s.has(i, "年初") || s.prefer == Future || s.anchored {
		return s.yearPart(year+1, i)
	}
	return sl, j
}

// yearEdge reads 年底, 年初, 年中 of a year.
func (s *scanner) yearEdge(year, i int) (slot, int) {
	if j := s.any(i, "年底", "年末", "年尾", "底", "末", "岁末"); j > 0 {
		if k := s.any(j, "最后一天"); k > 0 {
			return daySlot(dayNumber(year, 12, 31)), k
		}
		return daysSlot(dayNumber(year, 12, 1), dayNumber(year+1, 1, 1), grainDays), j
	}
	if j := s.any(i, "年初", "初", "伊始"); j > 0 && !numeral(s.runeAt(j)) {
		return daysSlot(dayNumber(year, 1, 1), dayNumber(year, 2, 1), grainDays), j
	}
	return daysSlot(dayNumber(year, 6, 1), dayNumber(year, 8, 1), grainDays), s.any(i, "年中")
}

// yearPart reads 年底, 上半年, 第三季度, 前三季度, 前11个月, 最后一天 of a year.
func (s *scanner) yearPart(year, i int) (slot, int) {
	if sl, j := s.yearEdge(year, i); j > 0 {
		return sl, j
	}
	first := func(m int) int { return dayNumber(year, m, 1) } // the first of a month
	switch {
	case s.any(i, "上半年") > 0:
		return daysSlot(first(1), first(7), grainQuarter), s.any(i, "上半年")
	case s.any(i, "下半年") > 0:
		return daysSlot(first(7), first(13), grainQuarter), s.any(i, "下半年")
	case s.any(i, "最后一天") > 0:
		return daySlot(first(13) - 1), s.any(i, "最后一天")
	case s.any(i, "第一天") > 0:
		return daySlot(first(1)), s.any(i, "第一天")
	case s.any(i, "首月") > 0:
		return monthSlot(year, 1), s.any(i, "首月")
	case s.any(i, "首季度", "首季") > 0:
		return s.quarter(first(1), s.any(i, "首季度", "首季"))
	case s.has(i, "前"):
		return s.firstMonths(first, i+len("前"))
	}
	if sl, j := s.season(year, i); j > 0 {
		return sl, j
	}
	return s.numberedPart(first, i)
}

// numberedPart reads 第三季度, 一至三季度 and 第8个月 of a year. first returns the first day
// of its months.
func (s *scanner) numberedPart(first func(int) int, i int) (slot, int) {
	n, j := s.num(s.skip(i, "第"))
	if k := s.any(j, "个月"); j > 0 && k > 0 && s.has(i, "第") && n.v >= 1 && n.v <= 12 {
		return daysSlot(first(n.v), first(n.v+1), grainMonth), k
	}
	if j == 0 || n.v < 1 || n.v > 4 {
		return slot{}, 0
	}
	if s.sharesUnit(j, 4, "季度") {
		if m, k := s.num(s.connector(j)); m.v > n.v {
			return daysSlot(first(3*n.v-2), first(3*m.v+1), grainQuarter), s.any(k, "季度")
		}
		return slot{}, 0
	}
	if j = s.any(j, "季度"); j == 0 {
		return slot{}, 0
	}
	return s.quarter(first(3*n.v-2), j)
}

// season reads 春天, 夏季, 暑假 of a year. A season begins with its solar term,
// 立春 to 立冬, or with its month for those who go by the weather: both are told.
func (s *scanner) season(year, i int) (slot, int) {
	n := 0
	switch s.runeAt(i) {
	case '暑':
		sl := daysSlot(dayNumber(year, 7, 1), dayNumber(year, 9, 1), grainDays)
		sl.doubt = true // every school has its own
		return sl, s.any(i, "暑假")
	case '春':
	case '夏':
		n = 1
	case '秋':
		n = 2
	case '冬':
		n = 3
	default:
		return slot{}, 0
	}
	j := s.any(i+len("春"), "天", "季")
	first, _ := termDay(year, 6*n+2)
	end, ok := termDay(year+(n+1)/4, (6*n+8)%24)
	if j == 0 || !ok {
		return slot{}, 0
	}
	sl := daysSlot(first, end, grainDays)
	return sl.or(daysSlot(dayNumber(year, 3*n+3, 1), dayNumber(year, 3*n+6, 1), grainDays).pair), j
}

// firstMonths reads 前三季度 and 前11个月 behind 前.
func (s *scanner) firstMonths(first func(int) int, i int) (slot, int) {
	n, j := s.num(i)
	if j == 0 || n.v < 1 || n.v > 12 {
		return slot{}, 0
	}
	if k := s.any(j, "个季度", "季度"); k > 0 && n.v <= 4 {
		return daysSlot(first(1), first(3*n.v+1), grainQuarter), k
	}
	if k := s.any(j, "个月", "月"); k > 0 {
		return daysSlot(first(1), first(n.v+1), grainQuarter), k
	}
	return slot{}, 0
}

// quarter is the quarter that begins on a day, or the part of it named at i.
func (s *scanner) quarter(first, i int) (slot, int) {
	end := addMonths(first, 3)
	switch j := s.any(i, "末", "底"); {
	case j > 0:
		return daysSlot(end-5, end, grainDays), j
	case s.any(i, "初") > 0:
		return daysSlot(first, first+5, grainDays), s.any(i, "初")
	}
	if sl, j := s.ordinalDay(first, end, i); j > 0 {
		return sl, j
	}
	return daysSlot(first, end, grainQuarter), i
}

// quarterWord reads 本季度, 下个季度 and 上半月, 下半年 after which has read its
// word from i to j.
func (s *scanner) quarterWord(shift, i, j int) (slot, int) {
	if k := s.any(j, "季度"); k > 0 {
		first := addMonths(dayNumber(s.year, (s.month-1)/3*3+1, 1), 3*shift)
		return s.quarter(first, k)
	}
	return s.bareHalf(i)
}

// bareHalf reads 上半年, 下半年, 上半月, 上旬, 季度末 without a year or month.
func (s *scanner) bareHalf(i int) (slot, int) {
	switch s.runeAt(i) {
	case '上', '中', '下':
	case '季':
		if j := s.any(i, "季度", "季"); s.any(j, "末", "底", "初") > 0 {
			return s.quarter(dayNumber(s.year, (s.month-1)/3*3+1, 1), j)
		}
		return slot{}, 0
	default:
		return slot{}, 0
	}
	switch {
	case s.any(i, "上半年", "下半年") > 0:
		return s.yearPart(s.year, i)
	case s.any(i, "上半月", "下半月", "上旬", "中旬", "下旬") > 0:
		return s.bareMonth(i)
	}
	return slot{}, 0
}
