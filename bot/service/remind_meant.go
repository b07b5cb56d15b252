package service

import (
	"fmt"
	"regexp"
	"strings"

	"yiqun/bot/remind"
	"yiqun/bot/talk"
	"yiqun/intents/zhtext"
)

// Words around what somebody no longer wants to be reminded of: 吃药那个不要了,
// 取消吃药那条.
var (
	doneWith  = regexp.MustCompile(`^(?:把|那个|这个|我的|每天)*(.{2,20}?)(?:那个|这个|那条|这条|那件事|的事|的提醒|提醒|的)*(?:就|先|给我|以后|可以)*(?:不要|不用|不需要|不必|停|停掉|取消|取消掉|删|删掉|关|关掉|去掉|别提醒|不用提醒|不提醒|不用说)了$`)
	allOfThem = regexp.MustCompile(`^(?:把)?(?:我的)?(?:(?:所有|全部)的?)?(?:提醒|闹钟)?(?:全部|所有的?|统统|都|全)(?:给我)?(?:停|停掉|停了|取消|取消了|不要了|删掉|删了|关掉)$`)
	moving    = regexp.MustCompile(`^(?:把|那个|这个|那条|这条|我的|每天)*(.{2,20}?)(?:那个|这个|那条|这条|那件事|的事|的)*(?:提醒|闹钟|闹铃)?(?:的?时间)?(?:换|改|调|挪|推迟|提前|推|延)(?:成|到|为)(.{1,30})$`)
	dropping  = regexp.MustCompile(`^(?:(?:不要|不用|不必|不需要|别)再?提醒|取消|停掉|停了|停|删掉|删了|删除|不要|关掉)(?:提醒|我|那个|这个|\s)*(.{2,20}?)(?:那个|这个|那条|这条|的事|的提醒|提醒|的|了)*$`)
	// noMore is a sentence that wants no reminder, whichever; whichOne the bare word.
	noMore   = regexp.MustCompile(`^(?:不要|不用|不必|不需要|别)再?提醒`)
	whichOne = regexp.MustCompile(`^(?:停|停掉|停了|改|改一下|改时间)$|^(?:停掉?|关掉?|取消|删掉?|改)(?:一个|一条)?提醒$`)
)

// reminderMeant offers to stop, or to move, the reminder that somebody names by what it
// reminds them of, and lists theirs where it is not clear which. It is false where none is
// named so; in a group, where that is nobody's business and the words may be about
// anything, it is not looked for.
func (s *session) reminderMeant(text string) (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	text = strings.TrimRight(text, "吧啊呀哦哈啦")
	if allOfThem.MatchString(text) || whichOne.MatchString(text) {
		mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
		if err != nil || len(mine) == 0 {
			return false, err
		}
		s.verb = "unsure"
		return true, s.myReminders()
	}
	name, to, ok := reminderNamed(text)
	if !ok {
		return false, nil
	}
	mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
	if err != nil {
		return false, err
	}
	var meant []remind.Reminder
	for _, r := range mine {
		if strings.Contains(zhtext.Fold(r.Text).Text, name) {
			meant = append(meant, r)
		}
	}
	switch {
	case len(meant) == 0 && !noMore.MatchString(text):
		return false, nil
	case len(meant) == 1:
		return true, s.offerChange(meant[0], to)
	}
	s.verb = "unsure"
	return true, s.myReminders()
}

// reminderNamed takes apart a sentence about the reminder of something: what that is, and
// when it is to come instead; to is empty where it is to end.
func reminderNamed(text string) (name, to string, ok bool) {
	for _, shape := range []*regexp.Regexp{doneWith, dropping} {
		if m := shape.FindStringSubmatch(text); m != nil {
			return m[1], "", true
		}
	}
	if m := moving.FindStringSubmatch(text); m != nil {
		return m[1], strings.TrimSpace(m[2]), true
	}
	return "", "", false
}

// offerChange asks whether a reminder is to come at another time, or to end where there is
// none. Nothing is done before that is answered.
func (s *session) offerChange(r remind.Reminder, to string) error {
	s.verb = "unsure"
	voting, err := s.digitsVote()
	if err != nil {
		return err
	}
	say, words := fmt.Sprintf("停 %d", r.Number), fmt.Sprintf("要停“%s”这条提醒，请发“停 %d”。", r.Text, r.Number)
	ask := fmt.Sprintf("要停“%s”这条提醒吗？要停回 1。", r.Text)
	if to != "" {
		say = fmt.Sprintf("改 %d %s", r.Number, to)
		words = fmt.Sprintf("“%s”这条提醒要改时间，请发“%s”。", r.Text, say)
		ask = fmt.Sprintf("“%s”这条提醒改到%s吗？是的回 1。", r.Text, to)
	}
	if voting {
		// A number could be taken for a ballot here: the words are asked for.
		s.reply(words)
		return nil
	}
	s.ask(talk.Pending{Verb: s.verb, Field: talk.WhichSaying, Says: []string{say}, Until: s.now.Add(sayingLasts), Said: s.plain(), Ask: ask})
	return nil
}
