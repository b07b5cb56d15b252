package service

import (
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
	"yiqun/cards"
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
		return s.snooze(n, s.policy.NextDigest(s.now.In(s.cfg.Zone)))
	case "stop":
		return s.mute(n)
	}
	return "好，知道了。", nil
}

func (s *session) snooze(n remind.Notice, at time.Time) (string, error) {
	if err := s.notify(n.Later(s.newID(), at)); err != nil {
		return "", err
	}
	return "好，" + zhtime.Echo(at.In(s.cfg.Zone), s.now.In(s.cfg.Zone), false) + "再提醒您。", nil
}

// mute ends a reminder for one recipient.
func (s *session) mute(n remind.Notice) (string, error) {
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

// answeredInWords carries out a button's word typed in a private chat, about the
// reminder told last. It is false when the words are none, or nothing was told.
func (s *session) answeredInWords() (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	said := strings.Trim(s.plain(), " 。.!！~")
	for answer, words := range reminderWords {
		if !slices.Contains(words, said) {
			continue
		}
		n, err := s.tx.LastTold(s.ctx, remind.Person(s.me.ID))
		if bot.CodeOf(err) == bot.NotFound || err == nil && s.now.Sub(n.Told) > answerable {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		s.verb = "remind"
		text, err := s.answerReminder(n, answer)
		if err == nil {
			s.reply(text)
		}
		return true, err
	}
	return false, nil
}
