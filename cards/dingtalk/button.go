package dingtalk

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/cards"
	"yiqun/cards/markdown"
)

// button is one element of msgButtons that calls back: with request set, a press
// arrives with id in actionIds and with params.
type button struct {
	Text    string  `json:"text"`
	Color   string  `json:"color"` // gray, blue or red
	ID      string  `json:"id"`
	Request bool    `json:"request"`
	Params  *params `json:"params,omitempty"`

	twin cards.Twin
}

// params repeats the id, because clients report it in one place or the other.
type params struct {
	ID string `json:"id"`
}

// pickSign stands between the key of a question and the ticked option.
const pickSign = "~"

// maxKey keeps one button from taking a whole variable.
const maxKey = 256

// ReadPress undoes what the buttons' ids say: the press key, and for the button
// of an option that option. id is actionIds[0] or params.id.
func ReadPress(id string) (key string, picked []string) {
	key, option, isOption := strings.Cut(id, pickSign)
	if !isOption {
		return id, nil
	}
	return key, []string{option}
}

// buttonsOf gives the card's buttons, and as twins what does not become one. The
// options of a question stand together or not at all, since a vote that shows
// some of them would not be fair; several cannot be ticked in this template, so
// a multiple choice is answered by typing.
func buttonsOf(c cards.Card) (buttons []button, rest []cards.Twin) {
	var options, actions []button
	for _, t := range c.Twins() {
		b, ok := buttonOf(t, styleOf(c, t))
		ok = ok && !taken(b.ID, options, actions)
		switch {
		case !ok:
			rest = append(rest, t)
		case t.Option != "":
			options = append(options, b)
		default:
			actions = append(actions, b)
		}
	}
	if c.Asks() && (c.Choice.Multiple || len(options) < len(c.Choice.Options) || len(options) > MaxButtons) {
		rest = append(twinsOf(options), rest...)
		options = nil
	}
	room := min(MaxButtons-len(options), len(actions))
	rest = append(rest, twinsOf(actions[room:])...)
	return append(options, actions[:room]...), rest
}

func buttonOf(t cards.Twin, style cards.Style) (button, bool) {
	id := t.Key
	if t.Option != "" {
		id += pickSign + t.Option
	}
	label := markdown.Literal(markdown.OneLine(t.Label, maxLabel))
	bad := label == "" || t.Key == "" || len(id) > maxKey || !utf8.ValidString(id) ||
		strings.Contains(t.Key, pickSign)
	return button{Text: label, Color: color(style), ID: id, Request: true, Params: &params{id}, twin: t}, !bad
}

func styleOf(c cards.Card, t cards.Twin) cards.Style {
	if t.Option != "" {
		return cards.Default
	}
	for _, a := range c.Actions {
		if a.Key == t.Key {
			return a.Style
		}
	}
	return cards.Default
}

func color(s cards.Style) string {
	switch s {
	case cards.Primary:
		return "blue"
	case cards.Danger:
		return "red"
	default:
		return "gray"
	}
}

func taken(id string, lists ...[]button) bool {
	return slices.ContainsFunc(lists, func(list []button) bool {
		return slices.ContainsFunc(list, func(b button) bool { return b.ID == id })
	})
}

func twinsOf(buttons []button) []cards.Twin {
	twins := make([]cards.Twin, len(buttons))
	for i, b := range buttons {
		twins[i] = b.twin
	}
	return twins
}

// dropLast takes the last action away, or all options when only they are left.
func dropLast(buttons []button) (left []button, moved []cards.Twin) {
	last := len(buttons) - 1
	if buttons[last].twin.Option != "" {
		return nil, twinsOf(buttons)
	}
	return buttons[:last], twinsOf(buttons[last:])
}

// tips is the footnote, and behind it what did not become a button: an answer to a press
// stands in the footnote and must not be lost.
func tips(c cards.Card, rest []cards.Twin) string {
	said := markdown.Escape(markdown.OneLine(c.Footnote, maxTips))
	if len(rest) > 0 {
		says := make([]string, len(rest))
		for i, t := range rest {
			says[i] = t.Say
		}
		if said != "" {
			said = strings.TrimRight(said, "。") + "。"
		}
		said += markdown.Beside(c) + markdown.Escape(markdown.OneLine(strings.Join(says, "；"), maxTips))
	}
	return markdown.CutBytes(said, MaxValue)
}
