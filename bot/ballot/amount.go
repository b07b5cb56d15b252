package ballot

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Area is a floor area (专有部分面积) in units of 0.01 m².
type Area int64

// maxArea keeps the sum over any roll within 64 bits: 100 km².
const maxArea Area = 100_000_000 * 100

var (
	_ yaml.Unmarshaler = (*Fraction)(nil)
	_ yaml.Unmarshaler = (*Area)(nil)
)

// ParseArea reads square metres with at most two decimals: 89, 89.5, 89.50.
func ParseArea(s string) (Area, error) {
	whole, frac, dot := strings.Cut(strings.TrimSpace(s), ".")
	if whole == "" || dot && frac == "" || len(frac) > 2 || !allDigits(whole) || !allDigits(frac) {
		return 0, fmt.Errorf("%q 不是面积；请写成 89 或 89.50（平方米，最多两位小数）", s)
	}
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil || Area(n) > maxArea {
		return 0, fmt.Errorf("%q 太大了，请核对面积", s)
	}
	return Area(n), nil
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// String writes the area in square metres without needless zeros.
func (a Area) String() string {
	s := fmt.Sprintf("%d.%02d", a/100, a%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// UnmarshalYAML reads square metres, quoted or not.
func (a *Area) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseArea(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*a = v
	return nil
}

// Measure is what is counted.
type Measure string

// The measures. Households and Groups are second counting units: they can make a
// meeting valid, but nobody votes by them unless they are the roll's unit, and then
// they are its heads.
const (
	Heads      Measure = "heads"      // persons, owners, households or seats, each once
	Weight     Measure = "weight"     // votes, where a seat has several
	FloorArea  Measure = "area"       // 专有部分面积
	Households Measure = "households" // 户 represented
	Groups     Measure = "groups"     // 居民小组 represented
)

var measures = []Measure{Heads, Weight, FloorArea, Households, Groups}

// Amount is the same set of voters in every measure.
type Amount struct {
	Heads      int64 `json:"heads"`
	Weight     int64 `json:"weight,omitempty"`
	Area       Area  `json:"area,omitempty"`
	Households int64 `json:"households,omitempty"`
	Groups     int64 `json:"groups,omitempty"`
}

// Of returns one measure.
func (a Amount) Of(m Measure) int64 {
	switch m {
	case Weight:
		return a.Weight
	case FloorArea:
		return int64(a.Area)
	case Households:
		return a.Households
	case Groups:
		return a.Groups
	}
	return a.Heads
}

// Plus adds two sets that share nobody, but for households and groups, which two
// sets may share: those are not added.
func (a Amount) Plus(b Amount) Amount {
	return Amount{Heads: a.Heads + b.Heads, Weight: a.Weight + b.Weight, Area: a.Area + b.Area, Households: a.Households, Groups: a.Groups}
}

// amount is one voter, but for household and group, which others may share.
func (v Voter) amount() Amount { return Amount{Heads: 1, Weight: v.weight(), Area: v.Area} }

// heads is an amount of n voters with one vote each.
func heads(n int64) Amount { return Amount{Heads: n, Weight: n} }

// say writes a number of a measure as people read it: 16, 10001平方米.
func (m Measure) say(n int64) string {
	if m == FloorArea {
		return Area(n).String() + "平方米"
	}
	return strconv.FormatInt(n, 10)
}
