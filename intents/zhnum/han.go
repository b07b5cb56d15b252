package zhnum

import (
	"strings"
	"unicode/utf8"
)

// sign is what a numeral character stands for: a digit, or a unit.
type sign struct {
	digit int // 0 to 9; -1 for units
	unit  float64
	tens  bool // 廿 and its kin: a digit and the unit 十 in one
}

// signOf returns what a character stands for; ok is false for all that are no
// numerals.
func signOf(r rune) (g sign, ok bool) {
	switch r {
	case '零', '〇':
		return sign{digit: 0}, true
	case '一', '壹', '幺':
		return sign{digit: 1}, true
	case '二', '两', '贰', '俩':
		return sign{digit: 2}, true
	case '三', '叁', '仨':
		return sign{digit: 3}, true
	case '四', '肆':
		return sign{digit: 4}, true
	case '五', '伍':
		return sign{digit: 5}, true
	case '六', '陆':
		return sign{digit: 6}, true
	case '七', '柒':
		return sign{digit: 7}, true
	case '八', '捌':
		return sign{digit: 8}, true
	case '九', '玖':
		return sign{digit: 9}, true
	}
	return unitOf(r)
}

// unitOf is signOf for the units and the tens in one character.
func unitOf(r rune) (g sign, ok bool) {
	switch r {
	case '十', '拾':
		return sign{digit: -1, unit: 10}, true
	case '百', '佰':
		return sign{digit: -1, unit: 100}, true
	case '千', '仟':
		return sign{digit: -1, unit: 1e3}, true
	case '万':
		return sign{digit: -1, unit: 1e4}, true
	case '亿':
		return sign{digit: -1, unit: 1e8}, true
	case '廿':
		return sign{digit: 2, tens: true}, true
	case '卅':
		return sign{digit: 3, tens: true}, true
	case '卌':
		return sign{digit: 4, tens: true}, true
	}
	return sign{}, false
}

// digit reads one digit, ASCII or Chinese.
func digit(s string) (d, size int) {
	if s == "" {
		return 0, 0
	}
	if s[0] >= '0' && s[0] <= '9' {
		return int(s[0] - '0'), 1
	}
	r, w := utf8.DecodeRuneInString(s)
	if g, ok := signOf(r); ok && g.digit >= 0 && !g.tens {
		return g.digit, w
	}
	return 0, 0
}

// parseHan reads a number in Chinese characters.
func parseHan(s string) (Number, int) {
	if strings.HasPrefix(s, "半") {
		return exact(0.5, 0, true), len("半")
	}
	r, _ := utf8.DecodeRuneInString(s)
	first, ok := signOf(r)
	if !ok || first.digit < 0 && first.unit != 10 {
		return Number{}, 0
	}
	run, width, vals := digitRun(s)
	if run == 1 || !unitAt(s[width:]) {
		if run == 2 && approximate(vals[0], vals[1]) && !unitAt(s[width:]) {
			return Number{Value: float64(vals[0]), High: float64(vals[1]), Han: true, Digits: 2}, width
		}
		if run >= 2 {
			return spelled(s[:width], run), width
		}
	}
	if run == 2 && approximate(vals[0], vals[1]) {
		return approximateUnits(s, width, vals)
	}
	return words(s)
}

// digitRun measures the run of digits s begins with and returns the first two.
func digitRun(s string) (count, size int, first [2]int) {
	for size < len(s) {
		d, w := digit(s[size:])
		if w == 0 || s[size] < utf8.RuneSelf {
			break
		}
		if count < 2 {
			first[count] = d
		}
		count++
		size += w
	}
	return count, size, first
}

// approximate reports two neighbouring digits, as in 两三 and 七八, and 三五.
func approximate(a, b int) bool { return a > 0 && (b == a+1 || a == 3 && b == 5) }

func unitAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	g, ok := signOf(r)
	return ok && g.digit < 0
}

// spelled reads digits written one by one: 二〇二六, 幺三八.
func spelled(s string, count int) Number {
	v := 0.0
	for s != "" {
		d, w := digit(s)
		v = v*10 + float64(d)
		s = s[w:]
	}
	return exact(v, count, true)
}

// approximateUnits reads 两三百: two neighbouring digits sharing a unit.
func approximateUnits(s string, width int, vals [2]int) (Number, int) {
	r, w := utf8.DecodeRuneInString(s[width:])
	g, _ := signOf(r)
	u := g.unit
	return Number{Value: float64(vals[0]) * u, High: float64(vals[1]) * u, Han: true}, width + w
}

// adder sums a number in words from left to right. Values lag one digit behind,
// since only the next character tells what a digit counts.
type adder struct {
	total   float64 // finished groups of 万 and 亿
	group   float64 // the group being read
	pending int     // a digit waiting for its unit; -1 if none
	zero    bool    // 零 came since the last unit
	unit    float64 // the last unit within the group; 0 if none
	big     float64 // the last of 万 and 亿; 0 if none
}

// words reads 一百零二, 三千五, 十六, 廿三, 一万二.
func words(s string) (Number, int) {
	a := adder{pending: -1}
	n, size := Number{}, 0
	for i := 0; i < len(s); {
		r, w := utf8.DecodeRuneInString(s[i:])
		g, ok := signOf(r)
		if !ok || !a.take(g) {
			break
		}
		i += w
		if !a.zero || a.pending >= 0 {
			n, size = exact(a.sum(), 0, true), i
		}
	}
	if size > 0 && size <= utf8.UTFMax-1 && n.Value < 10 {
		n.Digits = 1
	}
	return n, size
}

// take adds one character; false means that the number ended before it.
func (a *adder) take(g sign) bool {
	switch {
	case g.tens:
		if a.pending >= 0 || a.unit != 0 && a.unit <= 10 {
			return false
		}
		a.group += float64(g.digit) * 10
		a.unit, a.zero = 10, false
	case g.digit == 0:
		if a.pending >= 0 || a.zero {
			return false
		}
		if a.unit == 0 && a.big == 0 { // a bare 零
			a.pending = 0
			return true
		}
		a.zero = true
	case g.digit > 0:
		if a.pending >= 0 || a.unit == 1 {
			return false
		}
		a.pending = g.digit
	case g.unit >= 1e4:
		return a.closeGroup(g.unit)
	default:
		return a.small(g.unit)
	}
	return true
}

// small adds 十, 百 or 千. 十 needs no digit before it: 十二, 一百十二.
func (a *adder) small(u float64) bool {
	if a.unit != 0 && u >= a.unit || a.pending == 0 {
		return false
	}
	d := a.pending
	if d < 0 {
		if u != 10 || a.zero {
			return false
		}
		d = 1
	}
	a.group += float64(d) * u
	a.pending, a.unit, a.zero = -1, u, false
	return true
}

// closeGroup applies 万 or 亿 to what came before it.
func (a *adder) closeGroup(u float64) bool {
	if a.pending > 0 {
		a.group += float64(a.pending)
	}
	if a.group == 0 && a.total == 0 || a.big == u || a.big == 1e8 && a.group == 0 {
		return false
	}
	if u == 1e8 {
		a.total = (a.total + a.group) * u
	} else {
		a.total += a.group * u
	}
	a.group, a.pending, a.unit, a.zero, a.big = 0, -1, 0, false, u
	return true
}

// sum returns the value so far. A digit right after 百, 千 or 万 without 零
// counts the next smaller unit: 一百二 is 120.
func (a *adder) sum() float64 {
	v := a.total + a.group
	if a.pending < 0 {
		return v
	}
	last := a.unit
	if last == 0 {
		last = a.big
	}
	if !a.zero && last > 10 {
		return v + float64(a.pending)*last/10
	}
	return v + float64(a.pending)
}
