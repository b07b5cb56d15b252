package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"yiqun/bot"
)

// failed decides what becomes of rows whose send failed: each is tried again
// while that makes sense, then left for an administrator to see. done is false
// when the chat has to wait.
func (w *Worker) failed(ctx context.Context, rows []Row, calls int, cause error) (done bool, err error) {
	code := bot.CodeOf(cause)
	if code == bot.QuotaGone {
		w.observe.Tight(ctx, rows[0].To.Platform, 100)
	}
	passing := code == bot.Retryable || code == bot.Throttled || code == bot.Internal
	now := w.clock.Now()
	next := now.Add(pause(cause, rows[0].Tries))
	done = true
	for i := range rows {
		r := &rows[i]
		r.LastError, _, _ = strings.Cut(cause.Error(), "\n") // the log has the rest
		if code == bot.Offline {
			// Nothing was tried. It waits as long as somebody may still want to read it.
			passing, next = now.Sub(r.Created) < longestOutage, now.Add(offlinePause)
		} else {
			r.Tries++
		}
		level := slog.LevelError
		switch {
		case passing && r.Tries < mostTries:
			r.NotBefore, done, level = next, false, slog.LevelWarn
		case r.Refresh != "":
			r.State, level = Stale, slog.LevelWarn // nothing is lost: the card can be looked up with 查
		default:
			r.State = Failed
		}
		w.log.Log(ctx, level, "message not delivered", "chat", r.To.Key(), "row", r.ID,
			"code", code, "tries", r.Tries, "state", r.State, "error", cause)
	}
	return done, w.settle(ctx, rows, calls)
}

// pause is how long to wait before the next try: what the platform asks for, else
// twice as long each time.
func pause(cause error, tries int) time.Duration {
	if e, ok := errors.AsType[*bot.Error](cause); ok && e.Code == bot.Throttled {
		return max(time.Second, e.After)
	}
	return min(lastRetry, firstRetry<<min(tries, 10))
}

// in puts rows into a state.
func in(state State, rows []Row) []Row {
	for i := range rows {
		rows[i].State = state
	}
	return rows
}

// settle stores what became of rows of one chat, with the calls they cost, in one
// transaction. It is done even while stopping: the message is out.
func (w *Worker) settle(ctx context.Context, rows []Row, calls int) error {
	ctx = context.WithoutCancel(ctx)
	err := w.settles.join(rows, rows[0].To.Platform, calls, func(b *settling) error { return w.storeTogether(ctx, b) })
	if err != nil {
		w.owed.note(rows, calls)
		return fmt.Errorf("settle outbox rows: %w", err)
	}
	return nil
}

// spend counts calls whose message did not get through.
func (w *Worker) spend(ctx context.Context, p bot.Platform, calls int) error {
	return w.records(context.WithoutCancel(ctx), func(ctx context.Context, s Store) error { return w.add(ctx, s, p, calls) })
}

func (w *Worker) add(ctx context.Context, s Store, p bot.Platform, calls int) error {
	if calls == 0 {
		return nil
	}
	return s.Spend(ctx, p, w.month(), calls)
}
