package intents

import (
	"strings"
	"unicode/utf8"
)

// stemAt reads 接 for 接单 where a matter stands beside it: 接12, 12号我接.
func (rd *reading) stemAt(h *head, i int) (word, end int, ok bool) {
	r, w := utf8.DecodeRuneInString(rd.s[i:])
	word, ok = rd.stems[r]
	if !ok {
		return 0, 0, false
	}
	end = i + w
	p := end
	for p < len(rd.s) {
		e := particles.at(rd.s, p)
		if e.text == "" {
			break
		}
		p += len(e.text)
	}
	if rd.beforeStem(h) && (boundaryAfter(rd.s, p) || nounTails.at(rd.s, end).class == negation || endsAsking(rd.s[p:])) {
		return word, end, true
	}
	if rd.beforeStem(h) && strings.HasPrefix(rd.s[end:], "过") {
		return word, end, true
	}
	p = len(rd.s) - len(strings.TrimPrefix(rd.s[p:], "的")) // 我接的12
	p = skipSpaces(rd.s, p)
	if lastWords.at(rd.s, p).text != "" || thisWords.at(rd.s, p).text != "" {
		return word, end, true
	}
	if strings.HasPrefix(rd.s[p:], "不了") { // 接不了12号单
		p += len("不了")
	}
	refs := rd.refsAt(rd.s, p, false, rd.words[word].Takes)
	if refs.kind == sureRef || refs.kind != noRef && rd.cleanAfter(refs.end) {
		return word, end, true
	}
	return 0, 0, false
}

// beforeStem reports that a matter has been named before the short verb.
func (rd *reading) beforeStem(h *head) bool {
	return h.refs.kind != noRef || h.last || h.this || rd.quoted > 0
}

// cleanAfter reports that after a number at i nothing stands that would make
// another thing of it.
func (rd *reading) cleanAfter(i int) bool {
	if boundaryAfter(rd.s, i) || rd.s[i] == '@' {
		return true
	}
	if particles.at(rd.s, i).text != "" || endsAsking(rd.s[i:]) {
		return true
	}
	_, choice := rd.choiceAt(rd.s, i, -1)
	_, person := rd.personAt(i, true)
	return choice || person
}

// endsAsking reports that rest is nothing but 吗, 没有 and the like.
func endsAsking(rest string) bool {
	for _, q := range [...]string{"吗", "么", "没", "没有", "不", "否", "了吗", "了没"} {
		if after, ok := strings.CutPrefix(rest, q); ok && skip(after, 0) == len(after) {
			return true
		}
	}
	return false
}
