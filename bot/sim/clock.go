package sim

import (
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
	moved  chan struct{} // closed and replaced whenever the clock changes
}

type timer struct {
	at time.Time
	c  chan time.Time
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

// Run lets the clock go along with the machine's until ctx-like stop is called.
// The page of `make run` uses it; tests keep the clock still.
func (c *Clock) Run() (stop func()) {
	c.mu.Lock()
	c.now, c.anchor = c.nowLocked(), time.Now()
	c.mu.Unlock()
	done := make(chan struct{})
	go func() {
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
	var once sync.Once
	return func() { once.Do(func() { close(done) }) }
}

// Advance moves the clock forward and fires what became due, in order.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set moves the clock to t, forwards or backwards, and fires what became due.
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
	c.mu.Lock()
	t := &timer{at: c.nowLocked().Add(d), c: make(chan time.Time, 1)}
	c.timers[t] = struct{}{}
	c.mu.Unlock()
	if d <= 0 {
		c.fire()
	}
	return t.c, func() {
		c.mu.Lock()
		delete(c.timers, t)
		c.mu.Unlock()
	}
}

func (c *Clock) fire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.nowLocked()
	for t := range c.timers {
		if !t.at.After(now) {
			delete(c.timers, t)
			t.c <- now
		}
	}
}
