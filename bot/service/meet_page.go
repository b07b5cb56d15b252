package service

import (
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/cards"
	"yiqun/cards/paper"
)

// minutesSheet is the page of a meeting's minutes, from its end on: the address goes to
// host and recorder first, and follows their corrections.
func (s *session) minutesSheet(m procedure.Matter) (paper.Paper, error) {
	h, err := s.hallShown(m)
	if err != nil {
		return paper.Paper{}, err
	}
	if h.state.Phase != meeting.Ended {
		return paper.Paper{}, errNoPage
	}
	return s.minutesShown(h).Paper(s.sealOf(h)), nil
}

// hallShown is the meeting that an address is of.
func (s *session) hallShown(m procedure.Matter) (*hall, error) {
	h, err := s.hallFor(m)
	if bot.CodeOf(err) == bot.NotFound {
		return nil, errNoPage
	}
	return h, err
}

// meetingEntry is a meeting in somebody's calendar. Its sequence is the matter's
// version, so that a changed or cancelled meeting replaces what was kept of it.
func (s *session) meetingEntry(m procedure.Matter) (calendar.Entry, error) {
	h, err := s.hallShown(m)
	if err != nil {
		return calendar.Entry{}, err
	}
	return calendar.Entry{
		UID: string(m.ID) + "@yiqun", Title: h.t.Name, Place: s.lookup(h.t, m, true).Text(m.Fields[placeField]),
		Note: strings.TrimSpace(m.Ref() + " " + numberedLine(h.state.Agenda())), Start: m.When, Stamp: s.now,
		Sequence: m.Version, Cancelled: !m.IsOpen() && h.state.Phase == meeting.Planned,
	}, nil
}

// calendarFor is how long after its beginning a meeting can still be put into a
// calendar by the address in its notice.
const calendarFor = 24 * time.Hour

// linkCalendar puts the entry for a calendar onto the card of a meeting that is to come,
// where links are given out. It is one address as long as the time stays.
func (s *session) linkCalendar(c *cards.Card, h *hall) {
	if s.cfg.Links == nil || !h.m.IsOpen() || h.state.Phase != meeting.Planned || !h.m.When.After(s.now) {
		return
	}
	c.Link = &cards.Link{Text: "加到手机日历", URL: s.cfg.Links.until(meetingPage, h.m.ID, h.m.When.Add(calendarFor)) + icsEnding}
}

// linkMinutes puts the address of the minutes onto the card that one person gets of
// them, where links are given out.
func (s *session) linkMinutes(c *cards.Card, h *hall) {
	page, ok := s.linkTo(minutesPage, c.Title, h.m)
	if !ok {
		return
	}
	c.Link, c.Footnote = page.Link, strings.TrimSpace(c.Footnote+" "+page.Footnote)
}

// enclosed is a file with what is said where it cannot go: its page, or where there is
// none, another way. A code that is empty is no page.
func (s *session) enclosed(f deliver.File, code string, m procedure.Matter) deliver.Body {
	said := "“" + f.Name + "”在这里发不了，请在另一个平台上再要一次，或请管理员在后台导出。"
	if s.cfg.Links != nil && code != "" {
		said = "“" + f.Name + "”在这里发不了，请打开网页看、打印（3天内有效）：" + s.cfg.Links.URL(code, m.ID, s.now)
	}
	return deliver.Body{File: &f, Text: said}
}
