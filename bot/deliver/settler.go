package deliver

import (
	"context"
	"maps"
	"slices"
	"sync"

	"yiqun/bot"
)

// settler lets outcomes that come in at the same time be stored in one transaction:
// while one is under way, the next ones gather. Nobody goes on before theirs is
// durable. It is safe for concurrent use.
type settler struct {
	mu      sync.Mutex
	running bool
	next    *settling
}

// settling is what one transaction stores.
type settling struct {
	rows    []Row
	calls   map[bot.Platform]int
	members int
	done    chan struct{}
	err     error
}

func newSettling() *settling {
	return &settling{calls: map[bot.Platform]int{}, done: make(chan struct{})}
}

// add puts rows of one chat, and the calls they cost, with the others.
func (b *settling) add(rows []Row, p bot.Platform, calls int) {
	b.rows = append(b.rows, rows...)
	b.calls[p] += calls
	b.members++
}

// join stores rows with whatever else is to be stored, by store. Where a transaction
// of several fails, each tries once more alone, so that a neighbour's fault does not
// become theirs.
func (s *settler) join(rows []Row, p bot.Platform, calls int, store func(*settling) error) error {
	s.mu.Lock()
	if s.next == nil {
		s.next = newSettling()
	}
	mine := s.next
	mine.add(rows, p, calls)
	lead := !s.running
	s.running = true
	s.mu.Unlock()
	if lead {
		s.run(store)
	}
	<-mine.done
	if mine.err == nil || mine.members == 1 {
		return mine.err
	}
	alone := newSettling()
	alone.add(rows, p, calls)
	return store(alone)
}

// run stores what has gathered until nothing has.
func (s *settler) run(store func(*settling) error) {
	for {
		s.mu.Lock()
		b := s.next
		s.next = nil
		s.running = b != nil
		s.mu.Unlock()
		if b == nil {
			return
		}
		b.err = store(b)
		close(b.done)
	}
}

// storeTogether is the store of settler.join: everything in one transaction.
func (w *Worker) storeTogether(ctx context.Context, b *settling) error {
	return w.records(ctx, func(ctx context.Context, s Store) error {
		if err := s.Settle(ctx, b.rows...); err != nil {
			return err
		}
		for _, p := range slices.Sorted(maps.Keys(b.calls)) {
			if err := w.add(ctx, s, p, b.calls[p]); err != nil {
				return err
			}
		}
		return nil
	})
}
