package wecomapp

import (
	"context"
	"errors"
	"net/http"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	wecomcards "yiqun/cards/wecom"
)

// callbackBudget is how long a callback may be handled: WeCom waits for 5 s and
// then sends it again, three times in all (document 90238).
const callbackBudget = 4500 * time.Millisecond

var errNotRunning = errors.New("not running")

// Handler takes the app's callbacks; nil if it has no token to check them by. A
// callback is answered with nothing, after its event was handled; the card that
// was pressed is changed by a call of its own, for the answer inside the callback
// could only reach cards of one shape.
func (a *Adapter) Handler() http.Handler {
	if a.app.door == nil {
		return nil
	}
	return a.app.door.Handler(a.app.cfg.Logger, a.take)
}

func (a *Adapter) take(ctx context.Context, l wecom.Letter) ([]byte, error) {
	h, handling, done := a.enter()
	if h == nil {
		return nil, errNotRunning
	}
	defer done()
	a.lastEvent.Store(l.At.UnixNano())
	a.received.Add(1)
	defer a.handled.Add(1)
	// What was begun is finished even if WeCom hangs up, but within the budget.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callbackBudget)
	defer cancel()
	defer context.AfterFunc(handling, cancel)()
	err := a.handle(ctx, h, l)
	if err != nil {
		a.app.cfg.Logger.Error("wecom app callback not handled", "code", bot.CodeOf(err), "err", err)
	}
	return nil, err
}

// enter notes a callback in hand; the handler is nil while not running.
func (a *Adapter) enter() (h platform.Handler, handling context.Context, done func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.handler != nil {
		a.inside.Add(1)
	}
	return a.handler, a.handling, a.inside.Done
}

// handle gives one event to the handler. What is malformed is taken and dropped:
// sent again it would be no better.
func (a *Adapter) handle(ctx context.Context, h platform.Handler, l wecom.Letter) error {
	e, responseCode, err := a.app.toEvent(ctx, l.Body, l.At)
	switch {
	case errors.Is(err, wecom.ErrIgnored):
		return nil
	case bot.CodeOf(err) == bot.Retryable, bot.CodeOf(err) == bot.Throttled:
		return err
	case err != nil:
		a.app.cfg.Logger.Warn("wecom app callback refused", "err", err)
		return nil
	}
	answer, err := h.Handle(ctx, e)
	if err != nil {
		return err
	}
	if e.Press == nil || answer.Card == nil || responseCode == "" {
		return nil
	}
	// The press is committed: a card that cannot be changed is no reason to take it
	// again.
	if err := a.app.answer(ctx, e, answer, responseCode); err != nil {
		a.app.cfg.Logger.Warn("wecom app press not answered", "event", e.ID, "err", err)
	}
	return nil
}

// answer changes the pressed card for the presser, the only one who has it.
func (a *App) answer(ctx context.Context, e bot.Event, ans platform.Answer, responseCode string) error {
	card := *ans.Card
	card.ID = e.Press.Card
	shown, err := wecomcards.Render(card)
	if err != nil {
		return err
	}
	sign(&shown, e.From.User)
	to, err := a.ids.plain(ctx, e.From.User)
	if err != nil {
		return err
	}
	err = a.api.UpdateCard(ctx, Update{ResponseCode: responseCode, To: []string{to}, Card: shown})
	a.note(err)
	return err
}
