package service

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
	"yiqun/intents/zhtext"
)

// signInFrom is how long before a meeting one may sign in.
const signInFrom = 2 * time.Hour

// arriveSelf keeps that the speaker is in the room. code is the number they said.
func (s *session) arriveSelf(h *hall, code int) error {
	v, ok := h.voter(s.me.ID)
	switch {
	case h.state.Phase == meeting.Ended || !h.m.IsOpen():
		return bot.Errorf(bot.Wrong, "%s 会已经结束了，漏了签到请告诉%s。", h.m.Ref(), s.name(h.state.Offices[meeting.Recorder]))
	case s.tooSoon(h):
		return bot.Errorf(bot.Wrong, "%s 还没到时候，开会前两小时起可以签到。", h.m.Ref())
	case !ok:
		return bot.Errorf(bot.Forbidden, "%s 您不在这次的应到名单里，请%s记您列席。", h.m.Ref(), s.name(h.state.Offices[meeting.Recorder]))
	case h.state.Code != 0 && code == 0:
		return bot.Errorf(bot.Wrong, "%s 请带上会场里写的四位数，例如：签到 1234。", h.m.Ref())
	case h.state.Code != 0 && code != h.state.Code:
		return bot.Errorf(bot.Invalid, "%s 签到码不对，请看会场里写的四位数，或请%s记您到会。", h.m.Ref(), s.name(h.state.Offices[meeting.Recorder]))
	case h.state.Present[v.ID].Here():
		return nil // once is enough
	}
	if err := s.logInto(h, meeting.Entry{Kind: meeting.Arrive, At: s.now, Voters: []ballot.VoterID{v.ID}}); err != nil {
		return err
	}
	return s.mayVote(h)
}

// signInMeeting answers 签到 where a meeting is held; done is false if none is. Of several
// it is the one whose number or code was said, else where the speaker is due.
func (s *session) signInMeeting() (done bool, err error) {
	all, err := s.openHalls(func(p meeting.Phase) bool { return p != meeting.Ended })
	if err != nil {
		return false, err
	}
	number, code := s.numbersSaid(all)
	can := slices.DeleteFunc(all, func(h *hall) bool {
		return s.tooSoon(h) || number > 0 && h.m.Number != number
	})
	can = orAll(can, func(h *hall) bool { return code > 0 && h.state.Code == code })
	can = orAll(can, func(h *hall) bool { return s.nearness(h) < 3 })
	can = orAll(can, func(h *hall) bool { return h.state.Live() })
	switch len(can) {
	case 0:
		return false, nil
	case 1:
		return true, s.signInTyped(can[0], code)
	}
	return true, s.whichHall(aimed{meeting.Arrive, signInWord, 0}, can)
}

// tooSoon reports whether one may not sign in to a meeting yet.
func (s *session) tooSoon(h *hall) bool {
	return h.state.Phase == meeting.Planned && s.now.Add(signInFrom).Before(h.m.When)
}

// signInNowhere says why nobody can sign in: what the speaker is due at is over, or has
// not come yet. Nil if they are due at nothing.
func (s *session) signInNowhere() error {
	all, err := s.openHalls(func(p meeting.Phase) bool { return p == meeting.Ended || p == meeting.Planned })
	if err != nil {
		return err
	}
	for _, h := range all {
		if _, due := h.voter(s.me.ID); due && (h.state.Phase == meeting.Ended || s.tooSoon(h)) {
			return s.arriveSelf(h, 0)
		}
	}
	return nil
}

func (s *session) signInTyped(h *hall, code int) error {
	before := h.turnout()
	if err := s.arriveSelf(h, code); err != nil {
		return err
	}
	s.reply(h.m.Ref() + " 签到好了，" + h.turnout().String() + "。")
	return s.tellTurn(h, before)
}

// codeSaid is a code said alone, or behind a word for it: 1234, 签到码 1234.
var codeSaid = regexp.MustCompile(`^(签到码?|到会)?[\s：:是]*(\d{4})$`)

// signInByCode takes four digits for a sign-in: alone where they are the code of a meeting
// the speaker is due at, and behind 签到码 wherever such a code is shown.
func (s *session) signInByCode() (done bool, err error) {
	said := codeSaid.FindStringSubmatch(zhtext.Fold(s.plain()).Text)
	if said == nil {
		return false, nil
	}
	all, err := s.openHalls(func(p meeting.Phase) bool { return p == meeting.Running || p == meeting.Paused })
	if err != nil {
		return false, err
	}
	code := smallNumber(said[2])
	all = slices.DeleteFunc(all, func(h *hall) bool {
		_, due := h.voter(s.me.ID)
		return !due || h.state.Code == 0
	})
	i := slices.IndexFunc(all, func(h *hall) bool { return h.state.Code == code })
	switch {
	case i >= 0:
		return true, s.signInTyped(all[i], code)
	case said[1] != "" && len(all) > 0:
		return true, s.arriveSelf(all[0], code)
	}
	return false, nil
}

var figures = regexp.MustCompile(`\d+`)

// numbersSaid are the number of a meeting and the code in the sentence; 0 for none. A code
// has four digits.
func (s *session) numbersSaid(all []*hall) (number, code int) {
	said := slices.Clone(s.read.Matters)
	for _, d := range figures.FindAllString(zhtext.Fold(s.plain()).Text, -1) {
		if n, err := strconv.Atoi(d); err == nil {
			said = append(said, n)
		}
	}
	for _, n := range said {
		switch {
		case slices.ContainsFunc(all, func(h *hall) bool { return h.m.Number == n }) || n < 1000:
			number = n
		case n <= 9999:
			code = n
		}
	}
	return number, code
}

// showCode tells who leads a meeting the four digits that are shown in its room; they are
// drawn once.
func (s *session) showCode(h *hall) error {
	if h.state.Code == 0 {
		raw := make([]byte, 2)
		if _, err := s.random().Read(raw); err != nil {
			return bot.Fault(bot.Internal, err)
		}
		n := 1000 + (int(raw[0])<<8|int(raw[1]))%9000
		if err := s.logInto(h, meeting.Entry{Kind: meeting.Code, Count: n}); err != nil {
			return err
		}
		if err := s.refreshMeeting(h, true); err != nil {
			return err
		}
	}
	code := h.state.Code
	text := h.m.Ref() + " 签到码 " + strconv.Itoa(code) + "，请写在会场里。到会的人私聊我发：签到 " + strconv.Itoa(code)
	if s.e.Chat.Private {
		s.reply(text)
		return nil
	}
	chat, ok, err := s.privateChat(s.me.ID)
	switch {
	case err != nil:
		return err
	case !ok:
		return bot.Errorf(bot.Unreachable, "签到码要私下给您，请先私聊我发一个“在”，再说一次。")
	}
	s.post(rowTo(chat, h.m.ID, text))
	s.reply(h.m.Ref() + " 签到码私聊发给您了。")
	return nil
}

// meetingCode answers 签到码.
func (s *session) meetingCode() error {
	h, err := s.theHall(aimed{meeting.Code, s.verb, s.firstMatter()}, func(st meeting.Phase) bool { return st != meeting.Ended })
	switch {
	case err != nil:
		return err
	case h == nil:
		return noMeeting()
	case !s.leads(h):
		return s.notLeading(h, "签到码")
	}
	return s.showCode(h)
}
