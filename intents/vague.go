package intents

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// merelyThanks reports that a doubtful verb only occurs in thanks or small talk:
// 谢谢帮助.
func (rd *reading) merelyThanks(h head) bool {
	if !h.buried || len(h.refs.numbers) > 0 {
		return false
	}
	k := skip(rd.s, 0)
	return frameWords.at(rd.s, k).class == thanks && frameWords.at(rd.s, k).text != "" || smallTalk(rd) != ""
}

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
	rd.because("答复「" + f.text + "」只用于「" + rd.in.Verb + "」")
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
	if p, ok := placeIn(rd.s, 0); ok && rd.words[best].Takes.Place {
		o.Place = rd.f.Original(p.from, p.to)
	}
	rd.in.Others = append(rd.in.Others, o)
	rd.because("没有动词，但像是有事要反映")
}

// complaints are words that something is wrong.
var complaints = newTable(map[class]string{
	filler: `
		坏 漏水 漏电 漏气 漏雨 漏了 渗水 滴水 爆了 爆管 堵 不亮 没电 停电 停水 断电 断水 没水 没气 停气 反水 返水 反味 返味 异味 臭 噪音 吵 扰民 乱停 占道 占用 占了
		垃圾 没人收 没人管 没人修 破了 碎了 掉了 脱落 掉下来 裂 断了 跳闸 卡住 困人 困住 打不开 关不上 打不着 用不了 不能用 用不成 刷不开 进不去 出不来 不通 积水 井盖 松动 松了
		生锈 倒了 塌 冒烟 着火 起火 高空抛物 不热 不制冷 没暖气 停了 失灵 没反应 乱叫 乱扔 乱堆 乱贴 老鼠 蟑螂 马蜂 摔倒 走失 失踪 晕倒 太黑 太暗 危险 有问题 违建 飞线 晃 不制热 太脏 满了`,
})

// smallTalk returns the kind of small talk the whole sentence is, "" if it is
// none. One clause of small talk beside a short remark is small talk too: 谢谢，
// 修好了.
func smallTalk(rd *reading) Small {
	s := rd.s
	start := skip(s, 0)
	if start == len(s) {
		return rd.wordless()
	}
	if utf8.RuneCountInString(s[:min(len(s), 300)]) > 40 {
		return ""
	}
	whole, kind := true, Small("")
	some := Small("")
	for i := start; i < len(s); {
		end := clauseEnd(s, i)
		k, ok := rd.smallClause(i, end)
		if ok {
			kind = graver(kind, k)
			some = graver(some, k)
		} else {
			whole = false
		}
		i = skip(s, end)
	}
	switch {
	case whole:
		return kind
	case some == "" && frameWords.at(s, start).class != thanks:
		return ""
	case some == "":
		some = Thanks // 谢谢接单的师傅
	}
	if _, i := complaints.find(s, 0, len(s)); i >= 0 {
		return ""
	}
	if _, i := askWords.find(s, 0, len(s)); i >= 0 {
		return ""
	}
	return some
}

// graver returns the kind of the two that wants an answer more.
func graver(a, b Small) Small {
	order := []Small{Thanks, Praise, Goodbye, Greeting, Chat}
	for _, k := range order {
		if a == k || b == k {
			return k
		}
	}
	return a
}

// wordless reads a message without words: nothing but the mention, or emoji.
func (rd *reading) wordless() Small {
	switch {
	case !rd.f.Emoji:
		return Empty
	case strings.ContainsAny(rd.raw, "🙏") || strings.Contains(rd.raw, "抱拳") || strings.Contains(rd.raw, "合十") || strings.Contains(rd.raw, "感谢"):
		return Thanks
	case strings.ContainsAny(rd.raw, "👍👏💯") || strings.Contains(rd.raw, "强]") || strings.Contains(rd.raw, "赞]") || strings.Contains(rd.raw, "鼓掌") || strings.Contains(rd.raw, "棒]"):
		return Praise
	case strings.ContainsAny(rd.raw, "👋") || strings.Contains(rd.raw, "再见"):
		return Goodbye
	}
	return Chat
}

// smallClause reports that s[i:end] is small talk throughout.
func (rd *reading) smallClause(i, end int) (Small, bool) {
	kind := Small("")
	for i < end {
		if r, w := utf8.DecodeRuneInString(rd.s[i:end]); separator(r) {
			i += w
			continue
		}
		if e := smallWords.at(rd.s, i); e.text != "" && i+len(e.text) <= end {
			kind = graver(kind, smallKinds[e.class])
			i += len(e.text)
			continue
		}
		n := rd.smallFiller(i)
		if n == 0 || i+n > end {
			return "", false
		}
		i += n
	}
	return kind, kind != ""
}

// smallFiller returns the length of what may accompany small talk: particles and
// names.
func (rd *reading) smallFiller(i int) int {
	if e := smallFillers.at(rd.s, i); e.text != "" {
		return len(e.text)
	}
	if m, ok := rd.namedAt(i, true, true); ok {
		return m.to - i
	}
	if rd.bot != "" {
		if end := spacedPrefix(rd.s, i, rd.bot); end > 0 {
			return end - i
		}
	}
	return 0
}
