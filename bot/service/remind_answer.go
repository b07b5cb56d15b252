package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
	"yiqun/cards"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// reminderPrefix begins the key of a button on a reminder.
const reminderPrefix = "remind/"

// reminderWords are the buttons of a reminder as typed in a private chat.
var reminderWords = map[string][]string{
	"ok":       {"知道了", "知道啦", "晓得了", "收到"},
	"hour":     {"过一小时", "过1小时", "一小时后再说", "一小时后再提醒", "过一个小时", "晚点再提醒"},
	"tomorrow": {"明天再说", "明天再提醒", "明天提醒"},
	"stop":     {"不再提醒", "别再提醒", "不要再提醒", "别提醒了", "不用提醒了"},
}

// answerable is how long after a reminder a typed answer means that one.
const answerable = 24 * time.Hour

// pressReminder carries out a button of a reminder.
func (s *session) pressReminder(key string) error {
	s.verb = "remind"
	gone := bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
	id, answer, _ := strings.Cut(strings.TrimPrefix(key, reminderPrefix), "/")
	n, err := s.tx.Notice(s.ctx, id)
	if bot.CodeOf(err) == bot.NotFound || err == nil && (n.To != remind.Person(s.me.ID) || reminderWords[answer] == nil) {
		return gone
	}
	if err != nil {
		return err
	}
	said, err := s.answerReminder(n, answer)
	if err != nil {
		return err
	}
	title, body := titled(n.Text)
	s.answer = Answer{Card: &cards.Card{ID: s.e.Press.Card, Kind: "提醒", Title: title, Body: body, Status: said, Tone: cards.Muted}}
	return nil
}

// answerReminder does what somebody says about a reminder, and says what was done.
func (s *session) answerReminder(n remind.Notice, answer string) (string, error) {
	switch answer {
	case "hour":
		return s.snooze(n, s.now.Add(time.Hour).Truncate(time.Minute))
	case "tomorrow":
		return s.snooze(n, s.policy.NextDigest(s.now.In(s.zone())))
	case "stop":
		return s.mute(n)
	}
	return "好，知道了。", nil
}

func (s *session) snooze(n remind.Notice, at time.Time) (string, error) {
	if err := s.notify(n.Later(s.newID(), at)); err != nil {
		return "", err
	}
	return "好，" + zhtime.Echo(at.In(s.zone()), s.now.In(s.zone()), false) + "再提醒您。", nil
}

// mute ends a reminder for one recipient.
func (s *session) mute(n remind.Notice) (string, error) {
	if isWeekly(n.Reminder) {
		return s.wantWeekly(false)
	}
	r, err := s.tx.Reminder(s.ctx, n.Reminder)
	if err != nil {
		return "", err
	}
	if !r.Over() && !slices.Contains(r.Muted, s.me.ID) {
		if _, err := s.tx.PutReminder(s.ctx, r.Mute(s.me.ID)); err != nil {
			return "", err
		}
		s.wrote = true
	}
	return "好，这一条不再提醒您。", nil
}

// stopOneSaid is 不再提醒 about one of several things that were said together.
var stopOneSaid = regexp.MustCompile(`^(?:不再|别再|不要再|别|不用)提醒了?\s*第?([0-9零一二两三四五六七八九十]{1,3})[件条]?$`)

// answerWord is which button a sentence stands for, and which of several things it
// means; 0 for none in particular.
func answerWord(said string) (answer string, which int) {
	if m := stopOneSaid.FindStringSubmatch(said); m != nil {
		return "stop", smallNumber(m[1])
	}
	for answer, words := range reminderWords {
		if slices.Contains(words, said) {
			return answer, 0
		}
	}
	return "", 0
}

// answeredInWords carries out a button's word typed in a private chat, about what was
// told last: all of it, where several things were told together. It is false when the
// words are none, or nothing was told.
func (s *session) answeredInWords() (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	answer, which := answerWord(strings.Trim(zhtext.Fold(s.plain()).Text, " 。.!！~"))
	if answer == "" {
		return false, nil
	}
	to := remind.Person(s.me.ID)
	last, err := s.tx.LastTold(s.ctx, to)
	if bot.CodeOf(err) == bot.NotFound || err == nil && s.now.Sub(last.Told) > answerable {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.verb = "remind"
	together, err := s.tx.ToldIn(s.ctx, to, last.Message)
	if err != nil {
		return false, err
	}
	meant, err := whatIsMeant(last, together, answer, which)
	if err != nil {
		return true, err
	}
	text := ""
	for _, n := range meant {
		if text, err = s.answerReminder(n, answer); err != nil {
			return true, err
		}
	}
	s.reply(text)
	return true, nil
}

// whatIsMeant picks what an answer is about of what was told in the last message: the
// reminders among it, or the one that was numbered.
func whatIsMeant(last remind.Notice, together []remind.Notice, answer string, which int) ([]remind.Notice, error) {
	// What came too late was said in one line, without a number of its own.
	together = slices.DeleteFunc(together, func(n remind.Notice) bool { return !n.Stale.IsZero() && n.Told.After(n.Stale) })
	duty := func(n remind.Notice) bool { return n.Reminder == "" }
	switch {
	case which > len(together):
		return nil, bot.Errorf(bot.NotFound, "刚才只说了%d件事。", len(together))
	case which > 0 && duty(together[which-1]):
		return nil, bot.Errorf(bot.Invalid, "这一件是还没办完的事，办完了就不再提醒。")
	case which > 0:
		return together[which-1 : which], nil
	}
	reminders := slices.DeleteFunc(slices.Clone(together), duty)
	switch {
	case len(reminders) == 0:
		return []remind.Notice{last}, nil
	case answer == "stop" && len(reminders) > 1:
		return nil, whichToStop(together)
	}
	return reminders, nil
}

// whichToStop asks which of several things that were told together is to come no more.
func whichToStop(together []remind.Notice) error {
	var lines []string
	for i, n := range together {
		if n.Reminder == "" {
			continue
		}
		head, _, _ := strings.Cut(n.Text, "\n")
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, cut(head, longestTitle)))
	}
	return bot.Errorf(bot.Missing, "哪一件不再提醒？请发“不再提醒 1”这样的话。\n%s", strings.Join(lines, "\n"))
}
