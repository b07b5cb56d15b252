package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/intents/zhtime"
)

// Options are the parts an App is made of.
type Options struct {
	Store     service.Store
	States    service.States
	Adapters  []platform.Adapter
	Templates procedure.Set
	Clock     bot.Clock
	Zone      *time.Location
	BotName   string
	Admins    []bot.Account
	Logger    *slog.Logger
	// Registerer takes the metrics; a private registry when nil.
	Registerer prometheus.Registerer
	// Random is crypto/rand when nil.
	Random io.Reader
	// Workday reports whether a day is worked; nil means the public holiday calendar.
	Workday func(time.Time) bool
}

// App is the whole bot.
type App struct {
	Service *service.Service

	opts    Options
	worker  *deliver.Worker
	metrics *metrics
	ticks   chan struct{}
}

// New puts an App together; nothing runs yet.
func New(o Options) *App {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Workday == nil {
		o.Workday = zhtime.DefaultCalendar().Workday
	}
	if o.Registerer == nil {
		o.Registerer = prometheus.NewRegistry()
	}
	a := &App{opts: o, ticks: make(chan struct{}, 1)}
	a.metrics = newMetrics(o.Registerer, o.Adapters)
	senders := map[bot.Platform]deliver.Sender{}
	for _, ad := range o.Adapters {
		senders[ad.Platform()] = ad
	}
	a.worker = deliver.NewWorker(a.outbox, senders, deliver.Options{
		Clock: o.Clock, Zone: o.Zone, Logger: o.Logger, BotName: o.BotName,
		Observe: observer{a},
	})
	a.Service = service.New(o.Store, o.States, o.Clock, o.Templates, service.Config{
		BotName: o.BotName, Zone: o.Zone, Admins: o.Admins, Random: o.Random, Logger: o.Logger,
		Workday: o.Workday, Wake: a.wake,
		Capabilities: func(p bot.Platform) bot.Capabilities {
			if s := senders[p]; s != nil {
				return s.Capabilities()
			}
			return bot.Capabilities{}
		},
	})
	return a
}

// outbox runs a function over the outbox in one transaction.
func (a *App) outbox(ctx context.Context, fn func(context.Context, deliver.Store) error) error {
	return a.opts.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, tx) })
}

// wake lets the worker and the clock look again.
func (a *App) wake() {
	a.worker.Wake()
	select {
	case a.ticks <- struct{}{}:
	default:
	}
}

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

	var inside sync.WaitGroup
	inside.Go(func() {
		if err := a.worker.Run(loops); err != nil {
			a.opts.Logger.ErrorContext(ctx, "outbox worker ended", "error", err)
		}
	})
	inside.Go(func() { a.clockwork(loops) })
	ended := make(chan error, 1)
	go func() { ended <- a.listen(connected) }()

	var err error
	select {
	case err = <-ended:
		stopLoops()
		inside.Wait()
	case <-ctx.Done():
		stopLoops()
		inside.Wait()
		err = a.flush(inner)
		hangUp()
		<-ended
	}
	// Handlers that were running at the end have left their answers.
	return errors.Join(err, a.flush(inner))
}

// flush sends what is ready, within drainFor.
func (a *App) flush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainFor)
	defer cancel()
	if _, err := a.worker.Drain(ctx); err != nil {
		return fmt.Errorf("flush outbox: %w", err)
	}
	return nil
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
	answer, err := a.Service.Handle(ctx, e)
	a.metrics.event(e, err, time.Since(began))
	if err != nil {
		return platform.Answer{}, err
	}
	return platform.Answer{Card: answer.Card, Everyone: answer.Everyone}, nil
}

// lookAgain is how often the clock looks even if nothing woke it, so that a missed
// wake heals.
const lookAgain = time.Minute

// purgeEvery is how often old events are forgotten.
const purgeEvery = time.Hour

// clockwork fires timers as they come due.
func (a *App) clockwork(ctx context.Context) {
	var purged time.Time
	for {
		if now := a.opts.Clock.Now(); now.Sub(purged) >= purgeEvery {
			purged = now
			if err := a.Service.Purge(ctx); err != nil && ctx.Err() == nil {
				a.opts.Logger.ErrorContext(ctx, "old events not forgotten", "error", err)
			}
		}
		next, err := a.Service.Tick(ctx)
		if err != nil && ctx.Err() == nil {
			a.opts.Logger.ErrorContext(ctx, "timers not carried out", "error", err)
		}
		wait := lookAgain
		if !next.IsZero() {
			wait = min(wait, max(time.Millisecond, next.Sub(a.opts.Clock.Now())))
		}
		fired, stop := a.opts.Clock.Timer(wait)
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

// Settle carries out everything that is due and ready, without the background
// loops, until nothing is left to do: for tests that run the adapters alone.
func (a *App) Settle(ctx context.Context) error {
	if _, err := a.Service.Tick(ctx); err != nil {
		return err
	}
	_, err := a.worker.Drain(ctx)
	return err
}

// Listen runs only the adapters; with Settle a test decides when the rest happens.
func (a *App) Listen(ctx context.Context) error { return a.listen(ctx) }
