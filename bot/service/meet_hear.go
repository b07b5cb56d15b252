package service

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// utterance is one thing said of a meeting: what it is, and the words after its word.
type utterance struct {
	kind meeting.Kind
	text string
}

// loggedKinds are what one says to a meeting by word; the templates add the words that
// open votes and orders.
var loggedKinds = []meeting.Kind{
	meeting.Start, meeting.End, meeting.Arrive, meeting.Late, meeting.Leave, meeting.Absent, meeting.Represent, meeting.Guest,
	meeting.Excuse, meeting.Topic, meeting.Next, meeting.Note, meeting.Speech, meeting.Resolve, meeting.Pause, meeting.Resume,
	meeting.Correct, meeting.Vouch, meeting.Approve, meeting.Office,
}

// several are the kinds of which one message may hold many: a line without a word of
// its own is another of the same.
var several = []meeting.Kind{meeting.Note, meeting.Speech, meeting.Resolve, meeting.Topic, meeting.Task}

// templated kinds are opened by words of templates, which also stand outside meetings.
func (s *session) templated(k meeting.Kind) bool { return k == meeting.Vote || k == meeting.Task }

// wordsOf are the words that stand for a kind here.
func (s *session) wordsOf(k meeting.Kind) []string {
	if words, ok := s.practice.Load().spoken[k]; ok {
		return words
	}
	return append([]string{k.Word()}, k.Also()...)
}

// spokenWords are the words of what is said most, so that no sentence makes them anew.
func spokenWords(set procedure.Set) map[meeting.Kind][]string {
	out := map[meeting.Kind][]string{meeting.Vote: nil, meeting.Task: nil}
	for _, t := range set.All() {
		step := t.Meeting()
		if step == nil {
			continue
		}
		if v := set.ByID(step.Meet.Vote); v != nil {
			out[meeting.Vote] = append(append(out[meeting.Vote], v.First().Verb), v.First().Also...)
		}
		if step.Meet.OrderWord != "" {
			out[meeting.Task] = append(out[meeting.Task], step.Meet.OrderWord)
		}
	}
	for k, words := range out {
		slices.Sort(words)
		out[k] = slices.Compact(words)
	}
	for _, k := range loggedKinds {
		out[k] = append([]string{k.Word()}, k.Also()...)
	}
	return out
}

// utteranceOf reads by which word a sentence begins; kind is empty if by none. What the
// reader took for a word that was mistyped counts too.
func (s *session) utteranceOf(text string) utterance {
	if u := s.wordOf(text); u.kind != "" {
		return u
	}
	if s.read.Sure < likely || strings.Contains(text, "\n") {
		return utterance{}
	}
	if k := meeting.KindOf(s.read.Verb); k != "" && k != meeting.Office && (!alone(k) || courseOnly.MatchString(s.read.Text)) {
		return utterance{k, strings.TrimSpace(s.read.Text)}
	}
	return utterance{}
}

// spaced is what stands between a word and what is said.
const spaced = " 　：:，,、。！!\n\r\t"

// courseOnly is what may stand directly behind a word of the meeting's course: nothing, a
// number, 了, 应到30人; 散会前又提了一条 ends nothing.
var courseOnly = regexp.MustCompile(`^[\s　：:，,、。！!]*(?:$|[了吧啦咯][\s　：:，,、。！!]*|[#＃]?[0-9０-９]+\s*号?(?:会|会议)?$|议题$|应到)`)

// handsOver is what stands between an office and who takes it: 主持人讲了三点 is a note.
var handsOver = regexp.MustCompile(`^(?:[\s　：:，,@＠]|是|由|改|换)`)

// alone reports whether a kind is said by its word alone.
func alone(k meeting.Kind) bool { return k == meeting.Start || slices.Contains(wordless, k) }

// noWord are what makes a word of the log a thing that is talked about: 议题太多了.
const noWord = "的了太是稿"

// wordOf finds the longest word that a text begins with. A word of one character must
// stand alone: 记得 is none.
func (s *session) wordOf(text string) utterance {
	best, size := utterance{}, 0
	for _, k := range append([]meeting.Kind{meeting.Vote, meeting.Task}, loggedKinds...) {
		for _, w := range s.wordsOf(k) {
			rest, ok := strings.CutPrefix(text, w)
			if !ok || len(w) <= size {
				continue
			}
			if r, _ := utf8.DecodeRuneInString(rest); rest != "" && !strings.ContainsRune(spaced, r) && (utf8.RuneCountInString(w) == 1 || s.templated(k) || strings.ContainsRune(noWord, r) && k != meeting.Office) {
				continue
			}
			if r, _ := utf8.DecodeRuneInString(rest); alone(k) && !strings.ContainsRune(spaced, r) && !courseOnly.MatchString(rest) {
				continue
			}
			if k == meeting.Office {
				if !handsOver.MatchString(rest) {
					continue
				}
				rest = w + rest
			}
			best, size = utterance{k, strings.Trim(rest, spaced)}, len(w)
		}
	}
	return best
}

// utterances takes a message apart into what it says. A piece without a word of its own
// goes on with the one before.
func (s *session) utterances(text string, first utterance) []utterance {
	pieces := meeting.Pieces(text)
	if first.kind != "" && !slices.Contains(several, first.kind) && !strings.ContainsAny(text, "\n\r；;") {
		return []utterance{first}
	}
	kind := meeting.Note
	var out []utterance
	for i, p := range pieces {
		u := s.wordOf(p)
		switch {
		case i == 0 && first.kind != "" && u.kind == "":
			u = utterance{first.kind, p}
			if len(pieces) == 1 {
				u = first
			}
		case u.kind == "":
			u = utterance{kind, p}
			if slices.Contains(several, kind) {
				break
			}
			u.kind = meeting.Note
		}
		kind = u.kind
		if u.text == "" && slices.Contains(several, u.kind) && len(pieces) > 1 {
			continue // 记： with what is noted in the lines below
		}
		out = append(out, u)
	}
	return out
}

// presenceKinds are what is also said with the names before the word: 王建国迟到了.
var presenceKinds = []meeting.Kind{meeting.Arrive, meeting.Late, meeting.Leave, meeting.Absent, meeting.Excuse, meeting.Guest}

// presenceSaid reads who came, left or stayed away where the names stand first and all of
// them are on the roll.
func (s *session) presenceSaid(h *hall, text string) (utterance, bool) {
	text = strings.TrimSuffix(strings.Trim(text, spaced), "了")
	for _, k := range presenceKinds {
		for _, w := range s.wordsOf(k) {
			who, ok := strings.CutSuffix(text, w)
			names := meeting.Names(who)
			if !ok || len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { _, on := h.find(n); return !on }) {
				continue
			}
			return utterance{k, strings.Join(names, "、")}, true
		}
	}
	return utterance{}, false
}
