package cards

import (
	"strconv"
	"strings"
	"unicode"
)

// ViewKey is the press key of the single button that a closed card keeps where
// the platform cannot show a card without one. Such a press changes nothing; it
// is answered with the card as it now is.
const ViewKey = "view"

// Twin is something a card asks for in the form of words: what to type instead
// of pressing. Strings are untrusted, as in [Card].
type Twin struct {
	Label string // as on the button or the option
	Say   string // "接单 12"
	Key   string // the press key it stands for
	// Option is the ID of the ticked option, its place from 1 if it has none;
	// empty for a button.
	Option string
}

// Twins lists what can be typed, in the order of every numbered rendering: the
// options of an open choice first, then the actions. In a private chat the
// number n means Twins()[n-1]. Things without any words are left out.
func (c Card) Twins() []Twin {
	twins := make([]Twin, 0, len(c.Actions))
	if c.Asks() {
		for i, o := range c.Choice.Options {
			twins = appendTwin(twins, Twin{Label: o.Text, Say: c.Choice.say(o), Key: c.Choice.Submit.Key, Option: o.IDAt(i)})
		}
	}
	for _, a := range c.Actions {
		twins = appendTwin(twins, Twin{Label: a.Label, Say: a.Say, Key: a.Key})
	}
	return twins
}

// Spoken is what to type, with the button's label beside it when the words do not
// say it: "评价 12 5（5分 很满意）".
func (t Twin) Spoken() string {
	if strings.Contains(t.Say, t.Label) {
		return t.Say
	}
	return t.Say + "（" + t.Label + "）"
}

// Asks reports whether the card holds a question that can still be answered.
func (c Card) Asks() bool {
	return c.Choice != nil && !c.Choice.Closed && len(c.Choice.Options) > 0
}

// IDAt is the ID of the option at the index, counted from 0; an option without one
// goes by its place, counted from 1.
func (o Option) IDAt(index int) string {
	if o.ID == "" {
		return strconv.Itoa(index + 1)
	}
	return o.ID
}

func (c Choice) say(o Option) string {
	if o.Say != "" {
		return o.Say
	}
	return strings.TrimSpace(c.Submit.Say + " " + o.Text)
}

func appendTwin(twins []Twin, t Twin) []Twin {
	if wordless(t.Say) {
		t.Say = t.Label
	}
	if wordless(t.Label) {
		t.Label = t.Say
	}
	if wordless(t.Say) {
		return twins
	}
	return append(twins, t)
}

// wordless reports whether s has nothing that could be read or typed.
func wordless(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
	})
}
