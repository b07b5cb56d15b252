package apptest

import (
	"context"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/storage/embedded"
)

// memory is what lives in Redis where there is one, and in the process where there
// is none: conversation states and the queue of what is due. It can be wiped at any
// moment, as by a FLUSHALL.
type memory struct {
	clock bot.Clock

	mu     sync.Mutex
	states *embedded.States
	shared *embedded.Shared
}

func newMemory(clock bot.Clock) *memory {
	m := &memory{clock: clock}
	m.wipe()
	return m
}

func (m *memory) wipe() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.states, m.shared = embedded.New(m.clock), embedded.NewShared(m.clock)
}

func (m *memory) now() (*embedded.States, *embedded.Shared) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states, m.shared
}

// The methods below are service.States.

func (m *memory) Get(ctx context.Context, key string) ([]byte, bool, error) {
	states, _ := m.now()
	return states.Get(ctx, key)
}

func (m *memory) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	states, _ := m.now()
	return states.Set(ctx, key, value, ttl)
}

func (m *memory) Take(ctx context.Context, key string) ([]byte, bool, error) {
	states, _ := m.now()
	return states.Take(ctx, key)
}

func (m *memory) Delete(ctx context.Context, key string) error {
	states, _ := m.now()
	return states.Delete(ctx, key)
}

// The methods below are app.Queue.

func (m *memory) Put(ctx context.Context, queue string, due map[string]time.Time) error {
	_, shared := m.now()
	return shared.Put(ctx, queue, due)
}

func (m *memory) PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error {
	_, shared := m.now()
	return shared.PutEarlier(ctx, queue, due)
}

func (m *memory) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) ([]string, int64, error) {
	_, shared := m.now()
	return shared.Claim(ctx, queue, owner, now, lease, limit)
}

func (m *memory) Ack(ctx context.Context, queue string, token int64, keys ...string) (int, error) {
	_, shared := m.now()
	return shared.Ack(ctx, queue, token, keys...)
}

func (m *memory) Lapse(ctx context.Context, queue, owner string) (int, error) {
	_, shared := m.now()
	return shared.Lapse(ctx, queue, owner)
}

func (m *memory) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (int64, bool, error) {
	_, shared := m.now()
	return shared.Acquire(ctx, name, owner, ttl)
}
