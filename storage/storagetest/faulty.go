package storagetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
)

// Call is one call of a store: the method's name, and its place among all calls
// since the hook was set, counted from 1. Besides the methods there are two places
// to fail at: "commit", when the function of an Update has done its work and it is
// not durable yet, and "committed", when it is and the caller does not know.
type Call struct {
	N    int
	Name string
}

// Hook is asked before each call. Its error is returned in the call's place; it may
// also wait.
type Hook func(ctx context.Context, c Call) error

// FailNth makes the nth call fail.
func FailNth(n int, err error) Hook {
	return func(_ context.Context, c Call) error {
		if c.N == n {
			return err
		}
		return nil
	}
}

// FailEach makes all calls of one name fail.
func FailEach(name string, err error) Hook {
	return func(_ context.Context, c Call) error {
		if c.Name == name {
			return err
		}
		return nil
	}
}

// StallNth makes the nth call wait until its context ends.
func StallNth(n int) Hook {
	return func(ctx context.Context, c Call) error {
		if c.N != n {
			return nil
		}
		<-ctx.Done()
		return bot.Fault(bot.Internal, context.Cause(ctx))
	}
}

// SleepEach makes every call take d longer, by clock.
func SleepEach(clock bot.Clock, d time.Duration) Hook {
	return func(ctx context.Context, _ Call) error {
		fired, stop := clock.Timer(d)
		defer stop()
		select {
		case <-fired:
			return nil
		case <-ctx.Done():
			return bot.Fault(bot.Internal, context.Cause(ctx))
		}
	}
}

// faults counts calls and asks the hook. It is safe for concurrent use.
type faults struct {
	mu    sync.Mutex
	hook  Hook
	calls []string
}

// On sets the hook for the calls from now on, and counts anew; nil lets all pass.
func (f *faults) On(hook Hook) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook, f.calls = hook, nil
}

// Calls lists the names of the calls since On, in order.
func (f *faults) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

func (f *faults) before(ctx context.Context, name string) error {
	f.mu.Lock()
	f.calls = append(f.calls, name)
	hook, c := f.hook, Call{N: len(f.calls), Name: name}
	f.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(ctx, c)
}

// Faulty is a service.Store that fails, stalls or sleeps on demand.
type Faulty struct {
	faults
	store service.Store
}

var _ service.Store = (*Faulty)(nil)

// NewFaulty makes a store that works like the given one until On.
func NewFaulty(store service.Store) *Faulty { return &Faulty{store: store} }

// Update implements service.Store.
func (f *Faulty) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	if err := f.before(ctx, "Update"); err != nil {
		return err
	}
	err := f.store.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		if err := fn(ctx, faultyTx{tx, &f.faults}); err != nil {
			return err
		}
		return f.before(ctx, "commit")
	})
	if err != nil {
		return err
	}
	return f.before(ctx, "committed")
}

// View implements service.Store.
func (f *Faulty) View(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	if err := f.before(ctx, "View"); err != nil {
		return err
	}
	return f.store.View(ctx, func(ctx context.Context, tx service.Tx) error {
		return fn(ctx, faultyTx{tx, &f.faults})
	})
}

// Ping implements service.Store.
func (f *Faulty) Ping(ctx context.Context) error {
	if err := f.before(ctx, "Ping"); err != nil {
		return err
	}
	return f.store.Ping(ctx)
}

// faultyTx asks before each method; see the files faulty_*.go. A test makes sure
// that none is left out.
type faultyTx struct {
	service.Tx
	*faults
}

// FaultyStates is a service.States that fails, stalls or sleeps on demand.
type FaultyStates struct {
	faults
	states service.States
}

var _ service.States = (*FaultyStates)(nil)

// NewFaultyStates makes states that work like the given ones until On.
func NewFaultyStates(states service.States) *FaultyStates { return &FaultyStates{states: states} }

// Get implements service.States.
func (f *FaultyStates) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if err := f.before(ctx, "Get"); err != nil {
		return nil, false, err
	}
	return f.states.Get(ctx, key)
}

// Set implements service.States.
func (f *FaultyStates) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := f.before(ctx, "Set"); err != nil {
		return err
	}
	return f.states.Set(ctx, key, value, ttl)
}

// Take implements service.States.
func (f *FaultyStates) Take(ctx context.Context, key string) ([]byte, bool, error) {
	if err := f.before(ctx, "Take"); err != nil {
		return nil, false, err
	}
	return f.states.Take(ctx, key)
}

// Delete implements service.States.
func (f *FaultyStates) Delete(ctx context.Context, key string) error {
	if err := f.before(ctx, "Delete"); err != nil {
		return err
	}
	return f.states.Delete(ctx, key)
}
