package meeting

import (
	"fmt"
	"strings"
	"time"

	"yiqun/cards"
	"yiqun/cards/paper"
)

// Title is what the minutes are called.
func (m Minutes) Title() string { return m.Type + "会议记录" }

// Paper writes the minutes in the usual layout of a record that is filed. hash is under
// which the entries were sealed; empty while they are not.
func (m Minutes) Paper(hash string) paper.Paper {
	p := paper.Paper{Title: m.Title(), Subtitle: m.Body, Footer: m.Body + " · " + m.Title(), Hash: hash}
	p.Blocks = append(p.Blocks, m.heading())
	section := numberer{}
	if topics := m.topics(); len(topics) > 0 {
		p.Blocks = append(p.Blocks, paper.Heading{Level: 1, Text: section.next("会议议题")}, paper.List(topics))
	}
	p.Blocks = append(p.Blocks, paper.Heading{Level: 1, Text: section.next("会议内容")})
	p.Blocks = append(p.Blocks, m.content()...)
	if all := m.Of(Resolve); len(all) > 0 {
		p.Blocks = append(p.Blocks, paper.Heading{Level: 1, Text: section.next("会议决议")}, paper.List(texts(all)))
	}
	if all := m.Of(Task); len(all) > 0 {
		p.Blocks = append(p.Blocks, paper.Heading{Level: 1, Text: section.next("任务安排")}, tasks(all))
	}
	p.Blocks = append(p.Blocks, paper.Signatures{"主持人", "记录人"})
	p.Blocks = append(p.Blocks, m.notes()...)
	p.Blocks = append(p.Blocks, m.annex()...)
	return p
}

// annex are the photographs, on a page of their own.
func (m Minutes) annex() []paper.Block {
	if len(m.Photos) == 0 {
		return nil
	}
	out := []paper.Block{paper.PageBreak{}, paper.Heading{Level: 1, Text: "附：会议照片"}}
	for i, p := range m.Photos {
		name := fmt.Sprintf("照片%d", i+1)
		out = append(out, paper.Picture{Data: p.Data, Alt: name, Caption: fmt.Sprintf("%s（%s %s发）", name, p.At.Format("15:04"), p.By)})
	}
	return out
}

func (m Minutes) heading() paper.Facts {
	var out paper.Facts
	add := func(label, value string) {
		if value != "" {
			out = append(out, cards.Fact{Label: label, Value: value})
		}
	}
	u := m.Turnout.unit()
	add("会议时间", span(m.Began, m.Over))
	add("会议地点", m.Place)
	add("主持人", m.Host)
	add("记录人", m.Recorder)
	add("应到", fmt.Sprintf("%d%s", m.Turnout.Entitled, u))
	add("实到", fmt.Sprintf("%d%s%s", m.Turnout.Present, u, m.verdict()))
	a := m.Attendance
	add("到会", strings.Join(a.Here, "、"))
	add("代表出席", strings.Join(a.Represented, "、"))
	var excused []string
	for _, e := range a.Excused {
		if e.Why != "" {
			e.Name += "（" + e.Why + "）"
		}
		excused = append(excused, e.Name)
	}
	add("请假", orNone(excused))
	add("缺席", orNone(a.Absent))
	add("迟到", strings.Join(a.Late, "、"))
	add("早退", strings.Join(a.Left, "、"))
	add("列席", strings.Join(a.Guests, "、"))
	return out
}

// verdict says by the rule whether enough came, where one says so.
func (m Minutes) verdict() string {
	if !m.Turnout.Judged {
		return ""
	}
	var said []string
	for _, c := range m.Turnout.Checks {
		said = append(said, c.Spoken())
	}
	return "（" + strings.Join(said, "，") + "）"
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "无"
	}
	return strings.Join(names, "、")
}

func (m Minutes) topics() []string {
	var out []string
	for _, it := range m.Items {
		if it.Topic != "" {
			out = append(out, it.Topic)
		}
	}
	return out
}

// content is what was said, item by item.
func (m Minutes) content() []paper.Block {
	var out []paper.Block
	n := 0
	for _, it := range m.Items {
		if it.Topic != "" {
			n++
			out = append(out, paper.Heading{Level: 2, Text: fmt.Sprintf("（%s）%s", han(n), it.Topic)})
		}
		said := false
		for _, l := range it.Lines {
			if text := l.spoken(); text != "" {
				out, said = append(out, paper.Paragraph{Text: text}), true
			}
		}
		if !said && it.Topic != "" {
			out = append(out, paper.Paragraph{Text: "（没有记录）"})
		}
	}
	return out
}

// spoken is a line as the content holds it.
func (l Line) spoken() string {
	mark := ""
	if l.Corrected {
		mark = "（已更正）"
	}
	switch l.Kind {
	case Speech:
		return l.Who + "：" + l.Text + mark
	case Vote:
		return "会上表决：" + strings.TrimRight(l.Text, "。") + "。" + strings.ReplaceAll(l.Result, "\n", "")
	case Resolve:
		return "决议：" + l.Text + mark
	case Task:
		return "交办：" + l.Who + " " + l.Text + mark
	case Pause, Resume:
		return fmt.Sprintf("（%s %s）", l.At.Format("15:04"), l.Kind.Word())
	}
	return l.Text + mark
}

func texts(lines []Line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.Text
	}
	return out
}

func tasks(lines []Line) paper.Table {
	t := paper.Table{Columns: []paper.Column{{Head: "事项", Width: 4}, {Head: "责任人", Width: 2}, {Head: "时限", Width: 3}, {Head: "编号", Width: 1}}}
	for _, l := range lines {
		due := ""
		if !l.Due.IsZero() {
			due = day(l.Due.Add(-time.Second)) + "前"
		}
		t.Rows = append(t.Rows, []string{l.Text, l.Who, due, l.Ref})
	}
	return t
}

// notes are the small print: how the record came about.
func (m Minutes) notes() []paper.Block {
	var parts []string
	if shown := len(m.Photos); shown > 0 {
		parts = append(parts, fmt.Sprintf("附照片%d张", shown))
	}
	if more := m.Pictures - len(m.Photos); more > 0 {
		parts = append(parts, fmt.Sprintf("照片%d张另存", more))
	}
	if m.Corrections > 0 {
		parts = append(parts, fmt.Sprintf("记录更正%d处", m.Corrections))
	}
	if len(m.Approved) > 0 {
		parts = append(parts, strings.Join(m.Approved, "、")+"已确认")
	} else {
		parts = append(parts, "待主持人、记录人确认")
	}
	return []paper.Block{paper.Note{Text: strings.Join(parts, "；") + "。"}}
}

// numberer numbers sections: 一、 二、.
type numberer struct{ n int }

func (n *numberer) next(title string) string {
	n.n++
	return han(n.n) + "、" + title
}

// han is a small number in characters.
func han(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	case n < 100:
		return digits[n/10] + "十" + digits[n%10]
	}
	return fmt.Sprint(n)
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// day is a date as records have it: 2026年11月26日（周四）.
func day(t time.Time) string {
	return fmt.Sprintf("%d年%d月%d日（周%s）", t.Year(), t.Month(), t.Day(), weekdays[t.Weekday()])
}

// span is when a meeting was: the day once, and both times.
func span(from, to time.Time) string {
	switch {
	case from.IsZero():
		return ""
	case to.IsZero():
		return day(from) + from.Format("15:04")
	case from.YearDay() == to.YearDay() && from.Year() == to.Year():
		return day(from) + from.Format("15:04") + "—" + to.Format("15:04")
	}
	return day(from) + from.Format("15:04") + "—" + day(to) + to.Format("15:04")
}

// Card is the minutes in short, for who confirms them and for who looks them up.
func (m Minutes) Card() cards.Card {
	c := cards.Card{Kind: m.Type, Title: m.Title()}
	add := func(label, value string) {
		if value != "" {
			c.Facts = append(c.Facts, cards.Fact{Label: label, Value: value})
		}
	}
	add("时间", span(m.Began, m.Over))
	add("地点", m.Place)
	add("到会", m.Turnout.Counted())
	if m.Pictures > 0 {
		add("照片", fmt.Sprintf("%d张", m.Pictures))
	}
	var body []string
	for _, l := range m.Of(Vote) {
		arithmetic, _, _ := strings.Cut(l.Result, "\n")
		body = append(body, "会上表决 "+l.Text+"："+arithmetic)
	}
	for _, l := range m.Of(Resolve) {
		body = append(body, "决议 "+l.Text)
	}
	for _, l := range m.Of(Task) {
		body = append(body, strings.TrimSpace("交办 "+l.Ref+" "+l.Who+"："+l.Text))
	}
	c.Body = strings.Join(body, "\n")
	return c
}

// Counted is the numbers alone, without whether they are enough.
func (t Turnout) Counted() string {
	s, _, _ := strings.Cut(t.String(), "；")
	return s
}
