package zhnum

import "strings"

var (
	digitNames = [...]string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	smallUnits = [...]string{"", "十", "百", "千"}
)

// MaxFormat is the largest number [Format] spells out.
const MaxFormat = 9999_9999_9999_9999

// Format spells n as it is read aloud: 12 is 十二, 1002 一千零二. Numbers below
// zero or above [MaxFormat] come out as 零; nothing in a chat has them.
func Format(n int) string {
	if n <= 0 || n > MaxFormat {
		return digitNames[0]
	}
	if high := n / 1_0000_0000; high > 0 {
		return Format(high) + "亿" + joined(n%1_0000_0000, 1e7)
	}
	if high := n / 1_0000; high > 0 {
		return Format(high) + "万" + joined(n%1_0000, 1e3)
	}
	s := group(n)
	if strings.HasPrefix(s, "一十") {
		return strings.TrimPrefix(s, "一")
	}
	return s
}

// joined spells what follows 万 or 亿, with 零 where a place is skipped.
func joined(n int, full int) string {
	if n == 0 {
		return ""
	}
	s := group(n)
	if n >= 1_0000 {
		s = group(n/1_0000) + "万" + joined(n%1_0000, 1e3)
	}
	if n < full {
		return digitNames[0] + s
	}
	return s
}

// group spells a number of at most four digits.
func group(n int) string {
	var b strings.Builder
	gap := false
	for place, pow := 3, 1000; place >= 0; place, pow = place-1, pow/10 {
		d := n / pow % 10
		switch {
		case d != 0:
			if gap && b.Len() > 0 {
				b.WriteString(digitNames[0])
			}
			gap = false
			b.WriteString(digitNames[d])
			b.WriteString(smallUnits[place])
		case b.Len() > 0:
			gap = true
		}
	}
	return b.String()
}

// FormatDigits spells the digits of n one by one, as in a year: 2026 is
// 二〇二六.
func FormatDigits(n int) string {
	if n < 0 {
		return digitNames[0]
	}
	if n < 10 {
		return yearDigit(n)
	}
	return FormatDigits(n/10) + yearDigit(n%10)
}

func yearDigit(d int) string {
	if d == 0 {
		return "〇"
	}
	return digitNames[d]
}
