package zhnum

import (
	"strings"
	"unicode/utf8"
)

// Parse reads the number s begins with and returns it with its length in bytes.
// The length is 0 if s does not begin with a number. The longest reading is
// taken: all of 一百零二, of 3万5 (35000) and of 1.5, but only 3 of "3." and 一百
// of 一百零.
func Parse(s string) (n Number, size int) {
	if rest, ok := strings.CutPrefix(s, "第"); ok {
		space := len(rest) - len(strings.TrimLeft(rest, " "))
		n, size = parseCardinal(rest[space:])
		if size == 0 || n.Value != float64(int(n.Value)) || n.Approximate() {
			return Number{}, 0
		}
		n.Ordinal = true
		return n, size + space + len("第")
	}
	return parseCardinal(s)
}

// ParseDecimal is Parse, but also reads 点 between two numbers as the decimal
// point: 两点五 is 2.5. Callers use it where a time of day is ruled out.
func ParseDecimal(s string) (n Number, size int) {
	n, size = Parse(s)
	if size == 0 || n.Ordinal || n.Approximate() || n.Value != float64(int(n.Value)) {
		return n, size
	}
	rest, ok := strings.CutPrefix(s[size:], "点")
	if !ok {
		return n, size
	}
	frac, scale, length := 0.0, 1.0, 0
	for length < len(rest) && scale > 1e-6 {
		d, w := digit(rest[length:])
		if w == 0 {
			break
		}
		scale /= 10
		frac += float64(d) * scale
		length += w
	}
	if length == 0 {
		return n, size
	}
	n.Value += frac
	n.High, n.Digits = n.Value, 0
	return n, size + len("点") + length
}

func parseCardinal(s string) (Number, int) {
	if s == "" {
		return Number{}, 0
	}
	if s[0] >= '0' && s[0] <= '9' {
		return parseArabic(s)
	}
	if s[0] < utf8.RuneSelf {
		return Number{}, 0
	}
	return parseHan(s)
}

// parseArabic reads ASCII digits, a decimal part, and a trailing 千, 万 or 亿.
func parseArabic(s string) (Number, int) {
	v, size := arabicDigits(s)
	digits := size
	if frac, w := decimals(s[size:]); w > 0 {
		v += frac
		size += w
		digits = 0
	}
	unit, w := bigUnit(s[size:])
	if w == 0 {
		return exact(v, digits, false), size
	}
	n := exact(v*unit, 0, true)
	size += w
	rest, w := tail(s[size:], unit)
	n.Value += rest
	n.High = n.Value
	return n, size + w
}

// arabicDigits reads a run of ASCII digits.
func arabicDigits(s string) (v float64, size int) {
	for size < len(s) && s[size] >= '0' && s[size] <= '9' {
		v = v*10 + float64(s[size]-'0')
		size++
	}
	return v, size
}

// decimals reads a decimal point and the digits after it. A second point, as in
// 1.2.3 or in an address, means that it was no decimal point.
func decimals(s string) (v float64, size int) {
	if len(s) < 2 || s[0] != '.' {
		return 0, 0
	}
	num, w := arabicDigits(s[1:])
	if w == 0 || w > 12 {
		return 0, 0
	}
	if after := s[1+w:]; len(after) > 1 && after[0] == '.' && after[1] >= '0' && after[1] <= '9' {
		return 0, 0
	}
	scale := 1.0
	for range w {
		scale *= 10
	}
	return num / scale, 1 + w
}

// bigUnit reads the unit that may follow digits. 十 and 百 do not: nobody types
// 3百, and 5百货 is a shop.
func bigUnit(s string) (unit float64, size int) {
	switch {
	case strings.HasPrefix(s, "千米"), strings.HasPrefix(s, "千瓦"), strings.HasPrefix(s, "千克"):
		return 0, 0
	case strings.HasPrefix(s, "千"):
		return 1e3, len("千")
	case strings.HasPrefix(s, "万亿"):
		return 1e12, len("万亿")
	case strings.HasPrefix(s, "万"):
		return 1e4, len("万")
	case strings.HasPrefix(s, "亿"):
		return 1e8, len("亿")
	}
	return 0, 0
}

// tail reads what may follow 3万: a lone digit (3万5) or smaller units (3万2千).
func tail(s string, unit float64) (v float64, size int) {
	num, w := arabicDigits(s)
	if w == 0 {
		return 0, 0
	}
	if u, uw := bigUnit(s[w:]); uw > 0 && u*num < unit {
		return num * u, w + uw
	}
	if w == 1 && unit > 1e3 {
		return num * unit / 10, w
	}
	return 0, 0
}
