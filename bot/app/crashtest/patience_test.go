package crashtest

import (
	"sync"
	"time"

	"yiqun/bot"
)

// answerWithin is how long the WeCom adapter waits for an answer. If that changes, a call
// that is cut takes as long as it says there.
const answerWithin = 5 * time.Second

// impatient is the machine's clock, but for who waits for an answer that was lost: what
// the platform will never say need not be waited for. It is safe for concurrent use.
type impatient struct {
	bot.SystemClock

	mu      sync.Mutex
	lost    int // answers that nobody waits for yet
	waiting map[chan time.Time]bool
}

func newImpatient() *impatient { return &impatient{waiting: map[chan time.Time]bool{}} }

// Timer implements bot.Clock.
func (c *impatient) Timer(d time.Duration) (<-chan time.Time, func()) {
	if d != answerWithin {
		return c.SystemClock.Timer(d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fired := make(chan time.Time, 1)
	if c.lost > 0 {
		c.lost--
		fired <- time.Now()
		return fired, func() {}
	}
	c.waiting[fired] = true
	late := time.AfterFunc(d, func() { c.fire(fired) })
	return fired, func() {
		late.Stop()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, fired)
	}
}

func (c *impatient) fire(fired chan time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting[fired] {
		delete(c.waiting, fired)
		fired <- time.Now()
	}
}

// never says that an answer will not come: whoever waits for one stops waiting, or else
// the next who does. To stop too many is to lose more answers.
func (c *impatient) never() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		c.lost++
	}
	for fired := range c.waiting {
		delete(c.waiting, fired)
		fired <- time.Now()
	}
}
