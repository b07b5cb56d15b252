package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/intents"
	"yiqun/intents/zhtext"
)

// adding is the word that adds a line to a matter.
const adding = "补充"

// tellsPlace reports a practice that is about something at a place: what is told of it is
// told by whoever stands there.
func tellsPlace(t *procedure.Template) bool {
	return t != nil && slices.ContainsFunc(t.First().Fields, func(f procedure.Field) bool { return f.Type == procedure.PlaceField })
}

// ownHere are the open matters about a place that the speaker asked for or works on, and
// that may be named in this chat.
func (s *session) ownHere() ([]procedure.Matter, error) {
	if s.node.ID == "" || s.me.ID == "" {
		return nil, nil
	}
	var own []procedure.Matter
	for _, f := range []procedure.Filter{{Node: s.node.ID, Asker: s.me.ID, Open: true}, {Node: s.node.ID, Holder: s.me.ID, Open: true}} {
		found, err := s.tx.Find(s.ctx, f)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			t, err := s.template(m)
			if err != nil {
				return nil, err
			}
			if ok, err := s.spokenOfHere(m); err != nil {
				return nil, err
			} else if ok && tellsPlace(t) && !slices.ContainsFunc(own, func(o procedure.Matter) bool { return o.ID == m.ID }) {
				own = append(own, m)
			}
		}
	}
	return own, nil
}

// meantOwn is the one of the speaker's own matters that a sentence is likely about: the one
// that shares words with it, or else the only one. sure says that it shares words. One at
// another house than the sentence names is not.
func (s *session) meantOwn() (m procedure.Matter, sure, ok bool, err error) {
	all, err := s.ownHere()
	if err != nil {
		return m, false, false, err
	}
	said, best, tied := twos(s.plain()), 0, false
	var own []procedure.Matter
	for _, o := range all {
		t, err := s.template(o)
		if err != nil {
			return m, false, false, err
		}
		title, shared := s.env(t, o, procedure.Actor{}).Title(o, s.lookup(t, o, !s.e.Chat.Private)), 0
		if atAnotherHouse(s.plain(), title) {
			continue
		}
		own = append(own, o)
		for p := range twos(title) {
			if said[p] {
				shared++
			}
		}
		switch {
		case shared > best:
			m, best, tied = o, shared, false
		case shared == best:
			tied = true
		}
	}
	switch {
	case best > 0 && !tied:
		return m, true, true, nil
	case len(own) == 1:
		return own[0], false, true, nil
	}
	return procedure.Matter{}, false, false, nil
}

// common are characters that tell nothing of what a matter is about.
const common = `我你他她它咱俺您的了吗呢吧啊呀是在有不没就都也还又很太一这那个么什怎家人们请上下来去说要到把被给和跟`

// twos are the pairs of neighbouring characters of a text that may tell what it is about.
func twos(text string) map[string]bool {
	out := map[string]bool{}
	var before rune
	for _, r := range zhtext.Fold(text).Text {
		if r < 0x4e00 || r > 0x9fff || strings.ContainsRune(common, r) {
			before = 0
			continue
		}
		if before != 0 {
			out[string([]rune{before, r})] = true
		}
		before = r
	}
	return out
}

// asksAfter are the marks of a question about how something stands.
var asksAfter = regexp.MustCompile(`[?吗呢么]$|谁|几点|几时|几天|什么时候|啥时候|多久|哪天|怎么|咋|为什么|为啥|有没有|(好|来|到|修|办|弄)了?没有?$|没人|还不`)

// tells is what a sentence has that may tell something: some Chinese.
var tells = regexp.MustCompile(`\p{Han}.*\p{Han}.*\p{Han}`)

// ofOwn offers a sentence that was not understood as a word about the speaker's own matter:
// to look at it, or to add to it what was said.
func (s *session) ofOwn() (done bool, err error) {
	if !tells.MatchString(zhtext.Fold(s.plain()).Text) {
		return false, nil
	}
	if voting, err := s.digitsVote(); voting || err != nil {
		return false, err
	}
	m, sure, ok, err := s.meantOwn()
	if err != nil || !ok || !s.couldOp(m, procedure.Supplement) {
		return false, err
	}
	look := intents.Intent{Verb: looking, Matters: []int{m.Number}}
	add := intents.Intent{Verb: adding, Matters: []int{m.Number}, Text: s.plain()}
	// In private it may be about anything, and what is added is told in the group.
	if s.e.Chat.Private && !sure || asksAfter.MatchString(strings.TrimRight(zhtext.Fold(s.plain()).Text, " ,.。!！~啊呀哦")) {
		return true, s.offerReadings([]intents.Intent{look, add})
	}
	return true, s.offerReadings([]intents.Intent{add, look})
}

// ofOwnNumber puts the number of the matter that is likely meant into sentences that look
// at one or add to it and name none.
func (s *session) ofOwnNumber(says []string) ([]string, error) {
	out := slices.Clone(says)
	for i, say := range out {
		word, rest, _ := strings.Cut(say, " ")
		if word != looking && word != adding || rest != "" && strings.ContainsRune("0123456789#", rune(rest[0])) {
			continue
		}
		m, _, ok, err := s.meantOwn()
		if err != nil {
			return nil, err
		}
		if ok {
			out[i] = strings.TrimSpace(fmt.Sprintf("%s %d %s", word, m.Number, rest))
		}
	}
	return out, nil
}

// markable leaves out sentences that mark a matter where none waits for the speaker's mark.
func (s *session) markable(says []string) ([]string, error) {
	if !slices.ContainsFunc(says, s.marks) {
		return says, nil
	}
	waits, err := s.waitings()
	return slices.DeleteFunc(slices.Clone(says), func(say string) bool {
		word, _, _ := strings.Cut(say, " ")
		return s.marks(say) && !slices.ContainsFunc(waits, func(w waiting) bool { return strings.HasPrefix(w.say, word+" ") })
	}), err
}

// marks reports a sentence that begins with the word by which a practice is marked.
func (s *session) marks(say string) bool {
	word, _, _ := strings.Cut(say, " ")
	return slices.ContainsFunc(s.Templates().All(), func(t *procedure.Template) bool {
		_, v := t.FindVerb(word)
		return v != nil && v.Scored
	})
}

// againOwn puts adding to the speaker's own matter before opening another about the same.
func (s *session) againOwn(readings []intents.Intent) ([]intents.Intent, error) {
	if len(readings) != 1 || !tellsPlace(s.templateFor(readings[0].Verb)) || len(readings[0].Matters) > 0 {
		return readings, nil
	}
	m, sure, ok, err := s.meantOwn()
	if err != nil || !ok || !sure || !s.couldOp(m, procedure.Supplement) {
		return readings, err
	}
	return append([]intents.Intent{{Verb: adding, Matters: []int{m.Number}, Text: s.plain()}}, readings...), nil
}

// notMended are words for what was done and does not hold.
var notMended = regexp.MustCompile(`没有?(修|弄|办|搞|换|处理|解决|清理?|疏通)(好|完|掉|干净)|没(修|弄|办|解决)|(还|又|仍然?|照样|依然)(是|在)?(坏|漏|堵|响|滴|不亮|不行|不通|不热|不动|不好|没水|没电|没人|没好|老样子|闪|臭|吵)|修了跟没修|白修`)

// nobodyCame are words for what is still waited for.
var nobodyCame = regexp.MustCompile(`没(有)?人(来|修|管|理|弄|联系|上门)|没(修|弄|办)好`)

// unnamed are words of such a sentence that name nothing it could be about.
var unnamed = regexp.MustCompile(`师傅|物业|工人|网格员?|你们|他们|人家|[昨今]天|昨晚|今早|刚才|刚刚|现在|根本|一点|已经|一直|好几?天|真的?|白来|等了?|修|弄|搞|换`)

// address names the house that a sentence is about.
var address = regexp.MustCompile(`[0-9一二三四五六七八九十]+(?:栋|幢|号楼|单元)`)

// atAnotherHouse reports that a sentence names a house that a title, which names one, does
// not.
func atAnotherHouse(said, title string) bool {
	title = zhtext.Fold(title).Text
	return address.MatchString(title) && slices.ContainsFunc(address.FindAllString(zhtext.Fold(said).Text, -1), func(house string) bool {
		return !strings.Contains(title, house)
	})
}

// ofTitle reports that a complaint is about what a title names, or names nothing itself:
// 5栋的路还是坏的 is not about a lamp in 3栋, 还是不亮 may be.
func ofTitle(said, title string) bool {
	if atAnotherHouse(said, title) {
		return false
	}
	said, title = zhtext.Fold(said).Text, zhtext.Fold(title).Text
	for _, words := range []*regexp.Regexp{address, notMended, nobodyCame, unnamed} {
		said = words.ReplaceAllString(said, " ")
	}
	named := strings.Map(func(r rune) rune {
		if r < 0x4e00 || r > 0x9fff || strings.ContainsRune(common, r) {
			return -1
		}
		return r
	}, said)
	return named == "" || strings.ContainsAny(title, named)
}

// unhappy offers whoever asked for a matter that waits for their mark, and says that it is
// not mended, the mark that has it done again; whoever still waits, to look at it.
func (s *session) unhappy() (done bool, err error) {
	said := zhtext.Fold(s.plain()).Text
	if s.read.Verb != "" && s.read.Sure >= likely || !notMended.MatchString(said) && !nobodyCame.MatchString(said) {
		return false, nil
	}
	own, err := s.ownHere()
	if err != nil {
		return false, err
	}
	var readings []intents.Intent
	for _, m := range own {
		t, err := s.template(m)
		if err != nil {
			return false, err
		}
		w, waits, err := s.waits(m)
		if err != nil {
			return false, err
		}
		word, _, _ := strings.Cut(w.say, " ")
		if !ofTitle(s.plain(), s.env(t, m, procedure.Actor{}).Title(m, s.lookup(t, m, !s.e.Chat.Private))) {
			continue
		}
		if step, v := t.FindVerb(word); waits && w.nearness == 0 && v != nil && v.Scored && step.ReopenBelow > 1 && m.Asker == s.me.ID {
			readings = append(readings, intents.Intent{Verb: word, Matters: []int{m.Number}, Score: 1, Text: s.plain()})
		}
	}
	switch {
	case len(readings) == 1:
		return true, s.offerAgain(readings[0])
	case len(own) > 0 && nobodyCame.MatchString(said):
		return s.ofOwn()
	}
	return false, nil
}

// offerAgain asks whether the lowest mark is meant, and says what comes of it.
func (s *session) offerAgain(r intents.Intent) error {
	s.verb = "unsure"
	if s.e.Chat.Private {
		r.Text = "" // the mark is told in the group
	}
	s.ask(talk.Pending{
		Verb: s.verb, Field: talk.WhichReading, Readings: []intents.Intent{r}, Said: s.plain(),
		Ask: fmt.Sprintf("是说 #%d 没办好吗？回 1 就评1分，请人再办一遍；不是请发“帮助”。", r.Matters[0]),
	})
	return nil
}
