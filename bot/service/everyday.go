package service

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/talk"
	"yiqun/intents"
	"yiqun/intents/phrase"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

//go:embed phrases.yaml
var ownPhrases []byte

// phrasebook is what whole sentences of everyday speech say in our words: those that
// are understood at once, and those that count only when nothing else was.
type phrasebook struct {
	first, last *phrase.Book
	// ear hears their words where they are written by sound.
	ear *intents.Ear
}

// newPhrasebook gathers the bot's own phrases and those of the templates in force. The
// phrases of a template that cannot be read are left out: its checker has said so.
func newPhrasebook(set procedure.Set) phrasebook {
	var shapes []phrase.Shape
	for _, t := range set.All() {
		if !t.Enabled() {
			continue
		}
		for _, p := range t.Phrases {
			if p.Check() != nil {
				continue
			}
			if slices.Contains(ofTemplate, p.When) {
				p.When += momentOf + t.ID
			}
			p.From = t.ID
			shapes = append(shapes, p)
		}
	}
	// Of what was not understood otherwise a template knows more than the bot does.
	book := func(last bool, lists ...[]phrase.Shape) *phrase.Book {
		b, err := phrase.New(slices.DeleteFunc(slices.Concat(lists...), func(p phrase.Shape) bool { return p.Last != last }))
		if err != nil {
			panic("phrases that were checked are readable: " + err.Error())
		}
		return b
	}
	own := OwnPhrases()
	return phrasebook{first: book(false, own, shapes), last: book(true, shapes, own), ear: newEar(slices.Concat(own, shapes))}
}

// OwnPhrases are those of the bot's own words, from phrases.yaml.
func OwnPhrases() []phrase.Shape {
	var own []phrase.Shape
	if err := yaml.Unmarshal(ownPhrases, &own); err != nil {
		panic("phrases.yaml is embedded and tested: " + err.Error())
	}
	for i := range own {
		own[i].From = "phrases.yaml"
	}
	return own
}

// ofTemplate are the moments that say something of a template's own matters; momentOf
// stands between them and its id.
var ofTemplate = []string{procedure.WhenOpen, procedure.WhenHolder, procedure.WhenAsker}

const momentOf = " "

// wonders is the end of a question about a word, which looks like what it is to be said of:
// 无记名表决 是怎么回事.
var wonders = regexp.MustCompile(`(?:怎么回事|什么意思|是什么|是啥|怎么弄|怎么用)[?？。\s]*$`)

// everyday takes a sentence of everyday speech for the sentence it stands for: carries
// that one out where there is no doubt, and offers it where there is.
func (s *session) everyday(book *phrase.Book) (done bool, err error) {
	m, ok, err := s.phraseNow(book)
	switch {
	case err != nil || !ok:
		return false, err
	case m.Asks || wonders.MatchString(s.plain()) && s.opens(m.Means[0]):
		if m.Means, err = s.markable(m.Means); err != nil || len(m.Means) == 0 {
			return false, err
		}
		return true, s.offerSayings(m)
	}
	return true, s.instead(m.Means[0])
}

// phraseNow is the phrase that the sentence fits and that counts now; false if none does.
func (s *session) phraseNow(book *phrase.Book) (m phrase.Match, ok bool, err error) {
	if s.node.ID == "" {
		return m, false, nil
	}
	var failed error
	m, ok = book.Find(s.plain(), s.quotedMatter(), func(p *phrase.Shape, number int) bool {
		if s.ordered(p) {
			return false
		}
		now, err := s.isMoment(p.When, number)
		failed = errors.Join(failed, err)
		return now
	})
	if failed != nil || !ok {
		return m, false, failed
	}
	// Asked last: it takes a look at the records, and few sentences fit a phrase.
	taking, err := s.takesMinutes()
	return m, !taking && err == nil, err
}

// quotedMatter is the matter of the message that was replied to, 0 if none.
func (s *session) quotedMatter() int {
	if s.e.Message == nil || s.e.Message.Quoted == "" || len(s.read.Matters) != 1 {
		return 0
	}
	return s.read.Matters[0]
}

// ordered reports that the sentence is a command already, so that a phrase must stand
// back: one that asks whenever the command is certain, any where it begins with it. What
// would end a vote for everybody and is not said plainly is no command yet.
func (s *session) ordered(p *phrase.Shape) bool {
	r := s.read
	if r.Verb == "" || r.Asks || r.Sure < certain || p.Over || s.closes(r.Verb) && !s.plainly(r) {
		return false
	}
	begins := strings.HasPrefix(s.plain(), r.Verb)
	return p.Asks || begins && (!p.Looks || r.Verb == helpWord)
}

// helpWord is the command that explains the others.
const helpWord = "帮助"

// closes reports that a word ends a vote or a collection for everybody.
func (s *session) closes(word string) bool { return s.practice.Load().closing[word] }

// closingWords are gathered once: every sentence is asked whether it begins with one.
func closingWords(set procedure.Set) map[string]bool {
	out := map[string]bool{}
	for _, t := range set.All() {
		for step := range t.AllSteps() {
			for _, v := range procedure.VerbsOf(step) {
				if v.Op != procedure.Close {
					continue
				}
				for _, word := range append([]string{v.Word}, v.Also...) {
					out[word] = word != ""
				}
			}
		}
	}
	return out
}

// opens reports that a sentence begins with a word that opens a matter.
func (s *session) opens(sentence string) bool {
	word, _, _ := strings.Cut(sentence, " ")
	return s.templateFor(word) != nil
}

// plainly reports that a sentence is its command and no more than politeness or a
// number before it: 请结束投票, 12号结束投票, but not 投完了就结束投票.
func (s *session) plainly(r intents.Intent) bool {
	text := strings.TrimLeft(zhtext.Fold(s.plain()).Text, "请麻烦您你帮我把#第0123456789 号,.:")
	words := []string{r.Verb}
	for _, t := range s.Templates().All() {
		if _, v := t.FindVerb(r.Verb); v != nil {
			words = append(words, v.Also...)
		}
	}
	return slices.ContainsFunc(words, func(w string) bool {
		rest, ok := strings.CutPrefix(text, w)
		return ok && !strings.HasPrefix(rest, "了")
	})
}

// takesMinutes reports that the speaker takes the minutes in this private chat: whatever is
// written there is a note, and no order.
func (s *session) takesMinutes() (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	halls, err := s.openHalls(func(p meeting.Phase) bool { return p == meeting.Running })
	return slices.ContainsFunc(halls, func(h *hall) bool { return slices.Contains(h.offices(), s.me.ID) }), err
}

// instead carries out a sentence that stands for what was said.
func (s *session) instead(sentence string) error {
	read, err := s.understand(sentence)
	if err != nil {
		return err
	}
	s.said, s.read = sentence, read
	if err := s.knowMentioned(); err != nil {
		return err
	}
	return s.carryOut()
}

// sayingLasts is how long a number answers an offer that ends or sends something.
const sayingLasts = time.Hour

// offerSayings asks whether one of some sentences was meant. Nothing is done before
// that is answered.
func (s *session) offerSayings(m phrase.Match) error {
	s.verb = "unsure"
	says, err := s.ofOwnNumber(m.Means)
	if err != nil {
		return err
	}
	if look := fmt.Sprintf("%s %d", looking, m.Number); m.Number > 0 && !slices.Contains(says, look) {
		says = append(says, look)
	}
	if voting, err := s.digitsVote(); err != nil {
		return err
	} else if voting {
		// A number could be taken for a ballot here: the words are asked for.
		s.reply("没听懂。要办请发：\n" + strings.Join(says, "\n"))
		return nil
	}
	p := talk.Pending{Verb: s.verb, Field: talk.WhichSaying, Says: says, Until: s.now.Add(sayingLasts), Said: s.plain()}
	labels := make([]string, len(says))
	for i, say := range says {
		labels[i] = cut(s.openly(say), 30)
	}
	p.Ask = whichReading(labels)
	if word, _, _ := strings.Cut(says[0], " "); len(says) == 1 && s.tellsGroup(word) {
		p.Ask = inTheGroup(labels[0])
	}
	s.ask(p)
	return nil
}

// digitsVote reports that a bare number said here is a ballot.
func (s *session) digitsVote() (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	running, err := s.runningVotes()
	return len(running) > 0, err
}

// choseSaying takes the answer to offerSayings.
func (s *session) choseSaying(p *talk.Pending, text string) (bool, error) {
	n, rest, ok := talk.Pick(text, len(p.Says))
	if word := sayingOf(p.Says, text); word > 0 {
		n, rest, ok = word, "", true
	}
	switch {
	case s.now.After(p.Until):
		s.forget()
		return false, nil
	case len(p.Says) == 1 && saysYes(text):
		n = 1
	case !ok || rest != "":
		return false, nil
	}
	s.forget()
	return true, s.instead(p.Says[n-1])
}

// saysYes reports a plain yes to what may end or send something; 好的 is said to much.
func saysYes(text string) bool {
	return slices.Contains([]string{"是", "是的", "是嘅", "系", "系嘅", "对", "对的", "对头", "确定", "是这样"}, strings.Trim(zhtext.Fold(text).Text, " 。.!！啊呀哦"))
}

// goOn takes an answer as the rest of a sentence that lacked it. Where it still lacks the
// same, that was no answer: it is a sentence of its own, and nothing is added up.
func (s *session) goOn(p *talk.Pending, text string) error {
	own := s.read
	s.forget()
	err := s.instead(p.Said + " " + text)
	if q, ok := errors.AsType[*question](err); ok && q.pending.Field == talk.Rest && q.pending.Ask == p.Ask && len(s.rows) == 0 {
		s.said, s.read = "", own
		return s.dispatch()
	}
	return err
}

// saysItself reports a whole sentence of everyday speech that offers something of its own,
// and so is not the rest of another.
func (s *session) saysItself() (bool, error) {
	var failed error
	_, ok := s.practice.Load().phrases.first.Find(s.plain(), s.quotedMatter(), func(p *phrase.Shape, number int) bool {
		if !p.Asks {
			return false
		}
		now, err := s.isMoment(p.When, number)
		failed = errors.Join(failed, err)
		return now
	})
	return ok, failed
}

// asksRest asks for the rest of a sentence: what is answered is put behind it.
func (s *session) asksRest(ask string) error {
	return &question{talk.Pending{Verb: s.verb, Field: talk.Rest, Said: s.plain(), Ask: ask}}
}

// soon is how long before a meeting its beginning may be said in everyday words.
const soon = 2 * time.Hour

// isMoment reports whether it is the moment that a phrase was written for; number is the
// matter it names, 0 for none.
func (s *session) isMoment(when string, number int) (bool, error) {
	if kind, id, ok := strings.Cut(when, momentOf); ok {
		return s.momentOf(kind, id)
	}
	switch when {
	case "":
		return true, nil
	case procedure.WhenVote:
		return s.voting(number)
	case "room":
		return s.votingInRoom()
	case "matter":
		found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Open: true, Limit: 1})
		return len(found) > 0, err
	case "lent":
		lent, err := s.lentHere()
		return len(lent) > 0, err
	case "untold":
		n, err := s.tx.LastTold(s.ctx, remind.Person(s.me.ID))
		if bot.CodeOf(err) == bot.NotFound {
			return true, nil
		}
		return !s.e.Chat.Private || s.now.Sub(n.Told) > answerable, err
	case "planned", "called", "due", "running", "ended", "held":
		halls, err := s.openHalls(func(p meeting.Phase) bool { return inPhase(when, p) })
		if when == "called" && len(halls) > 1 {
			return false, err // which is meant has to be said
		}
		return slices.ContainsFunc(halls, func(h *hall) bool { return s.fitsDay(when, h.m.When) }), err
	}
	return false, nil
}

// inPhase reports whether a meeting that stands so may be meant.
func inPhase(when string, p meeting.Phase) bool {
	switch when {
	case "planned", "called", "due":
		return p == meeting.Planned
	case "running":
		return p == meeting.Running || p == meeting.Paused
	case "ended":
		return p == meeting.Ended
	}
	return true
}

// fitsDay reports whether the time of a meeting is that of a moment.
func (s *session) fitsDay(when string, at time.Time) bool {
	switch when {
	case "called":
		return s.sameDay(at)
	case "due":
		return s.now.Add(soon).After(at) && s.now.Add(-soon).Before(at)
	}
	return true
}

// sameDay reports whether a sentence names the day of t, or no day at all.
func (s *session) sameDay(t time.Time) bool {
	now := s.now.In(s.zone())
	r, ok := zhtime.Find(s.plain(), now, zhtime.Options{Prefer: zhtime.Future})
	if !ok || r.Kind != zhtime.Span && r.Kind != zhtime.Point {
		return true
	}
	day := func(t time.Time) string { return t.In(s.zone()).Format(time.DateOnly) }
	return day(r.Start) <= day(t) && day(t) <= day(r.End)
}

// voting reports whether a vote runs here, or the one of that number.
func (s *session) voting(number int) (bool, error) {
	running, err := s.runningVotes()
	if number == 0 {
		return len(running) > 0, err
	}
	return slices.ContainsFunc(running, func(m procedure.Matter) bool { return m.Number == number }), err
}

// votingInRoom reports whether a vote runs here for which one signs in.
func (s *session) votingInRoom() (bool, error) {
	votes, err := s.voteChoices()
	return slices.ContainsFunc(votes, func(v runningVote) bool { return v.p.InRoom }), err
}

// momentOf is isMoment for what is said of a template's matters.
func (s *session) momentOf(kind, template string) (bool, error) {
	f := procedure.Filter{Node: s.node.ID, Templates: []string{template}, Open: true, Limit: 1}
	switch kind {
	case procedure.WhenHolder:
		f.Holder = s.me.ID
	case procedure.WhenAsker:
		f.Asker = s.me.ID
	}
	found, err := s.tx.Find(s.ctx, f)
	return len(found) > 0, err
}
