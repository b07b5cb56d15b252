package service

import (
	"strings"

	"yiqun/bot/remind"
)

const (
	// noWeeklyWord ends the weekly note for whoever says it; weeklyAgainWord has it come
	// again.
	noWeeklyWord    = "不要周报"
	weeklyAgainWord = "要周报"
)

// isWeekly reports whether a reminder is a node's weekly note.
func isWeekly(id remind.ID) bool { return strings.HasPrefix(string(id), weeklyPrefix) }

func (s *session) noWeekly() error { return s.sayWeekly(noWeeklyWord, false) }

func (s *session) weeklyAgain() error { return s.sayWeekly(weeklyAgainWord, true) }

func (s *session) sayWeekly(word string, wanted bool) error {
	s.verb = word
	text, err := s.wantWeekly(wanted)
	if err == nil {
		s.reply(text)
	}
	return err
}

// wantWeekly keeps whether the speaker wants the weekly note, of whichever node, and
// says so.
func (s *session) wantWeekly(wanted bool) (string, error) {
	h, err := s.tx.Habit(s.ctx, s.me.ID)
	if err != nil {
		return "", err
	}
	if h.NoWeekly == wanted {
		h.NoWeekly = !wanted
		if err := s.tx.PutHabit(s.ctx, h); err != nil {
			return "", err
		}
		s.wrote = true
	}
	if wanted {
		return "好，周五下午照旧发周报给您（发给" + weeklyPost + "）。", nil
	}
	return "好，不再发周报给您。想看随时发“周报”，又要收发“" + weeklyAgainWord + "”。", nil
}
