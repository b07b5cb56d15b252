package intents

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// flags are what the words around a verb say about it.
type flags uint8

const (
	negated flags = 1 << iota
	asked
	outside // someone else does it
	hedged
	handed  // someone is told to do it
	ordered // 帮我: asked as a favour
	told    // 已经: it has been done
	mine    // 我: the speaker will do it
)

// head is the beginning of a clause up to and including its verb.
type head struct {
	from, at, end int // the clause, the verb, after the verb
	ok            bool
	word          int
	sure, bare    float64 // with and without something fitting after it
	why           string
	rival         int
	stem          bool // 接 for 接单
	slip          bool
	one           bool // the verb is one character
	pretext       bool // other words stand before the clause
	buried        bool
	flags         flags
	refs          refList
	last, this    bool
	people        []match
	when          *timeSpan
	score         int
}

// parseHead reads a clause from its beginning until the verb, or until words
// that are neither polite filler, reference, person nor time.
func (rd *reading) parseHead(from int) head {
	h := head{from: from, at: from, rival: -1}
	for h.at < len(rd.s) {
		i := h.at
		if r, w := utf8.DecodeRuneInString(rd.s[i:]); separator(r) && !rd.bracketRef(i) {
			if r != ' ' {
				h.flags &^= outside
			}
			h.at += w
			continue
		}
		if rd.verb(&h) || !rd.beforeVerb(&h) {
			break
		}
	}
	return h
}

// bracketRef reports that [#12] begins at i.
func (rd *reading) bracketRef(i int) bool {
	return rd.s[i] == '[' && i+1 < len(rd.s) && rd.s[i+1] == '#'
}

// verb reads the verb at h.at, spelled right or nearly so.
func (rd *reading) verb(h *head) bool {
	i := h.at
	f, exact := rd.verbAt(rd.s, i)
	if exact && (f.runes > 1 || rd.standsAlone(i+len(f.text), f.word)) {
		if word, end, ok := rd.stemAt(h, i); ok && end > i+len(f.text) {
			h.set(word, end, 1, 1, "")
			h.stem = true
			return true
		}
		h.set(f.word, i+len(f.text), 1, 1, "")
		h.one = f.runes == 1
		return true
	}
	if word, end, ok := rd.stemAt(h, i); ok {
		h.set(word, end, 1, 1, "动词的简称")
		h.stem = true
		return true
	}
	if r, w := utf8.DecodeRuneInString(rd.s[i:]); strings.HasPrefix(rd.s[i+w:], string(r)) { // 接接单
		if f, ok := rd.verbAt(rd.s, i+w); ok && f.runes > 1 {
			h.set(f.word, i+w+len(f.text), 0.95, 0.95, "首字打重了")
			return true
		}
	}
	sl, ok := rd.slipAt(rd.s, i)
	if !ok || len(frameWords.at(rd.s, i).text) >= sl.end-i {
		return false
	}
	if latin(rd.s[i]) && sl.runes == 1 && !rd.standsAlone(sl.end, sl.word) {
		return false
	}
	h.set(sl.word, sl.end, sl.sure, sl.bare, sl.why)
	h.rival, h.slip = sl.rival, true
	return true
}

func (h *head) set(word, end int, sure, bare float64, why string) {
	h.ok, h.word, h.end, h.sure, h.bare, h.why = true, word, end, sure, bare, why
}

// standsAlone reports that a verb of one character that ends at i is a verb and
// not the beginning of another word (转告, 出门): something it takes follows, or
// nothing does.
func (rd *reading) standsAlone(i, word int) bool {
	s := rd.s
	if boundaryAfter(s, i) || s[i] == '#' || s[i] == '@' {
		return true
	}
	for _, p := range [...]string{"一下", "下"} {
		if strings.HasPrefix(s[i:], p) {
			return p == "一下" || rd.takesAt(i+len(p), word)
		}
	}
	if _, w := utf8.DecodeLastRuneInString(s[:i]); strings.HasPrefix(s[i:], s[i-w:i]) { // 查查
		return rd.takesAt(i+w, word) || boundaryAfter(s, i+w)
	}
	return rd.takesAt(i, word)
}

// takesAt reports that a piece the verb takes begins at i.
func (rd *reading) takesAt(i, word int) bool {
	w := rd.words[word]
	if i >= len(rd.s) {
		return false
	}
	if w.Takes.Matter {
		if _, _, kind := rd.refAt(rd.s, i); kind != noRef {
			return true
		}
		if lastWords.at(rd.s, i).text != "" || thisWords.at(rd.s, i).text != "" {
			return true
		}
	}
	if w.Takes.People {
		if _, ok := rd.personAt(i, true); ok {
			return true
		}
	}
	if w.Looks {
		if _, ok := rd.personAt(i, false); ok {
			return true
		}
		if f, ok := rd.verbAt(rd.s, i); ok && rd.words[f.word].Looks && f.runes > 1 {
			return true
		}
	}
	if w.Takes.Time {
		if _, ok := rd.timeAt(i); ok {
			return true
		}
		return w.Looks && len(rd.timesIn()) > 0
	}
	return false
}

// beforeVerb reads one thing that may stand before the verb and reports false
// if what stands there is no such thing.
func (rd *reading) beforeVerb(h *head) bool {
	s, i := rd.s, h.at
	if e := lastWords.at(s, i); e.text != "" {
		h.last = true
		h.at += len(e.text)
		return true
	}
	if e := thisWords.at(s, i); e.text != "" {
		h.this = true
		h.at += len(e.text)
		return true
	}
	if h.refs.kind == noRef {
		if list := rd.refsAt(s, i, false, Takes{}); list.kind != noRef {
			h.refs = list
			h.at = list.end
			return true
		}
	}
	if n, end := scoreAt(s, i); n > 0 && !boundaryAfter(s, end) {
		h.score, h.at = n, end
		return true
	}
	if t, ok := rd.timeBefore(i); ok && h.when == nil && !(frameWords.at(s, i).text != "" && frameWords.at(s, i).class == filler) {
		h.when, h.at = &t, t.to
		if strings.HasPrefix(s[h.at:], "的") {
			h.at += len("的")
		}
		return true
	}
	if m, ok := rd.personAt(i, s[i] == '@'); ok {
		h.people = append(h.people, m)
		h.at = m.to
		return true
	}
	return rd.frameWord(h)
}

// frameWord reads a word of the table and notes what it says.
func (rd *reading) frameWord(h *head) bool {
	e := frameWords.at(rd.s, h.at)
	if e.text == "" {
		return rd.afterHanding(h)
	}
	end := h.at + len(e.text)
	if f, ok := rd.choiceAt(rd.s, h.at, -1); ok && len(f.text) > len(e.text) { // 不同意
		return false
	}
	switch e.class {
	case negation:
		h.flags |= negated
	case question:
		h.flags |= asked
	case self:
		h.flags |= mine
	case outsider:
		if e.text != "都" || h.flags&mine == 0 && h.refs.kind == noRef {
			h.flags |= outside
		}
	case hedge:
		h.flags |= hedged
	case handing:
		h.flags |= handed
	case thanks:
		if !boundaryAfter(rd.s, end) {
			return false
		}
	case filler:
		if strings.HasPrefix(e.text, "已") || strings.HasPrefix(e.text, "刚") {
			h.flags |= told
		}
		if strings.Contains(e.text, "帮") {
			h.flags |= ordered
		}
	}
	h.at = end
	return true
}

// afterHanding reads a person by a form of address after 让 or 给: 让老王.
func (rd *reading) afterHanding(h *head) bool {
	r, _ := utf8.DecodeRuneInString(rd.s[h.at:])
	if r != '老' && r != '小' && !slices.ContainsFunc(rd.nearby(), func(c called) bool { return firstRune(c.name) == r }) {
		return false
	}
	f := rd.addressedAt(h.at)
	if f.size == 0 {
		return false
	}
	to := h.at + f.size
	h.people = append(h.people, match{from: h.at, to: to, said: span{h.at, to}, ids: f.ids})
	h.at = to
	return true
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
