package markdown

import (
	"strings"

	"yiqun/cards"
)

// maxLine is the longest line, in characters, of what has no limit of its own:
// the head, the progress, an option, what can be typed.
const maxLine = 120

// CardOptions says how much of a card [OfCard] shows.
type CardOptions struct {
	// Headless leaves out the head and the subject, where a card shows them
	// outside its markdown.
	Headless bool
	// Twins adds what can be typed, each line calling the bot by BotName, or by
	// no name in a private chat.
	Twins   bool
	BotName string
	// MaxBody, MaxValue and MaxFacts bound the characters of the body, the
	// characters of each value, and the number of facts; 0 means no limit.
	MaxBody, MaxValue, MaxFacts int
}

// OfCard lays a card out as a document: head, subject, body, facts, progress,
// question, what can be typed, link, footnote.
func OfCard(c cards.Card, o CardOptions) *Doc {
	d := New()
	if !o.Headless {
		d.Heading(3, Text(OneLine(c.Head(), maxLine)))
	}
	d.Paragraph(Bold(OneLine(c.Subject(), o.MaxBody)))
	// A paragraph for each line: card markdown knows no other sure way to end one.
	for line := range strings.Lines(Plain(c.Body, o.MaxBody)) {
		d.Paragraph(Text(line))
	}
	d.Bullets(facts(c, o)...)
	d.Paragraph(Text(OneLine(c.Way(), maxLine)))
	if c.Choice != nil {
		d.Paragraph(Bold(OneLine(c.Choice.Question, o.MaxBody)))
		d.ticks(*c.Choice)
	}
	if o.Twins {
		d.twins(c, o.BotName)
	}
	if c.Link != nil {
		d.Paragraph(Link(c.Link.Text, c.Link.URL))
	}
	return d.Paragraph(Text(OneLine(c.Footnote, o.MaxBody)))
}

func facts(c cards.Card, o CardOptions) [][]Inline {
	var items [][]Inline
	for _, f := range c.Facts {
		value := OneLine(f.Value, o.MaxValue)
		if value == "" {
			continue
		}
		if label := OneLine(f.Label, o.MaxValue); label != "" {
			value = label + "：" + value
		}
		items = append(items, []Inline{Text(value)})
	}
	if o.MaxFacts > 0 && len(items) > o.MaxFacts {
		items = append(items[:o.MaxFacts], []Inline{Text("…")})
	}
	return items
}

// ticks shows the options of a closed question, picked ones marked; an
// open one shows them among what can be typed or as buttons.
func (d *Doc) ticks(q cards.Choice) {
	if !q.Closed {
		return
	}
	var items [][]Inline
	for _, o := range q.Options {
		mark := ""
		if o.Picked {
			mark = "✓ "
		}
		if label := OneLine(o.Text, maxLine); label != "" {
			items = append(items, []Inline{Text(mark + label)})
		}
	}
	d.Bullets(items...)
}

func (d *Doc) twins(c cards.Card, botName string) {
	if c.Alone {
		botName = ""
	}
	var items [][]Inline
	for _, t := range c.Twins() {
		items = append(items, []Inline{Bot(botName), Text(OneLine(t.Spoken(), maxLine))})
	}
	if len(items) == 0 {
		return
	}
	d.Paragraph(Text(Invite(c)))
	d.Numbers(items...)
}

// Invite introduces what can be typed.
func Invite(c cards.Card) string {
	where := ""
	if c.Alone {
		where = "请私聊我，"
	}
	if c.Asks() && c.Choice.Multiple {
		return where + "回复下面的话就行，可多选，中间用顿号隔开："
	}
	return where + "回复下面任一句就行："
}

// Beside introduces what can be typed besides pressing, in one line.
func Beside(c cards.Card) string {
	several := ""
	if c.Asks() && c.Choice.Multiple {
		several = "，选几个就用顿号隔开"
	}
	if c.Alone {
		return "也可以私聊我回复" + several + "："
	}
	return "也可以@我回复" + several + "："
}
