package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// drainFor bounds how long a stop waits for what is in the outbox.
const drainFor = 10 * time.Second

// Run connects the platforms and works until ctx is done. It then sends what is
// ready while the connections are still up (WeCom can be written to by no other
// way), lets what was begun finish, and returns. An adapter that cannot go on
// (rejected credentials, taken over by another process) is logged and the others
// go on; Run fails only when none is left.
func (a *App) Run(ctx context.Context) error {
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	connected, hangUp := context.WithCancel(inner)
	defer hangUp()
	loops, stopLoops := context.WithCancel(inner)
	defer stopLoops()

	beating, lastBeat := context.WithCancel(inner)
	defer lastBeat()
	var alive sync.WaitGroup
	if a.pulse != nil {
		alive.Go(func() { a.pulse.run(beating) })
	}
	var inside sync.WaitGroup
	inside.Go(func() {
		if err := a.worker.Run(loops); err != nil {
			a.opts.Logger.ErrorContext(ctx, "outbox worker ended", "error", err)
		}
	})
	inside.Go(func() { a.clockwork(loops) })
	inside.Go(func() { a.fetches.run(loops) })
	if a.dues != nil {
		inside.Go(func() { a.dues.run(loops) })
	}
	if a.hearing != nil {
		inside.Go(func() { a.hearing.run(loops) })
	}
	ended := make(chan error, 1)
	go func() { ended <- a.listen(connected) }()

	var err error
	inTime := true
	select {
	case err = <-ended:
		stopLoops()
		inside.Wait()
	case <-ctx.Done():
		stopLoops()
		inside.Wait()
		inTime, err = a.flush(inner)
		hangUp()
		<-ended
	}
	if inTime {
		// Handlers that were running at the end have left their answers.
		_, last := a.flush(inner)
		err = errors.Join(err, last)
	}
	lastBeat()
	alive.Wait()
	a.leave(inner)
	return err
}

// leave lets the other instances go on at once with what this one held. What it cannot give
// back lapses by itself.
func (a *App) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, drainFor)
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
		a.opts.Logger.WarnContext(ctx, "leases not given back", "error", err)
	}
}

// flush sends what is ready, and reports whether drainFor was enough. In a busy group there
// is always more: what is left stays in the outbox for the next start, or for the instance
// that has taken it over, and is no reason to end badly.
func (a *App) flush(ctx context.Context) (inTime bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, drainFor)
	defer cancel()
	switch _, err := a.worker.Drain(ctx); {
	case err == nil:
		return true, nil
	case ctx.Err() != nil, bot.CodeOf(err) == bot.Stale:
		a.opts.Logger.WarnContext(ctx, "stopped with messages left, to be sent at the next start", "error", err)
		return false, nil
	default:
		return false, fmt.Errorf("flush outbox: %w", err)
	}
}

// listen runs the adapters until ctx is done or none is left.
func (a *App) listen(ctx context.Context) error {
	var mu sync.Mutex
	var failed []error
	var adapters sync.WaitGroup
	for _, ad := range a.opts.Adapters {
		adapters.Go(func() {
			if err := ad.Run(ctx, platform.HandlerFunc(a.handle)); err != nil && ctx.Err() == nil {
				a.opts.Logger.ErrorContext(ctx, "platform given up", "platform", ad.Platform(), "problem", ad.Status().Problem, "error", err)
				mu.Lock()
				failed = append(failed, fmt.Errorf("run %s: %w", ad.Platform(), err))
				mu.Unlock()
			}
		})
	}
	adapters.Wait()
	if ctx.Err() == nil {
		return errors.Join(failed...)
	}
	return nil
}

// handle bridges the platform contract and the service.
func (a *App) handle(ctx context.Context, e bot.Event) (platform.Answer, error) {
	began := time.Now()
	if e.Gap != nil {
		e = a.missed(ctx, e)
	}
	inTime := a.watch(ctx, e)
	answer, err := a.Service.Handle(ctx, e)
	inTime()
	a.metrics.event(e, err, time.Since(began))
	if err != nil {
		a.apologise(ctx, e, err)
		return platform.Answer{}, err
	}
	a.outage.over()
	return platform.Answer{Card: answer.Card, Everyone: answer.Everyone}, nil
}
