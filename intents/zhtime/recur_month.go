package zhtime

import "github.com/teambition/rrule-go"

// everyMonth reads the days behind 每月.
func (s *scanner) everyMonth(i int) (recurring, int) {
	r := recurring{rule: rule{freq: rrule.MONTHLY}}
	i = s.skip(i, "的")
	if j := s.any(i, "月底最后一天", "最后一天", "月底", "月末", "底", "末"); j > 0 {
		r.rule.monthDays = []int{-1}
		return r, j
	}
	if j := s.any(i, "农历", "阴历"); j > 0 {
		return s.everyLunarMonth(j)
	}
	if _, j := s.lunarDayNumber(i); j > 0 {
		return s.everyLunarMonth(i)
	}
	if j := s.any(i, "月初", "第一天", "初", "头"); j > 0 {
		r.rule.monthDays = []int{1}
		return r, j
	}
	if n, j := s.nth(i); j > 0 {
		if k := s.any(j, "工作日", "上班日"); k > 0 {
			return recurring{rule: rule{kind: nthWorkday, freq: rrule.MONTHLY, nth: n}}, k
		}
		if wd, k := s.weekdayName(j); k > 0 && wd < 7 {
			r.rule.nth, r.rule.weekdays = n, []int{wd}
			return r, k
		}
		return recurring{}, 0
	}
	days, j, ok := s.monthDays(i)
	if !ok {
		r.invalid = true
		return r, j
	}
	if j > 0 {
		r.rule.monthDays = days
		return r, j
	}
	return r, i
}

// nth reads 第二个 and 最后一个.
func (s *scanner) nth(i int) (n, j int) {
	if j := s.any(i, "最后一个", "最后1个"); j > 0 {
		return -1, j
	}
	if j := s.any(i, "首个"); j > 0 {
		return 1, j
	}
	if !s.has(i, "第") {
		return 0, 0
	}
	v, j := s.num(i + len("第"))
	if j == 0 || v.v < 1 || v.v > 31 {
		return 0, 0
	}
	return v.v, s.skip(j, "个")
}

// monthDays reads 5号, 1号和15号, 1日、15日. It is false for a day that no month has.
func (s *scanner) monthDays(i int) (days []int, end int, ok bool) {
	for range 10 {
		n, j := s.num(i)
		if j == 0 {
			break
		}
		k := s.any(j, "号", "日")
		if k == 0 && s.oneOf(j, "、和") == 0 {
			break
		}
		if n.v < 1 || n.v > 31 {
			return nil, max(j, k), false
		}
		days = append(days, n.v)
		end = max(j, k)
		i = s.skip(end, "、", "和", "及", "与", ",", "，")
	}
	return days, end, true
}

// everyLunarMonth reads the days of the lunar month: 初一, 初一十五, 十五.
func (s *scanner) everyLunarMonth(i int) (recurring, int) {
	r := recurring{rule: rule{kind: lunarMonthly, freq: rrule.MONTHLY}}
	end := 0
	for range 4 {
		d, j := s.lunarDayNumber(i)
		if j == 0 {
			n, k := s.num(i)
			if k == 0 || n.v < 1 || n.v > 30 || s.any(k, "点", "时", ":") > 0 {
				break
			}
			d, j = n.v, k
		}
		r.rule.lunar = append(r.rule.lunar, d)
		end = j
		i = s.skip(j, "、", "和", "及", "与", ",", "，")
	}
	if end == 0 {
		return recurring{}, 0
	}
	return r, end
}

// everyQuarter reads what follows 每季度.
func (s *scanner) everyQuarter(i int) (recurring, int) {
	i = s.skip(i, "的")
	switch {
	case s.any(i, "最后一天", "末", "底") > 0:
		return recurring{rule: rule{freq: rrule.MONTHLY, months: []int{3, 6, 9, 12}, monthDays: []int{-1}}}, s.any(i, "最后一天", "末", "底")
	case s.any(i, "第一天", "初") > 0:
		return recurring{rule: rule{freq: rrule.MONTHLY, months: []int{1, 4, 7, 10}, monthDays: []int{1}}}, s.any(i, "第一天", "初")
	}
	n, j := s.nth(i)
	if j == 0 {
		return recurring{rule: rule{freq: rrule.MONTHLY, interval: 3}}, i
	}
	if k := s.any(j, "月"); k > 0 && n >= 1 && n <= 3 {
		r := recurring{rule: rule{freq: rrule.MONTHLY, months: []int{n, n + 3, n + 6, n + 9}, monthDays: []int{1}}}
		days, l, ok := s.monthDays(s.skip(k, "的"))
		r.invalid = !ok
		if l > 0 {
			r.rule.monthDays, k = days, l
		}
		return r, k
	}
	months := []int{1, 4, 7, 10}
	if n < 0 {
		months = []int{3, 6, 9, 12}
	}
	wd, k := s.weekdayName(j)
	if k == 0 || wd > 6 || n > 4 {
		return recurring{}, 0
	}
	return recurring{rule: rule{freq: rrule.MONTHLY, months: months, weekdays: []int{wd}, nth: n}}, k
}

// everyYear reads the day behind 每年.
func (s *scanner) everyYear(i int) (recurring, int) {
	r := recurring{rule: rule{freq: rrule.YEARLY}}
	i = s.skip(i, "的")
	if j := s.any(i, "年底", "年末", "最后一天"); j > 0 {
		r.rule.months, r.rule.monthDays = []int{12}, []int{-1}
		return r, j
	}
	at := s.skip(i, "农历", "阴历")
	if m, leap, j := s.lunarMonth(at); j > 0 && !leap {
		if lr, k := s.everyLunarYear(m, j, at > i || s.any(i, "正", "腊", "冬") > 0); k > 0 {
			return lr, k
		}
		return s.everySolarDay(m, j)
	}
	if f, j := s.festivalName(i); j > 0 {
		return everyFestival(f), j
	}
	if _, j := s.season(s.year, i); j > 0 {
		r.rule = rule{kind: lunarYearly, freq: rrule.YEARLY, yearly: func(y int) (int, int, bool) {
			sl, _ := s.season(y, i)
			return sl.day(), dayOf(sl.to), true
		}}
		r.doubt = true
		return r, j
	}
	return r, i
}

func (s *scanner) everyLunarYear(m, i int, said bool) (recurring, int) {
	d, j := s.lunarDayNumber(i)
	if j == 0 && said {
		n, k := s.num(i)
		d, j = n.v, k
	}
	if j == 0 || d < 1 || d > 30 {
		return recurring{}, 0
	}
	return recurring{rule: rule{kind: lunarYearly, freq: rrule.YEARLY, yearly: everyLunarDate(m, d), named: lunarName(m, d)}}, j
}

// everyLunarDate finds a lunar date in solar years.
func everyLunarDate(m, d int) func(int) (int, int, bool) {
	return func(y int) (int, int, bool) {
		if first, end, ok := lunarOneDay(y-1, m, d, false); ok && inYear(first, y) {
			return first, end, ok
		}
		return lunarOneDay(y, m, d, false)
	}
}

func inYear(day, year int) bool {
	y, _, _ := civil(day)
	return y == year
}

// everySolarDay reads the day after a month of the solar calendar.
func (s *scanner) everySolarDay(m, i int) (recurring, int) {
	r := recurring{rule: rule{freq: rrule.YEARLY, months: []int{m}, monthDays: []int{1}}}
	d, j := s.num(i)
	if j == 0 {
		i = s.skip(i, "份")
		if k := s.connector(i); k > 0 {
			if to, l := s.num(k); l > 0 && s.has(l, "月") && to.v >= m && to.v <= 12 {
				r.length = stamp(dayNumber(s.year, to.v+1, 1)-dayNumber(s.year, m, 1)) * daySec
				return r, l + len("月")
			}
		}
		for range 11 {
			n, k := s.num(s.skip(i, "和", "、", "及", "与"))
			if k == 0 || !s.has(k, "月") || n.v <= m || n.v > 12 {
				break
			}
			r.rule.months = append(r.rule.months, n.v)
			i = s.skip(k+len("月"), "份")
		}
		return r, i
	}
	r.invalid = d.v < 1 || d.v > daysIn(2000, m)
	r.rule.monthDays = []int{d.v}
	return r, s.skip(j, "日", "号")
}

func everyFestival(f *festival) recurring {
	switch f.kind {
	case solarDay:
		return recurring{rule: rule{freq: rrule.YEARLY, months: []int{f.a}, monthDays: []int{f.b}}}
	case nthWeekday:
		return recurring{rule: rule{freq: rrule.YEARLY, months: []int{f.a}, weekdays: []int{f.c}, nth: f.b}}
	}
	return recurring{rule: rule{kind: lunarYearly, freq: rrule.YEARLY, yearly: f.on, named: f.names[0]}}
}
