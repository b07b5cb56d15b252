package deliver

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
)

// gatherFor is how long an outcome waits for those of the same round that are to come:
// longer than quick sends lie apart, so that a round of them is stored once, not the first
// alone and then the others; short enough that a slow send keeps nobody waiting.
const gatherFor = 25 * time.Millisecond

// settler lets outcomes that come in at the same time be stored in one transaction:
// while one is under way, the next ones gather. Nobody goes on before theirs is
// durable. It is safe for concurrent use.
type settler struct {
	clock   bot.Clock
	mu      sync.Mutex
	running bool
	next    *settling
	// coming are lanes that may bring an outcome soon; whoever waits for that is told on
	// all when there are none any more.
	coming int
	all    chan struct{}
}

// expect says that so many more lanes, or fewer, may bring an outcome soon.
func (s *settler) expect(lanes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expectLocked(lanes)
}

func (s *settler) expectLocked(lanes int) {
	if s.coming += lanes; s.coming == 0 && s.all != nil {
		close(s.all)
		s.all = nil
	}
}

// gathered takes what has gathered, once nobody is to come any more, but soon; nil, and
// nobody is storing any more, if nothing has.
func (s *settler) gathered() *settling {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil && s.coming > 0 {
		s.wait()
	}
	b := s.next
	s.next, s.running = nil, b != nil
	return b
}

// wait waits, unlocked, until nobody is to come, but not long.
func (s *settler) wait() {
	if s.all == nil {
		s.all = make(chan struct{})
	}
	all := s.all
	s.mu.Unlock()
	defer s.mu.Lock()
	soon, stop := s.clock.Timer(gatherFor)
	defer stop()
	select {
	case <-all:
	case <-soon:
	}
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

// join stores rows of a lane with whatever else is to be stored, by store. Where a transaction
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
	s.expectLocked(-1)
	s.mu.Unlock()
	defer s.expect(1)
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
	for b := s.gathered(); b != nil; b = s.gathered() {
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
