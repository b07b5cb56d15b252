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
	j = s.ahead(&r, j)
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
	case '双':
		return s.everyOtherWeek(i)
	case '农', '阴', '旧':
		return s.lunarEvery(i)
	case '初':
		if s.clear(i) {
			return s.newAndFullMoon(i)
		}
	case '天':
		if s.has(i, "天天") && s.oneOf(i+len("天天"), "向气惦") == 0 {
			return daily(1), i + len("天天")
		}
	case '工':
		if j := s.any(i, "工作日"); j > 0 && s.any(j, "内", "后", "前") == 0 && s.before(i) != '个' && !numeral(s.before(i)) {
			return recurring{rule: rule{kind: onWorkdays, freq: rrule.DAILY}}, s.skip(j, "的每天", "每天", "每日", "天天")
		}
	case '周', '星', '礼':
		return s.weekdaysEveryDay(i)
	}
	if numeral(s.runeAt(i)) {
		return s.onceEvery(i)
	}
	return recurring{}, 0
}

// ahead reads 前一周, 的前三天, 提前一天 behind the days of a recurrence.
func (s *scanner) ahead(r *recurring, i int) int {
	at := s.any(s.skip(i, "的"), "提前", "前")
	if at == 0 || r.clockwise() {
		return i
	}
	a, j := s.amountAt(at)
	if j == 0 || a.high != nil || a.vague || a.workdays > 0 || a.seconds > 0 || a.months > 1 {
		return i
	}
	r.before = a.days + a.months*daysPerMonth
	return j
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

// everyOther reads 隔天, 隔周 and 隔周周五.
func (s *scanner) everyOther(i int) (recurring, int) {
	if j := s.any(i, "隔天", "隔日"); j > 0 {
		return daily(2), j
	}
	return s.everyOtherWeek(i)
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
		if j == 0 || t >= daySec && t != daySec || length > 0 && s.otherWord(r, at, j) {
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

// mealsAndClasses make a word of 早, 晚, 晨 or 夜 that is no part of the day: 早操, 晚饭.
const mealsAndClasses = "操饭餐课班练跑读市校宵"

// otherWord reports whether a part of the day without an hour begins a word that is none of
// the time: 下午茶 behind an hour, 早操 and 晚饭 anywhere.
func (s *scanner) otherWord(r *recurring, at, end int) bool {
	_, hour := s.clockAt(s.joint(end))
	_, short := s.shortPart(at)
	if hour > 0 || s.connector(end) > 0 {
		return false
	}
	return len(r.times) > 0 || short == end && s.oneOf(end, mealsAndClasses) > 0
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
