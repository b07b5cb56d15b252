package callback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	wecomcards "yiqun/cards/wecom"
)

const (
	// window is how long WeCom waits for the answer to a callback (document 101835).
	window = 5 * time.Second
	// wayBack is what of the window is left for the answer's way.
	wayBack = 700 * time.Millisecond
	// enough is how long the handler of a press may take that has waited in its
	// queue: it is counted, if not answered.
	enough = 2 * time.Second
)

var errNotTaken = errors.New("stopping, or too many events are waiting")

// take answers one callback: with what is sent for it in time, else with nothing.
func (a *Adapter) take(ctx context.Context, l wecom.Letter) ([]byte, error) {
	a.lastEvent.Store(l.At.UnixNano())
	c, err := wecom.DecodeCallback(l.Body, a.cfg.CorpID, l.At)
	if errors.Is(err, wecom.ErrIgnored) {
		a.count()
		return nil, nil
	}
	if err != nil {
		a.count()
		a.cfg.Logger.Warn("wecom callback refused", "err", err)
		return nil, nil // sent again it would be no better
	}
	x := a.begin(c, l.At)
	defer a.end(x)
	if c.Event.Message != nil || c.Event.Enter != nil {
		c.Event.Reply = x.reply(l.At)
	}
	if !a.enqueue(x, c.Event) {
		a.cfg.Logger.Warn("wecom event dropped: too many waiting, or stopping", "event", c.Event.ID)
		return nil, errNotTaken
	}
	answer, err := a.await(ctx, x)
	if err != nil || answer == nil {
		return nil, err
	}
	sealed, err := a.door.Seal(l, answer)
	x.answered(err)
	return sealed, err
}

// count notes a callback that reached no handler.
func (a *Adapter) count() {
	a.received.Add(1)
	a.handled.Add(1)
}

// enqueue hands an event to its chat's queue.
func (a *Adapter) enqueue(x *exchange, e bot.Event) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.received.Add(1)
	h, ctx := a.handler, a.handling
	taken := a.running && a.dispatcher.Submit(e.Chat.Key(), func() {
		defer a.handled.Add(1)
		answer, err := a.handle(ctx, h, e, x.at)
		x.finish(answer, err)
	})
	if !taken {
		a.handled.Add(1)
	}
	return taken
}

// handle gives one event to the handler; for a press it returns the answer.
func (a *Adapter) handle(ctx context.Context, h platform.Handler, e bot.Event, at time.Time) ([]byte, error) {
	if e.Press != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(window-wayBack-a.cfg.Clock.Now().Sub(at), enough))
		defer cancel()
	}
	answer, err := h.Handle(ctx, e)
	if err != nil {
		a.cfg.Logger.Error("wecom event not handled", "event", e.ID, "code", bot.CodeOf(err), "err", err)
		return nil, err
	}
	if e.Press == nil || answer.Card == nil {
		return nil, nil
	}
	update, err := cardUpdate(e, answer)
	if err != nil {
		a.cfg.Logger.Warn("wecom press not answered", "event", e.ID, "err", err)
		return nil, nil // the press itself is committed
	}
	return update, nil
}

// cardUpdate is the answer to a press (document 101031). Without userids everyone
// who has the card sees the change.
func cardUpdate(e bot.Event, ans platform.Answer) ([]byte, error) {
	card := *ans.Card
	card.ID = e.Press.Card
	shown, err := wecomcards.Render(card)
	if err != nil {
		return nil, err
	}
	body := struct {
		Type    string                  `json:"response_type"`
		UserIDs []bot.UserID            `json:"userids,omitempty"`
		Card    wecomcards.TemplateCard `json:"template_card"`
	}{Type: "update_template_card", Card: shown}
	if !ans.Everyone {
		body.UserIDs = []bot.UserID{e.From.User}
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding card: %w", err)
	}
	return data, nil
}
