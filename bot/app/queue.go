package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
)

// Queue is a queue of what will be due, shared by all instances, so that each timer
// is looked at by one of them and an instance hears at once of messages that only it
// can send. It may lose everything: the records say it all again.
type Queue interface {
	// Put says when keys of a queue are due; a key that is claimed comes again.
	Put(ctx context.Context, queue string, due map[string]time.Time) error
	// PutEarlier is Put, but leaves a key that is due earlier as it is.
	PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error
	// Claim takes keys that are due, for owner. Those not acknowledged within lease come
	// again. A negative token says, to one who asks, that the queue has forgotten all.
	Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) (keys []string, token int64, err error)
	// Ack ends claims and returns how many were still held under token.
	Ack(ctx context.Context, queue string, token int64, keys ...string) (int, error)
	// Lapse ends what owner has claimed, as if its lease had passed.
	Lapse(ctx context.Context, queue, owner string) (int, error)
	// Acquire takes a lease, so that one instance does what one has to do.
	Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error)
}

const (
	timersQueue = "timers"
	// pollEvery is how often the queue is asked, and shardRests how long a shard of
	// reminders that was just looked at is left alone, where more may come due at any
	// moment: the queue is asked again then.
	pollEvery  = 100 * time.Millisecond
	shardRests = 20 * time.Millisecond
	// takeFor is how long an instance has for what it claimed, takeMost how much it
	// claims at once.
	takeFor  = 30 * time.Second
	takeMost = 20
	// reconcileEvery is how often the queue is compared with the records, ahead how
	// far, reconcileMost how many matters at once.
	reconcileEvery = 2 * time.Minute
	reconcileAhead = 5 * time.Minute
	reconcileMost  = 1000
	// announceMost is how many commits may wait to be put into the queue, buryMost how
	// many dead instances to be forgotten by it.
	announceMost = 1024
	buryMost     = 64
)

// outboxQueue is where lanes wait that only the instance with a platform's
// connection can send, refreshes of cards among them.
func outboxQueue(p bot.Platform) string { return "outbox/" + string(p) }

// errForgot is the end of a round that finds the queue flushed.
var errForgot = errors.New("the queue has forgotten what is due")

// announcement is what one commit wants in the queue.
type announcement struct {
	queue, key string
	at         time.Time
	// more says that what is due earlier under the key still is.
	more bool
}

// dues works off the shared queue. While it cannot be reached, the clock goes by the
// records alone.
type dues struct {
	app     *App
	queue   Queue
	owner   string
	healthy atomic.Bool
	news    chan announcement
	dead    chan string
	// soon is when what was looked at last is due again; only run touches it.
	soon time.Time
}

func newDues(a *App, q Queue, owner string) *dues {
	return &dues{app: a, queue: q, owner: owner, news: make(chan announcement, announceMost), dead: make(chan string, buryMost)}
}

// scheduled is told after a commit that changed when something is due next.
func (d *dues) scheduled(key string, next time.Time) {
	if !next.IsZero() {
		d.announce(announcement{timersQueue, key, next, service.Shared(key)})
	}
}

// queued is told after a commit of messages that this instance cannot send.
func (d *dues) queued(r deliver.Row) {
	at := r.NotBefore
	if at.Before(r.Created) {
		at = r.Created
	}
	d.announce(announcement{queue: outboxQueue(r.To.Platform), key: r.Lane(), at: at})
}

// announce never blocks; what finds no room is found in the records later.
func (d *dues) announce(n announcement) {
	select {
	case d.news <- n:
	default:
	}
}

// run works until ctx is done.
func (d *dues) run(ctx context.Context) {
	var reconciled time.Time
	for {
		d.soon = time.Time{}
		err := d.round(ctx, &reconciled)
		if ctx.Err() != nil {
			return
		}
		if was := d.healthy.Swap(err == nil); was != (err == nil) {
			d.report(ctx, err)
			reconciled = time.Time{}
			d.app.tick()
		}
		tick := time.NewTimer(d.rest())
		select {
		case <-ctx.Done():
		case n := <-d.news:
			d.announce(n) // for the round to take with the others
		case <-tick.C:
		}
		tick.Stop()
	}
}

// rest is how long until the queue is asked again.
func (d *dues) rest() time.Duration {
	if d.soon.IsZero() {
		return pollEvery
	}
	return min(max(d.soon.Sub(d.app.opts.Clock.Now()), 0), pollEvery)
}

// report tells of a queue that was lost or found.
func (d *dues) report(ctx context.Context, err error) {
	if err != nil {
		d.app.opts.Logger.WarnContext(ctx, "shared queue lost, the clock goes by the records", "error", err)
		return
	}
	d.app.opts.Logger.InfoContext(ctx, "shared queue found")
}

// round puts what is new, compares with the records if it is time, and works off
// what is due.
func (d *dues) round(ctx context.Context, reconciled *time.Time) error {
	if err := d.putNews(ctx); err != nil {
		return err
	}
	if err := d.freeDead(ctx); err != nil {
		return err
	}
	if time.Since(*reconciled) >= reconcileEvery {
		if err := d.reconcile(ctx); err != nil {
			return err
		}
		*reconciled = time.Now()
	}
	err := d.fire(ctx)
	if errors.Is(err, errForgot) {
		// Once more from the records, and at once: the next comparison may be minutes away.
		d.app.opts.Logger.InfoContext(ctx, "shared queue was empty, filled from the records")
		*reconciled = time.Time{}
		return nil
	}
	if err != nil {
		return err
	}
	return d.hear(ctx)
}

// settle is a round that compares with the records first, as the first one does.
func (d *dues) settle(ctx context.Context) error {
	for {
		var never time.Time
		// One that found the queue flushed has to be made again.
		if err := d.round(ctx, &never); err != nil || !never.IsZero() {
			return err
		}
	}
}

func (d *dues) putNews(ctx context.Context) error {
	news, more := map[string]map[string]time.Time{}, map[string]time.Time{}
	for range len(d.news) {
		n := <-d.news
		if n.more {
			if at, ok := more[n.key]; !ok || n.at.Before(at) {
				more[n.key] = n.at
			}
			continue
		}
		if news[n.queue] == nil {
			news[n.queue] = map[string]time.Time{}
		}
		news[n.queue][n.key] = n.at
	}
	for queue, due := range news {
		if err := d.queue.Put(ctx, queue, due); err != nil {
			return err
		}
	}
	if len(more) == 0 {
		return nil
	}
	return d.queue.PutEarlier(ctx, timersQueue, more)
}

// reconcile puts whatever the records say will be due soon, to be looked at at once:
// it is one instance's work at a time, and heals a flush.
func (d *dues) reconcile(ctx context.Context) error {
	_, mine, err := d.queue.Acquire(ctx, "reconcile", d.owner, reconcileEvery*3/4)
	if err != nil || !mine {
		return err
	}
	now := d.app.opts.Clock.Now()
	due := map[string]time.Time{}
	err = d.app.opts.Store.View(ctx, func(ctx context.Context, tx service.Tx) error {
		ids, err := tx.Due(ctx, now.Add(reconcileAhead), reconcileMost)
		for _, id := range ids {
			due[string(id)] = now
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read what is due: %w", err)
	}
	reminding, err := d.app.Service.Reminding(ctx)
	if err != nil {
		return fmt.Errorf("read what is to be reminded of: %w", err)
	}
	maps.Copy(due, reminding)
	return d.queue.PutEarlier(ctx, timersQueue, due)
}

// fire carries out what is due: timers of matters, and shards of reminders.
func (d *dues) fire(ctx context.Context) error {
	for {
		ids, token, err := d.queue.Claim(ctx, timersQueue, d.owner, d.app.opts.Clock.Now(), takeFor, takeMost)
		if err == nil && token < 0 {
			return errForgot
		}
		if err != nil || len(ids) == 0 {
			return err
		}
		var done []string
		again := map[string]time.Time{}
		next, failed := d.app.Service.TickKeys(ctx, ids...)
		for _, id := range ids {
			if err := failed[id]; err != nil {
				// It comes again when the claim lapses.
				d.app.opts.Logger.ErrorContext(ctx, "timers not carried out", "key", id, "error", err)
				continue
			}
			if at := next[id]; !at.IsZero() {
				again[id] = later(at, d.app.opts.Clock.Now().Add(pauseFor(id)))
				d.soon = bot.Soonest(d.soon, again[id])
			}
			done = append(done, id)
		}
		// What was announced meanwhile may be due sooner.
		if err := d.queue.PutEarlier(ctx, timersQueue, again); err != nil {
			return err
		}
		if _, err := d.queue.Ack(ctx, timersQueue, token, done...); err != nil || len(done) < len(ids) {
			return err
		}
	}
}

// hear wakes the worker for messages that others queued for this instance.
func (d *dues) hear(ctx context.Context) error {
	for p, turn := range d.app.opts.Turns {
		if !turn.Held() {
			continue
		}
		lanes, token, err := d.queue.Claim(ctx, outboxQueue(p), d.owner, d.app.opts.Clock.Now(), takeFor, takeMost)
		if err != nil {
			return err
		}
		if len(lanes) == 0 {
			continue
		}
		d.app.worker.Wake()
		if _, err := d.queue.Ack(ctx, outboxQueue(p), token, lanes...); err != nil {
			return err
		}
	}
	return nil
}

// pauseFor is how long a key that was just looked at rests.
func pauseFor(key string) time.Duration {
	if service.Shared(key) {
		return shardRests
	}
	return time.Second
}

// later returns the later of two instants: what was just looked at is not looked at
// again at once.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
