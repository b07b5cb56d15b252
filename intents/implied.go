package intents

import (
	"slices"
	"strings"
)

// impliedChoice reads an answer that names no verb: 12 赞成. It counts if only
// one word takes that answer.
func (rd *reading) impliedChoice(h head) bool {
	i := h.at
	f, ok := rd.choiceAt(rd.s, i, -1)
	if !ok || h.buried {
		return false
	}
	end := i + len(f.text)
	if strings.HasPrefix(rd.s[end:], f.text) { // 赞成赞成
		end += len(f.text)
	}
	if p := choiceTail(rd.s[end:]); p > 0 {
		end += p
	}
	var words []int
	for _, other := range rd.choices[firstRune(f.text)] {
		if other.text == f.text && !slices.Contains(words, other.word) {
			words = append(words, other.word)
		}
	}
	sure := 1.0
	switch {
	case h.flags&^mine != 0 || rd.endsInQuestion(len(rd.s)) || len(h.people) > 0:
		sure = doubtful
		rd.because("像是答复，但说得不肯定")
	case len(words) > 1:
		sure = doubtful
		rd.because("几个动词都用「" + f.text + "」作答")
	case skip(rd.s, end) != len(rd.s):
		sure = 0.6
		if rd.takesText(h, end) {
			sure = 0.95
		}
	}
	rd.in.Verb = rd.words[f.word].Verb
	rd.in.Choice = rd.words[f.word].Choices[f.choice].ID
	rd.in.Matters = h.refs.numbers
	rd.in.Last = h.last || h.this && rd.quoted == 0
	if len(rd.in.Matters) == 0 && !rd.in.Last && rd.quoted > 0 {
		rd.in.Matters = []int{rd.quoted}
	}
	rd.in.Sure = sure
	rd.in.Asks = rd.endsInQuestion(len(rd.s)) || h.flags&asked != 0
	if len(words) == 1 {
		rd.because("答复「" + f.text + "」只用于「" + rd.in.Verb + "」")
	}
	if rest := skip(rd.s, end); rest < len(rd.s) {
		rd.cut = []span{{0, end}}
		rd.finishText(head{}, rd.words[f.word], len(rd.s))
	}
	for _, w := range words[1:] {
		rd.in.Others = append(rd.in.Others, Intent{Verb: rd.words[w].Verb, Matters: rd.in.Matters, Sure: 0.4})
	}
	return true
}

// choiceTail returns the length of what may end an answer: 赞成票, 同意的.
func choiceTail(s string) int {
	for _, t := range [...]string{"票", "了", "的", "吧", "啊", "哈", "啦", "呀"} {
		if strings.HasPrefix(s, t) && boundaryAfter(s, len(t)) {
			return len(t)
		}
	}
	return 0
}

// takesText reports that words may follow an answer: a matter was named, and a
// separator stands between.
func (rd *reading) takesText(h head, end int) bool {
	return (len(h.refs.numbers) > 0 || rd.quoted > 0) && boundaryAfter(rd.s, end)
}

// impliedScore reads a mark that answers a quoted message: 5分.
func (rd *reading) impliedScore(h head) bool {
	i := h.at
	if h.score > 0 || i >= len(rd.s) {
		return false
	}
	for _, lead := range [...]string{"打", "评", "给个", "给"} {
		if rest, ok := strings.CutPrefix(rd.s[i:], lead); ok && rest != "" {
			i += len(lead)
			break
		}
	}
	n, end := scoreAt(rd.s, i)
	if n == 0 {
		n, end = verdictAt(rd.s, i)
	}
	if n == 0 || skip(rd.s, end) != len(rd.s) || h.flags&^mine != 0 {
		return false
	}
	var words []int
	for w := range rd.words {
		if rd.words[w].Takes.Score {
			words = append(words, w)
		}
	}
	matters := h.refs.numbers
	if len(matters) == 0 && rd.quoted > 0 {
		matters = []int{rd.quoted}
	}
	if len(words) == 0 {
		return false
	}
	rd.in.Verb, rd.in.Score, rd.in.Matters, rd.in.Sure = rd.words[words[0]].Verb, n, matters, doubtful
	if len(matters) > 0 {
		rd.in.Sure = 0.85
	}
	rd.because("只说了分数")
	for _, w := range words[1:] {
		rd.in.Others = append(rd.in.Others, Intent{Verb: rd.words[w].Verb, Score: n, Matters: matters, Sure: 0.4})
	}
	return true
}
