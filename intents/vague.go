package intents

// merelyThanks reports that a doubtful verb only occurs in thanks or small talk:
// 谢谢帮助.
func (rd *reading) merelyThanks(h head) bool {
	if !h.buried || len(h.refs.numbers) > 0 {
		return false
	}
	k := skip(rd.s, 0)
	return frameWords.at(rd.s, k).class == thanks && frameWords.at(rd.s, k).text != "" || smallTalk(rd) != ""
}

// vague reads what names no verb: small talk, a complaint, a bare reference.
func (rd *reading) vague(h head) {
	rd.in = Intent{Why: rd.in.Why}
	rd.cut = nil
	rd.finishText(head{}, Word{}, len(rd.s))
	if kind := smallTalk(rd); kind != "" {
		rd.in.Small = kind
		rd.because("寒暄")
		return
	}
	if h.refs.kind == bareRef && !boundaryAfter(rd.s, h.refs.end) {
		h.refs = refList{} // 3东2单元: a place misspelt
	}
	if h.refs.kind != noRef || h.last || h.this || rd.quoted > 0 {
		rd.reference(h)
	}
	if e, i := complaints.find(rd.s, 0, min(len(rd.s), searched)); i >= 0 {
		rd.complaint(e.text)
	}
	if len(rd.in.Others) == 0 {
		rd.because("没有认出动词")
	}
}

// reference offers to look up a matter that was only named.
func (rd *reading) reference(h head) {
	matters := h.refs.numbers
	if len(matters) == 0 && rd.quoted > 0 {
		matters = []int{rd.quoted}
	}
	rd.in.Matters, rd.in.Last = matters, len(matters) == 0 && (h.last || h.this)
	for i := range rd.words {
		if w := &rd.words[i]; w.Looks && w.Takes.Matter {
			rd.in.Others = append(rd.in.Others, Intent{Verb: w.Verb, Matters: matters, Last: rd.in.Last, Sure: 0.45})
			rd.because("只说了单号，没有动词")
			return
		}
	}
}

// complaint offers to open a matter for a sentence that tells of something
// broken: with the first word for a matter that has a place.
func (rd *reading) complaint(word string) {
	best := -1
	for i, w := range rd.words {
		if w.Opens && (best < 0 || w.Takes.Place && !rd.words[best].Takes.Place) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	o := Intent{Verb: rd.words[best].Verb, Text: rd.in.Text, Sure: 0.45, Why: []string{"「" + word + "」像是有事要反映"}}
	if p, ok := placeIn(rd.s[:min(len(rd.s), searched)], 0); ok && rd.words[best].Takes.Place {
		o.Place = rd.f.Original(p.from, p.to)
	}
	rd.in.Others = append(rd.in.Others, o)
	rd.because("没有动词，但像是有事要反映")
}
