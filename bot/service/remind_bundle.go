package service

import (
	"context"
	"sync"
	"time"
)

// bundlePatience is how long people are not told because something that is due at the
// same moment, or sooner, has not been carried out: longer than holdFor, so that what
// an instance left when it died is taken over first.
const bundlePatience = 20 * time.Second

// bundle sees to it that what one person is to hear at one moment goes in one message,
// however many instances share the work: nobody is told anything as long as something
// that is due no later has not come due in the records, be it in another shard or in a
// matter. What does not come due for bundlePatience, nothing else having moved
// meanwhile, keeps nobody waiting any more. It is safe for concurrent use.
type bundle struct {
	mu sync.Mutex
	// first is the earliest that has not come due, and since when it was that.
	first, since time.Time
	// givenUp: what is due then or before is not waited for.
	givenUp time.Time
}

// moved notes that something came due here.
func (b *bundle) moved() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.first = time.Time{}
}

// waits reports whether people are not told because of something.
func (b *bundle) waits() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.first.IsZero()
}

func (b *bundle) after() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.givenUp
}

// until says up to when things may be told, given the earliest thing that has not come
// due; again, that this one is not waited for any more and the next one counts. A clock
// that was put back begins the wait anew.
func (b *bundle) until(first, now time.Time) (until time.Time, again bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if first.IsZero() || first.After(now) {
		b.first = time.Time{}
		return now, false
	}
	if !first.Equal(b.first) || now.Before(b.since) {
		b.first, b.since = first, now
	}
	if now.Sub(b.since) < bundlePatience {
		return first.Add(-1), false
	}
	b.first, b.givenUp = time.Time{}, first
	return time.Time{}, true
}

// tellUntil is up to when everything has come due that can be told together.
func (s *Service) tellUntil(ctx context.Context) (time.Time, error) {
	for {
		var first time.Time
		err := s.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
			first, err = tx.Unfired(ctx, s.bundle.after())
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
		if at, again := s.bundle.until(first, s.clock.Now()); !again {
			return at, nil
		}
	}
}
