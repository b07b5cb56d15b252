package service

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/cards"
)

const (
	// foldedMost is how long a body every platform's card shows whole, in characters:
	// where a card has no bound of its own it still is no page to read.
	foldedMost = 280
	// longestHead is how long a title every platform's card shows whole, in characters.
	longestHead = 26
	// allOf ends the key of a button that answers everything its message told.
	allOf = "/all"
)

// reminderButton is what can be pressed on a reminder, and what that answers.
type reminderButton struct{ answer, label string }

// Buttons of a reminder, in their order.
var reminderButtons = []reminderButton{
	{"ok", "知道了"}, {"hour", "过一小时"}, {"tomorrow", "明天再说"}, {"stop", "不再提醒"},
}

// on is the button on the card of a notice; which is allOf where it answers everything
// that the card tells.
func (b reminderButton) on(n remind.Notice, which string) cards.Action {
	a := cards.Action{Label: b.label, Say: b.label, Key: reminderPrefix + n.ID + "/" + b.answer + which}
	if b.answer == "ok" {
		a.Style = cards.Primary
	}
	return a
}

// reminderBody is the message that tells somebody one thing or several: a card to press
// where it has a reminder among them and everything has room on it, else words, which say
// what can be answered. The texts are those of the notices, and a line of what was missed.
func (s *session) reminderBody(to bot.Chat, say []remind.Notice, texts []string) deliver.Body {
	first := slices.IndexFunc(say, ofReminder)
	if first < 0 {
		return deliver.Body{Text: remind.Together(texts)}
	}
	c := foldedCard(say, texts)
	if len(texts) == 1 {
		c = reminderCard(say[0], texts[0])
	}
	if !hasRoom(c, s.cfg.Capabilities(to.Platform)) {
		return deliver.Body{Text: remind.Together(texts) + "\n" + howToAnswer(say)}
	}
	c.ID = s.cardID("")
	return deliver.Body{Card: &c}
}

// ofReminder reports whether a notice can be put off and ended: what a matter's procedure
// derives cannot.
func ofReminder(n remind.Notice) bool { return n.Reminder != "" }

// hasRoom reports whether a card shows a reminder without cutting it.
func hasRoom(c cards.Card, can bot.Capabilities) bool {
	room := foldedMost
	if can.CardBody > 0 {
		room = min(room, can.CardBody)
	}
	if c.Footnote != "" {
		room -= utf8.RuneCountInString(c.Footnote) + 1 // it shares the body's place
	}
	return utf8.RuneCountInString(c.Body) <= room && utf8.RuneCountInString(c.Title) <= longestHead
}

// foldedCard shows several things in one message, of which those from reminders are
// answered together, or one by its number.
func foldedCard(say []remind.Notice, texts []string) cards.Card {
	title, body, _ := strings.Cut(remind.Together(texts), "：\n")
	c := cards.Card{Kind: "提醒", Title: title, Body: body}
	several := manyReminders(say)
	for _, b := range reminderButtons {
		if several && b.answer == "stop" {
			c.Footnote = oneByNumber(say)
			continue
		}
		c.Actions = append(c.Actions, b.on(say[0], allOf))
	}
	if i := slices.IndexFunc(say, func(n remind.Notice) bool { return !ofReminder(n) }); i >= 0 && !several {
		c.Footnote = fmt.Sprintf("第%d件要晚点说，就回“明天再说 %d”。", i+1, i+1)
	}
	return c
}

// manyReminders reports whether more than one notice is of a reminder.
func manyReminders(say []remind.Notice) bool {
	return len(slices.DeleteFunc(slices.Clone(say), func(n remind.Notice) bool { return !ofReminder(n) })) > 1
}

// howToAnswer says what can be typed where there is no button.
func howToAnswer(say []remind.Notice) string {
	if !manyReminders(say) {
		return "可以回：知道了、过一小时、明天再说、不再提醒。"
	}
	return "可以回：知道了、过一小时、明天再说；" + oneByNumber(say)
}

// oneByNumber says how one of several things is answered.
func oneByNumber(say []remind.Notice) string {
	last := 0
	for i, n := range say {
		if ofReminder(n) {
			last = i + 1
		}
	}
	return fmt.Sprintf("只说一件就带上号，例如“不再提醒 %d”。", last)
}

// pressFolded carries out a button that answers everything its message told, and shows
// the card with what was done.
func (s *session) pressFolded(n remind.Notice, a remindAnswer) error {
	together, err := s.tx.ToldIn(s.ctx, n.To, n.Message)
	if err != nil {
		return err
	}
	together = inTime(together)
	said, err := s.answerTogether(n, together, a)
	if err != nil {
		return err
	}
	texts := make([]string, len(together))
	for i, n := range together {
		if texts[i], err = s.toldLine(n); err != nil {
			return err
		}
	}
	c := cards.Card{ID: s.e.Press.Card, Kind: "提醒", Title: "提醒", Body: strings.Join(texts, ""), Status: said, Tone: cards.Muted}
	if len(texts) > 1 {
		c.Title, c.Body, _ = strings.Cut(remind.Together(texts), "：\n")
	}
	s.answer = Answer{Card: &c}
	return nil
}

// toldLine is what somebody was told, as far as it can still be said.
func (s *session) toldLine(n remind.Notice) (string, error) {
	if ofReminder(n) {
		return n.Text, nil
	}
	line, err := s.dutyLine(n)
	if err == nil && line == "" {
		line = "这一件办过了。"
	}
	return line, err
}

// numberMeans is how long after several things were told together their numbers come to
// mind before others.
const numberMeans = time.Hour

// numberTold is what has a number in what the speaker was told in one message, if that
// told several things and was the last with a reminder; false where it means nothing.
func (s *session) numberTold(number int) (n remind.Notice, ok bool, err error) {
	if !s.e.Chat.Private || number < 1 {
		return n, false, nil
	}
	_, together, err := s.toldLast()
	if err != nil || len(together) < 2 || number > len(together) {
		return n, false, err
	}
	n = together[number-1]
	return n, ofReminder(n), nil
}

// stopOfTold takes 停 2 for the second of several things that were just told together.
// Where the speaker has a reminder of that number as well, it asks which is meant.
func (s *session) stopOfTold(number int) (bool, error) {
	n, ok, err := s.numberTold(number)
	if err != nil || !ok {
		return false, err
	}
	own, err := s.ownReminder(number)
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		if done, err := s.stopOrCancel(number); done || err != nil {
			return done, err
		}
		s.verb = "remind"
		text, err := s.mute(n)
		if err == nil {
			s.reply(text)
		}
		return true, err
	case err != nil || own.ID == n.Reminder || s.now.Sub(n.Told) > numberMeans:
		return false, err
	}
	s.verb = "unsure"
	s.reply(fmt.Sprintf("停哪一条？刚才说的第%d件发“不再提醒 %d”，您自己设的%d号“%s”发“停提醒 %d”。", number, number, number, own.Text, number))
	return true, nil
}

// stopOrCancel asks which is meant where the word that ends one of several things just told
// would as well give up a matter of that number. It is false where it could not.
func (s *session) stopOrCancel(number int) (bool, error) {
	if s.read.Verb != cancelWord || s.node.ID == "" {
		return false, nil
	}
	m, err := s.numbered(number)
	if bot.CodeOf(err) == bot.NotFound || err == nil && !s.couldOp(m, procedure.Cancel) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.verb = "unsure"
	s.reply(fmt.Sprintf("取消哪一件？刚才说的第%d件发“不再提醒 %d”，%s 这件事发“%s %d号单”。", number, number, m.Ref(), cancelWord, number))
	return true, nil
}

// digitForTold answers a bare number that means one of several things just told together:
// with what can be said about it. It is false where it means none.
func (s *session) digitForTold(number int) (bool, error) {
	n, ok, err := s.numberTold(number)
	if err != nil || !ok || s.now.Sub(n.Told) > numberMeans {
		return false, err
	}
	s.reply(fmt.Sprintf("第%d件要怎么办？可以回“知道了”“过一小时 %d”“明天再说 %d”“不再提醒 %d”。", number, number, number, number))
	return true, nil
}

// inTime leaves out what came too late: it was said in one line, without a number of its
// own.
func inTime(told []remind.Notice) []remind.Notice {
	return slices.DeleteFunc(told, func(n remind.Notice) bool { return !n.Stale.IsZero() && n.Told.After(n.Stale) })
}

// answerTogether does what somebody says about what was told in one message, or about the
// one of it that they number, and says what was done, and of which where not of all.
func (s *session) answerTogether(last remind.Notice, together []remind.Notice, a remindAnswer) (text string, err error) {
	meant, err := whatIsMeant(last, together, a)
	if err != nil {
		return "", err
	}
	for _, n := range meant {
		if text, err = s.answerReminder(n, a); err != nil {
			return "", err
		}
	}
	if len(meant) == len(together) || a.do == "ok" || isWeekly(meant[0].Reminder) {
		return text, nil
	}
	var numbers []string
	for i, n := range together {
		if slices.ContainsFunc(meant, func(m remind.Notice) bool { return m.ID == n.ID }) {
			numbers = append(numbers, strconv.Itoa(i+1))
		}
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(text, "好，"), "这一条")
	return "好，第" + strings.Join(numbers, "、") + "件" + rest, nil
}

// titled splits a reminder that is too long for a title behind who says it.
func titled(text string) (title, body string) {
	head, rest, ok := strings.Cut(text, "：")
	if !ok || len([]rune(text)) <= longestTitle || len([]rune(head)) > longestTitle {
		return text, ""
	}
	return head, rest
}

// reminderCard shows one reminder to its recipient.
func reminderCard(n remind.Notice, text string) cards.Card {
	c := cards.Card{Kind: "提醒"}
	c.Title, c.Body = titled(text)
	for _, b := range reminderButtons {
		c.Actions = append(c.Actions, b.on(n, ""))
	}
	return c
}
