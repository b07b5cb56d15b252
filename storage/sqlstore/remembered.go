package sqlstore

import (
	"bytes"
	"context"
	"crypto/rand"
	"slices"
	"sync"
)

// rosterStamp is the setting that changes with the roster: who is who, which posts
// they hold, which groups and nodes there are. Its values are drawn at random, so
// that one that was rolled back never comes again.
const rosterStamp = "roster/stamp"

// rememberedLimit bounds how much of the roster is kept in memory.
const rememberedLimit = 20_000

// remembered is what was read of the roster under one stamp. Every sentence is read
// with all names and posts of its node at hand; they change a few times a day.
type remembered struct {
	mu    sync.Mutex
	stamp string
	reads map[any]any
}

func (r *remembered) get(stamp string, key any) (any, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stamp != stamp {
		return nil, false
	}
	v, ok := r.reads[key]
	return v, ok
}

func (r *remembered) put(stamp string, key, v any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stamp != stamp || len(r.reads) >= rememberedLimit {
		r.stamp, r.reads = stamp, map[any]any{}
	}
	r.reads[key] = v
}

func (r *remembered) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stamp, r.reads = "", nil
}

// memoKey names one read: what was asked, and of which row.
type memoKey struct{ what, of string }

// memo returns what the roster was found to hold before, if it has not changed
// since, and otherwise looks.
func memo[T any](ctx context.Context, t *Tx, what, of string, look func() (T, error)) (T, error) {
	stamp, err := t.stamped(ctx)
	if err != nil || stamp == "" || t.memory == nil {
		return look()
	}
	key := memoKey{what, of}
	if v, ok := t.memory.get(stamp, key); ok {
		return v.(T), nil
	}
	v, err := look()
	if err == nil {
		t.memory.put(stamp, key, v)
	}
	return v, err
}

// memos is memo for a list, of which everybody gets a copy of their own.
func memos[T any](ctx context.Context, t *Tx, what, of string, look func() ([]T, error)) ([]T, error) {
	all, err := memo(ctx, t, what, of, look)
	return slices.Clone(all), err
}

// stamped is the roster's stamp as this transaction sees it; empty if it never had
// one.
func (t *Tx) stamped(ctx context.Context) (string, error) {
	if t.stamp == nil {
		found, err := recalled(ctx, t, "the roster's stamp", `SELECT value FROM settings WHERE name = $1`, scanValue[[]byte], rosterStamp)
		if err != nil {
			return "", err
		}
		stamp := string(bytes.Join(found, nil))
		t.stamp = &stamp
	}
	return *t.stamp, nil
}

// changeRoster is exec for a statement that changes the roster.
func (t *Tx) changeRoster(ctx context.Context, doing, query string, args ...any) error {
	if err := t.restamp(ctx); err != nil {
		return err
	}
	return t.exec(ctx, doing, query, args...)
}

// restamp makes every instance look again, once this transaction has committed. It
// comes before what it is for: the stamp's row is what transactions of several
// instances wait for that change the roster, so that they never wait for each other
// in a circle.
func (t *Tx) restamp(ctx context.Context) error {
	if t.memory != nil {
		t.memory.forget()
	}
	if t.restamped {
		return nil
	}
	stamp := rand.Text()
	t.stamp, t.restamped = &stamp, true
	return t.exec(ctx, "changing the roster's stamp", `
		INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, rosterStamp, []byte(stamp))
}
