package service

import (
	"slices"

	"yiqun/bot/remind"
)

// catchUp tells a person who writes privately what waits for them, in the answer
// itself if there is one.
func (s *session) catchUp() error {
	if !s.e.Chat.Private || s.verb == "again" {
		return nil
	}
	to := remind.Person(s.me.ID)
	waiting, err := s.tx.WaitingFor(s.ctx, to)
	if err != nil || len(waiting) == 0 {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(n remind.Notice) bool {
		return n.Due.After(s.now) || !n.Stale.IsZero() && s.now.After(n.Stale)
	})
	waiting, lines, err := s.relevant(waiting)
	if err != nil || len(waiting) == 0 {
		return err
	}
	var texts []string
	for _, n := range waiting {
		texts = append(texts, lines[n.ID])
	}
	s.addToAnswer(remind.Together(texts))
	s.rememberAsked(s.me.ID, waiting)
	s.settled(waiting, s.rows[len(s.rows)-1].ID)
	return nil
}

// addToAnswer puts a line under the answer to this chat, or makes it the answer.
func (s *session) addToAnswer(text string) {
	for i, r := range s.rows {
		if r.To == s.e.Chat && r.Refresh == "" && r.Body.Text != "" {
			s.rows[i].Body.Text += "\n" + text
			return
		}
	}
	s.reply(text)
}
