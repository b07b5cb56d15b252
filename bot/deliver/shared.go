package deliver

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
)

const (
	// claimFor is how long a lane is claimed: longer than a send may take, so that no
	// other instance begins while one is under way.
	claimFor = 30 * time.Second
	// lookAround is how often an instance looks for what others have queued or left
	// behind, when nothing wakes it.
	lookAround = time.Second
)

// SharedRecords runs a function in one transaction over an outbox that several
// instances drain.
type SharedRecords func(ctx context.Context, fn func(ctx context.Context, s SharedStore) error) error

// SharedStore is such an outbox.
type SharedStore interface {
	Store
	Claims
}

// Shared makes an outbox that several instances drain look like one's own: what it
// says is ready has been claimed, and a claim ends with the last row that was
// settled, or with the first that has to wait. It is safe for concurrent use.
//
// A claim lasts until it lapses, which an instance that dies leaves the others to wait
// for; where the instances tell each other that they live ([Shared.Alive]) it may be
// ended as soon as its holder is certainly silent. A message goes out once as long as
// an instance that was stopped in mid-send stays stopped for good, or comes back before
// then: what it settles later is refused.
type Shared struct {
	records SharedRecords
	owner   string
	clock   bot.Clock
	except  func() []bot.Platform

	mu    sync.Mutex
	lanes map[string]claim
	life  life
}

// claim is what this instance holds of a lane.
type claim struct {
	rows  int       // handed out and not yet settled
	until time.Time // by this machine's clock, counted from before it was asked for
}

// NewShared shares the outbox of records. No other instance has the same owner.
// except says on which platforms this instance cannot send now.
func NewShared(records SharedRecords, owner string, clock bot.Clock, except func() []bot.Platform) *Shared {
	return &Shared{records: records, owner: owner, clock: clock, except: except, lanes: map[string]claim{}}
}

// Records is the Records of this instance's Worker.
func (s *Shared) Records(ctx context.Context, fn func(context.Context, Store) error) error {
	began := time.Now()
	in := s.living()
	var tx *sharedTx
	err := s.records(ctx, func(ctx context.Context, st SharedStore) error {
		tx = &sharedTx{SharedStore: st, s: s, settled: map[string]int{}, waits: map[string]bool{}}
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return st.Release(ctx, s.owner, tx.over()...)
	})
	if err == nil && tx != nil {
		s.remember(tx, in, began.Add(claimFor))
	}
	return err
}

// Holds reports whether a lane is claimed for long enough to begin another send.
func (s *Shared) Holds(lane string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.life.certain() && time.Until(s.lanes[lane].until) > sendWithin
}

// Release gives back whatever is still claimed, when the worker has stopped.
func (s *Shared) Release(ctx context.Context) error {
	s.mu.Lock()
	lanes := slices.Sorted(maps.Keys(s.lanes))
	clear(s.lanes)
	// A transaction under way may need the lock to end.
	s.mu.Unlock()
	if len(lanes) == 0 {
		return nil
	}
	return s.records(ctx, func(ctx context.Context, st SharedStore) error { return st.Release(ctx, s.owner, lanes...) })
}

// remember takes over what a transaction did once it is committed. What was claimed in
// a life that is over has been taken away again.
func (s *Shared) remember(tx *sharedTx, in int64, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for lane, rows := range tx.claimed {
		if in == s.life.id {
			s.lanes[lane] = claim{rows: rows, until: until}
		}
	}
	for lane, rows := range tx.settled {
		c := s.lanes[lane]
		c.rows -= rows
		s.lanes[lane] = c
	}
	for _, lane := range tx.ended {
		delete(s.lanes, lane)
	}
}

// sharedTx is one transaction on a Shared. It is made anew when the transaction has
// to run again.
type sharedTx struct {
	SharedStore
	s       *Shared
	claimed map[string]int
	settled map[string]int
	waits   map[string]bool
	ended   []string
}

// Ready implements Store by claiming.
func (t *sharedTx) Ready(ctx context.Context, at time.Time, limit int) ([]Row, error) {
	if !t.s.Certain() {
		return nil, nil
	}
	rows, err := t.Claim(ctx, Claimant{Owner: t.s.owner, Lease: claimFor, Except: t.s.except()}, at, limit)
	t.claimed = map[string]int{}
	for _, r := range rows {
		t.claimed[r.Lane()]++
	}
	return rows, err
}

// NextReady implements Store. What may go already is another's, or nobody's before
// a claim has lapsed, and what comes next may be queued by another instance.
func (t *sharedTx) NextReady(ctx context.Context) (time.Time, error) {
	next, err := t.SharedStore.NextReady(ctx)
	now := t.s.clock.Now()
	if soon := now.Add(lookAround); err == nil && (!next.After(now) || next.After(soon)) {
		next = soon
	}
	return next, err
}

// Settle implements Store.
func (t *sharedTx) Settle(ctx context.Context, rows ...Row) error {
	for _, r := range rows {
		t.settled[r.Lane()]++
		if r.State == Queued {
			t.waits[r.Lane()] = true
		}
	}
	return t.SharedStore.Settle(ctx, rows...)
}

// over is the lanes on which nothing more will happen.
func (t *sharedTx) over() []string {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.ended = nil
	for lane, n := range t.settled {
		if n >= t.s.lanes[lane].rows || t.waits[lane] {
			t.ended = append(t.ended, lane)
		}
	}
	slices.Sort(t.ended)
	return t.ended
}
