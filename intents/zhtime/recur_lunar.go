package zhtime

import "github.com/teambition/rrule-go"

// lunarEvery reads a recurrence that begins with the name of the calendar: 农历每月十五,
// 阴历初一十五, 农历每年三月初五. i is where the name stands.
func (s *scanner) lunarEvery(i int) (recurring, int) {
	at := s.any(i, "农历", "阴历", "旧历")
	if at == 0 {
		return recurring{}, 0
	}
	at = s.skip(at, "的")
	if j := s.any(at, "每个月", "每月"); j > 0 {
		return s.everyLunarMonth(s.skip(j, "的"))
	}
	if j := s.any(at, "每年"); j > 0 {
		if m, leap, k := s.lunarMonth(s.skip(j, "的")); k > 0 && !leap {
			return s.everyLunarYear(m, k, true)
		}
		return recurring{}, 0
	}
	if j := s.any(at, "每逢", "逢"); j > 0 {
		return s.everyLunarMonth(j)
	}
	return s.newAndFullMoon(at)
}

// everyMoon reads the days behind 逢: 初一, 农历十五. Other numbers are left: 逢五 is said
// of markets, by either calendar.
func (s *scanner) everyMoon(i int) (recurring, int) {
	at := s.skip(i, "农历", "阴历", "旧历")
	if _, j := s.lunarDayNumber(at); j == 0 && at == i {
		return recurring{}, 0
	}
	return s.everyLunarMonth(at)
}

// newAndFullMoon reads 初一十五, the two days of every lunar month on which people visit
// temples; one alone is a day, and no recurrence.
func (s *scanner) newAndFullMoon(i int) (recurring, int) {
	if s.any(i, "初一") == 0 {
		return recurring{}, 0
	}
	r, j := s.everyLunarMonth(i)
	if len(r.rule.lunar) != 2 || r.rule.lunar[1] != 15 || s.oneOf(j, "班年级岁个人") > 0 {
		return recurring{}, 0
	}
	return r, j
}

// everyOtherWeek reads 隔周, 双周 and the weekdays behind: every second week, beginning
// with the next. 双周 may as well mean the weeks of even number. 隔周五 is left: it may be
// the next Friday but one.
func (s *scanner) everyOtherWeek(i int) (recurring, int) {
	j := s.any(i, "隔周", "隔一周", "隔个星期", "隔一个星期", "隔个礼拜", "双周")
	if j == 0 || s.oneOf(j, "岁刊报会例计总") > 0 {
		return recurring{}, 0
	}
	if _, k := s.weekdayDigit(j); k > 0 {
		return recurring{}, 0
	}
	r := recurring{rule: rule{freq: rrule.WEEKLY, interval: 2}, doubt: s.has(i, "双周")}
	if days, k := s.weekdays(s.any(s.skip(j, "的"), "周", "星期", "礼拜")); k > 0 {
		r.rule.weekdays, j = days, k
	}
	return r, j
}
