package service

import (
	"fmt"
	"strings"

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
// text where none can be drawn or sent. It is sent when asked for only: a vote's calls
// do not allow for one at every close.
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
		Reply: s.e.Reply, Text: words, File: &deliver.File{Name: strings.TrimPrefix(m.Ref(), "#") + "号结果图.png", Data: png, Picture: true},
	}})
	return nil
}
