package intents

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// scan is the walk over the words around the verb that takes out the pieces the
// verb holds and leaves the text.
type scan struct {
	*reading
	w      Word
	word   int
	at     int
	text   bool // free text has begun since the last removed piece
	bare   bool // the only matter was a bare number
	span   bool // matters said as 3到5
	mixed  bool // two different choices
	denied bool // a person was negated: 不给王建国
	not    bool // a choice was negated
	begun  bool // any free text has begun
	refEnd int  // where the matters end, 0 if they stood elsewhere
	ate    bool // a piece stood glued to the verb
}

// scanned is how many bytes after the verb are searched for pieces. It bounds
// the work on hostile texts; beyond it only telephone numbers are taken out.
const scanned = 2400

// scanPieces walks s[from:to].
func (rd *reading) scanPieces(word, from, to int) scan {
	sc := scan{reading: rd, w: rd.words[word], word: word, at: from}
	limit := min(to, from+scanned)
	for sc.at < limit {
		if r, w := utf8.DecodeRuneInString(sc.s[sc.at:]); separator(r) && !rd.bracketRef(sc.at) {
			sc.at += w
			if r == ',' || r == '。' || r == ';' {
				sc.text = false
			}
			continue
		}
		if end, ok := sc.piece(); ok {
			if sc.at == from {
				sc.ate = true
			}
			rd.remove(sc.at, end)
			sc.at = end
			sc.text = false
			continue
		}
		sc.text, sc.begun = true, true
		_, w := utf8.DecodeRuneInString(sc.s[sc.at:])
		sc.at += w
	}
	rd.phoneOnly(word, limit, to)
	return sc
}

// remove takes s[from:to] out of the text.
func (rd *reading) remove(from, to int) { rd.cut = append(rd.cut, span{from, to}) }

// removed reports that the text before i has been taken out.
func (rd *reading) removed(i int) bool {
	n := len(rd.cut)
	return n > 0 && rd.cut[n-1].to == i
}

// piece reads what begins at sc.at and reports whether it is to be removed.
func (sc *scan) piece() (end int, remove bool) {
	left := boundaryBefore(sc.s, sc.at) || sc.removed(sc.at)
	for _, read := range [...]func(*scan, bool) (int, bool){
		(*scan).matter, (*scan).person, (*scan).choice, (*scan).phone, (*scan).score, (*scan).hours, (*scan).points, (*scan).count, (*scan).time,
	} {
		if end, ok := read(sc, left); ok {
			return end, true
		}
	}
	return sc.at, false
}

func (sc *scan) matter(left bool) (int, bool) {
	if !sc.w.Takes.Matter || len(sc.in.Matters) > 0 && sc.text {
		return 0, false
	}
	if left && !sc.text && !sc.in.Last && len(sc.in.Matters) == 0 {
		for _, words := range [...]table{lastWords, thisWords} {
			i := sc.at
			if strings.HasPrefix(sc.s[i:], "就") {
				i += len("就")
			}
			if e := words.at(sc.s, i); e.text != "" {
				sc.in.Last = true
				return i + len(e.text), true
			}
		}
		for _, this := range [...]string{"这个", "那个", "它"} {
			if end := sc.at + len(this); strings.HasPrefix(sc.s[sc.at:], this) && boundaryAfter(sc.s, end) {
				sc.in.Last = true
				return end, true
			}
		}
	}
	if len(sc.in.Matters) > 0 && !sc.goal() {
		return 0, false
	}
	i := sc.at
	if sc.goal() {
		for _, to := range [...]string{"到", "进", "给", "至"} {
			if rest, ok := strings.CutPrefix(sc.s[i:], to); ok {
				i = len(sc.s) - len(strings.TrimLeft(rest, " "))
				break
			}
		}
	}
	if i >= len(sc.s) || !left && sc.s[i] != '#' && sc.text {
		return 0, false
	}
	list := sc.refsAt(sc.s, i, sc.goal(), sc.w.Takes)
	if list.kind == noRef || sc.text && list.kind != sureRef {
		return 0, false
	}
	for _, n := range list.numbers {
		sc.addMatter(n)
	}
	sc.bare = list.kind == bareRef && len(list.numbers) == 1
	sc.span = list.span
	sc.refEnd = list.end
	if f, ok := sc.verbAt(sc.s, list.end); ok && list.kind == haoRef && sc.words[f.word].Opens && boundaryAfter(sc.s, list.end+len(f.text)) {
		return list.end + len(f.text), true // 12号心愿
	}
	return list.end, true
}

func (rd *reading) addMatter(n int) {
	if slices.Contains(rd.in.Matters, n) {
		return
	}
	rd.in.Matters = append(rd.in.Matters, n)
}

// goal reports that the verb's second matter is where the first one goes: 并入,
// 转到. Such verbs end in a direction.
func (sc *scan) goal() bool {
	if sc.w.Takes.People {
		return false
	}
	for _, form := range append([]string{sc.w.Verb}, sc.w.Also...) {
		if strings.HasSuffix(form, "入") || strings.HasSuffix(form, "到") || strings.HasSuffix(form, "进") {
			return true
		}
	}
	return false
}

func (sc *scan) person(left bool) (int, bool) {
	if sc.s[sc.at] != '@' && !sc.w.Takes.People {
		return 0, false
	}
	expected := sc.w.Takes.People && (left && !sc.text || len(sc.in.People) == 0)
	m, ok := sc.personAt(sc.at, expected)
	if !ok || !m.at && !sc.takesPerson(m, left) {
		if p, ok := sc.joinedPerson(); ok {
			m = p
		} else {
			return 0, false
		}
	}
	if !boundaryBefore(sc.s, sc.at) && sc.negatedAt(sc.at) {
		sc.denied = true
	}
	sc.addPerson(m)
	return m.to, true
}

// takesPerson decides whether a name without @ is the person the verb is about
// or part of the text.
func (sc *scan) takesPerson(m match, left bool) bool {
	known := len(m.ids) > 0
	switch {
	case !sc.w.Takes.People:
		return false
	case m.marked && !known && sc.w.Opens && sc.text:
		return false
	case len(sc.in.People) == 0:
		return m.marked || known && (left || boundaryAfter(sc.s, m.to)) || left && !sc.text && !sc.w.Opens
	}
	return left && !sc.text && known && !isTitle(sc.s[m.said.from:m.said.to])
}

func isTitle(s string) bool { return titles.at(s, 0).text == s }

// joinedPerson reads 和王建国 and 、王建国 after a person.
func (sc *scan) joinedPerson() (match, bool) {
	if len(sc.in.People) == 0 || sc.text {
		return match{}, false
	}
	for _, j := range [...]string{"和", "跟", "与", "、"} {
		if strings.HasPrefix(sc.s[sc.at:], j) {
			m, ok := sc.namedAt(skipSpaces(sc.s, sc.at+len(j)), true, false)
			return m, ok && len(m.ids) > 0
		}
	}
	return match{}, false
}

func (rd *reading) addPerson(m match) {
	rd.in.People = append(rd.in.People, Person{Said: rd.f.Original(m.said.from, m.said.to), IDs: m.ids})
}

func (sc *scan) choice(left bool) (int, bool) {
	if len(sc.w.Choices) == 0 {
		return 0, false
	}
	f, ok := sc.choiceAt(sc.s, sc.at, sc.word)
	if !ok {
		return 0, false
	}
	end := sc.at + len(f.text)
	switch {
	case sc.negatedAt(sc.at):
		sc.not = true
		return 0, false
	case sc.in.Choice != "" && sc.in.Choice != sc.w.Choices[f.choice].ID:
		sc.mixed = true
		return 0, false
	case sc.in.Choice != "":
		return 0, false
	case !left && !boundaryAfter(sc.s, end):
		return 0, false
	}
	if startsAny(sc.s[end:], "不", "没", "吗", "与否") {
		sc.not = true
		return 0, false
	}
	sc.in.Choice = sc.w.Choices[f.choice].ID
	if p := particles.at(sc.s, end); p.text != "" && boundaryAfter(sc.s, end+len(p.text)) {
		end += len(p.text)
	}
	return end, true
}

// negatedAt reports a 不 or the like between the last boundary and i: 不能通过.
func (sc *scan) negatedAt(i int) bool {
	from := i
	for from > 0 && i-from < len("三个字不") && !boundaryBefore(sc.s, from) && !sc.removed(from) {
		_, w := utf8.DecodeLastRuneInString(sc.s[:from])
		from -= w
	}
	return strings.ContainsAny(sc.s[from:i], "不没未别非勿难")
}

func (sc *scan) phone(bool) (int, bool) {
	if !sc.w.Takes.Phone || sc.in.Phone != "" {
		return 0, false
	}
	phone, end := phoneAt(sc.s, sc.at)
	sc.in.Phone = phone
	return end, phone != ""
}

func (sc *scan) score(left bool) (int, bool) {
	if !sc.w.Takes.Score || sc.in.Score > 0 {
		return 0, false
	}
	n, end := scoreAt(sc.s, sc.at)
	if n == 0 {
		n, end = verdictAt(sc.s, sc.at)
		if n > 0 && !left && !boundaryAfter(sc.s, end) {
			return 0, false
		}
	}
	if n == 0 && left && digit(sc.s[sc.at]) && boundaryAfter(sc.s, sc.at+1) && sc.s[sc.at] >= '1' && sc.s[sc.at] <= '5' {
		n, end = int(sc.s[sc.at]-'0'), sc.at+1
	}
	sc.in.Score = n
	return end, n > 0
}

func (sc *scan) hours(left bool) (int, bool) {
	if !sc.w.Takes.Hours || sc.in.Hours > 0 {
		return 0, false
	}
	h, end := hoursAt(sc.s, sc.at)
	sc.in.Hours = h
	return end, h > 0 && (left || boundaryAfter(sc.s, end))
}

func (sc *scan) points(left bool) (int, bool) {
	if !sc.w.Takes.Points || sc.in.Points > 0 {
		return 0, false
	}
	p, end := pointsAt(sc.s, sc.at)
	sc.in.Points = p
	return end, p > 0 && (left || boundaryAfter(sc.s, end))
}

func (sc *scan) count(left bool) (int, bool) {
	if !sc.w.Takes.Count || sc.in.Count > 0 {
		return 0, false
	}
	n, end := countAt(sc.s, sc.at, left)
	if n == 0 || !left && !boundaryAfter(sc.s, end) {
		return 0, false
	}
	sc.in.Count = n
	return end, true
}

// timeLeads stand before a time and go with it.
var timeLeads = [...]string{"延期到", "截止到", "截止", "截至", "到", "至", "在", "于"}

func (sc *scan) time(left bool) (int, bool) {
	if !sc.w.Takes.Time || sc.in.When != nil {
		return 0, false
	}
	t, ok := sc.timeAt(sc.at)
	if !ok {
		for _, lead := range timeLeads {
			if strings.HasPrefix(sc.s[sc.at:], lead) {
				t, ok = sc.timeAt(skipSpaces(sc.s, sc.at+len(lead)))
				break
			}
		}
	}
	if !ok {
		return 0, false
	}
	if !sc.setWhen(t, sc.w) {
		return 0, false
	}
	own := left && boundaryAfter(sc.s, t.to) || !sc.begun && !continues(sc.s, t.to) || skip(sc.s, t.to) == len(sc.s)
	return t.to, own
}

// continues reports that what follows a time makes another word of it, as in
// 周六日值班表 and 11月的.
func continues(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return strings.ContainsRune("日末的那和及才就再、/-~到至份度刊报", r)
}
