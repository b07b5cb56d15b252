package wecom

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform"
	wecomcards "yiqun/cards/wecom"
)

// cardUpdate is the body of aibot_respond_update_msg (document 101027). Without
// UserIDs everyone who has the card sees the change.
type cardUpdate struct {
	Type    string                  `json:"response_type"`
	UserIDs []string                `json:"userids,omitempty"`
	Card    wecomcards.TemplateCard `json:"template_card"`
}

var errWindow = errors.New("the five seconds for an answer are over")

// answer changes the pressed card. It returns once the answer is written, so that
// answers keep the order of the presses; the acknowledgement is awaited aside.
func (a *Adapter) answer(ctx context.Context, e bot.Event, ans platform.Answer, reqID string, at time.Time) error {
	if a.cfg.Clock.Now().Sub(at) >= cardWindow {
		return errWindow
	}
	card := *ans.Card
	card.ID = e.Press.Card
	shown, err := wecomcards.Render(card)
	if err != nil {
		return fmt.Errorf("rendering card: %w", err)
	}
	body := cardUpdate{Type: "update_template_card", Card: shown}
	if !ans.Everyone {
		body.UserIDs = []string{string(e.From.User)}
	}
	s, _ := a.current()
	if s == nil {
		return errDown
	}
	f := newFrame(cmdRespondUpdate, reqID, body)
	c, err := s.begin(ctx, f, string(e.ID))
	if err != nil {
		return err
	}
	a.answers.Go(func() { a.watch(context.WithoutCancel(ctx), s, f, c) })
	return nil
}

// watch awaits the acknowledgement of an answer; there is nobody left to tell but
// the log.
func (a *Adapter) watch(ctx context.Context, s *session, f outFrame, c *call) {
	ack, err := s.await(ctx, c)
	if err == nil {
		_, err = a.settle(ctx, s, f, ack, c.owner)
	}
	if err != nil {
		a.cfg.Logger.Warn("wecom press answer not taken", "event", c.owner, "err", err)
	}
}
