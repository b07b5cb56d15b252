package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// hereIAm is what people are asked to send where a platform lets us write only to
// those who wrote first.
const hereIAm = "在"

// small answers small talk with one short, kind line.
func (s *session) small(kind intents.Small) error {
	switch kind {
	case intents.Thanks, intents.Praise:
		s.reply("不客气。")
	case intents.Greeting:
		if s.e.Chat.Private && s.plain() == hereIAm {
			s.reply("收到，以后有提醒就私聊告诉您。")
			break
		}
		s.reply("您好，有事直接说，例如：" + s.someOpening() + " 3栋2单元声控灯坏了。")
	case intents.Upset:
		s.reply("对不起，没帮上您的忙。有事请换句话再说一遍，或发“帮助”；嫌我吵就发“" + quietWord + "”。")
	case intents.Goodbye:
		s.reply("再见，有事随时叫我。")
	case intents.Chat:
		s.reply("好的，有事随时叫我。")
	default:
		s.reply("我在。有事直接说，或发“帮助”看看能做什么。")
	}
	return nil
}

// offer asks which of the likely readings is meant. Beside what changes something
// stands looking at the matter, which does no harm.
func (s *session) offer(r intents.Intent) error {
	s.verb = "unsure"
	if s.despairs() {
		return nil
	}
	var readings []intents.Intent
	add := func(o intents.Intent) {
		if o.Verb != "" && len(readings) < 2 && !slices.ContainsFunc(readings, func(has intents.Intent) bool { return has.Verb == o.Verb }) {
			readings = append(readings, plainReading(o))
		}
	}
	near, err := s.withinReach(append([]intents.Intent{r}, r.Others...))
	if err != nil {
		return err
	}
	for _, o := range near {
		if len(o.Matters) == 0 {
			o.Matters, o.Last = r.Matters, r.Last
		}
		if o.Verb != "" && s.templateFor(o.Verb) == nil && len([]rune(o.Text)) <= particles {
			o.Text = "" // 了吧
		}
		if s.templateFor(o.Verb) != nil && strings.TrimSpace(o.Text) == "" {
			o.Text = s.plain()
		}
		add(o)
	}
	if len(readings) == 0 {
		return s.lost()
	}
	apart, err := s.apartFirst(readings)
	if err != nil {
		return err
	}
	if len(apart) > 1 && s.apartWords(apart[0]) != "" {
		return s.offerReadings(apart)
	}
	if len(r.Matters) == 1 && readings[0].Verb == looking {
		return s.offerAbout(r.Matters[0])
	}
	if len(r.Matters) > 0 {
		add(intents.Intent{Verb: looking, Matters: r.Matters})
	}
	if readings, err = s.againOwn(readings); err != nil {
		return err
	}
	return s.offerReadings(readings)
}

// particles is how long a rest of a sentence may be and still say nothing.
const particles = 2

// looking is the word that shows a matter.
const looking = "查"

func (s *session) offerReadings(readings []intents.Intent) error {
	p := talk.Pending{Verb: s.verb, Field: talk.WhichReading, Readings: readings, Said: s.plain()}
	labels := make([]string, len(readings))
	for i, r := range readings {
		labels[i] = cut(s.openly(s.spoken(r)), 20)
		if told, err := s.toldAloud(r); err != nil {
			return err
		} else if told {
			labels[i] += "（会发到群里）"
		}
	}
	if words := s.apartWords(readings[0]); words != "" && len(readings) == 2 {
		labels = []string{words, s.oneWords(readings[1])}
	}
	p.Ask = whichReading(labels)
	if len(readings) == 1 && len(readings[0].Matters) == 0 && s.tellsGroup(readings[0].Verb) {
		p.Ask = inTheGroup(labels[0])
	}
	s.ask(p)
	return nil
}

// tellsGroup reports that a word said in private opens something that everybody in the
// group sees, which whoever says it may not expect.
func (s *session) tellsGroup(word string) bool {
	t := s.templateFor(word)
	return s.e.Chat.Private && t != nil && s.public(t)
}

// inTheGroup asks whether a sentence was meant that tells the group.
func inTheGroup(label string) string {
	return "您是想说“" + label + "”吗？这会发到群里。是的回 1，不是请发“帮助”。"
}

// whichReading asks which of several sentences was meant.
func whichReading(labels []string) string {
	if len(labels) == 1 {
		return "您是想说“" + labels[0] + "”吗？是的回 1，不是请发“帮助”。"
	}
	return "您是想：\n" + talk.Numbered(labels) + "\n回数字就行，都不是请发“帮助”。"
}

// toldAloud reports a reading, offered in private, that would tell the group what was said.
func (s *session) toldAloud(r intents.Intent) (bool, error) {
	if !s.e.Chat.Private || r.Verb != adding || len(r.Matters) != 1 {
		return false, nil
	}
	m, err := s.numbered(r.Matters[0])
	if err != nil {
		return false, err
	}
	t, err := s.template(m)
	return err == nil && s.public(t), err
}

// openly is a text as it may be repeated in this chat: in a group without the telephone
// numbers in it.
func (s *session) openly(text string) string {
	if s.e.Chat.Private {
		return text
	}
	return maskPhones(text)
}

// spoken is a reading as one would type it.
func (s *session) spoken(r intents.Intent) string {
	parts := []string{r.Verb}
	if len(r.Matters) > 0 {
		parts = append(parts, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(r.Matters)), "、"), "[]"))
	}
	for _, p := range r.People {
		parts = append(parts, p.Said)
	}
	if r.When != nil {
		parts = append(parts, r.When.Said)
	}
	if r.Score > 0 {
		parts = append(parts, fmt.Sprint(r.Score))
	}
	if w := s.choiceSpoken(r); w != "" {
		parts = append(parts, w)
	}
	if r.Text != "" {
		parts = append(parts, strings.Join(strings.Fields(r.Text), " "))
	}
	return strings.Join(parts, " ")
}

// choiceSpoken is the word of the answer in a reading.
func (s *session) choiceSpoken(r intents.Intent) string {
	if r.Choice == "" {
		return ""
	}
	for _, t := range s.Templates().All() {
		_, v := t.FindVerb(r.Verb)
		if v == nil {
			continue
		}
		for _, c := range v.Choices {
			if c.ID == r.Choice {
				return c.Word
			}
		}
	}
	return ""
}

// bareDigit answers a number that nothing was asked for: a mark for the one matter
// that waits for the speaker's mark, else something about the matter of that number.
func (s *session) bareDigit(n int) error {
	s.verb = "digit"
	quoted := s.quotedMatter()
	if done, err := s.digitForQuoted(quoted); done || err != nil {
		return err
	}
	waits, err := s.waitings()
	if err != nil {
		return err
	}
	var marks []waiting
	for _, w := range waits {
		word, _, _ := strings.Cut(w.say, " ")
		if quoted > 0 && w.m.Number != quoted {
			continue
		}
		if _, v := w.t.FindVerb(word); w.nearness == 0 && v != nil && v.Scored {
			marks = append(marks, w)
		}
	}
	if len(marks) == 1 && n <= 5 {
		word, _, _ := strings.Cut(marks[0].say, " ")
		return s.offerReadings([]intents.Intent{{Verb: word, Matters: []int{marks[0].m.Number}, Score: n}})
	}
	if quoted > 0 {
		return s.offerAbout(quoted)
	}
	if done, err := s.digitForVotes(n); done || err != nil {
		return err
	}
	if done, err := s.digitForTold(n); done || err != nil {
		return err
	}
	return s.offerAbout(n)
}

// offerAbout offers what the speaker can do with the matter of a number now, and to
// look at it.
func (s *session) offerAbout(n int) error {
	if s.node.ID == "" {
		return s.lost()
	}
	m, err := s.numbered(n)
	switch {
	case bot.CodeOf(err) == bot.NotFound && s.read.Digit > 0:
		return s.lost() // a bare digit may mean anything
	case err != nil:
		return err
	}
	var readings []intents.Intent
	if w, ok, err := s.waits(m); err != nil {
		return err
	} else if ok {
		word, _, _ := strings.Cut(w.say, " ")
		readings = append(readings, intents.Intent{Verb: word, Matters: []int{n}})
	}
	return s.offerReadings(append(readings, intents.Intent{Verb: looking, Matters: []int{n}}))
}

// lost answers a sentence that was not understood with what it may be about, or with the
// two things this person most likely wants to do now.
func (s *session) lost() error {
	s.verb = "lost"
	if said, _ := takeReason(s.plain()); sayOf(said) != "" {
		s.reply("现在没有正在进行的投票，这句没有计。")
		return nil
	}
	if s.despairs() || s.inDanger() {
		return nil
	}
	if done, err := s.ofOwn(); done || err != nil {
		return err
	}
	lines, err := s.likeliest(2)
	if err != nil {
		return err
	}
	s.reply("没听懂这句。您现在可以：\n" + strings.Join(lines, "\n") + "\n或发“帮助”。")
	return nil
}
