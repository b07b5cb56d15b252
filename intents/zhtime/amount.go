package zhtime

import (
	"time"

	"yiqun/intents/zhnum"
)

// amount is a length of time: what calendars count (months, days, workdays) and
// what clocks count (seconds) kept apart.
type amount struct {
	months, days int
	seconds      stamp
	workdays     int
	// high is the upper end where the number was approximate: 两三天.
	high *amount
	// vague: 多, 以上 or the like makes it no exact length.
	vague bool
}

// The days a month and a year count when a length must be told in seconds.
const (
	daysPerMonth = 30
	daysPerYear  = 365
)

// length is the amount in seconds: a month counts 30 days, twelve months 365.
func (a amount) length() time.Duration {
	days := a.months/12*daysPerYear + a.months%12*daysPerMonth + a.days + a.workdays
	return time.Duration(days)*24*time.Hour + time.Duration(a.seconds)*time.Second
}

// clockOnly reports an amount that only clocks count: hours and less.
func (a amount) clockOnly() bool { return a.months == 0 && a.days == 0 && a.workdays == 0 }

// maxAmount bounds what is believed, in days: more is not a time in a chat.
const maxAmount = 100 * 366

func (a amount) sane() bool {
	return a.length() >= 0 && a.days < maxAmount && a.months < maxAmount/30 && a.workdays < maxWorkdays && a.seconds < maxAmount*daySec
}

// unit is one measure of time.
type unit struct {
	word string
	one  amount
	half amount
	// counted: 个 may or must stand before it.
	counted bool
}

// units lists the measures, the longer of two words first.
var units = []unit{
	{"小时", amount{seconds: hour}, amount{seconds: hour / 2}, true},
	{"钟头", amount{seconds: hour}, amount{seconds: hour / 2}, true},
	{"钟", amount{seconds: hour}, amount{seconds: hour / 2}, true},
	{"分钟", amount{seconds: minute}, amount{seconds: minute / 2}, false},
	{"秒钟", amount{seconds: 1}, amount{}, false},
	{"刻钟", amount{seconds: 15 * minute}, amount{}, false},
	{"星期", amount{days: 7}, amount{days: 3, seconds: 12 * hour}, true},
	{"礼拜", amount{days: 7}, amount{days: 3, seconds: 12 * hour}, true},
	{"季度", amount{months: 3}, amount{}, true},
	{"工作日", amount{workdays: 1}, amount{}, true},
	{"交易日", amount{workdays: 1}, amount{}, true},
	{"周年", amount{months: 12}, amount{months: 6}, false},
	{"月", amount{months: 1}, amount{days: 15}, true},
	{"天", amount{days: 1}, amount{seconds: 12 * hour}, false},
	{"周", amount{days: 7}, amount{days: 3, seconds: 12 * hour}, true},
	{"年", amount{months: 12}, amount{months: 6}, false},
	{"日", amount{days: 1}, amount{}, false},
	{"秒", amount{seconds: 1}, amount{}, false},
	{"min", amount{seconds: minute}, amount{}, false},
	{"h", amount{seconds: hour}, amount{}, false},
	{"s", amount{seconds: 1}, amount{}, false},
}

// unitAt reads a measure; counted says that 个 stands before it.
func (s *scanner) unitAt(i int, counted bool) (*unit, int) {
	for k := range units {
		u := &units[k]
		if !s.has(i, u.word) || counted && !u.counted || !counted && (u.word == "月" || u.word == "季度" || u.word == "钟") {
			continue
		}
		j := i + len(u.word)
		if u.word[0] < 0x80 && j < len(s.text) && s.text[j] >= 'a' && s.text[j] <= 'z' {
			continue
		}
		return u, j
	}
	return nil, 0
}

// amountAt reads a length of time: 两小时, 一个半小时, 三天半, 1小时20分, 两三天.
func (s *scanner) amountAt(i int) (amount, int) {
	if s.amounts.at != i+1 {
		a, j := s.readAmount(i)
		s.amounts = memo{i + 1, a, j}
	}
	return s.amounts.amount, s.amounts.end
}

// memo keeps the last length read, since several readers ask for the one at the
// same place. at is its offset plus one.
type memo struct {
	at     int
	amount amount
	end    int
}

func (s *scanner) readAmount(i int) (amount, int) {
	total, j := s.oneAmount(i)
	if j == 0 {
		return amount{}, 0
	}
	for range 4 {
		more, k := s.oneAmount(j)
		if k == 0 || s.fresh(j) || total.high != nil || more.high != nil {
			if n, l := s.num(j); l > 0 && s.has(l, "分") && !s.has(l, "分之") && total.seconds >= hour && n.v < 60 {
				total.seconds += stamp(n.v) * minute
				j = l + len("分")
			}
			break
		}
		total = total.plus(more)
		j = k
	}
	if s.any(j, "三夜", "两夜", "一夜", "五晚", "四晚", "两晚", "一晚") > 0 && total.days > 0 {
		j += len("三夜")
	}
	if !total.sane() {
		return amount{}, 0
	}
	return total, j
}

func (a amount) plus(b amount) amount {
	return amount{months: a.months + b.months, days: a.days + b.days, seconds: a.seconds + b.seconds,
		workdays: a.workdays + b.workdays, vague: a.vague || b.vague}
}

func (a amount) times(n int) amount {
	return amount{months: a.months * n, days: a.days * n, seconds: a.seconds * stamp(n), workdays: a.workdays * n}
}

// oneAmount reads one number with its measure.
func (s *scanner) oneAmount(i int) (amount, int) {
	if j := s.any(i, "半"); j > 0 {
		return s.halfAmount(j)
	}
	n, j := s.quantity(i)
	if j == 0 || n.Ordinal || n.Value > 1e9 || n.Value < 0 {
		return amount{}, 0
	}
	if n.Digits == 1 && n.Han && s.has(i, "二") && s.any(j, "个") == 0 {
		return amount{}, 0 // two is 两 before a measure; 二年 is a school year
	}
	if v, k := s.decimal(i, j); k > 0 {
		n.Value, n.High, j = v, v, k
	}
	if s.attached(j) {
		return amount{}, 0
	}
	return s.measured(j, n)
}

// halfAmount reads the measure behind 半.
func (s *scanner) halfAmount(i int) (amount, int) {
	j := s.skip(i, "个")
	if j == i && s.has(j, "月") && s.oneOf(j+len("月"), "板刊形弯") == 0 {
		return amount{days: 15}, j + len("月")
	}
	u, k := s.unitAt(j, j > i)
	if k == 0 || u.half == (amount{}) || u.word == "周" || j == i && u.word == "星期" {
		return amount{}, 0
	}
	return u.half, k
}

// measured reads the measure behind the number n that ends at j.
func (s *scanner) measured(j int, n zhnum.Number) (amount, int) {
	j, vague := s.vagueness(j)
	k := s.skip(j, "个")
	k, more := s.vagueness(k)
	vague = vague || more
	half := s.any(k, "半")
	if half > 0 && (k > j || s.any(half, "小时", "钟头") > 0) {
		u, l := s.unitAt(half, true)
		if l == 0 {
			return amount{}, 0
		}
		return u.one.times(int(n.Value)).plus(u.half), l
	}
	if m := s.any(k, "分半钟", "分半"); m > 0 && k == j {
		return amount{seconds: stamp(n.Value)*minute + minute/2}, m
	}
	u, l := s.unitAt(k, k > j)
	if l == 0 || s.notMeasure(u, n.Value, l) {
		return amount{}, 0
	}
	a := u.scaled(n.Value)
	a.vague = vague || s.any(l, "以上", "以下", "多", "左右") > 0
	if n.Approximate() {
		high := u.scaled(n.High)
		a.high = &high
	}
	if m := s.any(l, "半"); m > 0 && u.half != (amount{}) && s.any(m, "路", "夜", "天", "小时", "个") == 0 && u.word != "日" {
		return a.plus(u.half), m
	}
	return a, l
}

// vagueness reads the 多 of 三个多月.
func (s *scanner) vagueness(i int) (int, bool) {
	if j := s.any(i, "多", "余", "来"); j > 0 {
		return j, true
	}
	return i, false
}

// amountRange reads a length, or two between which it lies: 3到5天, 3~6个月.
func (s *scanner) amountRange(i int) (amount, int) {
	low, j := s.amountAt(i)
	if j == 0 {
		return s.sharedAmount(i)
	}
	k := s.connector(j)
	if k == 0 {
		return low, j
	}
	high, l := s.amountAt(k)
	if l == 0 || low.high != nil || high.high != nil {
		return low, j
	}
	low.high = &high
	return low, l
}

// sharedAmount reads 3到5天, where the measure stands only behind the second.
func (s *scanner) sharedAmount(i int) (amount, int) {
	n, j := s.num(i)
	k := 0
	if j > 0 {
		k = s.connector(j)
	}
	if k == 0 {
		return amount{}, 0
	}
	m, l := s.num(k)
	if l == 0 || m.v <= n.v {
		return amount{}, 0
	}
	high, end := s.amountAt(k)
	u, _ := s.unitAt(s.skip(l, "个"), s.has(l, "个"))
	if end == 0 || u == nil || high.high != nil {
		return amount{}, 0
	}
	low := u.one.times(n.v)
	low.high = &high
	return low, end
}

// decimal reads 两点五 in 两点五小时. Only the measure behind it tells that it is
// not five past two.
func (s *scanner) decimal(i, j int) (float64, int) {
	if !s.has(j, "点") {
		return 0, 0
	}
	n, size := zhnum.ParseDecimal(s.text[i:])
	if k := i + size; k > j && s.any(s.skip(k, "个"), "小时", "钟头", "天", "年", "月") > 0 {
		return n.Value, k
	}
	return 0, 0
}

// attached reports that a space parts a number from a word that begins another
// expression: 延期 1 周五, 办结 3 月底.
func (s *scanner) attached(j int) bool {
	_, k := s.weekdayName(j)
	return k > 0 || s.parted(j) && s.any(j, "年底", "年前", "年内", "年末", "年初", "日内", "周内", "周末") > 0
}

// notMeasure reports words that only look like a number with a measure.
func (s *scanner) notMeasure(u *unit, n float64, after int) bool {
	switch u.word {
	case "年":
		return s.oneOf(after, "级班纪代度") > 0 || s.any(after, "生") > 0
	case "周":
		return s.oneOf(after, "岁末") > 0
	case "日":
		return n <= 31 && n != 2 && s.any(after, "内", "之内", "以内", "后", "之后", "以后", "前", "之前", "以前") == 0 || s.oneOf(after, "元") > 0
	case "天":
		return s.oneOf(after, "堂花窗线桥") > 0
	}
	return false
}

func (u *unit) scaled(n float64) amount {
	whole := int(n)
	a := u.one.times(whole)
	if frac := n - float64(whole); frac > 0 {
		if u.one.clockOnly() {
			a.seconds += stamp(frac*float64(u.one.seconds) + 0.5)
		} else if u.one.days > 0 {
			a.seconds += stamp(frac * float64(u.one.days) * float64(daySec))
		} else {
			a.days += int(frac * float64(u.one.months) * daysPerMonth)
		}
	}
	return a
}

// offsetDate reads 三天后, 两周前, 半小时后, 过三天, 三周后的周五. What clocks count moves
// the moment, what calendars count names a day.
func (s *scanner) offsetDate(i int) (slot, int) {
	at := s.any(i, "再过", "过")
	if at > 0 && s.any(at, "去") == 0 {
		a, j := s.amountAt(at)
		if j == 0 {
			return slot{}, 0
		}
		return s.moved(a, 1), s.skip(j, "之后", "以后", "后")
	}
	if !numeral(s.runeAt(i)) {
		return slot{}, 0
	}
	a, j := s.amountAt(i)
	if j == 0 {
		return slot{}, 0
	}
	if k := s.any(j, "之后", "以后", "后"); k > 0 && s.oneOf(k, "天来面") == 0 {
		if a.days > 0 && a.days%7 == 0 && a.seconds == 0 {
			if wd, l := s.weekdayName(s.skip(k, "的")); l > 0 && wd < 7 {
				return daySlot(monday(s.today) + a.days + wd), l
			}
		}
		return s.moved(a, 1), k
	}
	if k := s.any(j, "之前", "以前", "前"); k > 0 && s.oneOf(k, "后") == 0 {
		return s.moved(a, -1), k
	}
	return slot{}, 0
}

// moved is the reference moved by an amount, forth or back.
func (s *scanner) moved(a amount, dir int) slot {
	sl := slot{pair: s.shifted(a, dir), dated: true}
	if !a.clockOnly() && a.seconds == 0 {
		sl.grain = grainDay
	}
	sl.doubt = a.vague
	if a.high != nil {
		sl = sl.or(s.shifted(*a.high, dir))
	}
	return sl
}

func (s *scanner) shifted(a amount, dir int) pair {
	if a.clockOnly() {
		t := s.ref + stamp(dir)*a.seconds
		return pair{t, t}
	}
	day := addMonths(s.today, dir*a.months) + dir*a.days
	if a.workdays > 0 {
		day = s.cal.addWorkdays(day, dir*a.workdays)
	}
	if a.seconds > 0 {
		t := midnight(day) + s.ref - midnight(s.today) + stamp(dir)*a.seconds
		return pair{t, t}
	}
	return daySlot(day).pair
}
