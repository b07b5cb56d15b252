package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/cards/chart"
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
	// Cadence is how often what is held; nil means the rules that are shipped.
	Cadence []calendar.Rule
	// Workday reports whether a day is worked; nil means the public holiday calendar.
	Workday func(time.Time) bool
	// Draw makes a PNG of a chart; nil leaves results to bars of text.
	Draw func(chart.Chart) ([]byte, error)
	// Links signs addresses of pages; nil: files go by chat only.
	Links *service.Links

	// Instance names this one among several on the same records; no other has the
	// same name. Empty means that it is alone.
	Instance string
	// Beats are how the instances know which of them live; nil leaves what a dead one
	// held until its claims lapse.
	Beats Beats
	// Hearings are until when instances heard the platforms; nil: a gap that no adapter
	// knows of is told to nobody.
	Hearings Hearings
	// Turns are the platforms that take one connection only, which the instances hold
	// in turn; their adapters wait at Turn.Gate.
	Turns map[bot.Platform]*Turn
	// Queue is what instances share of what is due; nil leaves each to the records.
	Queue Queue
	// Budget is what the platforms allow all instances together; nil leaves it to
	// them to refuse.
	Budget deliver.Budget
}

// App is the whole bot.
type App struct {
	Service *service.Service

	opts    Options
	worker  *deliver.Worker
	metrics *metrics
	ticks   chan struct{}
	looks   atomic.Int64    // when the clock looks next, in nanoseconds since 1970; 0 while it does
	shared  *deliver.Shared // nil when alone
	dues    *dues           // nil without a queue
	pulse   *pulse          // nil when alone
	hearing *hearing        // nil without Hearings
	fetches *fetchers
	outage  outage
	gaps    gaps
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
	a.outage.senders = senders
	a.worker = a.newWorker(senders)
	a.fetches = newFetchers(a, o.Adapters)
	for _, turn := range o.Turns {
		turn.taken = a.worker.Wake
	}
	if o.Instance != "" && o.Beats != nil {
		a.pulse = newPulse(a)
	}
	if o.Hearings != nil {
		a.hearing = newHearing(a)
	}
	if o.Queue != nil {
		a.dues = newDues(a, o.Queue, o.Instance)
	}
	a.Service = service.New(o.Store, o.States, o.Clock, o.Templates, service.Config{
		BotName: o.BotName, Zone: o.Zone, Admins: o.Admins, Random: o.Random, Logger: o.Logger,
		Instance: o.Instance, Workday: o.Workday, Wake: a.worker.Wake, Attached: a.fetches.look, Scheduled: a.scheduled, Queued: a.queued,
		Draw: o.Draw, Cadence: o.Cadence, Links: o.Links, Stranger: a.metrics.stranger,
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

// lookAtOutbox is outbox for what only reads.
func (a *App) lookAtOutbox(ctx context.Context, fn func(context.Context, deliver.Store) error) error {
	return a.opts.Store.View(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, tx) })
}

// newWorker makes the outbox's worker: over an outbox of its own, or one that
// instances share.
func (a *App) newWorker(senders map[bot.Platform]deliver.Sender) *deliver.Worker {
	o := deliver.Options{
		Clock: a.opts.Clock, Zone: a.opts.Zone, Logger: a.opts.Logger, BotName: a.opts.BotName,
		Observe: observer{a}, Budget: a.opts.Budget,
	}
	if a.opts.Instance == "" {
		o.Look = a.lookAtOutbox
		return deliver.NewWorker(a.outbox, senders, o)
	}
	a.shared = deliver.NewShared(a.sharedOutbox, a.opts.Instance, a.opts.Clock, a.notHere)
	o.Holds, o.While = a.shared.Holds, a.shared.While
	return deliver.NewWorker(a.shared.Records, senders, o)
}

func (a *App) sharedOutbox(ctx context.Context, fn func(context.Context, deliver.SharedStore) error) error {
	return a.opts.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, tx) })
}

// notHere lists the platforms whose connection another instance holds.
func (a *App) notHere() (out []bot.Platform) {
	for p, turn := range a.opts.Turns {
		if !turn.Held() {
			out = append(out, p)
		}
	}
	return out
}

// takeOver goes on with what an instance held that is dead.
func (a *App) takeOver(instance string) {
	a.worker.Wake()
	if a.dues != nil {
		a.dues.buried(instance)
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

func (a *App) queued(r deliver.Row) {
	if turn := a.opts.Turns[r.To.Platform]; a.dues != nil && turn != nil && !turn.Held() {
		a.dues.queued(r)
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
	return errors.Join(err, a.leave(inner))
}

// leave lets the other instances go on at once with what this one held.
func (a *App) leave(ctx context.Context) error {
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
		// They lapse by themselves.
		a.opts.Logger.WarnContext(ctx, "leases not given back", "error", err)
	}
	return nil
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

// Settle carries out everything that is due and ready, without the background
// loops, until nothing is left to do: for tests that run the adapters alone.
func (a *App) Settle(ctx context.Context) error {
	if _, err := a.fetches.round(ctx); err != nil {
		return err
	}
	if a.dues != nil {
		if err := a.dues.settle(ctx); err != nil {
			return err
		}
	}
	if _, err := a.Service.Tick(ctx); err != nil {
		return err
	}
	_, err := a.worker.Drain(ctx)
	return err
}

// Listen runs only the adapters; with Settle a test decides when the rest happens.
func (a *App) Listen(ctx context.Context) error { return a.listen(ctx) }
