package app

import (
	"log/slog"
	"sync"
	"time"

	"yiqun/bot"
)

const (
	// leapFrom is how far a clock must be set at once to be worth a thought.
	leapFrom = 5 * time.Minute
	// settlesIn is how long after it was set forward a clock is believed about what
	// cannot be taken back. A machine that was resumed, or whose clock was repaired, loses
	// only that much; one whose clock is wrong has that long to be put right.
	settlesIn = 15 * time.Minute
)

// leaps knows whether the clock was set while the bot ran. A vote that is closed cannot
// be opened again, its key is gone; so no clock may close one that a moment later says it
// is two days earlier. It is safe for concurrent use.
type leaps struct {
	clock  bot.Clock
	steady func() time.Duration
	log    *slog.Logger

	mu    sync.Mutex
	known bool
	wall  time.Time     // what the clock said
	at    time.Duration // when it was looked at
	until time.Duration // until when it is not believed
}

func newLeaps(o Options) *leaps {
	l := &leaps{clock: o.Clock, steady: o.Steady, log: o.Logger}
	l.look()
	return l
}

// look compares the clock with one that nobody sets. It has to be called often: what
// clocks drift apart in weeks is no leap.
func (l *leaps) look() { _ = l.unsettled() }

// unsettled reports whether the clock was set forward, and not back, less than settlesIn
// ago.
func (l *leaps) unsettled() bool {
	if l.steady == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	wall, at := l.clock.Now().Round(0), l.steady() // Round: what the clock says, not how long it ran
	if l.known {
		l.leapt(wall.Sub(l.wall)-(at-l.at), at)
	}
	l.known, l.wall, l.at = true, wall, at
	return at < l.until
}

func (l *leaps) leapt(by, at time.Duration) {
	switch {
	case by > leapFrom:
		l.until = at + settlesIn
		l.log.Warn("the clock was set forward, for a while nothing is closed by it", "by", by.Round(time.Second), "for", settlesIn)
	case by < -leapFrom:
		l.until = 0
		l.log.Warn("the clock was set back", "by", (-by).Round(time.Second))
	}
}
