package zhtime

import (
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/intents/zhnum"
	"yiqun/intents/zhtext"
)

// scanner reads one text. Every method that reads takes a byte offset and
// returns the offset behind what it read, or 0 if it read nothing: no reading
// can end at 0.
type scanner struct {
	folded zhtext.Folded
	// text is the folded text without the spaces that do not part two numbers
	// or two words of letters, since 12 月 5 日 means 12月5日. from maps its bytes to
	// those of the folded text; nil if they are the same.
	text string
	from []int32

	ref   stamp
	today int
	// year, month and dom are the date of the reference.
	year, month, dom int

	prefer   Preference
	cal      *Calendar
	workEnds stamp

	amounts memo

	// anchored is set while the end of a range is read: dates are then the first
	// ones from the day anchor on.
	anchored bool
	anchor   int
}

func newScanner(text string, ref time.Time, opt Options) *scanner {
	s := &scanner{folded: zhtext.Fold(text), prefer: opt.Prefer, cal: opt.Calendar}
	s.text, s.from = compact(s.folded.Text)
	s.ref = stampOf(ref)
	s.today = dayOf(s.ref)
	s.year, s.month, s.dom = civil(s.today)
	if s.cal == nil {
		s.cal = builtin
	}
	s.workEnds = stamp(opt.WorkEnds / time.Second)
	if s.workEnds <= 0 || s.workEnds > daySec {
		s.workEnds = 18 * hour
	}
	return s
}

// compact removes the spaces that stand beside a Chinese character.
func compact(s string) (string, []int32) {
	if strings.IndexByte(s, ' ') < 0 {
		return s, nil
	}
	out := make([]byte, 0, len(s))
	from := make([]int32, 0, len(s)+1)
	for i := range len(s) {
		if s[i] == ' ' && i+1 < len(s) && !(word(s[i-1]) && word(s[i+1])) {
			continue
		}
		out = append(out, s[i])
		from = append(from, int32(i))
	}
	return string(out), append(from, int32(len(s)))
}

func word(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' }

// gap reports whether a space stood before byte i of the text.
func (s *scanner) gap(i int) bool {
	return s.from != nil && i > 0 && i < len(s.text) && s.from[i] != s.from[i-1]+1
}

// parted reports whether a space stood before i behind a figure. 延期 3 月底 is said
// of matter 3, though 三 月 底 is only widely typed.
func (s *scanner) parted(i int) bool {
	return s.gap(i) && s.text[i-1] >= '0' && s.text[i-1] <= '9'
}

// fresh reports whether a space stands before a figure at i: 12月 5号楼 is not the
// fifth.
func (s *scanner) fresh(i int) bool {
	return s.gap(i) && s.text[i] >= '0' && s.text[i] <= '9'
}

// has reports whether w stands at i.
func (s *scanner) has(i int, w string) bool { return strings.HasPrefix(s.text[i:], w) }

// skip returns the offset behind the first of the words that stands at i, or i.
func (s *scanner) skip(i int, words ...string) int {
	for _, w := range words {
		if strings.HasPrefix(s.text[i:], w) {
			return i + len(w)
		}
	}
	return i
}

// any returns the offset behind the first of the words that stands at i, or 0.
func (s *scanner) any(i int, words ...string) int {
	for _, w := range words {
		if strings.HasPrefix(s.text[i:], w) {
			return i + len(w)
		}
	}
	return 0
}

// runeAt returns the character at i, 0 at the end.
func (s *scanner) runeAt(i int) rune {
	if i >= len(s.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return r
}

// before returns the character before i, 0 at the beginning or after a space.
func (s *scanner) before(i int) rune {
	if i == 0 || s.gap(i) {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s.text[:i])
	return r
}

// oneOf returns the offset behind the character at i if it is one of set, or 0.
func (s *scanner) oneOf(i int, set string) int {
	r := s.runeAt(i)
	if r != 0 && strings.ContainsRune(set, r) {
		return i + utf8.RuneLen(r)
	}
	return 0
}

// number is a whole number as it stands in the text.
type number struct {
	v      int
	digits int // digits written one by one; 0 for words
	han    bool
}

// num reads a whole number without 第.
func (s *scanner) num(i int) (number, int) {
	n, j := s.quantity(i)
	v, ok := n.Int()
	if j == 0 || !ok || n.Approximate() {
		return number{}, 0
	}
	return number{v, n.Digits, n.Han}, j
}

// quantity reads any number without 第.
func (s *scanner) quantity(i int) (zhnum.Number, int) {
	if !numeral(s.runeAt(i)) {
		return zhnum.Number{}, 0
	}
	n, size := zhnum.Parse(s.text[i:])
	if size == 0 {
		return zhnum.Number{}, 0
	}
	return n, i + size
}

// numeral reports whether a number can begin with r.
func numeral(r rune) bool {
	switch r {
	case '零', '〇', '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '廿', '卅', '半',
		'俩', '仨', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖', '拾', '幺':
		return true
	}
	return r >= '0' && r <= '9'
}

// digitsAt counts the ASCII digits at i.
func (s *scanner) digitsAt(i int) int {
	n := 0
	for i+n < len(s.text) && s.text[i+n] >= '0' && s.text[i+n] <= '9' {
		n++
	}
	return n
}

// small returns the value of n ASCII digits at i.
func (s *scanner) small(i, n int) int {
	v := 0
	for k := range min(n, 9) {
		v = v*10 + int(s.text[i+k]-'0')
	}
	return v
}

// joint skips what may stand between a date and its time: a comma, 的, a space.
func (s *scanner) joint(i int) int {
	for range 2 {
		i = s.skip(i, ",", "，", "、", "的", " ", "t")
	}
	return i
}

// connector reads what joins the ends of a range.
func (s *scanner) connector(i int) int {
	i = s.skip(i, " ")
	j := s.any(i, "起至", "起到", "开始到", "一直到", "直到", "到", "至", "~", "-", "起-", "起~", "——")
	if j == 0 {
		return 0
	}
	for j < len(s.text) && (s.text[j] == '-' || s.text[j] == ' ' || s.text[j] == '~') {
		j++
	}
	return j
}

// sharesUnit reports whether a connector, another number up to limit and one of
// the units stand at i, as behind the 9 of 9到11点.
func (s *scanner) sharesUnit(i, limit int, units ...string) bool {
	j := s.connector(i)
	if j == 0 {
		return false
	}
	n, k := s.num(j)
	return k > 0 && n.v <= limit && s.any(k, units...) > 0
}
