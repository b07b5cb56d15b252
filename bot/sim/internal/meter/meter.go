// Package meter counts against the limits platforms set: so many per span of time
// and so many per calendar month, on the world's clock.
//
// It owns the counting and refuses waiting: a caller is told no at once. Start at
// [Window].
package meter

import (
	"sync"
	"time"
)

// Window lets at most so many through in any span, per key. The zero value is
// ready; it may be used at once from many goroutines.
type Window struct {
	mu   sync.Mutex
	used map[string][]time.Time
}

// Limit is one bound of a Window.
type Limit struct {
	Most int
	Span time.Duration
}

// Allow counts one use of key at now and reports true, or counts nothing and
// reports false when a limit is reached already. A clock set back forgets the
// uses that lie ahead of it.
func (w *Window) Allow(key string, now time.Time, limits ...Limit) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.used == nil {
		w.used = map[string][]time.Time{}
	}
	var longest time.Duration
	for _, l := range limits {
		longest = max(longest, l.Span)
	}
	kept := w.used[key][:0]
	for _, at := range w.used[key] {
		if age := now.Sub(at); age >= 0 && age < longest {
			kept = append(kept, at)
		}
	}
	w.used[key] = kept
	for _, l := range limits {
		if within(kept, now, l.Span) >= l.Most {
			return false
		}
	}
	w.used[key] = append(kept, now)
	return true
}

func within(uses []time.Time, now time.Time, span time.Duration) int {
	n := 0
	for _, at := range uses {
		if now.Sub(at) < span {
			n++
		}
	}
	return n
}

// Month counts uses per key and calendar month in Chinese time. The zero value is
// ready; it may be used at once from many goroutines.
type Month struct {
	mu   sync.Mutex
	used map[string]int
}

var china = time.FixedZone("CST", 8*60*60)

// Allow counts one use of key in now's month and reports true, or counts nothing
// and reports false when most are used.
func (m *Month) Allow(key string, now time.Time, most int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used == nil {
		m.used = map[string]int{}
	}
	key += now.In(china).Format("/2006-01")
	if m.used[key] >= most {
		return false
	}
	m.used[key]++
	return true
}
