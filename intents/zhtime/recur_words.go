package zhtime

import "github.com/teambition/rrule-go"

// recurring is a recurrence as read: its rule, another reading of its interval,
// and whether its day exists.
type recurring struct {
	rule
	other   int // another interval that may be meant, 0 if none
	doubt   bool
	invalid bool
}

// recurAt reads 每周二19:30, 工作日早八点, 每隔两周, 周一到周五每天8点.
func (s *scanner) recurAt(i int) (recurring, int) {
	r, j := s.recurDays(i)
	if j == 0 || r.invalid {
		return r, j
	}
	j = s.howOften(&r, j)
	j = s.recurTimes(&r, j)
	if k := s.shiftAt(j); k > 0 {
		r.shift = true
		j = k
	}
	return r, s.skip(j, "之前", "以前")
}

// recurDays reads which days recur.
func (s *scanner) recurDays(i int) (recurring, int) {
	switch s.runeAt(i) {
	case '每', '逢':
		return s.every(i)
	case '隔':
		return s.everyOther(i)
	case '天':
		if s.has(i, "天天") && s.oneOf(i+len("天天"), "向气惦") == 0 {
			return daily(1), i + len("天天")
		}
	case '工':
		if j := s.any(i, "工作日"); j > 0 && s.any(j, "内", "后", "前") == 0 && s.before(i) != '个' && !numeral(s.before(i)) {
			return recurring{rule: rule{kind: onWorkdays, freq: rrule.DAILY}}, j
		}
	case '周', '星', '礼':
		return s.weekdaysEveryDay(i)
	}
	if numeral(s.runeAt(i)) {
		return s.onceEvery(i)
	}
	return recurring{}, 0
}

// howOften reads 一次 behind 每周, which adds nothing, and 三次, which leaves open when.
func (s *scanner) howOften(r *recurring, i int) int {
	n, j := s.num(i)
	if k := s.any(j, "次", "回", "度"); j > 0 && k > 0 {
		r.doubt = r.doubt || n.v != 1
		return k
	}
	return i
}

// onceEvery reads 两周一次, 三天一次.
func (s *scanner) onceEvery(i int) (recurring, int) {
	_, j := s.amountAt(i)
	if j == 0 || s.any(j, "一次", "1次", "一回", "一轮") == 0 {
		return recurring{}, 0
	}
	r, k := s.interval(i, false)
	if k != j {
		return recurring{}, 0
	}
	return r, j
}

func daily(n int) recurring { return recurring{rule: rule{freq: rrule.DAILY, interval: n}} }

// weekdaysEveryDay reads 周一到周五每天.
func (s *scanner) weekdaysEveryDay(i int) (recurring, int) {
	days, j := s.weekdays(s.any(i, "周", "星期", "礼拜"))
	if j == 0 || len(days) < 2 {
		return recurring{}, 0
	}
	r := recurring{rule: rule{freq: rrule.WEEKLY, weekdays: days}}
	if k := s.any(j, "每天", "每日", "天天"); k > 0 {
		return r, k
	}
	if s.connector(s.skip(s.any(i, "周", "星期", "礼拜"), "一", "二", "三", "四", "五", "六")) > 0 && s.clockFollows(s.joint(j)) {
		r.doubt = true // this week's, or every week's
		return r, j
	}
	return recurring{}, 0
}

// everyOther reads 隔天 and 隔周周五.
func (s *scanner) everyOther(i int) (recurring, int) {
	if j := s.any(i, "隔天", "隔日"); j > 0 {
		return daily(2), j
	}
	if j := s.any(i, "隔周"); j > 0 {
		if days, k := s.weekdays(s.any(s.skip(j, "的"), "周", "星期", "礼拜")); k > 0 {
			return recurring{rule: rule{freq: rrule.WEEKLY, interval: 2, weekdays: days}}, k
		}
		return recurring{}, 0
	}
	return recurring{}, 0
}

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
			return recurring{}, 0
		}
		return recurring{rule: rule{freq: rrule.WEEKLY, weekdays: days}}, k
	}
	if r, k := s.interval(j, skips); k > 0 {
		return r, k
	}
	j = s.skip(j, "一")
	k := s.skip(j, "个")
	switch {
	case s.any(k, "工作日", "上班日") > 0:
		return recurring{rule: rule{kind: onWorkdays, freq: rrule.DAILY}}, s.any(k, "工作日", "上班日")
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
	return recurring{rule: rule{kind: lunarYearly, freq: rrule.YEARLY, yearly: func(y int) (int, int, bool) {
		if first, end, ok := lunarOneDay(y-1, m, d, false); ok && inYear(first, y) {
			return first, end, ok
		}
		return lunarOneDay(y, m, d, false)
	}}}, j
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
	return recurring{rule: rule{kind: lunarYearly, freq: rrule.YEARLY, yearly: f.on}}
}

// recurTimes reads the times of day of a recurrence: one, several, or a stretch.
func (s *scanner) recurTimes(r *recurring, i int) int {
	if r.clockwise() {
		return i
	}
	if j := s.any(s.joint(i), "早晚"); j > 0 {
		c, k := s.clockAt(s.skip(j, "各"))
		if k == 0 || c.h < 1 || c.h > 11 {
			r.doubt = true
			return j
		}
		r.times = []stamp{c.seconds(), c.seconds() + 12*hour}
		return k
	}
	if j := s.any(s.joint(i), "下班前", "下班之前"); j > 0 {
		r.times = []stamp{s.workEnds}
		return j
	}
	p := noPart
	for range 4 {
		at := s.joint(i)
		if len(r.times) > 0 {
			at = s.skip(i, "和", "、", "及", "与", ",", "，")
		}
		t, length, part, j := s.recurTime(at, p)
		if j == 0 || t >= daySec && t != daySec {
			break
		}
		r.times, p, i = append(r.times, t), part, j
		if length > 0 {
			r.length = length
			break
		}
	}
	return i
}

// recurTime reads one time of day. p is the part of the day said before it.
func (s *scanner) recurTime(i int, p part) (t, length stamp, said part, end int) {
	q, j := s.partAt(i)
	if j == 0 {
		q, j = s.shortPart(i)
	}
	if j == 0 {
		q, j = p, i
	}
	c, k := s.clockAt(s.joint(j))
	if k == 0 {
		if j == i || q == noPart {
			return 0, 0, p, 0
		}
		h := partHours[q]
		return h.from % daySec, h.to - h.from, q, j
	}
	if c.invalid {
		return 0, 0, p, 0
	}
	t, _ = c.onDay(q)
	if to := s.connector(k); to > 0 {
		if u, v, _, l := s.recurTime(to, q); l > 0 && v == 0 {
			for u <= t {
				u += 12 * hour
			}
			return t % daySec, u - t, q, l
		}
	}
	return t % daySec, 0, q, k
}
