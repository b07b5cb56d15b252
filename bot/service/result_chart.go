package service

import (
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards/chart"
	"yiqun/cards/paper"
)

// chart is the result as bars; ok is false for one that is withheld.
func (b ballotSheet) chart() (c chart.Chart, ok bool) {
	res := b.result()
	if res.Verdict == ballot.Withheld {
		return c, false
	}
	c = chart.Chart{Title: b.matter.Ref() + " " + b.title, Note: res.Verdict.Word()}
	for _, bar := range barsOf(res, b.options) {
		c.Bars = append(c.Bars, chart.Bar{Label: bar.label, Value: bar.votes})
	}
	return c, len(c.Bars) > 0
}

// drawn is the chart as a picture; ok is false where no font was found to write with.
func (s *session) drawn(b ballotSheet) (png []byte, ok bool, err error) {
	c, ok := b.chart()
	if !ok || s.cfg.Draw == nil {
		return nil, false, nil
	}
	png, err = s.cfg.Draw(c)
	if err != nil {
		return nil, false, bot.Fault(bot.Internal, fmt.Errorf("draw a result: %w", err))
	}
	return png, true, nil
}

// chartShown is how long the chart below a result is served to those who look at the
// message again.
const chartShown = 90 * 24 * time.Hour

// chartFor lets a row that tells how a vote ended show its chart, where that costs no
// call that is counted by the month: on a platform that shows a picture by its address,
// below the text; on one that counts by the minute only, as a message of its own, which
// is returned. Elsewhere the bars in the text say the same, and so they do of a show of
// hands in a meeting, where one vote follows another.
func (s *session) chartFor(row *deliver.Row, t *procedure.Template, m procedure.Matter, act procedure.Act) (*deliver.Row, error) {
	can := s.cfg.Capabilities(row.To.Platform)
	inline := can.PicturesInText && s.cfg.Links != nil && row.Body.Card == nil
	upload := can.Pictures && can.PerMonth == 0 && can.CanPush(row.To)
	inMeeting := m.Terms != nil && m.Terms.Meeting != ""
	if act.Tally == nil || !isVote(t, t.Step(act.Step)) || inMeeting || s.cfg.Draw == nil || !inline && !upload {
		return nil, nil
	}
	b, err := s.voteSheet(m)
	if err != nil {
		return nil, err
	}
	if _, ok := b.chart(); !ok {
		return nil, nil
	}
	if inline {
		row.Body.Picture = s.cfg.Links.until(chartPage, m.ID, s.now.Add(chartShown)) + pngEnding
		return nil, nil
	}
	png, ok := s.tryDraw(b)
	if !ok {
		return nil, nil
	}
	return &deliver.Row{To: row.To, Matter: m.ID, NotBefore: row.NotBefore, Body: deliver.Body{File: chartFile(m, png)}}, nil
}

// tryDraw is drawn where the bars in the text say the same: no vote stays open for want
// of a picture.
func (s *session) tryDraw(b ballotSheet) (png []byte, ok bool) {
	png, ok, err := s.drawn(b)
	if err != nil {
		s.log.WarnContext(s.ctx, "result not drawn", "matter", b.matter.ID, "code", bot.CodeOf(err))
	}
	return png, ok && err == nil
}

func chartFile(m procedure.Matter, png []byte) *deliver.File {
	return &deliver.File{Name: strings.TrimPrefix(m.Ref(), "#") + "号结果图.png", Data: png, Picture: true}
}

// chartAt is the chart of a matter's vote at an address of its own, which a whole group
// may read: it opens no other page.
func (s *session) chartAt(m procedure.Matter) (Page, error) {
	b, err := s.voteSheet(m)
	if err != nil {
		return Page{}, err
	}
	png, ok, err := s.drawn(b)
	if err != nil {
		return Page{}, err
	}
	if !ok {
		return Page{}, errNoPage
	}
	return Page{Type: "image/png", Data: png}, nil
}

// illustrated adds the chart of the matter's vote after its figures, where it can be
// drawn.
func (s *session) illustrated(m procedure.Matter, p paper.Paper) paper.Paper {
	b, err := s.voteSheet(m)
	if err != nil {
		return p
	}
	png, ok, err := s.drawn(b)
	if err != nil || !ok {
		return p // the figures say the same
	}
	blocks := p.Blocks
	p.Blocks = nil
	for _, x := range blocks {
		p.Blocks = append(p.Blocks, x)
		if t, ok := x.(paper.Table); ok && t.Name == figuresName {
			p.Blocks = append(p.Blocks, paper.Picture{Data: png, Alt: strings.ReplaceAll(bars(b.result(), b.options), "\n", "，")})
		}
	}
	return p
}

// exportChart answers 出 结果图 12 where it was asked: with a picture, or with bars of
// text where none can be drawn or sent. At the close it comes by itself only
// where chartFor says.
func (s *session) exportChart() error {
	m, err := s.votedOn()
	if err != nil {
		return err
	}
	if ok, err := s.spokenOfHere(m); err != nil || !ok {
		return bot.Errorf(bot.NotFound, "%s 不在这里公开，请私聊我。", m.Ref())
	}
	b, err := s.voteSheet(m)
	if err != nil {
		return err
	}
	words := m.Ref() + " " + b.title + "\n" + b.result().Explain(b.options...)
	if text := bars(b.result(), b.options); text != "" {
		words += "\n" + text
	}
	png, ok, err := s.drawn(b)
	if err != nil {
		return err
	}
	if !ok || !s.cfg.Capabilities(s.e.Chat.Platform).Pictures {
		s.reply(words)
		return nil
	}
	s.post(deliver.Row{To: s.e.Chat, Matter: m.ID, Body: deliver.Body{
		Reply: s.e.Reply, Text: words, File: chartFile(m, png),
	}})
	return nil
}
