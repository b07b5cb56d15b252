package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// 撤销 takes back an act on a matter. Where the speaker has done something else since, it
// must not reach for an older act: how that other thing is taken back is said instead.

// sayPrefix begins what is kept in the place of the matter somebody touched last where
// they did something of another kind: how that is taken back.
const sayPrefix = "say:"

// takenBackBy remembers how what is being done is taken back.
func (s *session) takenBackBy(how string) {
	s.later(func(ctx context.Context) error {
		return s.states.Set(ctx, s.lastKey(), []byte(sayPrefix+how), procedure.UndoWindow)
	})
}

// otherDeed says how the speaker's last deed is taken back, where it was no act on a
// matter; empty where it was one, or a number was said.
func (s *session) otherDeed() (string, error) {
	if len(s.read.Matters) > 0 || s.node.ID == "" {
		return "", nil
	}
	if last, ok := s.remembered(s.lastKey()); ok {
		if how, said := strings.CutPrefix(last, sayPrefix); said {
			return how, nil
		}
	}
	since := s.now.Add(-procedure.UndoWindow)
	if m, ok, err := s.lastTouched(); err != nil {
		return "", err
	} else if ok && m.LastBy == s.me.ID && m.LastAt.After(since) {
		since = m.LastAt
	}
	voted, at, err := s.ballotSince(since)
	if err != nil {
		return "", err
	}
	mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
	if err != nil {
		return "", err
	}
	how := voted
	for _, r := range mine {
		if r.Made.After(since) && r.Made.After(at) {
			at, how = r.Made, fmt.Sprintf("刚设的提醒不要了，请发“停 %d”。", r.Number)
		}
	}
	return how, nil
}

// ballotSince says how the speaker's newest ballot since an instant is changed, and when
// it was cast; empty where they cast none in a vote that runs.
func (s *session) ballotSince(since time.Time) (string, time.Time, error) {
	entries, err := s.tx.EntriesOf(s.ctx, s.me.ID, 1)
	if err != nil || len(entries) == 0 || entries[0].Recused() || !entries[0].At.After(since) {
		return "", time.Time{}, err
	}
	m, err := s.tx.Matter(s.ctx, entries[0].Poll.Matter)
	if bot.CodeOf(err) == bot.NotFound {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, err
	}
	t, err := s.template(m)
	if err != nil || s.env(t, m, procedure.Actor{}).Collecting(m) == nil {
		return "", time.Time{}, err
	}
	how := m.Ref() + " 投过的票不用撤销，截止前再投一次就是改票。"
	if s.me.ID == m.Opener || s.me.ID == m.Asker {
		how += fmt.Sprintf("要撤回整个投票，请发“撤销 %d”。", m.Number)
	}
	return how, entries[0].At, nil
}

// appointed is how an appointment is taken back, and dismissed how a dismissal is.
func appointed(who roster.Person, title string) string {
	return fmt.Sprintf("任命不能撤销，弄错了请发“免去 %s %s”。", who.Name, title)
}

func dismissed(who roster.Person, title string) string {
	return fmt.Sprintf("免去不能撤销，弄错了请发“任命 %s %s”。", who.Name, title)
}
