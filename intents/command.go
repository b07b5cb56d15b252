package intents

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// command fills the Intent for the verb found.
func (rd *reading) command(h head) {
	w := rd.words[h.word]
	rd.in.Verb = w.Verb
	rd.explainVerb(h)
	rd.skipRepeats(&h)
	end := rd.afterVerb(h)
	if inner, ok := rd.lookInto(h, end); ok { // 查待办
		rd.command(inner)
		return
	}
	stop := rd.nextCommand(end)
	rd.beforePieces(h, w)
	sc := rd.scanBoth(h, w, end, stop)
	rd.settleMatters(w, &sc)
	rd.in.Sure = rd.judge(h, w, &sc, end, stop)
	rd.finishText(h, w, stop)
	rd.others(h)
}

func (rd *reading) explainVerb(h head) {
	w := rd.words[h.word]
	switch {
	case h.buried:
		rd.because("动词「" + w.Verb + "」夹在别的话里")
	case h.why != "":
		rd.because("「" + rd.f.Original(h.at, h.end) + "」" + h.why + "「" + w.Verb + "」")
	case h.pretext:
		rd.because("后半句的动词「" + w.Verb + "」")
	default:
		rd.because("动词「" + w.Verb + "」")
	}
}

// skipRepeats moves the verb's end over the same verb said again: 求助求助.
func (rd *reading) skipRepeats(h *head) {
	if h.buried || !strings.Contains(rd.s[h.end:min(len(rd.s), h.end+60)], rd.s[h.at:h.end]) || h.one {
		return
	}
	again := rd.parseHead(rd.afterVerb(*h))
	if !again.ok || again.word != h.word || again.refs.kind != noRef || h.refs.kind != noRef || again.flags&^mine != 0 {
		return
	}
	h.end = again.end
	if !rd.words[h.word].Opens {
		h.sure, h.bare = min(h.sure, 0.95), min(h.bare, 0.95)
		if refs := rd.refsAt(rd.s, skipSpaces(rd.s, h.end), false, Takes{}); refs.kind == noRef {
			h.sure, h.why = 0.7, "连喊几遍，像是招呼大家："
		}
	}
}

// lookInto returns the verb that a look-up verb is said of: 查一下我的单.
func (rd *reading) lookInto(h head, end int) (head, bool) {
	i := skipSpaces(rd.s, end)
	f, ok := rd.verbAt(rd.s, i)
	if !ok || f.runes < 2 || !rd.words[h.word].Takes.Matter || !rd.words[h.word].Looks || !rd.words[f.word].Looks {
		return head{}, false
	}
	h.set(f.word, i+len(f.text), 1, 1, "")
	h.at, h.one = i, false
	return h, true
}

// afterVerb returns where the verb with its particles and empty objects ends:
// 报修一下, 反映一个问题.
func (rd *reading) afterVerb(h head) int {
	s, i := rd.s, h.end
	if h.one && strings.HasPrefix(s[i:], s[h.at:h.end]) { // 查查
		i += h.end - h.at
	}
	if rest := strings.TrimPrefix(s[i:], "吗"); h.flags&ordered != 0 && boundaryAfter(rest, 0) { // 帮我报修吗，
		i = len(s) - len(rest)
	}
	for {
		p := particles.at(s, i)
		if p.text == "" {
			break
		}
		end := i + len(p.text)
		if p.text == "下" && rd.timeFrom(i, end) {
			break // 改期下周一
		}
		if !strings.HasPrefix(p.text, "一") && !boundaryAfter(s, end) && !rd.takesAt(end, h.word) && particles.at(s, end).text == "" {
			break
		}
		i = end
	}
	if e := objects.at(s, i); e.text != "" && rd.words[h.word].Opens && boundaryAfter(s, i+len(e.text)) {
		i += len(e.text)
	}
	return i
}

// timeFrom reports that a time begins at i and goes beyond end.
func (rd *reading) timeFrom(i, end int) bool {
	t, ok := rd.timeAt(i)
	return ok && t.from == i && t.to > end
}

// nextCommand returns where a second command begins, which is left for another
// message: 接单12；办结3. A verb counts as one only with a number after it.
func (rd *reading) nextCommand(from int) int {
	limit := min(len(rd.s), searched)
	for i := from; i < limit; {
		_, w := utf8.DecodeRuneInString(rd.s[i:])
		i += w
		if i >= limit || !boundaryBefore(rd.s, i) || boundaryAfter(rd.s, i) {
			continue
		}
		at := i
		for _, lead := range [...]string{"再", "然后", "另外", "改", "还有", "并", "我", "麻烦", "请"} {
			if strings.HasPrefix(rd.s[at:], lead) {
				at += len(lead)
			}
		}
		f, ok := rd.verbAt(rd.s, at)
		if !ok || f.runes < 2 || !rd.words[f.word].Takes.Matter {
			continue
		}
		if list := rd.refsAt(rd.s, skipSpaces(rd.s, at+len(f.text)), false, rd.words[f.word].Takes); list.kind != noRef && rd.cleanAfter(list.end) {
			rd.because("后面还有一句「" + rd.words[f.word].Verb + "」，请另发")
			return i
		}
	}
	return len(rd.s)
}

// beforePieces takes over what stood before the verb.
func (rd *reading) beforePieces(h head, w Word) {
	if h.buried {
		return
	}
	if w.Takes.Matter {
		for _, n := range h.refs.numbers {
			rd.addMatter(n)
		}
		rd.in.Last = h.last || h.this && rd.quoted == 0 && len(h.refs.numbers) == 0
	}
	if w.Takes.Score {
		rd.in.Score = h.score
	}
	if h.when != nil && w.Takes.Time {
		rd.setWhen(*h.when, w)
	}
	for _, m := range h.people {
		if w.Takes.People || m.at {
			rd.addPerson(m)
		}
	}
	if h.pretext {
		rd.remove(h.from, rd.afterVerb(h))
	} else {
		rd.remove(0, rd.afterVerb(h))
	}
}

// scanBoth takes the pieces out of the words after the verb, and of those
// before its clause.
func (rd *reading) scanBoth(h head, w Word, end, stop int) scan {
	if h.buried {
		return scan{reading: rd, w: w, word: h.word}
	}
	if w.Takes.Command {
		if inner := rd.innerCommand(end, stop); inner > end {
			rd.namePerson(end, inner)
			rd.phoneOnly(h.word, inner, stop)
			return scan{reading: rd, w: w, word: h.word, ate: true}
		}
	}
	sc := rd.scanPieces(h.word, end, stop)
	if h.pretext && w.Takes.Phone {
		rd.phoneOnly(h.word, 0, h.from)
	}
	if w.Takes.Place {
		for _, part := range [...]span{{0, h.from}, {end, stop}} {
			if p, ok := placeIn(rd.s[:min(part.to, part.from+scanned)], part.from); ok && rd.in.Place == "" {
				rd.in.Place = rd.f.Original(p.from, p.to)
			}
		}
	}
	return sc
}

// innerCommand returns where the sentence begins that is said for someone else:
// 代 李阿姨 点单 灯坏.
func (rd *reading) innerCommand(from, stop int) int {
	for i := from; i < min(stop, from+40); {
		if f, ok := rd.verbAt(rd.s, i); ok && f.runes > 1 && i > from {
			return i
		}
		_, w := utf8.DecodeRuneInString(rd.s[i:])
		i += w
	}
	return from
}

// namePerson takes s[from:to], without the spaces around it, for one person.
func (rd *reading) namePerson(from, to int) {
	from = skip(rd.s, from)
	for _, m := range markers {
		if strings.HasPrefix(rd.s[from:to], m) && m != "到" {
			from = skipSpaces(rd.s, from+len(m))
			break
		}
	}
	if rd.s[from] == '@' {
		from = skipSpaces(rd.s, from+1)
	}
	end := to
	for end > from && boundaryBefore(rd.s, end) {
		_, w := utf8.DecodeLastRuneInString(rd.s[:end])
		end -= w
	}
	if m, ok := rd.namedAt(from, true, true); ok && m.to <= end {
		rd.addPerson(m)
	} else if end > from {
		rd.in.People = append(rd.in.People, Person{Said: rd.f.Original(from, end)})
	}
	rd.remove(from, to)
}

// phoneOnly takes the telephone number out of s[from:to].
func (rd *reading) phoneOnly(word, from, to int) {
	if !rd.words[word].Takes.Phone || rd.in.Phone != "" {
		return
	}
	for i := from; i < to; {
		if phone, end := phoneAt(rd.s[:to], i); phone != "" {
			rd.in.Phone = phone
			rd.remove(i, end)
			return
		}
		_, w := utf8.DecodeRuneInString(rd.s[i:])
		i += w
	}
}

// settleMatters decides which matters are meant when the sentence itself names
// none, or only a number that may be a mark.
func (rd *reading) settleMatters(w Word, sc *scan) {
	if !w.Takes.Matter {
		return
	}
	one := len(rd.in.Matters) == 1 && sc.bare && rd.in.Matters[0] <= 5
	if w.Takes.Score && one && rd.in.Score == 0 {
		n := rd.in.Matters[0]
		if rd.quoted > 0 {
			rd.in.Score, rd.in.Matters = n, nil
		} else {
			rd.because("只有一个数字，当作单号")
		}
	}
	if len(rd.in.Matters) == 0 && !rd.in.Last && rd.quoted > 0 {
		rd.in.Matters = []int{rd.quoted}
		rd.because("引用的消息里有单号")
	}
	if rd.in.Last && rd.quoted > 0 && len(rd.in.Matters) == 0 {
		rd.in.Last, rd.in.Matters = false, []int{rd.quoted}
	}
}

// others adds the further readings.
func (rd *reading) others(h head) {
	if rd.in.Sure >= 1 {
		return
	}
	add := func(word int) {
		verb := rd.words[word].Verb
		if verb != rd.in.Verb && !slices.ContainsFunc(rd.in.Others, func(o Intent) bool { return o.Verb == verb }) {
			rd.in.Others = append(rd.in.Others, Intent{Verb: verb, Matters: rd.in.Matters, Last: rd.in.Last, Text: rd.in.Text, Sure: 0.4})
		}
	}
	if h.rival >= 0 {
		add(h.rival)
	}
	for i := h.end; i < min(len(rd.s), searched) && len(rd.in.Others) < 2; {
		if f, ok := rd.verbAt(rd.s, i); ok && f.runes > 1 {
			add(f.word)
		}
		_, w := utf8.DecodeRuneInString(rd.s[i:])
		i += w
	}
}
