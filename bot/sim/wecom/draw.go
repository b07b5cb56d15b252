package wecom

import (
	"slices"
	"strconv"
	"strings"

	"yiqun/bot/sim"
)

// shown draws a card as the client does: only what its type has, cut where the
// screen ends.
func (c *templateCard) shown() *sim.Shown {
	out := &sim.Shown{ID: c.TaskID, Form: c.CardType}
	if c.MainTitle != nil {
		out.Title, out.Desc = cut(c.MainTitle.Title, 26), cut(c.MainTitle.Desc, 30)
	}
	if c.CardAction != nil && c.CardAction.Type == 1 {
		out.Link = c.CardAction.URL
	}
	out.Tips = c.small()
	switch c.CardType {
	case voteCard:
		out.Selects = []sim.ShownSelect{c.Checkbox.shown()}
	case multipleCard:
		for _, sel := range c.Selects {
			out.Selects = append(out.Selects, sel.shown())
		}
	default:
		c.drawBody(out)
	}
	if c.Submit != nil && (c.CardType == voteCard || c.CardType == multipleCard) {
		out.Submit = &sim.ShownButton{Text: cut(c.Submit.Text, 10), Key: c.Submit.Key}
	}
	return out
}

// drawBody draws what notices and button cards have.
func (c *templateCard) drawBody(out *sim.Shown) {
	if c.CardType == newsNotice {
		for _, v := range c.Vertical {
			out.Pairs = append(out.Pairs, sim.ShownPair{Key: cut(v.Title, 26), Value: cut(v.Desc, 112)})
		}
	} else {
		out.Text = cut(c.SubTitle, 112)
	}
	for _, h := range c.Horizontal {
		out.Pairs = append(out.Pairs, sim.ShownPair{Key: cut(h.KeyName, 5), Value: cut(h.Value, 26)})
	}
	if c.CardType == buttonCard {
		if c.ButtonSelection != nil {
			out.Selects = append(out.Selects, c.ButtonSelection.shown())
		}
		for _, b := range c.Buttons {
			out.Buttons = append(out.Buttons, sim.ShownButton{Text: cut(b.Text, 10), Key: b.Key, Style: strconv.Itoa(max(b.Style, 1))})
		}
	} else {
		for _, j := range c.Jumps {
			out.Links = append(out.Links, sim.ShownButton{Text: cut(j.Title, 13), URL: j.URL})
		}
	}
	if c.ActionMenu != nil {
		for _, a := range c.ActionMenu.Actions {
			out.Buttons = append(out.Buttons, sim.ShownButton{Text: a.Text, Key: a.Key, Style: "menu"})
		}
	}
}

// small is the small print: source, emphasis and quote.
func (c *templateCard) small() string {
	var parts []string
	if c.Source != nil {
		parts = append(parts, cut(c.Source.Desc, 13))
	}
	if c.Emphasis != nil && c.CardType == textNotice {
		parts = append(parts, cut(c.Emphasis.Title, 10), cut(c.Emphasis.Desc, 15))
	}
	if c.QuoteArea != nil && (c.CardType != voteCard && c.CardType != multipleCard) {
		parts = append(parts, c.QuoteArea.Title, c.QuoteArea.QuoteText)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

func (c *checkbox) shown() sim.ShownSelect {
	out := sim.ShownSelect{Key: c.QuestionKey, Multiple: c.Mode == 1, Disabled: c.Disable}
	for _, o := range c.Options {
		out.Options = append(out.Options, sim.ShownOption{ID: o.ID, Text: cut(o.Text, 11), Picked: o.Checked})
	}
	return out
}

func (sel selection) shown() sim.ShownSelect {
	out := sim.ShownSelect{Key: sel.QuestionKey, Title: cut(sel.Title, 13), Disabled: sel.Disable}
	for _, o := range sel.Options {
		out.Options = append(out.Options, sim.ShownOption{ID: o.ID, Text: cut(o.Text, 10), Picked: o.ID == sel.SelectedID})
	}
	return out
}

// cut shortens a text to what the screen shows of it.
func cut(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
