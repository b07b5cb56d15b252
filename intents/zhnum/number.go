package zhnum

import "math"

// Number is a number as read.
type Number struct {
	// Value is the number. For 两三 it is the lower one.
	Value float64
	// High is the upper end of an approximate number such as 两三 or 七八; for
	// all others it equals Value.
	High float64
	// Han says that it was written in Chinese characters, at least in part.
	Han bool
	// Ordinal says that 第 stood before it.
	Ordinal bool
	// Digits is how many digits were written one by one: 2 in 12, 4 in
	// 二〇二六, 0 in 三十六. A leading zero counts, so 08 has two.
	Digits int
}

// maxExact bounds the integers a float64 holds exactly.
const maxExact = 1 << 53

// Int returns the number as an integer; ok is false for fractions and for
// numbers too long to be held exactly, such as the number of an identity card.
func (n Number) Int() (v int, ok bool) {
	if n.Value != math.Trunc(n.Value) || n.Value >= maxExact {
		return 0, false
	}
	return int(n.Value), true
}

// Approximate reports a number such as 两三 or 七八.
func (n Number) Approximate() bool { return n.High > n.Value }

// exact returns a number without spread.
func exact(v float64, digits int, han bool) Number {
	return Number{Value: v, High: v, Digits: digits, Han: han}
}
