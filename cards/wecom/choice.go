package wecom

import (
	"strconv"
	"strings"

	"yiqun/cards"
)

// voteCard shows every option in sight; a closed question is shown disabled,
// with what was picked.
func voteCard(t *TemplateCard, c cards.Card) error {
	q := c.Choice
	options := make([]CheckboxOption, len(q.Options))
	for i, o := range q.Options {
		options[i] = CheckboxOption{ID: o.IDAt(i), Text: optionText(o, i, maxCheckboxText), Checked: o.Picked}
	}
	if !asks(*q, maxCheckboxOptions) || len(c.Actions) > 0 {
		return ErrUnfit
	}
	t.Type = VoteInteraction
	t.MainTitle.Desc = below(c, true)
	t.Checkbox = &Checkbox{QuestionKey: q.Key, Disable: q.Closed, Options: options}
	if q.Multiple {
		t.Checkbox.Mode = 1
	}
	t.Submit = submit(*q)
	return nil
}

// multipleCard shows the options folded, with the question above them.
func multipleCard(t *TemplateCard, c cards.Card) error {
	if len(c.Choice.Options) > maxSelectOptions {
		return voteCard(t, c)
	}
	if !asks(*c.Choice, maxSelectOptions) {
		return ErrUnfit
	}
	t.Type = MultipleInteraction
	t.MainTitle.Desc = below(c, false)
	t.Selects = []Select{selection(*c.Choice)}
	t.Submit = submit(*c.Choice)
	return nil
}

// selectionCard is a button card with the question folded above its buttons.
func selectionCard(t *TemplateCard, c cards.Card) error {
	q := *c.Choice
	if !asks(q, maxSelectOptions) {
		return ErrUnfit
	}
	t.Type = ButtonInteraction
	t.MainTitle.Desc = show(c.Status, maxDesc)
	var unsaid []string
	t.Facts, unsaid = facts(c.Facts)
	t.Action = linkAction(c.Link)
	s := selection(q)
	t.ButtonSelection = &s
	var first []Button
	if b := submit(q); !q.Closed {
		first = []Button{{Text: b.Text, Style: styleBlue, Key: b.Key}}
	}
	var rest []string
	if t.Buttons, rest = buttons(c.Actions, first); len(t.Buttons) == 0 {
		t.Buttons = []Button{view}
	}
	t.SubTitle = subTitle(c, unsaid, rest)
	return nil
}

// asks reports whether the question can be put to members without an error from
// WeCom and without hiding an option.
func asks(q cards.Choice, maxOptions int) bool {
	if !validKey(q.Key, maxKeyBytes) || !validKey(q.Submit.Key, maxKeyBytes) ||
		len(q.Options) == 0 || len(q.Options) > maxOptions {
		return false
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		id := o.IDAt(i)
		if !validKey(id, maxOptionBytes) || seen[id] {
			return false
		}
		seen[id] = true
	}
	return true
}

func selection(q cards.Choice) Select {
	s := Select{QuestionKey: q.Key, Title: show(q.Question, maxSelectTitle), Disable: q.Closed}
	for i, o := range q.Options {
		id := o.IDAt(i)
		s.Options = append(s.Options, SelectOption{ID: id, Text: optionText(o, i, maxSelectText)})
		if o.Picked {
			s.Selected = id
		}
	}
	return s
}

func submit(q cards.Choice) *SubmitButton {
	text := show(q.Submit.Label, maxButtonText)
	switch {
	case q.Closed:
		text = "已结束"
	case text == "":
		text = "提交"
	}
	return &SubmitButton{Text: text, Key: q.Submit.Key}
}

// below is the line under the title: the question if it has no place of its own,
// then the status, then the facts as far as they go.
func below(c cards.Card, question bool) string {
	var parts []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	if question {
		add(c.Choice.Question)
	}
	add(c.Status)
	for _, f := range c.Facts {
		add(f.Label + " " + f.Value)
	}
	return show(strings.Join(parts, " · "), maxDesc)
}

// optionText never is empty, which WeCom refuses (42041).
func optionText(o cards.Option, index, max int) string {
	if s := show(o.Text, max); s != "" {
		return s
	}
	return strconv.Itoa(index + 1)
}
