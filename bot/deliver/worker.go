package deliver

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"yiqun/bot"
)

// Bounds of the work.
const (
	batch      = 64   // rows looked at in one round, at first
	mostRows   = 4096 // and at most, while rounds are quick
	quick      = 500 * time.Millisecond
	parallel   = 8                // sends at once
	sendWithin = 20 * time.Second // one send, also while stopping
	lookAgain  = time.Minute      // how long to wait at most: the clock may be set meanwhile
	firstRetry = 2 * time.Second
	lastRetry  = 5 * time.Minute
	mostTries  = 12 // about half an hour
	// While a platform cannot be reached at all, a message waits this long between
	// looks, and this long in all.
	offlinePause  = 5 * time.Second
	longestOutage = 24 * time.Hour
	thrifty       = 70 // percent of the month's calls: no more refreshes
	frugal        = 95 // percent: text only
)

// Records runs a function in one transaction over the outbox.
type Records func(ctx context.Context, fn func(ctx context.Context, s Store) error) error

// Observer hears how sends went, for metrics. All methods may be nil-safe no-ops.
type Observer interface {
	// Sent: one message, or a failed attempt with its code.
	Sent(p bot.Platform, route string, code bot.Code, calls int)
	// Tight: a platform's month is used up to percent (70, 95 or 100), said once each.
	Tight(ctx context.Context, p bot.Platform, percent int)
}

// Worker drains the outbox.
type Worker struct {
	records Records
	look    Records
	senders map[bot.Platform]Sender
	clock   bot.Clock
	zone    *time.Location
	log     *slog.Logger
	observe Observer
	botName string
	holds   func(lane string) bool
	while   func(context.Context) (context.Context, context.CancelFunc)
	budget  Budget

	sending *semaphore.Weighted // parallel
	settles settler
	owed    owed
	wake    chan struct{}
	spent   map[bot.Platform]spending // only Run touches it
}

type spending struct {
	month string
	calls int
	told  int // the highest percentage told
}

// Options are what a Worker is told.
type Options struct {
	Clock   bot.Clock
	Zone    *time.Location
	Logger  *slog.Logger
	Observe Observer
	BotName string
	// Holds reports whether a lane may still be sent from: Shared.Holds where several
	// instances drain one outbox; nil means always.
	Holds func(lane string) bool
	// While bounds a send by how long no other instance may make it: Shared.While; nil
	// means no bound.
	While func(context.Context) (context.Context, context.CancelFunc)
	// Look is Records for what only reads, and waits for nobody who writes; nil where
	// reading what may be sent claims it.
	Look Records
	// Budget is what the platforms allow; nil leaves it to them to refuse.
	Budget Budget
}

// NewWorker returns a worker over an outbox and the platforms' ways out.
func NewWorker(records Records, senders map[bot.Platform]Sender, o Options) *Worker {
	if o.Holds == nil {
		o.Holds = func(string) bool { return true }
	}
	if o.While == nil {
		o.While = context.WithCancel
	}
	if o.Look == nil {
		o.Look = records
	}
	return &Worker{
		records: records, look: o.Look, senders: senders, clock: o.Clock, zone: o.Zone, log: o.Logger,
		observe: o.Observe, botName: o.BotName, holds: o.Holds, while: o.While, budget: o.Budget,
		wake: make(chan struct{}, 1), spent: map[bot.Platform]spending{}, sending: semaphore.NewWeighted(parallel),
		settles: settler{clock: o.Clock},
	}
}

// Wake says that something was queued. It never blocks.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run drains the outbox until ctx is done. What was being sent then is finished.
func (w *Worker) Run(ctx context.Context) error {
	var clock time.Time // what it said last
	for {
		err := w.hasten(ctx, &clock)
		var next time.Time
		if err == nil {
			next, err = w.Drain(ctx)
		}
		if err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, "outbox not drained", "error", err)
			next = w.clock.Now().Add(firstRetry)
		}
		wait := lookAgain
		if !next.IsZero() {
			wait = min(wait, max(0, next.Sub(w.clock.Now())))
		}
		fired, stop := w.clock.Timer(wait)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-w.wake:
		case <-fired:
		}
		stop()
	}
}

// hasten lets nothing wait for longer than it has to once the clock was set back, or may
// have been while this was not running: a chat whose first message was to be tried again
// at a time that is days away now would hear nothing until then. clock is what it said
// when this was last looked at.
func (w *Worker) hasten(ctx context.Context, clock *time.Time) error {
	now := w.clock.Now().Round(0) // Round: what it says, not how long it ran
	if !clock.IsZero() && now.After(clock.Add(-lastRetry)) {
		*clock = now
		return nil
	}
	err := w.records(ctx, func(ctx context.Context, s Store) error { return s.Hasten(ctx, now.Add(lastRetry)) })
	if err != nil {
		return fmt.Errorf("let messages wait no longer than they have to: %w", err)
	}
	*clock = now
	return nil
}

// Drain sends everything that may go now, and returns when the next row may go;
// zero if nothing is queued.
func (w *Worker) Drain(ctx context.Context) (time.Time, error) {
	for size := batch; ; {
		if err := ctx.Err(); err != nil {
			return time.Time{}, fmt.Errorf("drain outbox: %w", err)
		}
		began := w.clock.Now()
		var rows []Row
		err := w.look(ctx, func(ctx context.Context, s Store) error {
			var err error
			rows, err = s.Ready(ctx, began, size)
			return err
		})
		if err != nil {
			return time.Time{}, fmt.Errorf("read outbox: %w", err)
		}
		if len(rows) == 0 {
			break
		}
		if err := w.round(ctx, rows); err != nil {
			return time.Time{}, err
		}
		size = nextSize(size, w.clock.Now().Sub(began))
	}
	var next time.Time
	err := w.look(ctx, func(ctx context.Context, s Store) error {
		var err error
		next, err = s.NextReady(ctx)
		return err
	})
	return next, err
}

// nextSize is how many rows the next round looks at. What a round has looked at waits for
// all of it, and on a shared outbox no other instance may have it, so it is few as long
// as the platforms take their time, and many where most of the time goes into storing.
func nextSize(size int, took time.Duration) int {
	if took < quick {
		return min(2*size, mostRows)
	}
	return max(size/2, batch)
}

// round sends a batch: each chat's rows in order, chats side by side.
func (w *Worker) round(ctx context.Context, rows []Row) error {
	if err := w.count(ctx); err != nil {
		return err
	}
	lanes := map[string][]Row{}
	var order []string
	for _, r := range rows {
		key := r.To.Key() + "/" + r.Refresh
		if _, ok := lanes[key]; !ok {
			order = append(order, key)
		}
		lanes[key] = append(lanes[key], r)
	}
	var g errgroup.Group
	w.settles.expect(len(order))
	for i, key := range order {
		t := &turn{of: w.sending}
		if !t.take(ctx) {
			w.settles.expect(i - len(order))
			break
		}
		g.Go(func() error {
			defer w.settles.expect(-1)
			defer t.give()
			return w.lane(ctx, t, lanes[key])
		})
	}
	return g.Wait()
}

// turn is a lane's turn to send. It is given up while what was sent is being stored, so
// that others send meanwhile and are stored together with it.
type turn struct {
	of   *semaphore.Weighted
	held bool
}

// take waits for the turn; false when ctx is done.
func (t *turn) take(ctx context.Context) bool {
	t.held = t.held || t.of.Acquire(ctx, 1) == nil
	return t.held
}

func (t *turn) give() {
	if t.held {
		t.of.Release(1)
	}
	t.held = false
}

// lane sends the rows of one chat in order, until one has to wait. A stop leaves
// those that were not begun queued.
func (w *Worker) lane(ctx context.Context, t *turn, rows []Row) error {
	rows, err := w.payOwed(ctx, rows)
	if err != nil {
		return err
	}
	if rows, err = w.worthSending(ctx, rows); err != nil {
		return err
	}
	for len(rows) > 0 {
		if !t.take(ctx) || !w.mayBegin(ctx, rows[0]) {
			return nil
		}
		if may, err := w.paced(ctx, rows[0]); err != nil || !may {
			return err
		}
		n := mergeable(rows)
		done, err := w.one(ctx, t, rows[:n])
		if err != nil || !done {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// mayBegin reports whether a row may still be begun here: not once the bot stops, and not
// once another instance has its chat.
func (w *Worker) mayBegin(ctx context.Context, r Row) bool {
	return ctx.Err() == nil && w.holds(r.Lane())
}

// worthSending takes out what is no longer worth it: what came too late, and in a
// month that has to be thrifty the refreshes.
func (w *Worker) worthSending(ctx context.Context, rows []Row) ([]Row, error) {
	now := w.clock.Now()
	stale := func(r Row) bool {
		late := !r.StaleAfter.IsZero() && now.After(r.StaleAfter)
		return late || r.Refresh != "" && w.used(r.To.Platform) >= thrifty
	}
	var old []Row
	for _, r := range rows {
		if stale(r) {
			old = append(old, r)
		}
	}
	if len(old) == 0 {
		return rows, nil
	}
	w.log.InfoContext(ctx, "messages no longer worth sending", "chat", old[0].To.Key(), "rows", len(old))
	return slices.DeleteFunc(rows, stale), w.settle(ctx, in(Stale, old), 0)
}
