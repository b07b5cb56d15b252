package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/deliver"
)

// ward is where instances in one process tell each other that they live. Each can be
// cut off from it, and all can.
type ward struct {
	mu     sync.Mutex
	count  int64
	ahead  time.Duration // of the database's clock
	lives  map[string]int64
	said   map[string]int64
	cut    map[string]bool
	buried map[string]time.Time
	// certain are the instances' own opinions.
	certain map[string]func() bool
	t       *testing.T
}

var errCut = errors.New("no way to the records")

// way is one instance's way to the ward.
type way struct {
	*ward
	name string
}

func (w way) reach() error {
	if w.cut[w.name] || w.cut["all"] {
		return errCut
	}
	return nil
}

func (w way) Beat(_ context.Context, owner string) (int64, map[string]int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.reach(); err != nil {
		return 0, nil, err
	}
	if w.lives[owner] == 0 {
		w.count++
		w.lives[owner] = w.count
	}
	w.said[owner] = time.Now().Add(w.ahead).UnixNano()
	return w.lives[owner], maps.Clone(w.said), nil
}

func (w way) Bury(_ context.Context, instance string, last int64) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.reach(); err != nil || w.said[instance] != last {
		return false, err
	}
	assert.False(w.t, w.certain[instance](), "%s is buried and does not know", instance)
	delete(w.said, instance)
	delete(w.lives, instance)
	w.buried[instance] = time.Now()
	return true, nil
}

func (w way) Leave(context.Context, string) error { return nil }

func (w *ward) cutOff(name string, off bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut[name] = off
}

// setAhead sets the database's clock.
func (w *ward) setAhead(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead += by
}

func (w *ward) buriedAt(name string) (time.Time, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, ok := w.buried[name]
	return at, ok
}

// live has instances live until the test ends; stop lets one die.
func live(t *testing.T, names ...string) (w *ward, held map[string]*deliver.Shared, stop func(name string)) {
	t.Helper()
	w = &ward{t: t, lives: map[string]int64{}, said: map[string]int64{}, cut: map[string]bool{}, buried: map[string]time.Time{}, certain: map[string]func() bool{}}
	held = map[string]*deliver.Shared{}
	stops := map[string]func(){}
	for _, name := range names {
		held[name], stops[name] = w.begin(name)
	}
	return w, held, func(name string) { stops[name]() }
}

// begin has one instance live until it is stopped, or the test ends.
func (w *ward) begin(name string) (held *deliver.Shared, stop func()) {
	held = deliver.NewShared(nil, name, nil, nil)
	held.Watched()
	w.mu.Lock()
	w.certain[name] = held.Certain
	w.mu.Unlock()
	p := &pulse{beats: way{w, name}, owner: name, held: held, wake: func() {}, takeOver: func(string) {}, log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.run(ctx) })
	return held, func() { cancel(); running.Wait() }
}

func TestADeadInstanceIsBuriedWithinSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, held, stop := live(t, "a", "b")
		time.Sleep(time.Minute)
		require.True(t, held["a"].Certain())
		died := time.Now()
		stop("a")
		time.Sleep(time.Minute)
		at, ok := w.buriedAt("a")
		require.True(t, ok)
		require.GreaterOrEqual(t, at.Sub(died), buryAfter-beatEvery)
		require.LessOrEqual(t, at.Sub(died), buryAfter+beatEvery)
		_, ok = w.buriedAt("b")
		require.False(t, ok)
		stop("b")
	})
}

func TestNobodyIsBuriedWhenTheDatabaseWasAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, held, stop := live(t, "a", "b")
		time.Sleep(time.Minute)
		w.cutOff("all", true)
		time.Sleep(time.Hour)
		require.False(t, held["a"].Certain())
		w.cutOff("b", true) // which finds its way back later
		w.cutOff("all", false)
		time.Sleep(buryAfter - 2*beatEvery)
		w.cutOff("b", false)
		time.Sleep(time.Minute)
		require.True(t, held["a"].Certain())
		require.Empty(t, w.buried)
		stop("a")
		stop("b")
	})
}

// TestADeadInstanceIsBuriedByThoseWhoDieSoonToo: nobody lives for as long as it takes to
// bury somebody by what one has heard oneself.
func TestADeadInstanceIsBuriedByThoseWhoDieSoonToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, stop := live(t, "first")
		stop("first")
		died := time.Now()
		for life := range 4 {
			_, stop := w.begin(fmt.Sprint(life))
			time.Sleep(glanceFor + beatEvery/2)
			stop()
		}
		at, ok := w.buriedAt("first")
		require.True(t, ok)
		require.GreaterOrEqual(t, at.Sub(died), buryAfter)
		require.LessOrEqual(t, at.Sub(died), buryAfter+glanceFor+beatEvery)
	})
}

// TestNobodyIsBuriedForTheDatabasesClock: it is set ahead and back again.
func TestNobodyIsBuriedForTheDatabasesClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, stop := live(t, "a", "b")
		for _, by := range []time.Duration{time.Hour, -time.Hour, 10 * time.Second, buryAfter} {
			time.Sleep(10*time.Second + beatEvery/2)
			w.setAhead(by)
		}
		_, stopNew := w.begin("new")
		time.Sleep(time.Minute)
		require.Empty(t, w.buried)
		for _, stop := range []func(){stopNew, func() { stop("a") }, func() { stop("b") }} {
			stop()
		}
	})
}

// TestWhoeverIsBuriedKnew: however instances lose their way to the records and find it
// again, and others start meanwhile, none is buried that would still send.
func TestWhoeverIsBuriedKnew(t *testing.T) {
	names := []string{"a", "b", "c"}
	buried := 0
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			w, held, stop := live(t, names...)
			_, stopLast := w.begin("new")
			for range 200 {
				time.Sleep(time.Duration(rng.IntN(6000)) * time.Millisecond)
				w.cutOff(append(names, "all")[rng.IntN(4)], rng.IntN(2) == 0)
				if rng.IntN(4) == 0 {
					stopLast()
					_, stopLast = w.begin("new")
				}
			}
			stopLast()
			buried += len(w.buried)
			for _, off := range append(names, "all") {
				w.cutOff(off, false)
			}
			time.Sleep(2 * beatEvery)
			for _, name := range names {
				require.True(t, held[name].Certain(), "who can speak lives")
				stop(name)
			}
		})
	}
	require.Positive(t, buried)
}
