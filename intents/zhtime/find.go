package zhtime

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Parse reads a text that is a time expression and nothing else but punctuation
// and a closing particle. False if there is anything more, or no time.
func Parse(text string, ref time.Time, opt Options) (Reading, bool) {
	s := newScanner(text, ref, opt)
	m, ok := s.best()
	if !ok || strings.Trim(s.text[:m.from], edge) != "" || strings.Trim(s.text[m.to:], edge+"吧呢啊呀哦了的") != "" {
		return Reading{Kind: None}, false
	}
	return s.reading(m, ref), true
}

// edge are the signs that may stand around an expression.
const edge = " ,.。!?;:、~-\"'()[]…·"

// Find returns the time a sentence is about. Several times in one sentence make
// the reading doubtful, unless they add up to one: "今天开会，下午三点". False if
// there is no time.
func Find(text string, ref time.Time, opt Options) (Reading, bool) {
	s := newScanner(text, ref, opt)
	m, ok := s.best()
	if !ok {
		return Reading{Kind: None}, false
	}
	return s.reading(m, ref), true
}

// FindAll returns every time expression of a text in order, each by itself.
func FindAll(text string, ref time.Time, opt Options) []Reading {
	s := newScanner(text, ref, opt)
	var out []Reading
	for _, m := range s.all() {
		out = append(out, s.reading(m, ref))
	}
	return out
}

// weight orders what is found: what says more about when wins.
type weight uint8

const (
	weighNow weight = iota
	weighLength
	weighTime  // a time of day alone
	weighDated // a day, a limit
	weighRecurrence
)

// match is one expression found in the text.
type match struct {
	from, to int // bytes of the scanner's text
	kind     Kind
	weight   weight
	limit
	amount amount
	recur  *recurring
	// rivals are other expressions of the same weight that say something else.
	rivals []match
}

// all lists the expressions of the text from left to right, none overlapping.
func (s *scanner) all() []match {
	var out []match
	for i := 0; i < len(s.text); {
		if s.starts(i) {
			if m, ok := s.matchAt(i); ok {
				out = append(out, m)
				i = m.to
				continue
			}
		}
		_, w := utf8.DecodeRuneInString(s.text[i:])
		i += w
	}
	return out
}

// starts reports whether an expression may begin at i: not inside a number or a
// word of letters.
func (s *scanner) starts(i int) bool {
	b := s.text[i]
	if b < utf8.RuneSelf {
		if b < '0' || b > '9' {
			return false
		}
		if i > 1 && s.text[i-1] == ',' && word(s.text[i-2]) && s.digitsAt(i) == 3 {
			return false // the end of 35,000
		}
		if i > 1 && s.text[i-1] == '/' && word(s.text[i-2]) {
			return false // the middle of 3/3/15, whose order is anyone's guess
		}
		if i > 0 && (word(s.text[i-1]) || s.text[i-1] == '.' && i > 1 && word(s.text[i-2])) {
			return false
		}
		n := s.digitsAt(i)
		return n == 8 || figureFollowers.has(s.runeAt(s.skip(i+n, " ")))
	}
	r := s.runeAt(i)
	if !starters.has(r) {
		return false
	}
	if numeral(r) && i > 0 && r != '半' {
		p, _ := utf8.DecodeLastRuneInString(s.text[:i])
		return p != '第' && (!numeral(p) || p < utf8.RuneSelf || p == '半')
	}
	return true
}

// matchAt reads the expression that begins at i.
func (s *scanner) matchAt(i int) (match, bool) {
	at := s.skip(i, "大概", "大约", "差不多", "约")
	m, ok := s.exactAt(at)
	if !ok {
		return match{}, false
	}
	m.from = i
	if j := s.any(m.to, "左右"); j > 0 {
		m.doubt = m.doubt || m.grain >= grainDay && m.kind == Span
		m.to = j
	}
	return m, true
}

func (s *scanner) exactAt(i int) (match, bool) {
	if r, j := s.recurAt(i); j > 0 {
		kept := r
		m := match{to: j, kind: Recurring, weight: weighRecurrence, recur: &kept}
		if r.invalid {
			m.kind, m.weight = Impossible, weighDated
		}
		return m, true
	}
	if l, j := s.limitAt(i); j > 0 {
		return onCalendar(l, j), true
	}
	if sl, j := s.rangeAt(i); j > 0 && s.inPlace(sl, i, j) {
		if l, k := s.suffixed(sl, j); k > 0 {
			if sl.invalid {
				l = limit{slot: sl}
			}
			return onCalendar(l, k), true
		}
		return onCalendar(limit{slot: sl}, j), true
	}
	if a, j := s.amountRange(i); j > 0 && s.countsTime(i, j) {
		return match{to: j, kind: Duration, weight: weighLength, amount: a}, true
	}
	return match{}, false
}

// onCalendar makes a match of a place on the calendar.
func onCalendar(l limit, to int) match {
	m := match{to: to, limit: l, weight: weighTime}
	switch {
	case l.invalid:
		m.kind = Impossible
	case l.from == l.to && !l.deadline:
		m.kind = Point
	default:
		m.kind = Span
	}
	if l.dated || l.deadline || l.invalid {
		m.weight = weighDated
	}
	return m
}

// inPlace refuses bare times of day where the words around them say otherwise:
// 快一点, 有一点, 早上好.
func (s *scanner) inPlace(sl slot, i, j int) bool {
	if sl.dated || sl.invalid {
		return s.any(j, "快乐", "愉快") == 0
	}
	if s.any(i, "一点", "1点") == 0 || j-i > len("一点") {
		return s.any(j, "好", "快乐", "愉快") == 0
	}
	if p, _ := utf8.DecodeLastRuneInString(s.text[:i]); containsRune("早晚快慢有好差", p) {
		return false
	}
	if r := s.before(i); r >= 0x4E00 && r <= 0x9FFF && !containsRune("在到于是定改等从约说的", r) {
		return false
	}
	r := s.runeAt(j)
	return r < 0x4E00 || r > 0x9FFF || containsRune("开集到出上下结前后左来去走见准吧", r)
}

// countsTime refuses lengths that are part of other words: 半天没人来, 三日元.
func (s *scanner) countsTime(i, j int) bool {
	if s.any(i, "三天两头", "一天到晚", "一年四季", "一年到头", "一年半载", "十天半个月", "一天天") > 0 {
		return false
	}
	if s.has(i, "半天") && s.oneOf(j, "没不了都才也") > 0 {
		return false
	}
	return s.before(i) != '第' && s.oneOf(j, "候") == 0 && !(s.has(i, "半天") && s.before(i) == '大')
}

// best returns the expression the sentence is about.
func (s *scanner) best() (match, bool) {
	found := s.all()
	if len(found) == 0 {
		return match{}, false
	}
	found = s.joined(found)
	top := slices.MaxFunc(found, func(a, b match) int {
		if a.weight != b.weight {
			return int(a.weight) - int(b.weight)
		}
		if pa, pb := s.over(a), s.over(b); pa != pb {
			if pa {
				return -1
			}
			return 1
		}
		return 0 // MaxFunc keeps the first of equals
	})
	if top.kind == Recurring && !top.recur.shift {
		for i := top.to; i < len(s.text) && !top.recur.shift; i++ {
			top.recur.shift = s.text[i] >= utf8.RuneSelf && s.shiftAt(i) > 0
		}
	}
	if top.weight == weighDated || top.weight == weighTime {
		for _, m := range found {
			if m.weight == top.weight && m.from != top.from && m.pair != top.pair {
				top.rivals = append(top.rivals, m)
			}
		}
	}
	return top, true
}

// over reports an expression that lies in the past.
func (s *scanner) over(m match) bool {
	return (m.kind == Point || m.kind == Span) && m.limit.to < s.ref
}

// joined merges a day and a time of day that stand apart.
func (s *scanner) joined(found []match) []match {
	day, at := -1, -1
	for i, m := range found {
		switch {
		case m.weight == weighDated && m.kind == Span && m.grain == grainDay && !m.deadline:
			if day >= 0 {
				return found
			}
			day = i
		case m.weight == weighDated:
			return found
		case m.weight == weighTime:
			if at >= 0 {
				return found
			}
			at = i
		}
	}
	if day < 0 || at < 0 || found[day].invalid || found[at].invalid {
		return found
	}
	base := found[day]
	a, j := s.afterDate(base.slot, found[at].from)
	if j <= found[at].from || a.invalid {
		return found
	}
	sl, k := s.extend(a, found[at].from, j)
	l := limit{slot: sl}
	if dl, e := s.suffixed(sl, k); e > 0 {
		l, k = dl, e
	}
	m := onCalendar(l, max(k, base.to))
	m.from = min(base.from, found[at].from)
	out := slices.Clone(found)
	out[day] = m
	return slices.Delete(out, at, at+1)
}

// reading hands a match out in the zone of the reference.
func (s *scanner) reading(m match, ref time.Time) Reading {
	loc := ref.Location()
	r := Reading{Kind: m.kind}
	switch m.kind {
	case Duration:
		r.Length = m.amount.length()
		r.Doubtful = m.amount.vague
		if m.amount.high != nil {
			r.Doubtful = true
			r.Others = []Reading{{Kind: Duration, Length: m.amount.high.length()}}
		}
	case Recurring:
		r = s.recurrence(*m.recur, loc)
	case Point, Span:
		r = s.place(m, m.pair, loc)
		r.Doubtful = m.doubt
		for n := range m.n {
			r.Others = append(r.Others, s.place(m, m.others[n], loc))
		}
	}
	r.Doubtful = r.Doubtful || s.frayed(m)
	s.locate(&r, m)
	for _, rival := range m.rivals {
		r.Doubtful = true
		other := s.reading(match{from: rival.from, to: rival.to, kind: rival.kind, limit: rival.limit, amount: rival.amount, recur: rival.recur}, ref)
		r.Others = append(r.Others, other)
	}
	return r
}

// frayed reports that the expression touches words that may well belong to it and
// were not understood: 九十年代末期, 周五以后, 双周周三, 星期三四.
func (s *scanner) frayed(m match) bool {
	if s.oneOf(m.to, "季春夏秋冬旬末初头底暑寒余几逢") > 0 || containsRune("近第每逢隔同单双周", s.before(m.from)) {
		return true
	}
	if s.any(m.to, "之后", "以后", "上旬", "中旬", "下旬", "前后") > 0 {
		return true
	}
	if j := s.any(m.to, "后"); j > 0 && s.oneOf(j, "天面门勤续来者期辈备台") == 0 {
		return true
	}
	wd, j := s.weekdayDigit(m.to)
	return j > 0 && wd < 7 && s.weekdayEnds(m.from, m.to) && s.oneOf(j, "起共定直般样块些个位次") == 0
}

func (s *scanner) place(m match, p pair, loc *time.Location) Reading {
	r := Reading{Kind: m.kind, Start: p.from.in(loc), End: p.to.in(loc), Deadline: m.deadline}
	r.WholeDay = m.grain >= grainDay && p.to%daySec == 0 && (m.deadline || p.from%daySec == 0)
	return r
}

// recurrence hands out a recurrence with its first occurrence.
func (s *scanner) recurrence(r recurring, loc *time.Location) Reading {
	told := func(ru rule) Reading {
		rec := &Recurrence{RRule: ru.rrule(), WholeDay: len(ru.times) == 0 && !ru.clockwise(),
			Length: time.Duration(ru.length) * time.Second, rule: ru, ref: s.ref, loc: loc, cal: s.cal}
		out := Reading{Kind: Recurring, Recurrence: rec, WholeDay: rec.WholeDay}
		if first := rec.Occurrences(1); len(first) > 0 {
			out.Start, out.End = first[0], first[0].Add(rec.Length)
		}
		return out
	}
	out := told(r.rule)
	out.Doubtful = r.doubt
	if r.other > 0 {
		other := r.rule
		other.interval = r.other
		out.Doubtful = true
		out.Others = []Reading{told(other)}
	}
	return out
}

// locate fills in where the expression stands in the text as given.
func (s *scanner) locate(r *Reading, m match) {
	from, to := m.from, m.to
	if s.from != nil {
		from, to = int(s.from[m.from]), int(s.from[m.to-1])+1
	}
	r.From, r.To = s.folded.Runes(from, to)
	r.Text = s.folded.Original(from, to)
}
