package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"yiqun/bot"
	"yiqun/cards"
	"yiqun/cards/text"
)

// Bounds of the work.
const (
	batch      = 64               // rows looked at in one round
	parallel   = 8                // chats served at once
	sendWithin = 20 * time.Second // one send
	firstRetry = 2 * time.Second
	lastRetry  = 5 * time.Minute
	mostTries  = 12 // about half an hour
	thrifty    = 70 // percent of the month's calls: no more refreshes
	frugal     = 95 // percent: text only
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
	senders map[bot.Platform]Sender
	clock   bot.Clock
	zone    *time.Location
	log     *slog.Logger
	observe Observer
	botName string

	wake  chan struct{}
	spent map[bot.Platform]spending // only Run touches it
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
}

// NewWorker returns a worker over an outbox and the platforms' ways out.
func NewWorker(records Records, senders map[bot.Platform]Sender, o Options) *Worker {
	return &Worker{
		records: records, senders: senders, clock: o.Clock, zone: o.Zone, log: o.Logger,
		observe: o.Observe, botName: o.BotName,
		wake: make(chan struct{}, 1), spent: map[bot.Platform]spending{},
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
	for {
		next, err := w.Drain(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, "outbox not drained", "error", err)
			next = w.clock.Now().Add(firstRetry)
		}
		wait := time.Hour
		if !next.IsZero() {
			wait = max(0, next.Sub(w.clock.Now()))
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

// Drain sends everything that may go now, and returns when the next row may go;
// zero if nothing is queued.
func (w *Worker) Drain(ctx context.Context) (time.Time, error) {
	for {
		var rows []Row
		err := w.records(ctx, func(ctx context.Context, s Store) error {
			var err error
			rows, err = s.Ready(ctx, w.clock.Now(), batch)
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
	}
	var next time.Time
	err := w.records(ctx, func(ctx context.Context, s Store) error {
		var err error
		next, err = s.NextReady(ctx)
		return err
	})
	return next, err
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
	g.SetLimit(parallel)
	for _, key := range order {
		g.Go(func() error { return w.lane(ctx, lanes[key]) })
	}
	return g.Wait()
}

// count reads this month's calls of each platform once a round.
func (w *Worker) count(ctx context.Context) error {
	month := w.clock.Now().In(w.zone).Format("2006-01")
	for p, s := range w.senders {
		limit := s.Capabilities().PerMonth
		if limit == 0 {
			continue
		}
		was := w.spent[p]
		now := spending{month: month}
		if was.month == month {
			now.told = was.told
		}
		err := w.records(ctx, func(ctx context.Context, st Store) error {
			var err error
			now.calls, err = st.Spend(ctx, p, month, 0)
			return err
		})
		if err != nil {
			return fmt.Errorf("count calls: %w", err)
		}
		for _, percent := range []int{thrifty, frugal} {
			if now.calls*100 >= limit*percent && now.told < percent {
				now.told = percent
				w.observe.Tight(ctx, p, percent)
			}
		}
		w.spent[p] = now
	}
	return nil
}

// used is how many percent of the month's calls are gone.
func (w *Worker) used(p bot.Platform) int {
	limit := w.senders[p].Capabilities().PerMonth
	if limit == 0 {
		return 0
	}
	return w.spent[p].calls * 100 / limit
}

// lane sends the rows of one chat in order, until one has to wait.
func (w *Worker) lane(ctx context.Context, rows []Row) error {
	for len(rows) > 0 {
		if ctx.Err() != nil {
			return nil
		}
		n := mergeable(rows)
		done, err := w.one(ctx, rows[:n])
		if err != nil || !done {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// mergeable is how many of the first rows can travel as one message: plain lines
// that answer nobody in particular.
func mergeable(rows []Row) int {
	n := 0
	for _, r := range rows {
		if r.Body.Text == "" || r.Body.Reply.Token != "" || r.Refresh != "" {
			break
		}
		n++
	}
	return max(1, n)
}

// one sends a message, made of one row or of several lines, and settles its rows.
// done is false when the chat has to wait.
func (w *Worker) one(ctx context.Context, rows []Row) (done bool, err error) {
	row := rows[0]
	for _, r := range rows[1:] {
		row.Body.Text += "\n" + r.Body.Text
		row.Body.Mentions = append(row.Body.Mentions, r.Body.Mentions...)
	}
	now := w.clock.Now()
	sender := w.senders[row.To.Platform]
	switch {
	case sender == nil:
		err = bot.Fault(bot.Rejected, fmt.Errorf("platform %s is not configured", row.To.Platform))
	case !row.StaleAfter.IsZero() && now.After(row.StaleAfter),
		row.Refresh != "" && w.used(row.To.Platform) >= thrifty:
		return true, w.settle(ctx, rows, 0, func(r *Row) { r.State = Stale })
	default:
		var rc Receipt
		rc, err = w.attempt(ctx, sender, &row)
		w.observe.Sent(row.To.Platform, rc.Route, bot.CodeOf(err), rc.Calls)
		if err == nil {
			return true, w.settle(ctx, rows, rc.Calls, func(r *Row) { r.State = Sent })
		}
		if rc.Calls > 0 {
			defer func() { err = errors.Join(err, w.spend(ctx, row.To.Platform, rc.Calls)) }()
		}
	}
	if ctx.Err() != nil {
		return false, nil // stopping: the row stays queued as it is
	}
	return w.failed(ctx, rows, err)
}

// attempt sends by the best route that is left: the card, else its words; the
// reply, else a push.
func (w *Worker) attempt(ctx context.Context, s Sender, row *Row) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	if row.Refresh != "" {
		r, ok := s.(Refresher)
		if !ok {
			return Receipt{Route: "none"}, nil
		}
		return r.Refresh(ctx, row.To, *row.Body.Card)
	}
	out := Outgoing{
		ID: row.ID, To: row.To, Reply: row.Body.Reply, Card: row.Body.Card,
		Text: row.Body.Text, Mentions: row.Body.Mentions, File: row.Body.File,
	}
	if out.Card != nil && w.used(row.To.Platform) >= frugal {
		out.Text, out.Card = w.words(out.To, *out.Card), nil
	}
	var calls int
	for range 3 {
		rc, err := s.Send(ctx, out)
		calls += rc.Calls
		rc.Calls = calls
		switch code := bot.CodeOf(err); {
		case code == bot.Expired && out.Reply.Token != "":
			out.Reply = bot.Reply{}
		case code == bot.Unsupported && out.Card != nil:
			out.Text, out.Card = w.words(out.To, *out.Card), nil
		default:
			return rc, err
		}
	}
	return Receipt{Calls: calls}, bot.Fault(bot.Rejected, errors.New("no route is left"))
}

// words is the text twin of a card.
func (w *Worker) words(to bot.Chat, c cards.Card) string {
	return text.Render(c, text.Options{Private: to.Private, BotName: w.botName})
}

// failed decides what becomes of rows whose send failed.
func (w *Worker) failed(ctx context.Context, rows []Row, cause error) (bool, error) {
	now := w.clock.Now()
	code := bot.CodeOf(cause)
	wait := backoff(rows[0].Tries)
	if e, ok := errors.AsType[*bot.Error](cause); ok && code == bot.Throttled {
		wait = max(time.Second, e.After)
	}
	again := (code == bot.Retryable || code == bot.Throttled || code == bot.Internal) && rows[0].Tries+1 < mostTries
	if code == bot.QuotaGone {
		w.observe.Tight(ctx, rows[0].To.Platform, 100)
	}
	level := slog.LevelWarn
	if !again {
		level = slog.LevelError
	}
	w.log.Log(ctx, level, "message not delivered", "chat", rows[0].To.Key(), "row", rows[0].ID,
		"code", code, "tries", rows[0].Tries+1, "again", again, "error", cause)
	err := w.settle(ctx, rows, 0, func(r *Row) {
		r.Tries++
		r.LastError = cause.Error()
		switch {
		case again:
			r.NotBefore = now.Add(wait)
		case r.Refresh != "":
			r.State = Stale // the card can be looked up with 查
		default:
			r.State = Failed
		}
	})
	return !again, err
}

func backoff(tries int) time.Duration {
	return min(lastRetry, firstRetry<<min(tries, 10))
}

// settle stores what became of rows, with the calls they cost, in one transaction.
// It is done even while stopping: the message is out.
func (w *Worker) settle(ctx context.Context, rows []Row, calls int, set func(*Row)) error {
	ctx = context.WithoutCancel(ctx)
	err := w.records(ctx, func(ctx context.Context, s Store) error {
		for _, r := range slices.Clone(rows) {
			set(&r)
			if err := s.Settle(ctx, r); err != nil {
				return err
			}
		}
		if calls == 0 {
			return nil
		}
		return w.add(ctx, s, rows[0].To.Platform, calls)
	})
	if err != nil {
		return fmt.Errorf("settle outbox rows: %w", err)
	}
	return nil
}

func (w *Worker) spend(ctx context.Context, p bot.Platform, calls int) error {
	return w.records(context.WithoutCancel(ctx), func(ctx context.Context, s Store) error { return w.add(ctx, s, p, calls) })
}

func (w *Worker) add(ctx context.Context, s Store, p bot.Platform, calls int) error {
	_, err := s.Spend(ctx, p, w.clock.Now().In(w.zone).Format("2006-01"), calls)
	return err
}
