package service

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// each does something to several matters and answers with a line each: what goes
// wrong with one does not undo the others.
func (s *session) each(matters []procedure.Matter, do func(procedure.Matter) error) error {
	var lines []string
	for _, m := range matters {
		before := len(s.rows)
		if err := do(m); err != nil {
			if q, ok := errors.AsType[*question](err); ok {
				if q.chooses() {
					return err
				}
				return s.forAll(q, m)
			}
			if !isRefusal(wrong(err)) {
				return err
			}
			s.rows = s.rows[:before]
			lines = append(lines, withRef(m, bot.MessageOf(err)))
			continue
		}
		lines = append(lines, s.takeReply(before)...)
	}
	for _, n := range s.unknown {
		lines = append(lines, fmt.Sprintf("没有 #%d，请核对一下号码。", n))
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

func withRef(m procedure.Matter, text string) string {
	if strings.HasPrefix(text, "#") {
		return text
	}
	return m.Ref() + " " + text
}

// takeReply turns the answers to this chat since before into lines of one answer.
func (s *session) takeReply(before int) []string {
	var lines []string
	kept := s.rows[:before]
	for _, r := range s.rows[before:] {
		switch {
		case r.Refresh != "":
			kept = append(kept, r)
		case r.To == s.e.Chat && r.Body.Text != "":
			lines = append(lines, r.Body.Text)
		case r.To == s.e.Chat && r.Body.Card != nil:
			said, _, _ := strings.Cut(r.Body.Card.Body, "\n") // what was done, above what is noted
			lines = append(lines, r.Body.Card.Ref+" "+cmp.Or(said, r.Body.Card.Status))
		default:
			kept = append(kept, r)
		}
	}
	s.rows = kept
	return lines
}
