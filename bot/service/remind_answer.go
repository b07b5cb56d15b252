package service

import (
	"fmt"
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

// answerable is how long after a reminder a typed answer means that one.
const answerable = 24 * time.Hour

// vagueFor is how long a typed answer that may be said of anything, 等一下, means it.
const vagueFor = time.Hour

// pressReminder carries out a button of a reminder.
func (s *session) pressReminder(key string) error {
	s.verb = "remind"
	gone := bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
	key, all := strings.CutSuffix(key, allOf)
	id, do, _ := strings.Cut(strings.TrimPrefix(key, reminderPrefix), "/")
	n, err := s.tx.Notice(s.ctx, id)
	if bot.CodeOf(err) == bot.NotFound || err == nil && (n.To != remind.Person(s.me.ID) || reminderWords[do] == nil) {
		return gone
	}
	if err != nil {
		return err
	}
	if all {
		return s.pressFolded(n, remindAnswer{do: do})
	}
	said, err := s.answerReminder(n, remindAnswer{do: do})
	if err != nil {
		return err
	}
	title, body := titled(n.Text)
	s.answer = Answer{Card: &cards.Card{ID: s.e.Press.Card, Kind: "提醒", Title: title, Body: body, Status: said, Tone: cards.Muted}}
	return nil
}

// answerReminder does what somebody says about a reminder, and says what was done.
func (s *session) answerReminder(n remind.Notice, a remindAnswer) (string, error) {
	switch a.do {
	case "hour":
		return s.snooze(n, s.now.Add(time.Hour).Truncate(time.Minute))
	case "tomorrow":
		return s.snooze(n, s.policy.NextDigest(s.now.In(s.zone())))
	case atTime:
		return s.snooze(n, a.at)
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

// whatIsMeant picks what an answer is about of what was told in the last message: the
// reminders among it, or the one that was numbered.
func whatIsMeant(last remind.Notice, together []remind.Notice, a remindAnswer) ([]remind.Notice, error) {
	switch {
	case a.which > len(together):
		return nil, bot.Errorf(bot.NotFound, "刚才只说了%d件事。", len(together))
	case a.which > 0 && a.do == "stop" && !ofReminder(together[a.which-1]):
		return nil, notDone(a.which)
	case a.which > 0:
		return together[a.which-1 : a.which], nil
	}
	reminders := slices.DeleteFunc(slices.Clone(together), func(n remind.Notice) bool { return !ofReminder(n) })
	switch {
	case len(reminders) == 0 && a.do == "stop":
		return nil, notDone(0)
	case len(reminders) == 0 && len(together) > 1:
		return together, nil
	case len(reminders) == 0:
		return []remind.Notice{last}, nil
	case a.do == "stop" && len(reminders) > 1:
		return nil, whichToStop(together)
	}
	return reminders, nil
}

// notDone refuses to say nothing more of what has to be done, and says how it is put off;
// which is its number in what was told, 0 where it was told alone.
func notDone(which int) error {
	later := "明天再说"
	if which > 0 {
		later += fmt.Sprintf(" %d", which)
	}
	return bot.Errorf(bot.Invalid, "这一件是还没办完的事，办完了就不再提醒。要晚点说，可以回“%s”。", later)
}

// whichToStop asks which of several things that were told together is to come no more.
func whichToStop(together []remind.Notice) error {
	var lines []string
	for i, n := range together {
		if !ofReminder(n) {
			continue
		}
		head, _, _ := strings.Cut(n.Text, "\n")
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, cut(head, longestTitle)))
	}
	first := slices.IndexFunc(together, ofReminder) + 1
	return bot.Errorf(bot.Missing, "哪一件不再提醒？请发“不再提醒 %d”这样的话。\n%s", first, strings.Join(lines, "\n"))
}
