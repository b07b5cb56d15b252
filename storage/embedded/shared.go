package embedded

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
)

// Shared is what instances would share, in an installation that has one: leases,
// buckets and queues, with the sentences of redis.Shared. It is safe for concurrent
// use.
type Shared struct {
	clock bot.Clock

	mu      sync.Mutex
	token   int64
	leases  map[string]lease
	buckets map[bucketName]bucket
	queues  map[string]*queue
}

type lease struct {
	owner string
	token int64
	until time.Time
}

type bucketName struct {
	name   string
	period time.Duration
}

type bucket struct {
	left float64
	at   time.Time
}

type queue struct {
	due     map[string]time.Time
	claimed map[string]lease
	known   bool // somebody has claimed from it, or tried
}

// NewShared makes an empty one that goes by clock.
func NewShared(clock bot.Clock) *Shared {
	return &Shared{
		clock: clock, leases: map[string]lease{}, buckets: map[bucketName]bucket{}, queues: map[string]*queue{},
	}
}

// enter locks s for a caller who is still there.
func (s *Shared) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	s.mu.Lock()
	return s.mu.Unlock, nil
}

// Acquire takes the lease of a name for owner, or makes it last longer.
func (s *Shared) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, false, err
	}
	defer leave()
	now := s.clock.Now()
	l := s.leases[name]
	// One that reaches further was given before the clock was put back.
	switch live := now.Before(l.until) && !l.until.After(now.Add(2*ttl)); {
	case live && l.owner != owner:
		return 0, false, nil
	case !live:
		s.token++
		l.token = s.token
	}
	l.owner, l.until = owner, now.Add(ttl)
	s.leases[name] = l
	return l.token, true, nil
}

// Release gives owner's lease of a name back. One that is another's stays.
func (s *Shared) Release(ctx context.Context, name, owner string) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if s.leases[name].owner == owner {
		delete(s.leases, name)
	}
	return nil
}

// Take implements deliver.Budget by token buckets that hold a third of a limit and
// take in the other two thirds per period, so that no period sees more than the
// limit.
func (s *Shared) Take(ctx context.Context, name string, limits map[time.Duration]int) (time.Duration, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	now := s.clock.Now()
	var wait time.Duration
	after := map[bucketName]bucket{}
	for period, limit := range limits {
		size := max(1, limit/3)
		flow := float64(max(1, limit-size)) / float64(period)
		key := bucketName{name, period}
		b, known := s.buckets[key]
		if !known {
			b = bucket{left: float64(size), at: now}
		}
		if b.at.After(now) { // the clock was put back: it fills from here
			b.at = now
			s.buckets[key] = b
		}
		left := min(float64(size), b.left+flow*float64(now.Sub(b.at)))
		if left < 1 {
			wait = max(wait, time.Duration((1-left)/flow)+time.Millisecond)
		}
		after[key] = bucket{left: left - 1, at: now}
	}
	if wait > 0 {
		return wait, nil
	}
	maps.Copy(s.buckets, after)
	return 0, nil
}

func (s *Shared) queue(name string) *queue {
	q, ok := s.queues[name]
	if !ok {
		q = &queue{due: map[string]time.Time{}, claimed: map[string]lease{}}
		s.queues[name] = q
	}
	return q
}

// Put says when keys of a queue are due, in place of what was said before. A key
// that is claimed right now comes again.
func (s *Shared) Put(ctx context.Context, queue string, due map[string]time.Time) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	maps.Copy(s.queue(queue).due, due)
	return nil
}

// PutEarlier is Put, but leaves a key that is due earlier as it is.
func (s *Shared) PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	q := s.queue(queue)
	for key, at := range due {
		if was, ok := q.due[key]; !ok || at.Before(was) {
			q.due[key] = at
		}
	}
	return nil
}

// Claim takes at most limit keys of a queue that are due at now, for owner. They come to
// nobody else until lease has passed, or Lapse has ended the owner's claims; those not
// acknowledged by then are due again. Of a queue that is new, or was forgotten, the token
// is negative once, and nothing is claimed.
func (s *Shared) Claim(ctx context.Context, queue, owner string, now time.Time, last time.Duration, limit int) (keys []string, token int64, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	q, clock := s.queue(queue), s.clock.Now()
	if !q.known {
		q.known = true
		return nil, -1, nil
	}
	for key, l := range q.claimed {
		if !clock.Before(l.until) {
			delete(q.claimed, key)
			if at, ok := q.due[key]; !ok || now.Before(at) {
				q.due[key] = now
			}
		}
	}
	for key, at := range q.due {
		if _, taken := q.claimed[key]; !taken && !at.After(now) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(q.due[a].Compare(q.due[b]), cmp.Compare(a, b)) })
	if len(keys) == 0 {
		return nil, 0, nil
	}
	s.token++
	keys = keys[:min(limit, len(keys))]
	for _, key := range keys {
		delete(q.due, key)
		q.claimed[key] = lease{owner: owner, token: s.token, until: clock.Add(last)}
	}
	return keys, s.token, nil
}

// Ack ends claims. It returns how many were still held under token.
func (s *Shared) Ack(ctx context.Context, queue string, token int64, keys ...string) (n int, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	q := s.queue(queue)
	for _, key := range keys {
		if l, ok := q.claimed[key]; ok && l.token == token {
			delete(q.claimed, key)
			n++
		}
	}
	return n, nil
}

// Lapse ends what owner has claimed of a queue, as if its lease had passed, and returns
// how many claims there were.
func (s *Shared) Lapse(ctx context.Context, queue, owner string) (n int, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	q := s.queue(queue)
	for key, l := range q.claimed {
		if l.owner == owner {
			l.until = time.Time{}
			q.claimed[key] = l
			n++
		}
	}
	return n, nil
}
