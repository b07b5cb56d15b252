package service

import (
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

const (
	// gapWorthTelling is how long a connection must have been down before groups are
	// told: what is over sooner hardly anybody has noticed.
	gapWorthTelling = 10 * time.Second
	// activeFor is how long a group counts as active after somebody spoke there. Whoever
	// spoke before that does not wait for an answer any more, and a bot that was away for
	// a night must not write to every group in the morning.
	activeFor = 30 * time.Minute
)

// gap tells the groups that were active, once, that something may have been lost. While
// a connection comes and goes, or the program is started again and again, the line that
// a group had in the same half hour still holds.
func (s *session) gap() error {
	s.verb = "gap"
	length := s.e.Gap.Until.Sub(s.e.Gap.From)
	if length < gapWorthTelling {
		return nil
	}
	groups, err := s.tx.GroupsStirred(s.ctx, s.now.Add(-activeFor))
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Chat.Platform != s.e.Platform {
			continue
		}
		told, err := s.toldOfGap(g.Chat)
		if err != nil {
			return err
		}
		if told {
			continue
		}
		s.post(deliver.Row{
			To:         g.Chat,
			Body:       deliver.Body{Text: fmt.Sprintf("刚才断线约%s，没收到回复的请再发一次。", spellLength(length))},
			StaleAfter: s.now.Add(activeFor),
		})
	}
	return nil
}

// toldOfGap reports whether a group was told in this half hour, and notes that it is
// now: in the records, which a restart leaves as they are.
func (s *session) toldOfGap(c bot.Chat) (told bool, err error) {
	id := bot.EventID(fmt.Sprintf("gap/%s/%d", c.Key(), s.now.Unix()/int64(activeFor/time.Second)))
	if _, told, err = s.tx.Handled(s.ctx, c.Platform, id); err != nil || told {
		return told, err
	}
	return false, s.tx.MarkHandled(s.ctx, c.Platform, id, s.now, nil)
}

func spellLength(d time.Duration) string {
	if d < 100*time.Second {
		return fmt.Sprintf("%d秒", int(d.Round(time.Second).Seconds()))
	}
	return fmt.Sprintf("%d分钟", int(d.Round(time.Minute).Minutes()))
}
