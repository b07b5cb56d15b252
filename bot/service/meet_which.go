package service

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
)

// aimed is what a sentence says of the meeting it is about: what it says to it, by which
// word one would say it again, and the meeting's number; 0 where it names none.
type aimed struct {
	kind   meeting.Kind
	word   string
	number int
}

// theHall is the meeting that a sentence is about: the one of the number said, else the
// likeliest. Of several that are as likely the speaker is asked once, and then stays with
// that one until they name another. Nil if there is none.
func (s *session) theHall(a aimed, fits func(meeting.Phase) bool) (*hall, error) {
	all, err := s.openHalls(fits)
	if err != nil {
		return nil, err
	}
	can := s.likeliestHalls(all, a.kind)
	if a.number > 0 {
		i := slices.IndexFunc(all, func(h *hall) bool { return h.m.Number == a.number })
		if i < 0 {
			return nil, nil
		}
		if len(can) > 1 && slices.Contains(can, all[i]) && !slices.Contains(grave, a.kind) {
			s.staysWith(all[i])
		}
		return all[i], nil
	}
	switch len(can) {
	case 0:
		return nil, nil
	case 1:
		return can[0], nil
	}
	if h := s.stayedWith(can); h != nil && !slices.Contains(grave, a.kind) {
		return h, nil
	}
	return nil, s.whichHall(a, can)
}

// grave is what cannot be taken back: of several meetings it is asked each time which is
// meant.
var grave = []meeting.Kind{meeting.Start, meeting.End, meeting.Approve}

// openHalls are the meetings that may be spoken of here and are not called off.
func (s *session) openHalls(fits func(meeting.Phase) bool) ([]*hall, error) {
	sittings, err := s.hallsHere()
	if err != nil {
		return nil, err
	}
	var out []*hall
	for _, sit := range sittings {
		if !fits(sit.Phase) {
			continue
		}
		h, err := s.hallAt(sit)
		if err != nil {
			return nil, err
		}
		if h.m.IsOpen() && s.hearable(h) {
			out = append(out, h)
		}
	}
	return out, nil
}

// likeliestHalls are the meetings that something is said of: where it can be said now, then
// those that the speaker leads, then what is being held before what has ended before what
// is to come. What anybody may say of themselves is said of what is being held, whoever
// leads it.
func (s *session) likeliestHalls(all []*hall, k meeting.Kind) []*hall {
	can := orAll(all, func(h *hall) bool {
		return h.fits(k, "") == nil && (k != meeting.Topic || h.state.Phase == meeting.Planned || s.leads(h)) &&
			(k != meeting.Approve || !slices.Contains(h.state.Approved, s.me.ID))
	})
	nearest := func(h *hall) int { return s.nearness(h) }
	held := func(h *hall) int { return slices.Index(heldFirst, h.state.Phase) }
	if slices.Contains(anybodys, k) || k == meeting.Coming {
		nearest, held = held, nearest
	}
	can = least(least(can, nearest), held)
	if len(can) < 2 || can[0].state.Phase != meeting.Planned {
		return can
	}
	off := func(h *hall) time.Duration { return s.now.Sub(h.m.When).Abs() }
	slices.SortStableFunc(can, func(a, b *hall) int { return cmp.Compare(off(a), off(b)) })
	if k == meeting.Start && off(can[1]) <= signInFrom {
		return can[:2]
	}
	return can[:1]
}

// heldFirst is in which phase a meeting is most likely meant.
var heldFirst = []meeting.Phase{meeting.Running, meeting.Paused, meeting.Ended, meeting.Planned}

// nearness is what the speaker is to a meeting: host or recorder 0, who leads it besides
// 1, entitled 2, none of these 3.
func (s *session) nearness(h *hall) int {
	if slices.Contains(h.offices(), s.me.ID) {
		return 0
	}
	if s.leads(h) {
		return 1
	}
	if _, ok := h.voter(s.me.ID); ok {
		return 2
	}
	return 3
}

// orAll keeps those that are wanted; all of them where none is.
func orAll(all []*hall, want func(*hall) bool) []*hall {
	out := slices.DeleteFunc(slices.Clone(all), func(h *hall) bool { return !want(h) })
	if len(out) == 0 {
		return all
	}
	return out
}

// least keeps those for which a number is the smallest.
func least(all []*hall, of func(*hall) int) []*hall {
	var out []*hall
	for _, h := range all {
		if len(out) > 0 && of(h) < of(out[0]) {
			out = nil
		}
		if len(out) == 0 || of(h) == of(out[0]) {
			out = append(out, h)
		}
	}
	return out
}

// stayFor is how long somebody who keeps the log of several meetings at once is taken to
// speak of the one they named last.
const stayFor = 12 * time.Hour

func stayKey(p bot.PersonID) string { return "hall:" + string(p) }

// staysWith remembers which of several meetings the speaker keeps the log of.
func (s *session) staysWith(h *hall) {
	key, id := stayKey(s.me.ID), h.m.ID
	s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(id), stayFor) })
}

// stayedWith is the one of several meetings that the speaker named last; nil if none.
func (s *session) stayedWith(can []*hall) *hall {
	raw, ok := s.remembered(stayKey(s.me.ID))
	if !ok {
		return nil // they are asked again
	}
	if i := slices.IndexFunc(can, func(h *hall) bool { return string(h.m.ID) == raw }); i >= 0 {
		return can[i]
	}
	return nil
}

// whichHall asks which of several meetings is meant, keeping the sentence, and with it
// those that were said while the question stood.
func (s *session) whichHall(a aimed, can []*hall) error {
	can = slices.Clone(can[:min(len(can), offered)])
	slices.SortFunc(can, func(a, b *hall) int { return cmp.Or(a.m.Opened.Compare(b.m.Opened), a.m.Number-b.m.Number) })
	p := talk.Pending{Verb: a.word, Field: talk.WhichMatter, Said: s.plain(), Ask: fmt.Sprintf("“%s”说的是哪个会？", cut(s.plain(), 12))}
	if before, err := s.talks.Recall(s.ctx, s.e.Chat, s.e.From); err == nil && before != nil && a.kind == "" && s.askedWhich(before, a.word) {
		p.Said = before.Said + "\n" + p.Said
		p.Ask = "这几句说的是哪个会？"
	}
	for _, h := range can {
		p.Ask += fmt.Sprintf("\n%s %s", h.m.Ref(), h.t.Name)
		if place := s.lookup(h.t, h.m, !s.e.Chat.Private).Text(h.m.Fields[placeField]); place != "" {
			p.Ask += "（" + place + "）"
		}
		r := plainReading(s.read)
		r.Verb, r.Matters = a.word, []int{h.m.Number}
		p.Readings = append(p.Readings, r)
	}
	p.Ask += fmt.Sprintf("\n请回复号码，例如：%d。", can[0].m.Number)
	return &question{p}
}

// askedWhich reports whether a question is which meeting a plain note belongs to.
func (s *session) askedWhich(p *talk.Pending, word string) bool {
	return p.Field == talk.WhichMatter && p.Verb == word && s.utteranceOf(p.Said).kind == ""
}

var (
	// withNumber is #12 记 …, 12号 记 …: which of several meetings is meant.
	withNumber = regexp.MustCompile(`^[#＃]?([0-9０-９]{1,6})\s*号?(?:会议|会)?[\s　，,：:]*(.+)$`)
	// numberAfter is the number behind a word: 记 #12 ….
	numberAfter = regexp.MustCompile(`^[#＃]([0-9０-９]{1,6})\s*号?[\s　，,：:]+`)
)

// numberOff takes the number off a sentence that begins with one: #12 with anything, 12
// where that is a meeting and a word of its log follows.
func (s *session) numberOff(text string) (rest string, number int) {
	p := withNumber.FindStringSubmatch(text)
	if p == nil {
		return text, 0
	}
	number = smallNumber(p[1])
	if strings.HasPrefix(text, "#") || strings.HasPrefix(text, "＃") {
		return p[2], number
	}
	if s.wordOf(p[2]).kind != "" && s.isHall(number) {
		return p[2], number
	}
	return text, 0
}

// isHall reports whether a number is that of a meeting that may be spoken of here.
func (s *session) isHall(number int) bool {
	all, err := s.openHalls(func(meeting.Phase) bool { return true })
	return err == nil && slices.ContainsFunc(all, func(h *hall) bool { return h.m.Number == number })
}

// aim finds out which meeting a sentence names, and takes the number off what it says.
func (s *session) aim(u utterance, number int) (utterance, int) {
	switch {
	case number > 0 || u.kind == "":
		return u, number
	case slices.Contains(wordless, u.kind):
		if n := smallNumber(strings.Trim(u.text, "#＃号会 　")); n > 0 && s.isHall(n) {
			return utterance{kind: u.kind}, n
		}
	default:
		if p := numberAfter.FindStringSubmatch(u.text); p != nil {
			return utterance{u.kind, strings.TrimSpace(u.text[len(p[0]):])}, smallNumber(p[1])
		}
	}
	return u, 0
}

// wordless are what one says of a meeting by the word alone: a number behind it is the
// meeting's.
var wordless = []meeting.Kind{meeting.End, meeting.Next, meeting.Pause, meeting.Resume, meeting.Approve}

// strikeIn is the meeting whose log 撤销 is about: where the speaker last put something,
// if nothing else they did came after it. Nil if there is none.
func (s *session) strikeIn() (*hall, error) {
	all, err := s.openHalls(func(p meeting.Phase) bool { return p != meeting.Planned })
	if err != nil {
		return nil, err
	}
	var best *hall
	var last meeting.Entry
	for _, h := range all {
		if e, ok := s.lastOwn(h); ok && e.ID > last.ID {
			best, last = h, e
		}
	}
	if m, ok, err := s.lastTouched(); err != nil || ok && m.LastBy == s.me.ID && m.LastAt.After(last.At) && m.LastOp != procedure.Undo {
		return nil, err
	}
	return best, nil
}

// lastOwn is what the speaker last put into a meeting's log and may take back.
func (s *session) lastOwn(h *hall) (meeting.Entry, bool) {
	for _, e := range slices.Backward(meeting.Effective(h.entries)) {
		if e.By == s.me.ID && !slices.Contains(unstrikable, e.Kind) {
			return e, true
		}
	}
	return meeting.Entry{}, false
}
