package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
)

// A supervisor kills a bot that has not ended 40 seconds after it was told to (the unit
// and the compose file say so), and a message that is cut off then comes twice. The parts
// of a stop therefore share that time, whatever each of them meets: what is sent may take
// 20 seconds (see deliver) after beginFor, adapters let handlers end within 8, leases have
// leaveFor, and the two servers drainHTTP each.
const (
	// beginFor is how long after the word to stop a message may still be begun: enough for
	// the answers to what was taken last where the platform is quick.
	beginFor = 5 * time.Second
	// leaveFor bounds giving leases back, which otherwise lapse by themselves.
	leaveFor = 3 * time.Second
)

// flush sends what is ready while ctx allows, and reports whether that was enough. What was
// begun is finished. In a busy group there is always more, and of a slow platform little
// gets through: what is left stays in the outbox for the next start, or for the instance
// that has taken it over, and is no reason to end badly.
func (a *App) flush(ctx context.Context) (inTime bool, err error) {
	switch _, err := a.worker.Drain(ctx); {
	case err == nil:
		return true, nil
	case ctx.Err() != nil, bot.CodeOf(err) == bot.Stale:
		a.opts.Logger.WarnContext(ctx, "stopped, perhaps with messages left, to be sent at the next start", "error", err)
		return false, nil
	default:
		return false, fmt.Errorf("flush outbox: %w", err)
	}
}

// leave lets the other instances go on at once with what this one held.
func (a *App) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leaveFor)
	defer cancel()
	var errs []error
	if a.shared != nil {
		errs = append(errs, a.shared.Release(ctx))
	}
	if a.dues != nil {
		errs = append(errs, a.dues.leave(ctx))
	}
	if a.hearing != nil {
		errs = append(errs, a.hearing.leave(ctx))
	}
	if a.pulse != nil {
		errs = append(errs, a.pulse.leave(ctx))
	}
	for _, turn := range a.opts.Turns {
		errs = append(errs, turn.Leave(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		// They lapse by themselves.
		a.opts.Logger.WarnContext(ctx, "leases not given back", "error", err)
	}
}
