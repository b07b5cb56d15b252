package wecom

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
)

// receive takes a callback off the reader: it is parsed, queued behind the other
// events of its chat, and the reader goes on.
func (a *Adapter) receive(s *session, f inFrame) {
	now := a.cfg.Clock.Now()
	a.lastEvent.Store(now.UnixNano())
	if f.Cmd != cmdMessage && f.Cmd != cmdEvent {
		a.malformed(errors.New("unknown command"))
		return
	}
	if f.Cmd == cmdEvent && isKick(f) {
		a.count(nil)
		s.fail(errKicked)
		return
	}
	e, err := a.toEvent(f, now)
	if errors.Is(err, ErrIgnored) {
		a.count(nil)
		return
	}
	if err != nil {
		a.malformed(err)
		return
	}
	a.enqueue(s, e, f.Headers.ReqID, now)
}

// isKick reports whether WeCom says that another connection took over. Such an
// event may lack what others have, so it is looked at first.
func isKick(f inFrame) bool {
	c, err := decodeBody(f.Body)
	return err == nil && c.Event != nil && c.Event.Type == eventDisconnected
}

// malformed notes a frame that cannot be understood; the error holds none of it.
func (a *Adapter) malformed(err error) { a.count(fmt.Errorf("refused a frame: %w", err)) }

// count notes a frame that reached no handler.
func (a *Adapter) count(problem error) {
	a.received.Add(1)
	a.handled.Add(1)
	if problem != nil {
		a.cfg.Logger.Warn("wecom frame not handled", "err", problem)
	}
}

// enqueue hands an event to its chat's queue. The handler runs on after Run's
// context has ended, so that what was begun is finished.
func (a *Adapter) enqueue(s *session, e bot.Event, reqID string, at time.Time) {
	a.received.Add(1)
	taken := !a.draining.Load() && a.dispatcher.Submit(e.Chat.Key(), func() {
		defer a.handled.Add(1)
		s.awaitReady()
		a.handle(e, reqID, at)
	})
	if !taken {
		a.handled.Add(1)
		a.cfg.Logger.Warn("wecom event dropped: too many waiting, or stopping", "event", e.ID)
	}
}

// handle gives one event to the handler, and its answer to WeCom. WeCom never
// repeats a callback, so a failure is only logged: the sender may try again.
func (a *Adapter) handle(e bot.Event, reqID string, at time.Time) {
	ctx := a.handling
	if e.Press != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.pressBudget(at))
		defer cancel()
	}
	answer, err := a.handler.Handle(ctx, e)
	if err != nil {
		a.cfg.Logger.Error("wecom event not handled", "event", e.ID, "code", bot.CodeOf(err), "err", err)
		return
	}
	if e.Press == nil || answer.Card == nil {
		return
	}
	if err := a.answer(ctx, e, answer, reqID, at); err != nil {
		a.cfg.Logger.Warn("wecom press not answered", "event", e.ID, "err", err)
	}
}

// pressBudget is how long the handler of a press that arrived at at may take. A
// press that waited too long for its answer is still to be counted.
func (a *Adapter) pressBudget(at time.Time) time.Duration {
	const wayBack, enough = 500 * time.Millisecond, 2 * time.Second
	return max(cardWindow-wayBack-a.cfg.Clock.Now().Sub(at), enough)
}

// reportGap tells the handler that nothing was heard since from, which is zero for
// the first connection. It belongs to no chat and has a queue of its own.
func (a *Adapter) reportGap(s *session, from time.Time) {
	if from.IsZero() {
		return
	}
	now := a.cfg.Clock.Now()
	a.enqueue(s, bot.Event{
		ID:       bot.EventID(fmt.Sprintf("gap-%d", from.UnixNano())),
		Platform: bot.WeCom,
		At:       now,
		Gap:      &bot.Gap{From: from, Until: now},
	}, "", now)
}
