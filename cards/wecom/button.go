package wecom

import (
	"strings"
	"unicode/utf8"

	"yiqun/cards"
	"yiqun/cards/markdown"
)

// buttonCard fills a button card, or the notice that takes its place when there
// is nothing to press.
func buttonCard(t *TemplateCard, c cards.Card) {
	t.Type = ButtonInteraction
	t.MainTitle.Desc = show(c.Status, maxDesc)
	var unsaid []string
	t.Facts, unsaid = facts(c.Facts)
	t.Action = linkAction(c.Link)
	buttons, rest := buttons(c.Actions, nil)
	if len(buttons) == 0 {
		if t.Action != nil {
			t.Type = TextNotice
		} else {
			buttons = []Button{view}
		}
	}
	t.Buttons = buttons
	t.SubTitle = subTitle(c, unsaid, rest)
}

// view is the button of a card that has none of its own.
var view = Button{Text: "查看最新", Style: styleGrey, Key: cards.ViewKey}

// facts fills the rows; what finds no place comes back as lines.
func facts(list []cards.Fact) (rows []KeyValue, unsaid []string) {
	for _, f := range list {
		key, value := show(f.Label, maxKeyName), show(f.Value, maxValue)
		switch {
		case value == "":
		case len(rows) == maxFacts:
			unsaid = append(unsaid, show(f.Label+"："+f.Value, maxValue))
		case key == "":
			rows = append(rows, KeyValue{Key: "说明", Value: value})
		default:
			rows = append(rows, KeyValue{Key: key, Value: value})
		}
	}
	return rows, unsaid
}

func linkAction(l *cards.Link) *CardAction {
	if l == nil {
		return nil
	}
	address, ok := markdown.Address(l.URL)
	if !ok {
		return nil
	}
	return &CardAction{Type: 1, URL: address}
}

// Button styles of WeCom.
const (
	styleBlue = 1
	styleRed  = 2
	styleGrey = 3
)

// buttons adds a button for each action to those there are, and gives as words
// the actions that cannot be one: too many, or a key missing, too long or used
// twice.
func buttons(actions []cards.Action, list []Button) (buttons []Button, rest []string) {
	keys := map[string]bool{}
	for _, b := range list {
		keys[b.Key] = true
	}
	for _, a := range actions {
		text := show(a.Label, maxButtonText)
		if text == "" {
			text = show(a.Say, maxButtonText)
		}
		if text == "" {
			continue
		}
		if len(list) == maxButtons || !validKey(a.Key, maxKeyBytes) || keys[a.Key] {
			rest = append(rest, says(a))
			continue
		}
		keys[a.Key] = true
		list = append(list, Button{Text: text, Style: style(a.Style), Key: a.Key})
	}
	return list, rest
}

func says(a cards.Action) string {
	if s := show(a.Say, maxSubTitle); s != "" {
		return s
	}
	return show(a.Label, maxSubTitle)
}

func style(s cards.Style) int {
	switch s {
	case cards.Primary:
		return styleBlue
	case cards.Danger:
		return styleRed
	default:
		return styleGrey
	}
}

// subTitle is the one place for running text: progress, the facts without a row,
// body, footnote, and what can be typed. When it is tight the body gives way
// first, since what can be typed is said nowhere else.
func subTitle(c cards.Card, unsaid, rest []string) string {
	lines := make([]string, 0, 4+len(unsaid))
	if way := show(c.Way(), maxSubTitle); way != "" {
		lines = append(lines, way)
	}
	twins := ""
	if len(rest) > 0 {
		twins = markdown.Cut(markdown.Beside(c)+strings.Join(rest, "；"), maxSubTitle)
	}
	room := maxSubTitle - length(lines) - length([]string{twins})
	for _, s := range append([]string{show(c.Body, max(room-1, 1))}, append(unsaid, show(c.Footnote, maxSubTitle))...) {
		if n := utf8.RuneCountInString(s) + 1; s != "" && n <= room {
			lines = append(lines, s)
			room -= n
		}
	}
	if twins != "" {
		lines = append(lines, twins)
	}
	return markdown.Cut(strings.Join(lines, "\n"), maxSubTitle)
}

// length counts characters, with one for the end of each line.
func length(lines []string) int {
	n := 0
	for _, s := range lines {
		if s != "" {
			n += utf8.RuneCountInString(s) + 1
		}
	}
	return n
}
