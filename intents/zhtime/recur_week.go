package zhtime

import "github.com/teambition/rrule-go"

// every reads what follows 每.
func (s *scanner) every(i int) (recurring, int) {
	j := s.any(i, "每逢", "逢", "每隔", "每")
	if j == 0 {
		return recurring{}, 0
	}
	skips := s.has(i, "每隔")
	if s.has(i, "逢") {
		days, k := s.weekdays(s.any(j, "周", "星期", "礼拜"))
		if k == 0 {
			return s.everyMoon(j)
		}
		return recurring{rule: rule{freq: rrule.WEEKLY, weekdays: days}}, k
	}
	if s.has(i, "每逢") {
		if r, k := s.everyMoon(j); k > 0 {
			return r, k
		}
	}
	if r, k := s.interval(j, skips); k > 0 {
		return r, k
	}
	j = s.skip(j, "一")
	k := s.skip(j, "个")
	switch {
	case s.any(k, "工作日", "上班日") > 0:
		return recurring{rule: rule{kind: onWorkdays, freq: rrule.DAILY}}, s.skip(s.any(k, "工作日", "上班日"), "每天", "天天")
	case s.any(j, "天", "日") > 0 && s.oneOf(j+len("天"), "元") == 0:
		return daily(1), s.any(j, "天", "日")
	case s.any(j, "晚", "早", "晨") > 0:
		return daily(1), j // the part of the day is read with the time
	case s.any(k, "周末") > 0:
		return recurring{rule: rule{freq: rrule.WEEKLY, weekdays: []int{5, 6}}}, s.any(k, "周末")
	case s.any(k, "星期", "礼拜", "周") > 0:
		return s.everyWeek(1, s.any(k, "星期", "礼拜", "周"))
	case s.any(k, "月") > 0:
		return s.everyMonth(k + len("月"))
	case s.any(k, "季度", "季") > 0:
		return s.everyQuarter(s.any(k, "季度", "季"))
	case s.any(j, "年") > 0 && s.oneOf(j+len("年"), "级") == 0:
		return s.everyYear(j + len("年"))
	case s.any(k, "小时", "钟头") > 0:
		return recurring{rule: rule{freq: rrule.HOURLY}}, s.any(k, "小时", "钟头")
	case s.any(j, "分钟") > 0:
		return recurring{rule: rule{freq: rrule.MINUTELY}}, j + len("分钟")
	}
	return recurring{}, 0
}

// interval reads 两周, 3天, 半小时 behind 每 or 每隔. Whether 每隔两周 leaves out one week
// or two is not settled among speakers: the shorter is taken, the other offered.
// 每隔一天 is every other day to everyone.
func (s *scanner) interval(i int, skips bool) (recurring, int) {
	a, j := s.amountAt(i)
	if j == 0 || a.high != nil || a.workdays > 0 || s.has(i, "一天") && !skips {
		return recurring{}, 0
	}
	var r recurring
	switch {
	case a.months > 0 && a.days == 0 && a.seconds == 0 && a.months%12 == 0:
		r.rule = rule{freq: rrule.YEARLY, interval: a.months / 12}
	case a.months > 0 && a.days == 0 && a.seconds == 0:
		r.rule = rule{freq: rrule.MONTHLY, interval: a.months}
	case a.months > 0 || a.days > 0 && a.seconds > 0:
		return recurring{}, 0
	case a.days > 0 && a.days%7 == 0 && s.any(i, "7", "七", "14", "十四") == 0:
		r.rule = rule{freq: rrule.WEEKLY, interval: a.days / 7}
	case a.days > 0:
		r.rule = rule{freq: rrule.DAILY, interval: a.days}
	case a.seconds%hour == 0 && a.seconds > 0:
		r.rule = rule{freq: rrule.HOURLY, interval: int(a.seconds / hour)}
	case a.seconds%minute == 0 && a.seconds > 0:
		r.rule = rule{freq: rrule.MINUTELY, interval: int(a.seconds / minute)}
	case a.seconds > 0:
		r.rule = rule{freq: rrule.SECONDLY, interval: int(a.seconds)}
	default:
		return recurring{}, 0
	}
	if skips && !r.clockwise() {
		if r.rule.interval == 1 {
			r.rule.interval = 2
		} else {
			r.other = r.rule.interval + 1
		}
	}
	if r.freq == rrule.WEEKLY {
		if days, k := s.weekdays(s.any(s.skip(j, "的"), "周", "星期", "礼拜")); k > 0 {
			r.rule.weekdays = days
			return r, k
		}
	}
	if r.rule.interval == 1 && !skips && s.any(i, "1", "一") == 0 {
		return recurring{}, 0
	}
	return r, j
}

// everyWeek reads the weekdays behind 每周.
func (s *scanner) everyWeek(interval, i int) (recurring, int) {
	r := recurring{rule: rule{freq: rrule.WEEKLY, interval: interval}}
	if j := s.any(i, "工作日"); j > 0 {
		return recurring{rule: rule{kind: onWorkdays, freq: rrule.DAILY}}, j
	}
	if j := s.any(i, "末"); j > 0 {
		r.rule.weekdays = []int{5, 6}
		return r, j
	}
	if wd, j := s.weekdayDigit(i); j > 0 && wd > 6 {
		r.invalid = true
		return r, j
	}
	if days, j := s.weekdays(i); j > 0 {
		r.rule.weekdays = days
		return r, j
	}
	return r, i
}

// weekdays reads 二, 二、四, 一三五, 二和周四, 一到周五 behind the word for week.
func (s *scanner) weekdays(i int) (days []int, end int) {
	if i == 0 {
		return nil, 0
	}
	wd, j := s.weekdayDigit(i)
	if j == 0 || wd > 6 {
		return nil, 0
	}
	var on [7]bool
	on[wd] = true
	last := wd
	for range 7 {
		to := s.connector(j)
		k := to
		if k == 0 {
			k = s.skip(j, "、", ",", "和", "及", "与", "跟")
		}
		k = s.skip(k, "周", "星期", "礼拜")
		wd, l := s.weekdayDigit(k)
		if l == 0 || wd > 6 || s.any(l, "点", "时", "号", "月", "十", ":") > 0 {
			break
		}
		if to > 0 {
			for d := last; d <= wd; d++ {
				on[d] = true
			}
		}
		on[wd], last, j = true, wd, l
	}
	for d, yes := range on {
		if yes {
			days = append(days, d)
		}
	}
	return days, j
}
