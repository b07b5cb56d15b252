package wecom

import (
	"errors"
	"fmt"

	"yiqun/cards"
	"yiqun/cards/markdown"
)

// ErrUnfit says that a card cannot be shown as a template card without hiding
// something that matters: more options than WeCom has room for, or keys it does
// not take. [Markdown] shows it whole.
var ErrUnfit = errors.New("card does not fit a template card")

// ErrID says that the card's ID cannot be a task_id.
var ErrID = errors.New("card id is not a task id")

// Render gives the template card; its task_id is the card's ID.
//
//   - A question becomes a vote card, with every option in sight; if it asks for
//     Dropdown, a multiple-choice card; if there are buttons besides, a button
//     card with a folded list, whose first button submits. A question that may
//     have several answers has no room for buttons besides.
//   - Buttons become a button card; beyond six they are said in sub_title_text.
//   - A card with nothing to press, see [Closed], becomes a text notice when it
//     has a link. Without one a text notice is not possible (it needs a
//     card_action), so a button card with the single button 查看最新 is given,
//     whose key is [cards.ViewKey].
//
// Vote and multiple-choice cards have no place for facts, body and progress;
// what fits is in the line below the title. Errors are [ErrID] and [ErrUnfit].
func Render(c cards.Card) (TemplateCard, error) {
	if !validTask(c.ID) {
		return TemplateCard{}, fmt.Errorf("rendering card for wecom: %w", ErrID)
	}
	t := TemplateCard{TaskID: c.ID, Source: source(c), MainTitle: MainTitle{Title: title(c)}}
	var err error
	switch {
	case c.Choice == nil:
		buttonCard(&t, c)
	case len(c.Actions) > 0 && !c.Choice.Multiple:
		err = selectionCard(&t, c)
	case c.Choice.Dropdown && !c.Choice.Multiple:
		err = multipleCard(&t, c)
	default:
		err = voteCard(&t, c)
	}
	if err != nil {
		return TemplateCard{}, fmt.Errorf("rendering card for wecom: %w", err)
	}
	return t, nil
}

// Closed reports whether nothing on the card can be pressed any more. Such a
// card is worth sending only as the answer to a press; otherwise [Markdown] says
// the same without a button.
func Closed(c cards.Card) bool { return !c.Asks() && len(c.Actions) == 0 }

// Markdown gives the card as a markdown message; the buttons are numbered lines
// to reply with. botName is the name people @, empty for a private chat. It has
// at most 9 000 bytes.
func Markdown(c cards.Card, botName string) string {
	doc := markdown.OfCard(c, markdown.CardOptions{Twins: true, BotName: botName, MaxBody: 1000, MaxValue: 120, MaxFacts: 15})
	return markdown.CutLines(doc.Render(markdown.WeCom), 9000)
}

// title is "#12 3栋2单元声控灯坏了": the number first, so that a quote of the card
// can be resolved; the kind stands above it.
func title(c cards.Card) string {
	for _, s := range []string{c.Ref + " " + c.Title, c.Kind, c.Status} {
		if s = show(s, maxTitle); s != "" {
			return s
		}
	}
	return "消息"
}

// source names the practice, in the colour of the card's tone.
func source(c cards.Card) *Source {
	desc := show(c.Kind, maxSource)
	if desc == "" {
		return nil
	}
	colour := map[cards.Tone]int{cards.Good: 3, cards.Warn: 2, cards.Muted: 0}
	shade, ok := colour[c.Tone]
	if !ok {
		shade = 1
	}
	return &Source{Desc: desc, Color: shade}
}
