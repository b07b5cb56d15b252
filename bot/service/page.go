package service

import (
	"context"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards"
	"yiqun/cards/html"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/xlsx"
)

// Page is what a signed address shows.
type Page struct {
	Type string // of the media
	Name string // of the file to keep; empty for a page to look at
	Data []byte
}

// pageKind is something that can be shown at a signed address: a paper, or an entry for
// a calendar. A use case with a page of its own adds it to pageKinds.
type pageKind struct {
	code  string // in the address
	paper func(*session, procedure.Matter) (paper.Paper, error)
	event func(*session, procedure.Matter) (calendar.Entry, error)
}

// The codes of the pages.
const (
	resultPage   = "r"
	handOverPage = "h"
	minutesPage  = "m"
	meetingPage  = "c" // for a calendar
	docketPage   = "d"
	chartPage    = "g" // of a result, for the group
)

// icsEnding is what the address of a calendar's entry ends in.
const icsEnding = ".ics"

// pngEnding is what the address of a result's chart ends in.
const pngEnding = ".png"

func pageKinds() []pageKind {
	of := func(sheet func(ballotSheet) (paper.Paper, error)) func(*session, procedure.Matter) (paper.Paper, error) {
		return func(s *session, m procedure.Matter) (paper.Paper, error) {
			b, err := s.voteSheet(m)
			if err != nil {
				return paper.Paper{}, err
			}
			return sheet(b)
		}
	}
	return []pageKind{
		{code: resultPage, paper: of(func(b ballotSheet) (paper.Paper, error) { return b.paper(), nil })},
		{code: handOverPage, paper: of(ballotSheet.handOver)},
		{code: minutesPage, paper: (*session).minutesSheet},
		{code: meetingPage, event: (*session).meetingEntry},
		{code: docketPage, paper: (*session).docketSheet},
		{code: chartPage},
	}
}

// Page returns what an address shows: the page itself, or with .docx, .xlsx, .ics
// or .png at its end the file. The error is NotFound for an address that is not ours, Expired for
// one whose time is up; its message is for the reader.
func (s *Service) Page(ctx context.Context, token string) (p Page, err error) {
	token, ending := cutEnding(token)
	code, id, err := s.cfg.Links.read(token, s.clock.Now())
	if err != nil {
		return p, err
	}
	err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		se := &session{Service: s, ctx: ctx, tx: tx, now: s.clock.Now(), names: map[bot.PersonID]string{}}
		m, err := tx.Matter(ctx, id)
		if err != nil {
			return errNoPage
		}
		for _, k := range pageKinds() {
			if k.code == code {
				p, err = se.page(k, m, ending)
				return err
			}
		}
		return errNoPage
	})
	if err != nil && bot.MessageOf(err) == "" {
		return p, fmt.Errorf("show a page: %w", err)
	}
	return p, err
}

// cutEnding takes the ending of a file off a token, whose own parts stand apart by dots
// too: its last part is never one of these.
func cutEnding(token string) (rest, ending string) {
	for _, e := range []string{".docx", ".xlsx", icsEnding, pngEnding} {
		if rest, ok := strings.CutSuffix(token, e); ok {
			return rest, e
		}
	}
	return token, ""
}

func (s *session) page(k pageKind, m procedure.Matter, ending string) (Page, error) {
	if ending == icsEnding {
		if k.event == nil {
			return Page{}, errNoPage
		}
		e, err := k.event(s, m)
		if err != nil {
			return Page{}, err
		}
		return Page{Type: "text/calendar; charset=utf-8", Name: e.Title + ending, Data: []byte(e.ICS())}, nil
	}
	if (ending == pngEnding) != (k.code == chartPage) {
		return Page{}, errNoPage
	}
	if ending == pngEnding {
		return s.chartAt(m)
	}
	if k.paper == nil {
		return Page{}, errNoPage
	}
	p, err := k.paper(s, m)
	if err != nil {
		return Page{}, err
	}
	name := strings.TrimPrefix(m.Ref(), "#") + "号" + p.Title + ending
	switch ending {
	case ".docx":
		data, err := docx.Render(s.illustrated(m, p))
		return Page{Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Name: name, Data: data}, err
	case ".xlsx":
		data, err := xlsx.Render(p)
		return Page{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Name: name, Data: data}, err
	}
	data, err := html.Paper(s.illustrated(m, p))
	return Page{Type: "text/html; charset=utf-8", Data: data}, err
}

// linkTo is a card with the address of a page about a matter; ok is false where no
// links are given out.
func (s *session) linkTo(code, title string, m procedure.Matter) (c cards.Card, ok bool) {
	if s.cfg.Links == nil {
		return c, false
	}
	return cards.Card{
		Ref: m.Ref(), Title: title, Footnote: "3天内可以打开，请不要转给无关的人。",
		Link: &cards.Link{Text: "打开打印页", URL: s.cfg.Links.URL(code, m.ID, s.now)},
	}, true
}

// postLink posts a page's address to a chat, where links are given out.
func (s *session) postLink(to bot.Chat, code, title string, m procedure.Matter) {
	c, ok := s.linkTo(code, title, m)
	if !ok {
		return
	}
	c.ID = s.cardID(m.ID)
	s.post(deliver.Row{To: to, Matter: m.ID, Body: deliver.Body{Reply: s.replyIfHere(to), Card: &c}})
}
