package intents

import (
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhtext"
)

// Reader reads sentences with the words of one Lexicon. It is immutable and may
// be used by many goroutines at once.
type Reader struct {
	v *vocabulary
}

// NewReader makes a Lexicon ready for reading. Where two words share a spelling,
// the first in the Lexicon wins.
func NewReader(lex Lexicon) *Reader { return &Reader{v: newVocabulary(lex)} }

// Read returns what text means to someone who wrote it to the bot at ctx.Now.
// It never fails: what is not understood has Sure 0. Time and memory grow
// linearly with the text; of very long texts only the beginning is searched for
// verbs.
func (r *Reader) Read(text string, ctx Context) Intent {
	in := r.readOnce(text, ctx)
	if in.Small != Thanks || !strings.ContainsAny(zhtext.Key(in.Text), "0123456789") {
		return in
	}
	// 1 满意，谢谢: what the thanks were said beside may be an answer.
	if beside := r.readOnce(in.Text, ctx); beside.Verb != "" {
		return beside
	}
	return in
}

func (r *Reader) readOnce(text string, ctx Context) Intent {
	f := zhtext.Fold(text)
	rd := reading{vocabulary: r.v, ctx: &ctx, f: f, raw: text}
	rd.s = rd.withoutBot()
	rd.quoted = quotedMatter(ctx.Quoted)
	return rd.read()
}

// searched is how many bytes of a text are searched for verbs. Commands are
// short; what follows is description.
const searched = 1200

// span is a part of the text, end exclusive.
type span struct{ from, to int }

// reading is one sentence on its way to an Intent.
type reading struct {
	*vocabulary
	ctx    *Context
	f      zhtext.Folded
	raw    string
	s      string // the folded text, the bot's own mention blanked out
	bot    string // the bot's name, folded, without spaces
	quoted int    // the matter in the quoted message, 0 if none
	people []called
	times  []timeSpan
	timed  bool // times has been filled
	cut    []span
	in     Intent
}

// because notes a reason.
func (rd *reading) because(why string) { rd.in.Why = append(rd.in.Why, why) }

// read tries the readings from the surest to the vaguest.
func (rd *reading) read() Intent {
	if n, ok := wholeNumber(rd.s); ok && smallWords.at(rd.s, skip(rd.s, 0)).text == "" {
		rd.in.Digit = n
		rd.because("整句是一个数字")
		if rd.quoted > 0 {
			rd.in.Matters = []int{rd.quoted}
		}
		return rd.in
	}
	h := rd.bestHead()
	if h.ok && !rd.merelyThanks(h) {
		rd.command(h)
		return rd.in
	}
	if rd.impliedChoice(h) || rd.impliedScore(h) {
		return rd.in
	}
	rd.vague(h)
	return rd.in
}

// bestHead finds the verb: at the head of the sentence if it can, else at the
// head of a later clause, else anywhere.
func (rd *reading) bestHead() head {
	limit := min(len(rd.s), searched)
	first := rd.parseHead(0)
	if first.ok {
		return first
	}
	for i := first.at; i < limit; {
		_, w := utf8.DecodeRuneInString(rd.s[i:])
		i += max(w, 1)
		if i >= limit || !boundaryBefore(rd.s, i) || boundaryAfter(rd.s, i) {
			continue
		}
		if h := rd.parseHead(i); h.ok {
			h.pretext = true
			h.flags |= first.flags & (negated | asked | hedged)
			return h
		} else if h.at > i {
			i = h.at - 1
		}
	}
	if h, ok := rd.buried(first, limit); ok {
		return h
	}
	return first
}

// buried finds a verb glued into other words: 刚想接单就被人接了.
func (rd *reading) buried(first head, limit int) (head, bool) {
	for i := first.at; i < limit; {
		_, w := utf8.DecodeRuneInString(rd.s[i:])
		if f, ok := rd.verbAt(rd.s, i); ok && f.runes > 1 {
			h := head{from: 0, at: i, end: i + len(f.text), word: f.word, sure: 0.5, bare: 0.5, rival: -1, ok: true, buried: true}
			h.refs, h.flags, h.why = first.refs, first.flags, "动词夹在别的话里"
			return h, true
		}
		i += max(w, 1)
	}
	return head{}, false
}

// withoutBot blanks every mention of the bot, wherever it stands and whatever
// spaces its name has, and its bare name at the start. Offsets stay as they
// are.
func (rd *reading) withoutBot() string {
	s := rd.f.Text
	name := strings.ReplaceAll(zhtext.Fold(rd.ctx.BotName).Text, " ", "")
	rd.bot = name
	if name == "" {
		return s
	}
	var out []byte
	blank := func(from, to int) {
		if out == nil {
			out = []byte(s)
		}
		for i := from; i < to; i++ {
			out[i] = ' '
		}
	}
	for i := strings.IndexByte(s, '@'); i >= 0 && i < len(s); {
		if end := spacedPrefix(s, i+1, name); end > 0 {
			blank(i, end)
		}
		next := strings.IndexByte(s[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if end := spacedPrefix(s, 0, name); end > 0 && (boundaryAfter(s, end) || frameWords.at(s, end).text != "" || rd.startsVerb(s, end)) {
		blank(0, end)
	}
	if out == nil {
		return s
	}
	return string(out)
}

// spacedPrefix returns where name ends if s[i:] begins with it, spaces aside, and
// 0 if it does not. A Latin name must not go on as a longer one.
func spacedPrefix(s string, i int, name string) int {
	n := 0
	for i < len(s) && n < len(name) {
		switch {
		case s[i] == name[n]:
			n++
		case s[i] != ' ':
			return 0
		}
		i++
	}
	if n < len(name) {
		return 0
	}
	return i
}
