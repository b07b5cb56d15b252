package intents

import (
	"strings"
	"unicode/utf8"
)

// doubtful is the certainty of a sentence that names a verb but does not order
// it: enough to ask, never enough to act.
const doubtful = 0.5

// judge says how certain the verb is.
func (rd *reading) judge(h head, w Word, sc *scan, end, stop int) float64 {
	sure := h.sure
	if h.slip && !rd.fits(h, w, end) {
		sure = h.bare
	}
	lower := func(to float64, why string) {
		if sure > to {
			sure = to
		}
		rd.because(why)
	}
	fl := h.flags | rd.flagsAfter(h, w, end, stop)
	if w.Looks {
		fl &^= asked | outside | handed
		if h.flags&hedged == 0 {
			fl &^= hedged
		}
	}
	if fl&told != 0 && w.Opens {
		fl |= hedged
	}
	if h.when != nil && !w.Looks && (!w.Takes.Time || rd.over(h)) {
		fl |= hedged
	}
	switch {
	case fl&negated != 0:
		lower(doubtful, "有否定的话")
	case fl&asked != 0:
		rd.in.Asks = true
		lower(doubtful, "是在问，不是要办")
	case fl&outside != 0:
		lower(doubtful, "说的是别人")
	case fl&hedged != 0:
		lower(doubtful, "不是现在就办，或者说的不是这件事")
	case fl&handed != 0 && !w.Takes.People && !w.Opens:
		lower(doubtful, "是叫别人办")
	}
	if len(h.people) > 0 && !w.Takes.People && !h.buried {
		lower(doubtful, "前面是别人的名字")
	}
	if to, why := rd.glued(h, w, sc, end); to < 1 {
		lower(to, why)
	}
	rd.judgePieces(h, w, sc, end, lower)
	if h.rival >= 0 {
		lower(0.7, "也可能是「"+rd.words[h.rival].Verb+"」")
	}
	if h.pretext && !h.buried {
		rd.judgePretext(h, w, lower)
	}
	if h.stem && len(h.refs.numbers) == 0 && len(rd.in.Matters) > 0 && rd.quoted == rd.in.Matters[0] {
		sure = min(sure, 0.9)
	}
	return sure
}

// over reports that the time said before the verb lies in the past and that the
// verb is told of, not ordered: 昨天下单了.
func (rd *reading) over(h head) bool {
	t := rd.in.When
	return t == nil || !t.Invalid && t.End.Before(rd.ctx.Now) && strings.HasPrefix(rd.s[h.end:], "了")
}

// judgePieces lowers certainty for pieces that do not agree.
func (rd *reading) judgePieces(h head, w Word, sc *scan, end int, lower func(float64, string)) {
	if sc.mixed {
		rd.in.Choice = ""
		lower(doubtful, "说了两种结果")
	}
	if sc.not {
		rd.in.Choice = ""
		lower(doubtful, "结果前面有「不」")
	}
	if sc.span || h.refs.span && !sc.goal() {
		lower(0.6, "单号像是一段范围")
	}
	if next := skip(rd.s, end); w.Takes.Matter && !w.Opens && !w.Looks && len(h.refs.numbers) == 0 && next < len(rd.s) && digit(rd.s[next]) {
		if !sc.hasMatter() {
			lower(doubtful, "数字不像单号")
		}
	}
	if sc.refEnd > 0 && !w.Looks && startsAny(rd.s[sc.refEnd:], "的", "不对", "错了", "以后", "之后", "不行", "失败", "还是", "或者", "弄错", "搞错", "是误", "是错", "是不", "先问", "没", "还没", "未", "以外", "除外", "之外", "改", "换成") {
		lower(doubtful, "单号后面的话有保留")
	}
	if sc.refEnd > 0 && rd.takenBack(h, sc.refEnd) {
		lower(doubtful, "后半句又说不办")
	}
	if sc.denied || w.Takes.People && len(rd.in.People) > 0 && containsAny(rd.s[end:], "不给", "别给", "不让", "别让", "还是") {
		lower(doubtful, "说了不给谁")
	}
	if w.Opens && dropped(rd.s[skip(rd.s, end):]) {
		lower(doubtful, "像是不用办了")
	}
}

// takenBack reports that the clause that goes on after the number denies the
// same verb: 接单12我就不接13了.
func (rd *reading) takenBack(h head, from int) bool {
	verb := string(firstRune(rd.words[h.word].Verb))
	rest := rd.s[from:clauseEnd(rd.s, from)]
	return containsAny(rest, "不"+verb, "别"+verb, "没"+verb)
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// dropped reports a description that takes the request back: 报修 不用了.
func dropped(rest string) bool {
	switch strings.TrimRight(rest, " ,.。!~") {
	case "不用了", "算了", "取消", "取消了", "没事了", "不要了", "作废", "撤销", "不修了", "不需要了", "解决了", "修好了", "已修好", "好了", "不用":
		return true
	}
	return false
}

// hasMatter reports that the sentence itself named a matter.
func (sc *scan) hasMatter() bool { return len(sc.in.Matters) > 0 || sc.in.Last || sc.in.Score > 0 }

// judgePretext lowers certainty for a verb that comes after other words.
func (rd *reading) judgePretext(h head, w Word, lower func(float64, string)) {
	before := rd.s[:h.from]
	if _, i := frameWords.find(rd.s, 0, min(h.from, searched)); i >= 0 && !w.Opens {
		if rd.doubtBefore(h.from) {
			lower(doubtful, "前面的话有保留")
			return
		}
	}
	comma := strings.TrimRight(before, " ") != before && !strings.ContainsAny(lastBytes(strings.TrimRight(before, " "), 3), ",;!:.") &&
		!strings.HasSuffix(strings.TrimRight(before, " "), "。")
	switch {
	case w.Opens:
		lower(0.95, "前面还有话")
	case comma, utf8.RuneCountInString(before) > 30:
		lower(0.7, "前面还有话")
	default:
		lower(0.9, "前面还有话")
	}
}

// doubtBefore reports that words before i deny, ask or put off.
func (rd *reading) doubtBefore(i int) bool {
	for p := 0; p < i; {
		e := frameWords.at(rd.s, p)
		if e.class == negation || e.class == question || e.class == hedge {
			return true
		}
		_, w := utf8.DecodeRuneInString(rd.s[p:])
		p += w
	}
	return false
}

// fits reports that something the verb takes follows a verb typed wrong, which
// makes a slip likely and another word unlikely.
func (rd *reading) fits(h head, w Word, end int) bool {
	if boundaryAfter(rd.s, h.end) && skip(rd.s, end) < len(rd.s) && (w.Opens || !w.Takes.Matter) {
		return true
	}
	if end > h.end && w.Opens && skip(rd.s, end) < len(rd.s) {
		return true
	}
	in := rd.in
	return w.Takes.Matter && (len(in.Matters) > 0 || in.Last) || len(in.People) > 0 || in.When != nil || in.Choice != "" || in.Score > 0 ||
		w.Looks && skip(rd.s, end) == len(rd.s) && !latin(rd.s[h.at]) && h.bare >= 0.7
}

// flagsAfter reads what the words after the verb say about it.
func (rd *reading) flagsAfter(h head, w Word, end, stop int) (fl flags) {
	s := rd.s
	tail := nounTails.at(s, h.end)
	if tail.text == "" {
		tail = nounTails.at(s, end)
	}
	if tail.text != "" && !rd.startsVerb(s, h.end) && !(w.Opens && rd.harmlessTail(tail.text)) {
		switch tail.class {
		case negation:
			fl |= negated
		case question:
			fl |= asked
		default:
			fl |= hedged
		}
	}
	gluedEnd := end
	if !boundaryAfter(s, end) {
		gluedEnd = clauseSpace(s, end)
	}
	if e, i := askWords.find(s, end, gluedEnd); i >= 0 && e.text != "" {
		fl |= asked
	}
	if rest := skip(s, end); rest < stop && rest != end {
		if e := askWords.at(s, rest); e.text != "" && !w.Opens && skip(s, rest+len(e.text)) == len(s) {
			fl |= asked
		}
		if nounTails.at(s, rest).text == "不了" {
			fl |= negated
		}
	}
	if rd.endsInQuestion(stop) && !(w.Opens && boundaryAfter(s, end) && skip(s, end) < len(s)) {
		fl |= asked
	}
	if w.Opens && strings.HasPrefix(s[h.end:], "了") && !boundaryAfter(s, h.end+len("了")) {
		fl |= hedged
	}
	if h.flags&ordered != 0 && w.Opens {
		fl &^= asked
	}
	return fl
}

// harmlessTail reports tails that begin a description as often as they end a
// word: 报修有一盏灯坏了.
func (rd *reading) harmlessTail(tail string) bool {
	switch tail {
	case "有", "是", "也", "都", "会", "能", "就", "才", "前", "量", "人", "情况":
		return true
	}
	return false
}

// clauseSpace returns the next separator at or after i.
func clauseSpace(s string, i int) int {
	for i < len(s) && !boundaryAfter(s, i) {
		_, w := utf8.DecodeRuneInString(s[i:])
		i += w
	}
	return i
}

// endsInQuestion reports that the sentence ends in ? or 吗.
func (rd *reading) endsInQuestion(stop int) bool {
	s := rd.s[:stop]
	for len(s) > 0 {
		r, w := utf8.DecodeLastRuneInString(s)
		if r == '?' {
			return true
		}
		if !separator(r) {
			break
		}
		s = s[:len(s)-w]
	}
	for _, q := range [...]string{"吗", "么", "不行吗", "没有", "了没", "行不行", "好不好"} {
		if strings.HasSuffix(s, q) {
			return true
		}
	}
	return false
}
