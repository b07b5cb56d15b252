package app

import (
	"context"
	"time"
)

// lookAgain is how often the clock looks even if nothing woke it, so that a missed
// wake heals.
const lookAgain = time.Minute

// purgeEvery is how often old events are forgotten.
const purgeEvery = time.Hour

// clockwork fires timers as they come due.
func (a *App) clockwork(ctx context.Context) {
	var purged time.Time
	for {
		a.leaps.look()
		if now := a.opts.Clock.Now(); now.Sub(purged) >= purgeEvery {
			purged = now
			if err := a.Service.Purge(ctx); err != nil && ctx.Err() == nil {
				a.opts.Logger.ErrorContext(ctx, "old events not forgotten", "error", err)
			}
			if err := a.Service.PlanWeekly(ctx); err != nil && ctx.Err() == nil {
				a.opts.Logger.ErrorContext(ctx, "weekly notes not planned", "error", err)
			}
		}
		looked := a.opts.Clock.Now()
		a.looks.Store(0)
		next, err := a.Service.Tick(ctx)
		if err != nil && ctx.Err() == nil {
			a.opts.Logger.ErrorContext(ctx, "timers not carried out", "error", err)
		}
		wait := lookAgain
		// With a queue that works, the records are only looked at for what it lost.
		if alone := a.dues == nil || !a.dues.healthy.Load(); alone && !next.IsZero() {
			wait = min(wait, max(time.Millisecond, next.Sub(a.opts.Clock.Now())))
		}
		a.looks.Store(a.opts.Clock.Now().Add(wait).UnixNano())
		fired, stop := a.opts.Clock.Timer(wait)
		if a.opts.Clock.Now().Sub(looked) >= lookAgain {
			stop() // the clock jumped while we looked: the timer would count from there
			continue
		}
		select {
		case <-ctx.Done():
			stop()
			return
		case <-a.ticks:
		case <-fired:
		}
		stop()
	}
}

func (a *App) scheduled(key string, next time.Time) {
	if a.dues != nil {
		a.dues.scheduled(key, next)
		if a.dues.healthy.Load() {
			return // the queue knows
		}
	}
	if !next.IsZero() {
		a.sooner(next)
	}
}

// sooner lets the clock look again, if something will be due before it does so anyway.
func (a *App) sooner(next time.Time) {
	if looks := a.looks.Load(); looks == 0 || next.UnixNano() < looks {
		a.tick()
	}
}

// tick lets the clock look again.
func (a *App) tick() {
	select {
	case a.ticks <- struct{}{}:
	default:
	}
}
