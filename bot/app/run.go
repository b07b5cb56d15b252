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
	over := false
	select {
	case err = <-ended:
		over = true
	case <-ctx.Done():
	}
	sends, enough := context.WithTimeout(inner, beginFor)
	defer enough()
	stopLoops()
	inside.Wait()
	inTime := over
	if !over {
		inTime, err = a.flush(sends)
		hangUp()
		<-ended
	}
	if inTime {
		// Handlers that were running at the end have left their answers.
		_, last := a.flush(sends)
		err = errors.Join(err, last)
	}
	lastBeat()
	alive.Wait()
	a.leave(inner)
	return err
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
