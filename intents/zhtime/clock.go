package zhtime

// part is a part of the day.
type part uint8

const (
	noPart part = iota
	smallHours
	morning
	forenoon
	noon
	afterNoon
	afternoon
	dusk
	evening
	night
	midnightPart
	daytime
	daybreak
	dark
)

// partHours are the hours each part lasts, counted from the day's midnight.
var partHours = [...]pair{
	smallHours:   {0, 6 * hour},
	morning:      {6 * hour, 9 * hour},
	forenoon:     {8 * hour, 12 * hour},
	noon:         {11 * hour, 13 * hour},
	afterNoon:    {13 * hour, 15 * hour},
	afternoon:    {13 * hour, 18 * hour},
	dusk:         {17 * hour, 19 * hour},
	evening:      {18 * hour, 24 * hour},
	night:        {22 * hour, 30 * hour},
	midnightPart: {24 * hour, 24 * hour},
	daytime:      {8 * hour, 18 * hour},
	// When it gets light and dark depends on the season and the place; these hold, more
	// or less, on most days in most of the country.
	daybreak: {6 * hour, 7 * hour},
	dark:     {17*hour + 30*minute, 19 * hour},
}

// partAt reads a part of the day. The bare characters 早, 晚 and 晨 count only
// where a date or a time of day stands beside them, which the caller checks.
func (s *scanner) partAt(i int) (part, int) {
	switch s.runeAt(i) {
	case '凌':
		return smallHours, s.any(i, "凌晨")
	case '清':
		return morning, s.any(i, "清晨", "清早")
	case '大':
		if j := s.any(i, "大清早", "大早上"); j > 0 {
			return morning, j
		}
		return evening, s.any(i, "大晚上")
	case '一':
		if b := s.before(i); b == '初' || b == '十' || b == '廿' {
			return noPart, 0 // 初一早上 is the first of a lunar month
		}
		return morning, s.any(i, "一大早", "一早")
	case '早':
		return morning, s.any(i, "早上", "早晨", "早间", "早起")
	case '朝':
		return morning, s.any(i, "朝早")
	case '晏':
		return afternoon, s.any(i, "晏昼")
	case '后':
		if j := s.any(i, "后半晌", "后晌"); j > 0 {
			return afternoon, j
		}
		return smallHours, s.any(i, "后半夜")
	case '前':
		if j := s.any(i, "前晌"); j > 0 {
			return forenoon, j
		}
		return evening, s.any(i, "前半夜")
	case '上':
		return forenoon, s.any(i, "上午", "上昼", "上半晌")
	case '午':
		if j := s.any(i, "午后"); j > 0 {
			return afterNoon, j
		}
		if j := s.any(i, "午间"); j > 0 {
			return noon, j
		}
		return midnightPart, s.any(i, "午夜")
	case '中':
		return noon, s.any(i, "中午")
	case '正':
		return noon, s.any(i, "正午")
	case '晌':
		return noon, s.any(i, "晌午")
	case '下':
		if j := s.any(i, "下晚"); j > 0 && s.oneOf(j, "班自") == 0 {
			return dusk, j
		}
		return afternoon, s.any(i, "下午", "下晌", "下昼", "下半晌")
	case '傍':
		return dusk, s.any(i, "傍晚", "傍黑")
	case '晚':
		return evening, s.any(i, "晚上", "晚间", "晚黑", "晚夕")
	case '夜':
		if j := s.any(i, "夜晚"); j > 0 {
			return evening, j
		}
		if j := s.any(i, "夜头"); j > 0 {
			return evening, j
		}
		return night, s.any(i, "夜里", "夜间")
	case '深':
		return night, s.any(i, "深夜")
	case '半':
		return night, s.any(i, "半夜里", "半夜")
	case '白':
		return daytime, s.any(i, "白天")
	case '天':
		if j := s.any(i, "天亮", "天刚亮", "天一亮", "天蒙蒙亮", "天麻麻亮"); j > 0 {
			return daybreak, s.skip(j, "时", "的时候")
		}
		if j := s.any(i, "天黑", "天刚黑", "天一黑", "天快黑", "天擦黑", "天麻麻黑"); j > 0 && s.oneOf(j, "路") == 0 {
			return dark, s.skip(j, "时", "的时候")
		}
	case '擦':
		return dark, s.any(i, "擦黑")
	case '麻':
		if j := s.any(i, "麻麻亮"); j > 0 {
			return daybreak, j
		}
		return dark, s.any(i, "麻麻黑")
	}
	return noPart, 0
}

// shortPart reads 早, 晚, 晨, 夜 standing alone.
func (s *scanner) shortPart(i int) (part, int) {
	switch s.runeAt(i) {
	case '早', '晨':
		return morning, i + len("早")
	case '晚':
		return evening, i + len("晚")
	case '夜':
		return night, i + len("夜")
	}
	return noPart, 0
}

// clock is a time of day as said.
type clock struct {
	h, m, s int
	// bare: from 1 to 12 and not marked as one of 24 hours, so the afternoon may
	// be meant.
	bare    bool
	invalid bool
}

func (c clock) seconds() stamp { return stamp(c.h)*hour + stamp(c.m)*minute + stamp(c.s) }

// clockAt reads 3点半, 15:30, 差一刻九点, 3pm.
func (s *scanner) clockAt(i int) (clock, int) {
	if r := s.runeAt(i); r == '差' {
		return s.toClock(i)
	} else if !numeral(r) || r == '半' {
		return clock{}, 0
	}
	if n := s.digitsAt(i); n == 1 || n == 2 {
		if c, j := s.colonClock(i, n); j > 0 {
			return c, j
		}
		if c, j := s.amClock(clock{h: s.small(i, n)}, i+n); j > 0 {
			return c, j
		}
	}
	n, j := s.num(i)
	if j == 0 || n.v > 99 {
		return clock{}, 0
	}
	if _, k := s.decimal(i, j); k > 0 {
		return clock{}, 0
	}
	return s.hourClock(n, j)
}

// toClock reads 差十分九点: so many minutes before the hour.
func (s *scanner) toClock(i int) (clock, int) {
	n, j := s.num(i + len("差"))
	if j == 0 || n.v < 1 || n.v > 59 {
		return clock{}, 0
	}
	switch {
	case s.has(j, "刻"):
		n.v *= 15
		j = s.skip(j, "刻钟", "刻")
	case s.has(j, "分"):
		j = s.skip(j, "分钟", "分")
	default:
		return clock{}, 0
	}
	h, k := s.num(s.skip(j, "到"))
	if k == 0 || h.v < 1 || h.v > 24 || n.v > 59 {
		return clock{}, 0
	}
	k = s.any(k, "点钟", "点")
	return clock{h: h.v - 1, m: 60 - n.v, bare: h.v <= 13}, k
}

// colonClock reads 15:30 and 15:30:20 after n digits.
func (s *scanner) colonClock(i, n int) (clock, int) {
	j := i + n
	if j >= len(s.text) || s.text[j] != ':' || s.digitsAt(j+1) != 2 {
		return clock{}, 0
	}
	c := clock{h: s.small(i, n), m: s.small(j+1, 2)}
	c.bare = c.h >= 1 && c.h <= 12 && s.text[i] != '0'
	j += 3
	if j < len(s.text) && s.text[j] == ':' && s.digitsAt(j+1) == 2 {
		c.s = s.small(j+1, 2)
		j += 3
	}
	if c.h > 29 {
		return clock{}, 0
	}
	c.invalid = c.m > 59 || c.s > 59 || c.h > 24 || c.h == 24 && c.m+c.s > 0
	if d, k := s.amClock(c, j); k > 0 {
		return d, k
	}
	return c, j
}

// amClock reads am and pm after an hour.
func (s *scanner) amClock(c clock, i int) (clock, int) {
	j := s.skip(i, " ")
	switch {
	case c.h < 1 || c.h > 12:
		return clock{}, 0
	case s.has(j, "am"):
		c.h %= 12
	case s.has(j, "pm"):
		c.h = c.h%12 + 12
	default:
		return clock{}, 0
	}
	if j += 2; j < len(s.text) && word(s.text[j]) {
		return clock{}, 0
	}
	c.bare = false
	return c, j
}

// notClock lists what 三点 counts when it is not a time: 三点建议.
var notClock = []string{"意见", "建议", "要求", "希望", "说明", "体会", "想法", "问题", "原因", "内容", "措施",
	"注意", "理由", "感想", "疑问", "小", "钱", "心意", "儿", "点", "都", "也", "赞", "单"}

// hourClock reads what follows the number of an hour: 点 and the minutes.
func (s *scanner) hourClock(n number, i int) (clock, int) {
	if s.sharesUnit(i, 24, "点", "时") {
		return clock{h: n.v, bare: n.v >= 1 && n.v <= 12, invalid: n.v > 24}, i
	}
	j := s.any(i, "点钟", "点", "时")
	if j == 0 || s.has(i, "时") && s.oneOf(j, "候间刻期常光尚") > 0 || s.any(j, notClock...) > 0 {
		return clock{}, 0
	}
	if s.has(i, "时") && n.han && n.v < 10 && n.digits == 1 && n.v == 1 {
		return clock{}, 0 // 一时 is "for a moment"
	}
	c := clock{h: n.v, bare: n.v >= 1 && n.v <= 12 && !(n.digits == 2 && n.v < 10)}
	if n.v > 29 {
		return clock{}, 0
	}
	c, j = s.minutes(c, j)
	c.invalid = c.invalid || c.h > 24 || c.h == 24 && c.m+c.s > 0
	if d, k := s.amClock(c, j); k > 0 {
		return d, k
	}
	return c, s.skip(j, "多钟", "多", "左右", "前后", "许")
}

// minutes reads what follows 点.
func (s *scanner) minutes(c clock, i int) (clock, int) {
	if j := s.any(i, "半钟", "半"); j > 0 && s.oneOf(j, "小个天路") == 0 {
		c.m = 30
		if sec, k := s.num(j); k > 0 && s.has(k, "秒") && sec.v < 60 {
			c.s, j = sec.v, k+len("秒")
		}
		return c, j
	}
	if j := s.any(i, "整", "正"); j > 0 && (s.has(i, "整") || s.oneOf(j, "好式在常是") == 0) {
		return c, j
	}
	if j := s.any(i, "差"); j > 0 {
		if n, k := s.num(j); k > 0 && s.has(k, "分") && n.v >= 1 && n.v < 60 && c.h > 0 {
			c.h, c.m = c.h-1, 60-n.v
			return c, s.skip(k, "分钟", "分")
		}
	}
	at := s.skip(i, "过")
	if j := s.any(at, "零", "〇"); j > 0 && numeral(s.runeAt(j)) {
		at = j
	}
	n, j := s.num(at)
	if j == 0 || s.fresh(at) && s.any(j, "分", "刻") == 0 {
		return c, i
	}
	switch {
	case s.any(j, "刻") > 0 && n.v >= 1 && n.v <= 3:
		c.m = n.v * 15
		return c, s.skip(j, "刻钟", "刻")
	case s.any(j, "分") > 0 && !s.has(j, "分之"):
		j = s.any(j, "分钟", "分")
	case n.digits == 1 && at == i, n.v > 99, s.any(j, "个", "人", "号", "日", "月", "点", "栋", "楼", "天", "小时", "单", "时", "年", "周", "位", "名", "次", "户", "-", ":") > 0:
		return c, i // 三点五号楼: the number belongs to what follows
	}
	c.m = n.v
	c.invalid = n.v > 59
	if sec, k := s.num(j); k > 0 && s.has(k, "秒") && sec.v < 100 {
		c.s, c.invalid = sec.v, c.invalid || sec.v > 59
		j = s.skip(k, "秒钟", "秒")
	}
	return c, j
}

// onDay places a time of day, said with a part of the day, on a day. The second
// result says that the next day's may be meant or not, as in 夜里两点.
func (c clock) onDay(p part) (t stamp, doubt bool) {
	t = c.seconds()
	if c.h > 12 {
		return t, false
	}
	switch p {
	case smallHours:
		if c.h == 12 {
			t -= 12 * hour
		}
	case noon:
		if c.h < 9 {
			t += 12 * hour
		}
	case afterNoon, afternoon, dusk, dark:
		if c.h < 12 {
			t += 12 * hour
		}
	case evening:
		if c.h == 0 || c.h <= 4 {
			t += 24 * hour
		} else {
			t += 12 * hour
		}
	case night, midnightPart:
		switch {
		case c.h == 12:
			t += 12 * hour
		case c.h == 0:
			t += 24 * hour
		case c.h >= 6:
			t += 12 * hour
		default:
			return t + 24*hour, true
		}
	case daytime:
		if c.h < 6 {
			t += 12 * hour
		}
	}
	return t, false
}
