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
	doneWith  = regexp.MustCompile(`^(?:把|那个|这个|我的|每天)*(.{2,20}?)(?:那个|这个|那条|这条|那件事|的事|的)*(?:就|先|给我|以后|可以)*(?:不要|不用|不需要|不必|停|停掉|取消|取消掉|删|删掉|关|关掉|去掉|别提醒|不用提醒|不提醒|不用说)了$`)
	allOfThem = regexp.MustCompile(`^(?:把)?(?:全部|所有的?|统统|都)(?:给我)?(?:停|停掉|停了|取消|取消了|不要了|删掉|删了|关掉)$`)
	dropping  = regexp.MustCompile(`^(?:取消|停掉|停了|停|删掉|删了|删除|不要|关掉|别提醒|不用提醒)(?:我|那个|这个)*(.{2,20}?)(?:那个|这个|那条|这条|的事|的|了)*$`)
)

// reminderMeant offers to stop the reminder that somebody names by what it reminds them
// of. It is false where none is named so; in a group, where that is nobody's business and
// the words may be about anything, it is not looked for.
func (s *session) reminderMeant(text string) (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	text = strings.TrimRight(text, "吧啊呀哦哈啦")
	if allOfThem.MatchString(text) {
		mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
		if err != nil || len(mine) == 0 {
			return false, err
		}
		s.verb = "unsure"
		return true, s.myReminders()
	}
	named := doneWith.FindStringSubmatch(text)
	if named == nil {
		named = dropping.FindStringSubmatch(text)
	}
	if named == nil {
		return false, nil
	}
	mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
	if err != nil {
		return false, err
	}
	var meant []remind.Reminder
	for _, r := range mine {
		if strings.Contains(zhtext.Fold(r.Text).Text, named[1]) {
			meant = append(meant, r)
		}
	}
	switch len(meant) {
	case 0:
		return false, nil
	case 1:
		return true, s.offerStop(meant[0])
	}
	s.verb = "unsure"
	return true, s.myReminders()
}

// offerStop asks whether a reminder is to end. Nothing is stopped before that is answered.
func (s *session) offerStop(r remind.Reminder) error {
	s.verb = "unsure"
	say := fmt.Sprintf("停 %d", r.Number)
	voting, err := s.digitsVote()
	if err != nil {
		return err
	}
	if voting {
		// A number could be taken for a ballot here: the words are asked for.
		s.reply(fmt.Sprintf("要停“%s”这条提醒，请发“%s”。", r.Text, say))
		return nil
	}
	s.ask(talk.Pending{
		Verb: s.verb, Field: talk.WhichSaying, Says: []string{say}, Until: s.now.Add(sayingLasts), Said: s.plain(),
		Ask: fmt.Sprintf("要停“%s”这条提醒吗？要停回 1。", r.Text),
	})
	return nil
}
