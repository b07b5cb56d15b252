package bot

import "time"

// Clock is the only source of "now". Services read it once per transaction, so
// that all rows of one action agree. The core never sees it.
type Clock interface {
	// Now returns the current instant.
	Now() time.Time
	// Timer returns a channel that receives once, not before d has passed on
	// this clock, and a function that releases it. The simulator's clock may be
	// moved; timers follow it.
	Timer(d time.Duration) (fired <-chan time.Time, stop func())
}

// SystemClock is the machine's own clock.
type SystemClock struct{}

// Now returns time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// Timer wraps time.NewTimer.
func (SystemClock) Timer(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}

// Soonest is the earliest of some instants, of which the zero time is none; zero if
// there is none.
func Soonest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
