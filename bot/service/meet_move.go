package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/intents"
)

// moveWord holds a meeting at another time.
const moveWord = "改期"

// reschedule answers 改期 1 周五晚7点: a meeting that has not begun is held at another
// time. What is left unsaid stays: a day alone keeps the hour, an hour alone the day.
func (s *session) reschedule() error {
	s.verb = moveWord
	why, err := s.saidWhy()
	if err != nil {
		return err
	}
	h, err := s.hallToMove()
	if err != nil {
		return err
	}
	act := procedure.Act{Step: h.step.ID, Op: procedure.Move}
	if err := s.judge(h.t, h.m, h.m.Node, act); err != nil {
		if bot.CodeOf(err) != bot.Missing {
			return err
		}
		if s.read.When == nil {
			return s.asksRest(bot.MessageOf(err))
		}
	}
	if why == "" && s.saidOver() {
		return bot.Errorf(bot.Invalid, "%s 这个时间已经过了，请说一个以后的时间。", h.m.Ref())
	}
	if act.Until, err = s.instant(s.read.When, procedure.TimeField); err != nil {
		return named(h.m, err)
	}
	zone := s.zoneOf(h.m.Node)
	act.Until = movedTo(h.m.When.In(zone), act.Until.In(zone), s.read.When, s.now)
	if act.Until.Equal(h.m.When) {
		return bot.Errorf(bot.Wrong, "%s 本来就是这个时间，不用改。", h.m.Ref())
	}
	if _, err := h.step.Meet.Lead.Check(h.t.Name, s.now.In(zone), act.Until.In(zone)); err != nil {
		return named(h.m, err)
	}
	if why != "" {
		act.Content = map[string]string{procedure.Reason: why}
	}
	return s.commit(h.t, h.m, h.m.Node, act)
}

// hallToMove is the meeting that is meant, of those that have not begun.
func (s *session) hallToMove() (*hall, error) {
	a := aimed{word: moveWord}
	if len(s.read.Matters) > 0 {
		a.number = s.read.Matters[0]
	}
	h, err := s.theHall(a, func(p meeting.Phase) bool { return p == meeting.Planned })
	if err != nil || h != nil {
		return h, err
	}
	begun, err := s.openHalls(func(p meeting.Phase) bool { return p != meeting.Planned })
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(begun, func(h *hall) bool { return a.number == 0 || h.m.Number == a.number }); i >= 0 {
		return nil, bot.Errorf(bot.Wrong, "%s 已经开始了，不能改期。", begun[i].m.Ref())
	}
	none := "没有还没开的会可以改期。"
	if a.number > 0 {
		none = fmt.Sprintf("没有 #%d 这个还没开的会。", a.number)
	}
	if !s.e.Chat.Private { // the same whether there is another or not
		none = "群里" + none + "不在群里公开的会，请私聊我改。"
	}
	return nil, bot.Errorf(bot.NotFound, "%s", none)
}

// daySaid is what a time has in it that names its day.
var daySaid = regexp.MustCompile(`[周月号日天今明后]|星期|礼拜|\d+[-/.]\d+`)

// movedTo fills up a time that was said by what a meeting's was. 到 before it makes no
// deadline of it.
func movedTo(was, at time.Time, said *intents.When, now time.Time) time.Time {
	if said.Deadline {
		at = said.End.In(was.Location())
	}
	switch {
	case said.WholeDay && said.Deadline:
		return onDayOf(at.Add(-time.Second), was)
	case said.WholeDay:
		return onDayOf(at, was)
	case !daySaid.MatchString(said.Said):
		if then := onDayOf(was, at); then.After(now) {
			return then
		}
	}
	return at
}

// onDayOf is a time of day on the day of another time.
func onDayOf(day, clock time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, day.Location())
}

// tellMoved tells whoever was called, once, when the meeting is now. The card from before
// is put right where it can be.
func (s *session) tellMoved(t *procedure.Template, m procedure.Matter, act procedure.Act) error {
	h, err := s.hallOf(t, m)
	if err != nil {
		return err
	}
	if err := s.refreshMeeting(h, true); err != nil {
		return err
	}
	groups, err := s.groupsOf(h)
	if err != nil {
		return err
	}
	for _, g := range groups {
		c := s.groupCard(h)
		c.ID, c.Body = s.cardID(m.ID), movedNote(s.lookup(t, m, true).Text(procedure.Ref{Seq: act.Seq, Field: procedure.Reason}))
		row := deliver.Row{To: g, Matter: m.ID, Body: deliver.Body{Card: &c}, StaleAfter: m.When}
		if g == s.e.Chat {
			row.Body.Reply = s.e.Reply
		}
		s.post(row)
	}
	if !slices.Contains(groups, s.e.Chat) {
		if err := s.answerHere(t, m, act); err != nil {
			return err
		}
	}
	return s.inviteTo(h, movedNote(act.Content[procedure.Reason]))
}

// movedNote is what stands on a meeting's card once it was moved.
func movedNote(why string) string {
	if why == "" {
		return "时间改了，来不了的请说一声。"
	}
	return "时间改了：" + strings.TrimRight(why, "。.！!") + "。来不了的请说一声。"
}
