package deliver

import (
	"context"
	"maps"
	"time"
)

// Budget is token buckets that all instances share.
type Budget interface {
	// Take takes one token from every bucket of a name; limits says how many may be
	// taken in any period of that length. wait is zero, or how long it will be until
	// every bucket has one; nothing was taken then.
	Take(ctx context.Context, name string, limits map[time.Duration]int) (wait time.Duration, err error)
}

// shortWait is how long a message waits for its turn without being put back.
const shortWait = time.Second

// paced waits until a message may go by what the platform allows to a conversation,
// and to all of them together. It is false when that takes so long that the row was
// put back. A budget that cannot be reached stops nothing: the platform then says
// itself when it is too much.
func (w *Worker) paced(ctx context.Context, row Row) (bool, error) {
	wait := w.wait(ctx, row)
	switch {
	case wait <= 0:
		return true, nil
	case wait > shortWait:
		row.NotBefore = w.clock.Now().Add(wait)
		return false, w.settle(ctx, []Row{row}, 0)
	}
	fired, stop := w.clock.Timer(wait)
	defer stop()
	select {
	case <-fired:
		return w.paced(ctx, row)
	case <-ctx.Done():
		return false, nil
	}
}

func (w *Worker) wait(ctx context.Context, row Row) time.Duration {
	s := w.senders[row.To.Platform]
	if w.budget == nil || s == nil {
		return 0
	}
	c := s.Capabilities()
	for _, b := range []struct {
		name   string
		limits map[time.Duration]int
	}{
		{string(row.To.Platform), map[time.Duration]int{time.Second: c.PerSecond}},
		{row.To.Key(), map[time.Duration]int{time.Minute: c.PerMinute, time.Hour: c.PerHour}},
	} {
		maps.DeleteFunc(b.limits, func(_ time.Duration, n int) bool { return n == 0 })
		if len(b.limits) == 0 {
			continue
		}
		wait, err := w.budget.Take(ctx, b.name, b.limits)
		if err != nil {
			w.log.WarnContext(ctx, "sending without a shared budget", "error", err)
			return 0
		}
		if wait > 0 {
			return wait
		}
	}
	return 0
}
