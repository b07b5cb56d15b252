package intents

import (
	"strings"
	"unicode/utf8"
)

// glued judges a verb that runs on into other words without a space.
func (rd *reading) glued(h head, w Word, sc *scan, end int) (float64, string) {
	s := rd.s
	if h.buried || sc.ate || boundaryAfter(s, end) {
		return 1, ""
	}
	next, verb := rd.verbAt(s, end)
	long := verb && next.runes > 1
	switch {
	case w.Looks && (long || askWords.at(s, end).text != "" || nounTails.at(s, end).class == question || rd.hasNumber() || objects.at(s, end).text != ""):
		return 1, ""
	case w.Looks && h.one && rd.in.When != nil:
		return 0.85, "动词连着别的字"
	case w.Looks && !h.one && utf8.RuneCountInString(strings.TrimRight(s[end:], " ")) <= 4:
		return 0.85, "动词连着别的字"
	case w.Looks:
		return 0.7, "动词连着别的字"
	case long:
		return doubtful, "动词连着另一个动词"
	case w.Opens && end > h.end: // 报修一下3栋
		return 1, ""
	case w.Opens && h.slip:
		return 0.7, "动词连着别的字"
	case w.Opens && (rd.in.Place != "" || rd.tellsOfTrouble(end) || rd.in.When != nil || rd.in.Count > 0 || len(rd.in.People) > 0 || rd.in.Hours > 0 || rd.in.Points > 0):
		return 1, ""
	case w.Opens:
		return 0.7, "动词连着别的字"
	case w.Takes == Takes{}:
		return rd.gluedName(end)
	case w.Takes.Matter && len(h.refs.numbers) > 0:
		return 0.95, "动词连着别的字"
	case w.Takes.Matter && rd.hasNumber():
		return 0.7, "动词连着别的字"
	}
	return doubtful, "动词连着别的字"
}

func (rd *reading) hasNumber() bool { return len(rd.in.Matters) > 0 || rd.in.Last }

// framed reports that a word of the frame begins at i, one that no name begins
// with.
func (rd *reading) framed(i int) bool {
	e := frameWords.at(rd.s, i)
	return e.text != "" && e.class != outsider
}

// tellsOfTrouble reports that a word for something broken follows.
func (rd *reading) tellsOfTrouble(from int) bool {
	_, i := complaints.find(rd.s, from, min(len(rd.s), searched))
	return i >= 0
}

// gluedName judges verbs that take nothing but a name or a code: 我是王建国,
// 绑定123456.
func (rd *reading) gluedName(end int) (float64, string) {
	rest := strings.TrimRight(rd.s[end:], " ")
	if utf8.RuneCountInString(rest) > 24 || rd.framed(end) || strings.HasSuffix(rest, "的") || rd.tellsOfTrouble(end) {
		return doubtful, "动词连着别的字"
	}
	for i := range rest {
		if f, ok := rd.verbAt(rd.s, end+i); ok && f.runes > 1 {
			return doubtful, "后面还有一个动词"
		}
	}
	return 1, ""
}
