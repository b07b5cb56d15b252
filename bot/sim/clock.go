package sim

import (
	"slices"
	"sync"
	"time"
)

// Clock is a bot.Clock that can be moved. It stands still unless told to run
// along with the machine's clock.
type Clock struct {
	mu     sync.Mutex
	now    time.Time
	anchor time.Time // the machine's time at now; zero when standing still
	timers map[*timer]struct{}
	made   int
	moved  chan struct{} // closed and replaced whenever the clock changes
}

type timer struct {
	at   time.Time
	made int // timers due together fire in the order they were made
	fire func(now time.Time)
}

// NewClock returns a clock standing still at start.
func NewClock(start time.Time) *Clock {
	return &Clock{now: start, timers: map[*timer]struct{}{}, moved: make(chan struct{})}
}

// Now returns the world's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

func (c *Clock) nowLocked() time.Time {
	if c.anchor.IsZero() {
		return c.now
	}
	return c.now.Add(time.Since(c.anchor))
}

// Run lets the clock go along with the machine's until stop is called, which
// leaves it standing at the time reached. The page of `make run` uses it; tests
// keep the clock still.
func (c *Clock) Run() (stop func()) {
	c.mu.Lock()
	c.now, c.anchor = c.nowLocked(), time.Now()
	c.mu.Unlock()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				c.fire()
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(done)
		<-ended
		c.mu.Lock()
		c.now, c.anchor = c.nowLocked(), time.Time{}
		c.mu.Unlock()
	})
}

// Advance moves the clock forward and fires what became due, in order.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set moves the clock to t, forwards or backwards, and fires what became due, in
// order. What AfterFunc was given has run when Set returns.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	c.now = t
	if !c.anchor.IsZero() {
		c.anchor = time.Now()
	}
	close(c.moved)
	c.moved = make(chan struct{})
	c.mu.Unlock()
	c.fire()
}

// Moved returns a channel that is closed at the clock's next jump.
func (c *Clock) Moved() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}

// Timer implements bot.Clock.
func (c *Clock) Timer(d time.Duration) (<-chan time.Time, func()) {
	fired := make(chan time.Time, 1)
	return fired, c.AfterFunc(d, func(now time.Time) { fired <- now })
}

// AfterFunc calls f once when d has passed on this clock, on the goroutine that
// moves it and with no lock of the clock held; when d is not positive, at once and
// on the caller's own. The returned function releases it; f may still be running
// then.
func (c *Clock) AfterFunc(d time.Duration, f func(now time.Time)) (stop func()) {
	c.mu.Lock()
	c.made++
	t := &timer{at: c.nowLocked().Add(d), made: c.made, fire: f}
	c.timers[t] = struct{}{}
	c.mu.Unlock()
	if d <= 0 {
		c.fire()
	}
	return func() {
		c.mu.Lock()
		delete(c.timers, t)
		c.mu.Unlock()
	}
}

// fire runs what is due, the earliest first. A timer made by one that fires may
// be due as well and then runs in the same sweep.
func (c *Clock) fire() {
	for {
		t, now := c.next()
		if t == nil {
			return
		}
		t.fire(now)
	}
}

// next takes the earliest due timer out.
func (c *Clock) next() (*timer, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.nowLocked()
	var due []*timer
	for t := range c.timers {
		if !t.at.After(now) {
			due = append(due, t)
		}
	}
	if len(due) == 0 {
		return nil, now
	}
	first := slices.MinFunc(due, func(a, b *timer) int {
		if d := a.at.Compare(b.at); d != 0 {
			return d
		}
		return a.made - b.made
	})
	delete(c.timers, first)
	return first, now
}
