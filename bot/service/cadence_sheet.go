package service

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/xlsx"
)

var (
	quarterSaid = regexp.MustCompile(`第?([一二三四1-4])季度`)
	monthSaid   = regexp.MustCompile(`([一二三四五六七八九十]{1,3}|\d{1,2})月`)
	yearSaid    = regexp.MustCompile(`(20\d\d)年?`)
)

// spanSaid is the part of a year that a sentence names, else the whole present year: 第三
// 季度, 10月, 2026年.
func (s *session) spanSaid(text string) (from, until time.Time, called string) {
	from, until, called, _ = s.timeSaid(text)
	return from, until, called
}

// timeSaid is spanSaid, and whether the sentence names a time at all.
func (s *session) timeSaid(text string) (from, until time.Time, called string, said bool) {
	now := s.now.In(s.zone())
	year := now.Year()
	last := false
	switch y := yearSaid.FindStringSubmatch(text); {
	case y != nil:
		year, _ = strconv.Atoi(y[1])
		last = true
	case strings.Contains(text, "去年"):
		year, last = year-1, true
	}
	period, nth := calendar.Yearly, 0
	if q := quarterSaid.FindStringSubmatch(text); q != nil {
		period, nth = calendar.Quarter, smallNumber(q[1])-1
	} else if m := monthSaid.FindStringSubmatch(text); m != nil {
		if n := smallNumber(m[1]); n >= 1 && n <= 12 {
			period, nth = calendar.Month, n-1
		}
	}
	span := period.Spans(year, s.zone())[max(0, nth)]
	if !last && span.From.After(now) {
		year-- // 12月 said in November is last year's
		span = period.Spans(year, s.zone())[max(0, nth)]
	}
	called = span.String()
	if period != calendar.Yearly {
		called = fmt.Sprintf("%d年%s", year, called)
	}
	return span.From, span.Until, called, last || period != calendar.Yearly
}

// exportMeetings hands over 三会一课记录: what was held in a part of the year.
func (s *session) exportMeetings() error {
	if !s.vouches() {
		return denied("出")
	}
	all, err := s.gatherings(s.node.ID)
	if err != nil {
		return err
	}
	from, until, called := s.spanSaid(s.plain())
	table := paper.Table{Columns: []paper.Column{
		// In points of a page: a name of three characters and a head of two stand in one line.
		{Head: "日期", Width: 44}, {Head: "会议", Width: 60}, {Head: "地点", Width: 56}, {Head: "主持", Width: 46},
		{Head: "应到", Width: 34, Number: true}, {Head: "实到", Width: 34, Number: true},
		{Head: "议题", Width: 68}, {Head: "决议", Width: 68}, {Head: "编号", Width: 34},
	}}
	for _, g := range all {
		if g.At.Before(from) || !g.At.Before(until) {
			continue
		}
		row, err := s.gatheringRow(g)
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, row)
	}
	if len(table.Rows) == 0 {
		return bot.Errorf(bot.NotFound, "%s没有开过会的记录。要别的时候，请写上，例如：出 %s记录 第三季度。", called, cadenceWord)
	}
	p := paper.Paper{
		Title: cadenceWord + "记录", Subtitle: s.node.Name + " " + called, Footer: s.node.Name + " · " + cadenceWord,
		Blocks: []paper.Block{table, paper.Note{Text: "按议群里的会议记录汇总，没有在群里开的会不在内。"}},
	}
	name := s.node.Name + cadenceWord + "记录" + called
	workbook, err := xlsx.Render(p)
	if err != nil {
		return bot.Fault(bot.Internal, err)
	}
	document, err := docx.Render(p)
	if err != nil {
		return bot.Fault(bot.Internal, err)
	}
	_, err = s.handOver(fmt.Sprintf("%s共%d次。", called, len(table.Rows)),
		deliver.File{Name: name + ".xlsx", Data: workbook}, deliver.File{Name: name + ".docx", Data: document})
	if err != nil {
		return err
	}
	return s.journal("export", s.node.ID, s.me.ID, cadenceWord+"记录 "+called)
}

// gatheringRow is one line of the sheet.
func (s *session) gatheringRow(g gathering) ([]string, error) {
	day := g.At.In(s.zone()).Format("2006-01-02")
	if g.t.Meeting() == nil {
		title := s.env(g.t, g.m, procedure.Actor{}).Title(g.m, s.lookup(g.t, g.m, false))
		return []string{day, g.Kind, "", "", "", "", title, "", g.Ref}, nil
	}
	h, err := s.hallOf(g.t, g.m)
	if err != nil {
		return nil, err
	}
	m := s.minutes(h)
	var topics, resolved []string
	for _, it := range m.Items {
		if it.Topic != "" {
			topics = append(topics, it.Topic)
		}
	}
	for _, l := range m.Of(meeting.Resolve) {
		resolved = append(resolved, l.Text)
	}
	return []string{
		cmp.Or(dayOf(m.Began), day), g.Kind, m.Place, m.Host, strconv.FormatInt(m.Turnout.Entitled, 10), strconv.FormatInt(m.Turnout.Present, 10),
		strings.Join(topics, "；"), strings.Join(resolved, "；"), g.Ref,
	}, nil
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}
