package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"

	"yiqun/cards"
	"yiqun/cards/markdown"
	"yiqun/cards/text"
)

// Sizes. The documentation allows 1 KB for a value (KB2 0789); longer markdown
// has been seen to pass, but nothing promises that it always will. How many
// buttons a card bears is not documented; eight short ones are known to show.
const (
	MaxValue   = 1024 // bytes of one variable
	MaxButtons = 8
	maxTitle   = 60 // characters
	maxLabel   = 10 // characters of a button
	maxTips    = 200
	maxPreview = 50
)

// Params gives the cardParamMap for the public template
// 1366a1eb-bc54-4859-ac88-517c56a9acb1: title, markdown, tips and
// sys_full_json_obj. All four are always there, because an update that leaves a
// variable out may clear it. What has no room as a button is said in tips.
func Params(c cards.Card) (map[string]string, error) {
	buttons, rest := buttonsOf(c)
	full, rest, err := fullJSON(buttons, rest)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"title":             markdown.CutBytes(markdown.Escape(markdown.OneLine(c.Head(), maxTitle)), MaxValue),
		"markdown":          body(c),
		"tips":              tips(c, rest),
		"sys_full_json_obj": full,
	}, nil
}

// Preview is the line shown in the list of chats.
func Preview(c cards.Card) string { return markdown.Cut(text.Line(c), maxPreview) }

// bodies are tried in turn until one fits into a variable.
var bodies = []markdown.CardOptions{
	{Headless: true, MaxBody: 400, MaxValue: 80, MaxFacts: 12},
	{Headless: true, MaxBody: 120, MaxValue: 40, MaxFacts: 8},
	{Headless: true, MaxBody: 60, MaxValue: 20, MaxFacts: 6},
	{Headless: true, MaxBody: 30, MaxValue: 15, MaxFacts: 4},
}

func body(c cards.Card) string {
	c.Footnote = "" // shown in tips
	var s string
	for _, o := range bodies {
		if s = markdown.OfCard(c, o).Render(markdown.DingTalkCard); len(s) <= MaxValue {
			return s
		}
	}
	return markdown.CutLines(s, MaxValue)
}

// fullJSON encodes the buttons within MaxValue: it first leaves out what their id
// says as well, then moves buttons from the end into rest.
func fullJSON(buttons []button, rest []cards.Twin) (string, []cards.Twin, error) {
	s, err := encode(buttons)
	if err == nil && len(s) > MaxValue {
		for i := range buttons {
			buttons[i].Params = nil
		}
		s, err = encode(buttons)
	}
	for err == nil && len(s) > MaxValue {
		var moved []cards.Twin
		buttons, moved = dropLast(buttons)
		rest = append(moved, rest...)
		s, err = encode(buttons)
	}
	return s, rest, err
}

// encode writes the JSON without HTML escapes, which would treble the size of
// what Chinese text has none of anyway.
func encode(buttons []button) (string, error) {
	if buttons == nil {
		buttons = []button{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any{"msgButtons": buttons}); err != nil {
		return "", fmt.Errorf("encoding card buttons: %w", err)
	}
	return string(bytes.TrimSpace(b.Bytes())), nil
}
