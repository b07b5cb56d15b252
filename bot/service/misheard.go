package service

import (
	"slices"
	"strings"

	"yiqun/bot/remind"
	"yiqun/intents"
	"yiqun/intents/phrase"
	"yiqun/intents/zhtext"
)

// heardWords are words of what is said about reminders that voice input and hurried
// hands write with another character of the same sound: 别在提醒, 明天在说, 知到了.
var heardWords = []string{
	"提醒", "再提醒", "再说", "再叫", "再喊", "再讲", "再发", "别再", "不要再", "不用再", "莫再", "不再",
	"知道", "收到", "晓得", "明白", "记住", "闹钟", "闹铃", "小时", "等会", "等一下", "晚点", "停掉", "取消", "删掉",
	"改到", "改成", "换成", "推迟", "提前",
}

// newEar hears the words of phrases, and of what is said about reminders.
func newEar(shapes []phrase.Shape) *intents.Ear {
	words := slices.Clone(heardWords)
	for _, p := range shapes {
		words = append(words, strings.Fields(p.Has)...)
	}
	return intents.NewEar(words)
}

// misheard takes a sentence that is not understood as it is written for one that sounds
// the same and fits as a whole: an answer to a reminder, something about one's own, a
// sentence of everyday speech. What would do more than show something, or remind the
// speaker, is offered.
func (s *session) misheard() (bool, error) {
	if s.node.ID == "" && !s.e.Chat.Private {
		return false, nil
	}
	said, read := s.said, s.read
	for _, heard := range s.practice.Load().phrases.ear.Heard(s.plain()) {
		again, err := s.understand(heard)
		if err != nil {
			return false, err
		}
		s.said, s.read = heard, again
		if done, err := s.sounded(); done || err != nil {
			return done, err
		}
		s.said, s.read = said, read
	}
	return false, nil
}

// sounded carries out what is now taken for said, if it fits as a whole.
func (s *session) sounded() (bool, error) {
	if s.node.ID != "" {
		m, ok, err := s.phraseNow(s.practice.Load().phrases.first)
		switch {
		case err != nil:
			return false, err
		case ok && !m.Asks && (m.Shape.Looks || strings.HasPrefix(m.Means[0], remindWord+"我")):
			return true, s.instead(m.Means[0])
		case ok:
			return true, s.offerSayings(m)
		}
	}
	if strings.Contains(zhtext.Fold(s.plain()).Text, remindWord) {
		if r, _ := remind.Read(s.plain(), s.now.In(s.zone()), remind.Known{}); !r.Me {
			return s.answeredInWords()
		}
	}
	return s.reminderSaid()
}
