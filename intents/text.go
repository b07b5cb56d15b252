package intents

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhtext"
)

// finishText puts together what is left when the verb and the pieces are out.
func (rd *reading) finishText(h head, w Word, stop int) {
	if h.buried {
		if from, to := rd.trim(0, len(rd.s)); to > from {
			rd.in.Text = rd.unblank(from, to)
		}
		return
	}
	slices.SortFunc(rd.cut, func(a, b span) int { return a.from - b.from })
	var parts []string
	from := 0
	for _, c := range append(rd.cut, span{stop, stop}) {
		if c.from > from {
			parts = rd.appendPart(parts, from, min(c.from, stop))
		}
		from = max(from, c.to)
	}
	if w.Looks && rd.emptyQuestion(parts) {
		parts = nil
	}
	rd.in.Text = strings.Join(parts, " ")
}

// emptyQuestion reports a rest that adds nothing to a look-up: 我的单呢.
func (rd *reading) emptyQuestion(parts []string) bool {
	if len(parts) != 1 {
		return false
	}
	rest := strings.TrimRight(zhtext.Fold(parts[0]).Text, "?")
	return rest == "呢" || rest == "吗"
}

// appendPart adds the words typed at s[from:to], without the signs and the
// courtesies around them.
func (rd *reading) appendPart(parts []string, from, to int) []string {
	from, to = rd.trim(from, to)
	for to > from {
		n := courtesyBefore(rd.s[from:to])
		if n == 0 {
			break
		}
		from, to = rd.trim(from, to-n)
	}
	if e := particles.at(rd.s[:to], from); e.text != "" && from+len(e.text) == to {
		return parts // nothing but 吧
	}
	if from >= to || slices.Contains(hollow, rd.s[from:to]) {
		return parts
	}
	return append(parts, rd.unblank(from, to))
}

// hollow are words that mean nothing when they are all that is left of a part.
var hollow = []string{"可以", "给", "的", "把", "就", "请", "到", "了", "让", "由", "吗", "呢"}

// trim moves the ends of a part over separators. Closing brackets and question
// marks belong to the words before them.
func (rd *reading) trim(from, to int) (int, int) {
	for from < to {
		r, w := utf8.DecodeRuneInString(rd.s[from:to])
		if !separator(r) || strings.ContainsRune("(\"[《<'", r) {
			break
		}
		from += w
	}
	for from < to {
		r, w := utf8.DecodeLastRuneInString(rd.s[from:to])
		if !separator(r) || strings.ContainsRune(")\"]》>'?", r) {
			break
		}
		to -= w
	}
	return from, to
}

// unblank returns the words as typed, without a mention of the bot in between.
func (rd *reading) unblank(from, to int) string {
	typed := rd.f.Original(from, to)
	if rd.s[from:to] == rd.f.Text[from:to] {
		return strings.TrimSpace(typed)
	}
	var b strings.Builder
	for i := from; i < to; {
		if rd.s[i] == rd.f.Text[i] {
			j := i
			for j < to && rd.s[j] == rd.f.Text[j] {
				j++
			}
			b.WriteString(rd.f.Original(i, j))
			i = j
			continue
		}
		for i < to && rd.s[i] == ' ' {
			i++
		}
		b.WriteByte(' ')
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// courtesyBefore returns the length of a closing thanks that s ends in, if it is
// a piece of its own.
func courtesyBefore(s string) int {
	for _, c := range [...]string{
		"谢谢大家", "谢谢各位", "谢谢您", "谢谢你", "谢谢啦", "谢谢了", "谢谢", "谢啦", "谢了", "多谢", "感谢", "辛苦了", "辛苦", "麻烦了", "拜托了", "拜托", "费心了", "唔该", "thanks", "thx", "3q",
	} {
		if strings.HasSuffix(s, c) && boundaryBefore(s, len(s)-len(c)) {
			return len(c)
		}
	}
	return 0
}
