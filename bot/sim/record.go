package sim

import (
	"maps"
	"slices"
	"strings"
)

// keptCalls is how far back the wire log reaches at least; a long session must not
// fill the memory.
const keptCalls = 10_000

// Record adds a call to the wire log and counts it.
func (w *World) Record(c Call) {
	const most = 4096
	w.mu.Lock()
	c.Seq = w.forgotten + len(w.calls) + 1
	if c.At.IsZero() {
		c.At = w.Clock.Now()
	}
	c.Request, c.Response = clip(c.Request, most), clip(c.Response, most)
	w.calls = append(w.calls, c)
	if len(w.calls) > 2*keptCalls {
		w.forgotten += keptCalls
		w.calls = slices.Clone(w.calls[keptCalls:])
	}
	if c.Counts != Free {
		w.totals[c.Counts]++
	}
	w.mu.Unlock()
	w.notify()
}

func clip(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// Calls returns the wire log after the given sequence number, as far back as it is
// kept.
func (w *World) Calls(after int) []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	after -= w.forgotten
	if after >= len(w.calls) {
		return nil
	}
	return slices.Clone(w.calls[max(after, 0):])
}

// Totals returns how much of each quota was used.
func (w *World) Totals() map[Quota]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.totals)
}
