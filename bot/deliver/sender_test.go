package deliver_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
)

// sent is one attempt as the platform saw it.
type sent struct {
	at   time.Time
	what string // "text 你好", "reply 你好", "card 标题", "refresh c1 状态"
	to   string
}

// sender is a platform that does as it is told.
type sender struct {
	platform bot.Platform
	can      bot.Capabilities
	// on decides the outcome of an attempt; nil lets everything through.
	on func(what string, out deliver.Outgoing) error

	mu   sync.Mutex
	seen []sent
}

func (s *sender) Platform() bot.Platform         { return s.platform }
func (s *sender) Capabilities() bot.Capabilities { return s.can }

func (s *sender) Send(_ context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	what := "text " + out.Text
	switch {
	case out.Card != nil:
		what = "card " + out.Card.Title
	case out.File != nil:
		what = "file " + out.File.Name
	case out.Reply.Token != "":
		what = "reply " + out.Text
	}
	return s.note(what, out)
}

func (s *sender) Refresh(_ context.Context, to bot.Chat, c cards.Card) (deliver.Receipt, error) {
	return s.note(fmt.Sprintf("refresh %s %s", c.ID, c.Status), deliver.Outgoing{To: to, Card: &c})
}

func (s *sender) note(what string, out deliver.Outgoing) (deliver.Receipt, error) {
	s.mu.Lock()
	s.seen = append(s.seen, sent{time.Now(), what, string(out.To.ID)})
	s.mu.Unlock()
	if s.on != nil {
		if err := s.on(what, out); err != nil {
			return deliver.Receipt{Calls: 1}, err
		}
	}
	return deliver.Receipt{Route: "test", Calls: 1}, nil
}

// heard lists what was attempted, in order.
func (s *sender) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, m := range s.seen {
		out = append(out, m.what)
	}
	return out
}

// waits lists the pauses between the attempts.
func (s *sender) waits() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []time.Duration
	for i := 1; i < len(s.seen); i++ {
		out = append(out, s.seen[i].at.Sub(s.seen[i-1].at))
	}
	return out
}

// told is an Observer that remembers.
type told struct {
	mu    sync.Mutex
	tight []string
}

func (*told) Sent(bot.Platform, string, bot.Code, int) {}

func (o *told) Tight(_ context.Context, p bot.Platform, percent int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tight = append(o.tight, fmt.Sprintf("%s %d", p, percent))
}
