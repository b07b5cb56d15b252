package zhtime

// dateAt reads a date: anything that names one or several whole days.
func (s *scanner) dateAt(i int) (slot, int) {
	r := s.runeAt(i)
	if numeral(r) || r == '元' {
		if sl, j := s.numericDate(i); j > 0 {
			return sl, j
		}
	}
	if sl, j := s.relativeDay(i); j > 0 {
		return sl, j
	}
	if sl, j := s.weekDate(i); j > 0 {
		return sl, j
	}
	if sl, j := s.lunarDateAt(i); j > 0 {
		return sl, j
	}
	if sl, j := s.festivalAt(i); j > 0 {
		return sl, j
	}
	if sl, j := s.monthWord(i); j > 0 {
		return sl, j
	}
	if sl, j := s.yearWord(i); j > 0 {
		return sl, j
	}
	if sl, j := s.offsetDate(i); j > 0 {
		return sl, j
	}
	return s.workdayAt(i)
}

// numericDate reads the dates that begin with a number or with 元月.
func (s *scanner) numericDate(i int) (slot, int) {
	if sl, j := s.plainDate(i); j > 0 {
		return sl, j
	}
	n, j := s.num(i)
	if s.has(i, "元月") {
		n, j = number{v: 1}, i+len("元")
	}
	if j == 0 || s.oneOf(i, "两俩仨") > 0 {
		return slot{}, 0 // 两日 counts days, it does not number one
	}
	switch {
	case s.has(j, "年"):
		return s.yearDate(n, j)
	case s.has(j, "月"):
		return s.monthDate(s.year, false, n, j)
	case s.has(j, "号"), s.has(j, "日"):
		if n.v > 40 || s.oneOf(j+len("号"), notDay) > 0 {
			return slot{}, 0
		}
		return s.dayOfMonth(n.v), j + len("号")
	case n.v >= 1 && n.v <= 31 && (s.sharesUnit(j, 31, "号", "日") || s.listsDay(j)):
		return s.dayOfMonth(n.v), j
	case s.sharesUnit(j, 12, "月份", "月") && n.v >= 1 && n.v <= 12:
		return s.wholeMonth(s.year, false, n.v), j
	}
	if s.sharesUnit(j, 2100, "年") && n.v >= 1900 && n.v <= 2100 {
		return daysSlot(dayNumber(n.v, 1, 1), dayNumber(n.v+1, 1, 1), grainYear), j
	}
	return s.century(n, j)
}

// listsDay reports whether another day of the month follows in a list: 27、28号.
func (s *scanner) listsDay(i int) bool {
	j := s.any(i, "、", "和")
	if j == 0 {
		return false
	}
	n, k := s.num(j)
	if k == 0 || n.v < 1 || n.v > 31 {
		return false
	}
	end := s.any(k, "号", "日")
	return end > 0 && s.oneOf(end, notDay) == 0
}

// notDay lists what 3号 names when it is not a day of the month.
const notDay = "楼栋单线院门网格车桌机电梯厅井库铺位桥街路坑段房间床馆岗表桩元令称码"

// plainDate reads dates in figures only: 2026-12-05, 2026.12.5, 20261205, 12/5,
// 12-05, and 12.5 where 号 follows.
func (s *scanner) plainDate(i int) (slot, int) {
	n := s.digitsAt(i)
	switch n {
	case 8:
		y, m, d := s.small(i, 4), s.small(i+4, 2), s.small(i+6, 2)
		if y < 1900 || y > 2100 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
			return slot{}, 0
		}
		return daySlot(dayNumber(y, m, d)), i + 8
	case 4:
		return s.isoDate(i)
	case 1, 2:
		return s.shortDate(i, n)
	}
	return slot{}, 0
}

// isoDate reads 2026-12-05 and its kin, and 2026-12.
func (s *scanner) isoDate(i int) (slot, int) {
	y := s.small(i, 4)
	j := i + 4
	if y < 1900 || y > 2100 || j >= len(s.text) {
		return slot{}, 0
	}
	sep := s.text[j]
	n := s.digitsAt(j + 1)
	if sep != '-' && sep != '/' && sep != '.' || n < 1 || n > 2 {
		return slot{}, 0
	}
	m := s.small(j+1, n)
	j += 1 + n
	if j < len(s.text) && (s.text[j] == sep || s.text[j] == '-') {
		k := s.digitsAt(j + 1)
		if k == 4 && s.has(j+5, ":") {
			k = 2 // 2026-12-0509:30, copied without its space
		}
		if k == 1 || k == 2 {
			d := s.small(j+1, k)
			j = s.skip(j+1+k, "日", "号")
			if m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
				return invalidSlot(), j
			}
			return daySlot(dayNumber(y, m, d)), j
		}
	}
	if n != 2 || m < 1 || m > 12 {
		return slot{}, 0
	}
	return monthSlot(y, m), j
}

// shortDate reads 12/5, 12-05 and 6·30, and 12.5 if 号, a range or a time of day
// shows that it is no decimal.
func (s *scanner) shortDate(i, n int) (slot, int) {
	j := i + n
	sep := s.skip(j, "/", "-", ".", "·")
	k := s.digitsAt(sep)
	if sep == j || k < 1 || k > 2 {
		return slot{}, 0
	}
	m, d, end := s.small(i, n), s.small(sep, k), sep+k
	if end < len(s.text) && (s.text[end] == s.text[j] || s.text[end] == ':') && s.text[j] != '-' {
		return slot{}, 0
	}
	marked := s.any(end, "号", "日") > 0
	switch s.text[j] {
	case '-':
		if !marked && (n != 2 || k != 2) || s.any(end, "月", "点", "个", "天", ":") > 0 || marked && s.text[i] != '0' {
			return slot{}, 0
		}
	case '.':
		if !marked && !s.dotDate(end) {
			return slot{}, 0
		}
	case '/':
		if n == 1 && k == 1 && !marked && !s.clockFollows(end) {
			return slot{}, 0
		}
	}
	if m < 1 || m > 12 || d < 1 || d > daysIn(2000, m) {
		return slot{}, 0
	}
	return s.monthDay(m, d), s.skip(end, "号", "日")
}

// dotDate reports whether what follows 12.5 shows that it is a date.
func (s *scanner) dotDate(i int) bool {
	if s.anchored || s.clockFollows(i) || s.any(i, "前", "之前", "以前", "截止") > 0 {
		return true
	}
	j := s.connector(i)
	if j == 0 {
		return false
	}
	n := s.digitsAt(j)
	return (n == 1 || n == 2) && s.has(j+n, ".") && s.digitsAt(j+n+1) > 0
}

// clockFollows reports whether a part of the day or a clock time stands at i.
func (s *scanner) clockFollows(i int) bool {
	i = s.skip(i, " ")
	if _, j := s.partAt(i); j > 0 {
		return true
	}
	if _, j := s.shortPart(i); j > 0 {
		i = j
	}
	_, j := s.clockAt(i)
	return j > 0
}

// yearDate reads what follows the number of a year, from 年 on.
func (s *scanner) yearDate(n number, i int) (slot, int) {
	j := i + len("年")
	year, ok := s.yearNumber(n, j)
	if !ok || s.any(j, "级", "班", "代", "前", "后", "之", "以", "内", "半", "来", "多") > 0 && n.v < 1900 {
		return slot{}, 0
	}
	j = s.skip(j, "的", ",")
	if sl, k := s.withinYear(year, j); k > 0 {
		return sl, k
	}
	sl := daysSlot(dayNumber(year, 1, 1), dayNumber(year+1, 1, 1), grainYear)
	sl.doubt = n.v < 100 // 20年的房子 may be twenty years old
	return sl, i + len("年")
}

// yearNumber returns the year that 2026, 26 or 二〇二六 before 年 stands for. Two
// digits are a year only where a month follows or where they could hardly count
// years.
func (s *scanner) yearNumber(n number, after int) (int, bool) {
	switch {
	case n.v >= 1900 && n.v <= 2100:
		return n.v, true
	case n.digits != 2 || n.v > 99:
		return 0, false
	}
	year := 2000 + n.v
	if year > s.year+30 {
		year -= 100
	}
	if m, j := s.num(after); j > 0 && m.v <= 12 && s.has(j, "月") || s.any(after, "第", "底", "春", "国庆", "中秋", "端午") > 0 {
		return year, true
	}
	return year, n.v >= 20 && s.any(after, "前", "后", "内", "以", "之") == 0
}

// withinYear reads what may follow a year: a month, a festival, a quarter, 年底.
func (s *scanner) withinYear(year, i int) (slot, int) {
	if sl, j := s.lunarIn(year, i, false); j > 0 {
		return sl, j
	}
	if n, j := s.num(i); j > 0 && s.has(j, "月") {
		return s.monthDate(year, true, n, j)
	}
	if n, j := s.num(i); j > 0 && s.sharesUnit(j, 12, "月份", "月") && n.v >= 1 && n.v <= 12 {
		return monthSlot(year, n.v), j
	}
	if s.has(i, "元月") {
		return s.monthDate(year, true, number{v: 1}, i+len("元"))
	}
	if sl, j := s.yearPart(year, i); j > 0 {
		return sl, j
	}
	return s.festivalIn(year, i)
}

// monthDate reads what follows the number of a month, from 月 on. said tells
// whether the year was.
func (s *scanner) monthDate(year int, said bool, n number, i int) (slot, int) {
	if s.parted(i) && s.oneOf(i+len("月"), "底初末中内") > 0 {
		return slot{}, 0 // 延期 3 月底: the number is the matter's
	}
	if n.v > 12 && (n.digits == 0 && n.han || n.v > 19) || s.has(i, "月嫂") {
		return slot{}, 0
	}
	j := s.skip(i+len("月"), "份")
	j = s.skip(j, "的")
	if !said {
		if sl, k := s.lunarMonthDay(n.v, j); k > 0 && n.v <= 12 {
			return sl, k
		}
	}
	if d, k := s.num(j); k > 0 && !s.fresh(j) || k > 0 && s.any(k, "日", "号") > 0 {
		if sl, end := s.monthAndDay(year, said, n, d, k); end > 0 {
			return sl, end
		}
	}
	if n.v < 1 || n.v > 12 {
		return invalidSlot(), j
	}
	whole := s.wholeMonth(year, said, n.v)
	if sl, k := s.monthPart(whole, j); k > 0 {
		return sl, k
	}
	return whole, s.skip(i+len("月"), "份")
}

// monthAndDay resolves a month and the number d that ends at j.
func (s *scanner) monthAndDay(year int, said bool, m, d number, j int) (slot, int) {
	end := s.any(j, "日", "号")
	switch {
	case end > 0 && s.has(j, "号") && s.oneOf(end, "楼栋线院门") > 0:
		return slot{}, 0
	case end == 0 && (d.v < 1 || d.v > 31 || s.any(j, "个", "点", "时", "人", "天", "月", "年", "份", ":", "栋", "单", "小时", "次", "户", "位", "分", "元", "周") > 0):
		return slot{}, 0
	case end == 0 && !said && m.han && d.han && lunarNames[[2]int{m.v, d.v}]:
		return s.lunarFestival(m.v, d.v), j // nobody says 八月十五 for the 15th of August
	case end == 0:
		end = j
	}
	if !said {
		return s.monthDay(m.v, d.v), end
	}
	if m.v < 1 || m.v > 12 || d.v < 1 || d.v > daysIn(year, m.v) {
		return invalidSlot(), end
	}
	return daySlot(dayNumber(year, m.v, d.v)), end
}

// lunarNames are the days of the lunar calendar that are called by month and day without
// 日 or 号: 二月二, 八月十五.
var lunarNames = map[[2]int]bool{{2, 2}: true, {3, 3}: true, {8, 15}: true}

// wholeMonth is a month of the year said, or of the year that fits.
func (s *scanner) wholeMonth(year int, said bool, m int) slot {
	if said {
		return monthSlot(year, m)
	}
	return s.yearly(recentDate, doubtfulDate, func(y int) (int, int, bool) {
		return dayNumber(y, m, 1), dayNumber(y, m+1, 1), true
	})
}

// century reads 21世纪 and 90年代 after their number.
func (s *scanner) century(n number, i int) (slot, int) {
	if s.has(i, "世纪") && n.v >= 1 && n.v <= 30 {
		first := (n.v - 1) * 100
		if d, j := s.num(i + len("世纪")); j > 0 && s.has(j, "年代") && d.v < 100 {
			return decade(first + d.v), j + len("年代")
		}
		return daysSlot(dayNumber(first, 1, 1), dayNumber(first+100, 1, 1), grainYear), i + len("世纪")
	}
	return slot{}, 0
}

func decade(year int) slot {
	return daysSlot(dayNumber(year, 1, 1), dayNumber(year+10, 1, 1), grainYear)
}
