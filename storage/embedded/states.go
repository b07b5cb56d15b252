package embedded

import (
	"context"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
)

// States is conversation state in memory. It is safe for concurrent use.
type States struct {
	clock bot.Clock

	mu    sync.Mutex
	kept  map[string]state
	sweep int // when kept holds this many, look for expired ones
}

type state struct {
	value   []byte
	expires time.Time
}

var _ service.States = (*States)(nil)

// firstSweep is how many states are kept before the first look for expired ones.
const firstSweep = 256

// New makes an empty store whose states expire by clock.
func New(clock bot.Clock) *States {
	return &States{clock: clock, kept: map[string]state{}, sweep: firstSweep}
}

// Get implements service.States.
func (s *States) Get(ctx context.Context, key string) ([]byte, bool, error) {
	return s.read(ctx, key, false)
}

// Take implements service.States.
func (s *States) Take(ctx context.Context, key string) ([]byte, bool, error) {
	return s.read(ctx, key, true)
}

func (s *States) read(ctx context.Context, key string, take bool) ([]byte, bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, bot.Fault(bot.Internal, err)
	}
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.kept[key]
	if !ok {
		return nil, false, nil
	}
	live := now.Before(st.expires)
	if take || !live {
		delete(s.kept, key)
	}
	if !live {
		return nil, false, nil
	}
	return slices.Clone(st.value), true, nil
}

// Set implements service.States. A ttl that is not positive has passed already.
func (s *States) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return bot.Fault(bot.Internal, err)
	}
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = state{value: append([]byte{}, value...), expires: now.Add(ttl)}
	if len(s.kept) >= s.sweep {
		s.forget(now)
	}
	return nil
}

// forget drops what has expired. Sweeping again only at twice the size makes it
// free on average.
func (s *States) forget(now time.Time) {
	for key, st := range s.kept {
		if !now.Before(st.expires) {
			delete(s.kept, key)
		}
	}
	s.sweep = max(firstSweep, 2*len(s.kept))
}

// Delete implements service.States.
func (s *States) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return bot.Fault(bot.Internal, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, key)
	return nil
}
