package storagetest

import (
	"context"
	"time"
)

// FaultyQueue is a queue with leases that fails, stalls or sleeps on demand.
type FaultyQueue struct {
	faults
	queue LeasedQueue
}

var _ LeasedQueue = (*FaultyQueue)(nil)

// NewFaultyQueue makes a queue that works like the given one until On.
func NewFaultyQueue(q LeasedQueue) *FaultyQueue { return &FaultyQueue{queue: q} }

// Put implements Queue.
func (f *FaultyQueue) Put(ctx context.Context, queue string, due map[string]time.Time) error {
	if err := f.before(ctx, "Put"); err != nil {
		return err
	}
	return f.queue.Put(ctx, queue, due)
}

// PutEarlier implements Queue.
func (f *FaultyQueue) PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error {
	if err := f.before(ctx, "PutEarlier"); err != nil {
		return err
	}
	return f.queue.PutEarlier(ctx, queue, due)
}

// Claim implements Queue.
func (f *FaultyQueue) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) ([]string, int64, error) {
	if err := f.before(ctx, "Claim"); err != nil {
		return nil, 0, err
	}
	return f.queue.Claim(ctx, queue, owner, now, lease, limit)
}

// Ack implements Queue.
func (f *FaultyQueue) Ack(ctx context.Context, queue string, token int64, keys ...string) (int, error) {
	if err := f.before(ctx, "Ack"); err != nil {
		return 0, err
	}
	return f.queue.Ack(ctx, queue, token, keys...)
}

// Lapse implements Queue.
func (f *FaultyQueue) Lapse(ctx context.Context, queue, owner string) (int, error) {
	if err := f.before(ctx, "Lapse"); err != nil {
		return 0, err
	}
	return f.queue.Lapse(ctx, queue, owner)
}

// Acquire implements Leases.
func (f *FaultyQueue) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (int64, bool, error) {
	if err := f.before(ctx, "Acquire"); err != nil {
		return 0, false, err
	}
	return f.queue.Acquire(ctx, name, owner, ttl)
}

// Release implements Leases.
func (f *FaultyQueue) Release(ctx context.Context, name, owner string) error {
	if err := f.before(ctx, "Release"); err != nil {
		return err
	}
	return f.queue.Release(ctx, name, owner)
}
