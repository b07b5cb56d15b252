package ballot

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Fraction is an exact share, such as 2/3. No count is ever compared through a
// floating-point number.
type Fraction struct {
	Num, Den int64
}

// maxPart bounds both parts of a fraction in a rule; no statute needs more.
const maxPart = 10000

// UnmarshalYAML reads 2/3 or 1/1.
func (f *Fraction) UnmarshalYAML(n *yaml.Node) error {
	num, den, ok := strings.Cut(n.Value, "/")
	a, errA := strconv.ParseInt(num, 10, 64)
	b, errB := strconv.ParseInt(den, 10, 64)
	if !ok || errA != nil || errB != nil || a < 1 || b < 1 || a > b || b > maxPart {
		return fmt.Errorf("line %d: %q 不是不大于1的分数；请写成 1/2、2/3 或 1/1", n.Line, n.Value)
	}
	*f = Fraction{a, b}
	return nil
}

var digits = [...]string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

// Spoken names the share: 半数, 三分之二, 全部.
func (f Fraction) Spoken() string {
	switch {
	case f.Num == f.Den:
		return "全部"
	case f.Num*2 == f.Den:
		return "半数"
	case f.Num <= 10 && f.Den <= 10:
		return digits[f.Den] + "分之" + digits[f.Num]
	}
	return fmt.Sprintf("%d分之%d", f.Den, f.Num)
}

// Comparison says whether the share itself is enough.
type Comparison string

// The comparisons: 超过 and 达到 (不少于).
const (
	Over    Comparison = ">"
	AtLeast Comparison = ">="
)

// Spoken names the comparison.
func (c Comparison) Spoken() string {
	if c == Over {
		return "超过"
	}
	return "达到"
}

// reaches reports whether count stands to base as f and c demand. Of nothing no
// share is ever reached.
func (c Comparison) reaches(count, base int64, f Fraction) bool {
	if base <= 0 || count < 0 {
		return false
	}
	d := compareProducts(count, f.Den, base, f.Num)
	return d > 0 || d == 0 && c == AtLeast
}

// compareProducts compares a×b with c×d, all of them non-negative, without
// overflow.
func compareProducts(a, b, c, d int64) int {
	ah, al := bits.Mul64(uint64(a), uint64(b))
	ch, cl := bits.Mul64(uint64(c), uint64(d))
	switch {
	case ah > ch || ah == ch && al > cl:
		return 1
	case ah == ch && al == cl:
		return 0
	}
	return -1
}

// needed returns what base×f demands: the bound itself if it is whole, and the
// least count that satisfies c. The bound is 0 when it is not whole.
func (c Comparison) needed(base int64, f Fraction) (bound, least int64) {
	hi, lo := bits.Mul64(uint64(max(base, 0)), uint64(f.Num))
	// hi < Den, because Num ≤ Den and so base×Num/Den ≤ base fits in 64 bits.
	q, r := bits.Div64(hi, lo, uint64(f.Den))
	if r != 0 {
		return 0, int64(q) + 1
	}
	if c == Over {
		return int64(q), int64(q) + 1
	}
	return int64(q), int64(q)
}
