package service

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// refreshEvery is how often a card is shown anew for everybody while only its
// entries change; a change of state is shown at once.
const refreshEvery = 10 * time.Minute

// refresh shows a sent card anew to everybody, where the platform can.
func (s *session) refresh(c cards.Card, chat bot.Chat, atOnce bool) {
	s.refreshEach(c, chat, atOnce, refreshEvery)
}

// refreshEach is refresh with its own interval for what is not shown at once.
func (s *session) refreshEach(c cards.Card, chat bot.Chat, atOnce bool, every time.Duration) {
	if !s.cfg.Capabilities(chat.Platform).CardUpdate {
		return
	}
	row := deliver.Row{To: chat, Refresh: c.ID, Body: deliver.Body{Card: &c}, NotBefore: s.now}
	key := "refreshed:" + c.ID
	if !atOnce {
		if raw, ok, err := s.states.Get(s.ctx, key); err == nil && ok {
			if last, err := time.Parse(time.RFC3339, string(raw)); err == nil {
				row.NotBefore = last.Add(every)
			}
		}
	}
	if !row.NotBefore.After(s.now) {
		now := s.now.Format(time.RFC3339)
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(now), every) })
	}
	s.post(row)
}

// refreshLast shows the newest card of a matter in a chat as it ended.
func (s *session) refreshLast(t *procedure.Template, m procedure.Matter, chat bot.Chat) {
	card, ok := s.remembered(cardKey(m.ID, chat))
	if !ok || s.e.Press != nil && s.e.Press.Card == card {
		return
	}
	c := s.card(s.env(t, m, procedure.Actor{}), m, procedure.Viewer{Group: true}, s.lookup(t, m, true))
	c.ID = card
	c.Actions = nil
	s.refresh(c, chat, true)
}
