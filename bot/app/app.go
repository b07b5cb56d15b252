package app

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
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
	// Steady is how long this machine has run, by a clock that nobody sets; nil means
	// that nobody sets Clock either.
	Steady  func() time.Duration
	Zone    *time.Location
	BotName string
	Admins  []bot.Account
	Logger  *slog.Logger
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
	leaps   *leaps
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
	a.leaps = newLeaps(o)
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
		Unsettled: a.leaps.unsettled, Draw: o.Draw, Cadence: o.Cadence, Links: o.Links, Stranger: a.metrics.stranger,
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

func (a *App) queued(r deliver.Row) {
	if turn := a.opts.Turns[r.To.Platform]; a.dues != nil && turn != nil && !turn.Held() {
		a.dues.queued(r)
	}
}

// Settle carries out everything that is due and ready, without the background
// loops, until nothing is left to do: for tests that run the adapters alone.
func (a *App) Settle(ctx context.Context) error {
	a.leaps.look()
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
