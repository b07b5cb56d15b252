package service

import (
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
	"yiqun/bot/talk"
	"yiqun/intents/zhtext"
)

// whichDay asks which day is meant where a date is one of the lunar calendar or one of the
// other: 七月十五. It is false where only one can be meant.
func (s *session) whichDay(known remind.Known, now time.Time) (bool, error) {
	date, ways := remind.Meanings(s.plain(), known, s.place(s.node.ID), now)
	if len(ways) < 2 {
		return false, nil
	}
	s.verb = "unsure"
	says, labels := make([]string, len(ways)), make([]string, len(ways))
	for i, w := range ways {
		says[i], labels[i] = w.Say, w.Label
	}
	if voting, err := s.digitsVote(); err != nil {
		return false, err
	} else if voting {
		// A number could be taken for a ballot here: the words are asked for.
		s.reply(fmt.Sprintf("“%s”是哪一天？请再发一次：\n%s", date, strings.Join(says, "\n")))
		return true, nil
	}
	s.ask(talk.Pending{
		Verb: s.verb, Field: talk.WhichSaying, Says: says, Until: s.now.Add(sayingLasts), Said: s.plain(),
		Ask: fmt.Sprintf("“%s”是哪一天？\n%s\n回数字就行。", date, talk.Numbered(labels)),
	})
	return true, nil
}

// calendarWords are other names of the two calendars.
var calendarWords = strings.NewReplacer("阴历", "农历", "老历", "农历", "旧历", "农历", "阳历", "公历", "新历", "公历", "国历", "公历")

// sayingOf is the place, from 1, of the one of two sentences that a calendar's name picks:
// 农历 answers as well as its number. 0 where it picks none.
func sayingOf(says []string, text string) int {
	word := calendarWords.Replace(strings.Trim(zhtext.Fold(text).Text, " 。.!！的是"))
	if len(says) != 2 || word != "农历" && word != "公历" {
		return 0
	}
	lunar := strings.Contains(says[0], "农历")
	switch {
	case lunar == strings.Contains(says[1], "农历"):
		return 0
	case lunar == (word == "农历"):
		return 1
	}
	return 2
}

// meantNote says how something not exact was reckoned, and what to type where it was meant
// otherwise.
func (s *session) meantNote(read remind.Request, r remind.Reminder) string {
	var b strings.Builder
	b.WriteString(read.Note)
	if read.Else != "" {
		if read.Note != "" {
			b.WriteString("，")
		}
		fmt.Fprintf(&b, "%s就发“改 %d %s”", read.ElseFor, r.Number, read.Else)
	}
	if b.Len() > 0 {
		b.WriteString("。")
	}
	if year := read.Unsettled(s.place(r.Node), r.Next); year > 0 && !r.Rule.Recurs() {
		fmt.Fprintf(&b, "%d年的放假安排还没有公布，先按法定节日算。", year)
	}
	return b.String()
}

// strangerTo explains that nobody can be reminded who is not known here.
func (s *session) strangerTo(read remind.Request) error {
	return bot.Errorf(bot.NotFound, "我不认识“%s”，没法提醒本人。可以提醒您去说，例如：提醒我 明天八点 叫%s吃药。", read.Stranger, strings.TrimPrefix(read.Stranger, "我"))
}

// shownHere reports whether what a reminder is about may be said in this chat: anything in
// private, and in a group only what was set there before everybody's eyes. Somebody in two
// groups does not find the affairs of the one told in the other.
func (s *session) shownHere(r remind.Reminder) bool {
	return s.e.Chat.Private || r.Open && r.Node == s.node.ID
}
