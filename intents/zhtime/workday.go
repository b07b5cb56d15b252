package zhtime

// workdayAt reads 下一个工作日, 三个工作日后, 节后第一个工作日, 节前.
func (s *scanner) workdayAt(i int) (slot, int) {
	switch s.runeAt(i) {
	case '下':
		if j := s.any(i, "下一个工作日", "下个工作日"); j > 0 {
			return s.provisional(daySlot(s.cal.addWorkdays(s.today, 1))), j
		}
		return slot{}, 0
	case '节':
		return s.aroundNextHoliday(i)
	}
	n, j := s.workdays(i)
	if j == 0 {
		return slot{}, 0
	}
	if k := s.any(j, "之后", "以后", "后"); k > 0 {
		return s.provisional(daySlot(s.cal.addWorkdays(s.today, n))), k
	}
	if k := s.any(j, "之前", "以前", "前"); k > 0 {
		return s.provisional(daySlot(s.cal.addWorkdays(s.today, -n))), k
	}
	return slot{}, 0
}

// provisional marks a day that the year's arrangement, not yet known, may move.
func (s *scanner) provisional(sl slot) slot {
	year, _, _ := civil(sl.day())
	sl.doubt = sl.doubt || !s.cal.Arranged(year) && year > s.year
	return sl
}

// workdays reads 三个工作日.
func (s *scanner) workdays(i int) (n, j int) {
	v, j := s.num(i)
	if j == 0 || v.v < 1 {
		return 0, 0
	}
	j = s.any(s.skip(j, "个"), "工作日", "交易日")
	return v.v, j
}

// aroundNextHoliday reads 节后第一个工作日 and 节前 of the holiday that is on or
// comes next.
func (s *scanner) aroundNextHoliday(i int) (slot, int) {
	if s.any(i, "节前", "节后") == 0 || s.before(i) == '季' {
		return slot{}, 0
	}
	h, ok := s.cal.holidayOn(s.today)
	if !ok {
		if h, ok = s.cal.nextHoliday(s.today); !ok {
			return slot{}, 0
		}
	}
	sl := daysSlot(h.first, h.last+1, grainDays)
	sl.festival = true
	if day, j := s.aroundHoliday(h, sl, i+len("节")); j > 0 {
		return day, j
	}
	if s.has(i, "节前") {
		return sl, i + len("节")
	}
	return slot{}, 0
}

// aroundHoliday reads 前最后一个工作日, 后第一个工作日, 后第一天上班, 前一天, 后第二天
// behind a holiday whose days off are off and whose own day is sl.
func (s *scanner) aroundHoliday(off holiday, sl slot, i int) (slot, int) {
	if j := s.any(i, "前", "之前"); j > 0 {
		if k := s.any(j, "最后一个工作日", "最后一天上班", "最后一个上班日"); k > 0 {
			return daySlot(s.cal.addWorkdays(off.first, -1)), k
		}
		if a, k := s.amountAt(j); k > 0 && a.high == nil && !a.vague && a.seconds == 0 && a.workdays == 0 && sl.grain == grainDay && (a.months > 0 || a.days >= 7 && s.any(k-len("天"), "天") == 0) {
			return daySlot(addMonths(sl.day(), -a.months) - a.days), k // 前一周, 前半个月
		}
		n, k := s.num(j)
		if k == 0 || !s.has(k, "天") || n.v < 1 || n.v > 60 || sl.grain != grainDay {
			return slot{}, 0
		}
		k += len("天")
		if n.v == 1 {
			return daySlot(sl.day() - 1), k
		}
		before := daysSlot(sl.day()-n.v, sl.day(), grainDays) // or the holiday's first days
		return before.or(daysSlot(sl.day(), sl.day()+n.v, grainDays).pair), k
	}
	j := s.any(i, "之后的", "之后", "后的", "后")
	if j == 0 {
		return slot{}, 0
	}
	if k := s.any(j, "第一天上班", "上班第一天", "首个工作日", "首个上班日"); k > 0 {
		return s.provisional(daySlot(s.cal.addWorkdays(off.last, 1))), k
	}
	n, k := s.num(s.skip(j, "第"))
	switch {
	case k == 0 || n.v < 1 || n.v > 60:
		return slot{}, 0
	case s.any(k, "个工作日", "个上班日") > 0:
		return s.provisional(daySlot(s.cal.addWorkdays(off.last, n.v))), s.any(k, "个工作日", "个上班日")
	case s.has(k, "天"):
		last := off.last
		if sl.grain == grainDay {
			last = sl.day()
		}
		return daySlot(last + n.v), k + len("天")
	case s.has(k, "个"):
		return s.nthDay(off.last+1, off.last+1+7*n.v, n.v, k+len("个"))
	}
	return slot{}, 0
}
