package text

import (
	"strconv"
	"strings"

	"yiqun/cards"
	"yiqun/cards/markdown"
)

// Limits in characters: a chat message people still read to the end.
const (
	maxLine = 120
	maxBody = 1500
	lineLen = 60
)

// Options says for which chat a card is written.
type Options struct {
	// Private: a one-to-one chat, where a digit is an answer and no @ is needed.
	Private bool
	// BotName is the name people @ in a group; empty leaves the @ out.
	BotName string
}

// Render writes the whole card: head, subject, body, facts, progress, question,
// what can be typed, link, footnote.
func Render(c cards.Card, o Options) string {
	var w writer
	w.line(c.Head(), maxLine)
	w.line(c.Subject(), maxLine)
	w.text(markdown.Literal(markdown.Plain(c.Body, maxBody)))
	for _, f := range c.Facts {
		w.fact(f)
	}
	if way := c.Way(); way != "" {
		w.line("进度："+way, maxLine)
	}
	if c.Choice != nil {
		w.question(*c.Choice)
	}
	w.twins(c, o)
	w.link(c.Link)
	w.line(c.Footnote, maxLine)
	return w.b.String()
}

// Line is the card in one line of at most sixty characters, for digests, lists
// and previews: "#12 民情工作单 · 等接单：3栋2单元声控灯坏了".
func Line(c cards.Card) string {
	head, subject := markdown.OneLine(c.Head(), lineLen), markdown.OneLine(c.Subject(), 0)
	if subject != "" {
		head += "：" + subject
	}
	return markdown.Literal(markdown.Cut(head, lineLen))
}

type writer struct{ b strings.Builder }

// text adds lines that are safe already.
func (w *writer) text(s string) {
	if s == "" {
		return
	}
	if w.b.Len() > 0 {
		w.b.WriteByte('\n')
	}
	w.b.WriteString(s)
}

// line adds one line of untrusted text.
func (w *writer) line(s string, max int) { w.text(markdown.Literal(markdown.OneLine(s, max))) }

func (w *writer) fact(f cards.Fact) {
	value, label := markdown.OneLine(f.Value, maxLine), markdown.OneLine(f.Label, maxLine)
	switch {
	case value == "":
	case label == "":
		w.line(value, maxLine)
	default:
		w.line(label+"："+value, maxLine)
	}
}

// question asks; the options of a closed one stand below it, those of an open
// one are among what can be typed.
func (w *writer) question(q cards.Choice) {
	w.line(q.Question, maxLine)
	if !q.Closed {
		return
	}
	for _, o := range q.Options {
		mark := "· "
		if o.Picked {
			mark = "✓ "
		}
		w.line(mark+o.Text, maxLine)
	}
}

func (w *writer) twins(c cards.Card, o Options) {
	twins := c.Twins()
	if len(twins) == 0 {
		return
	}
	if o.Private {
		w.text(inviteDigits(c))
	} else {
		w.text(markdown.Invite(c))
	}
	bot := markdown.Literal(markdown.OneLine(o.BotName, maxLine))
	if c.Alone {
		bot = ""
	}
	for i, t := range twins {
		switch say := markdown.Literal(markdown.OneLine(t.Spoken(), maxLine)); {
		case o.Private:
			w.text(strconv.Itoa(i+1) + "、" + markdown.Literal(markdown.OneLine(t.Label, maxLine)))
		case bot == "":
			w.text(say)
		default:
			w.text("@" + bot + " " + say)
		}
	}
}

func inviteDigits(c cards.Card) string {
	if c.Asks() && c.Choice.Multiple {
		return "回复数字就行，可多选，中间用顿号隔开："
	}
	return "回复数字就行："
}

func (w *writer) link(l *cards.Link) {
	if l == nil {
		return
	}
	address, ok := markdown.Address(l.URL)
	if !ok {
		return
	}
	if label := markdown.Literal(markdown.OneLine(l.Text, maxLine)); label != "" {
		address = label + "：" + address
	}
	w.text(address)
}
