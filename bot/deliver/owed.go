package deliver

import (
	"context"
	"slices"
	"sync"
)

// owed is what was sent and could not be stored as sent, because the disk was full or
// the database away. It is not sent again: a group would read the same line every few
// seconds for as long as that lasts. It is safe for concurrent use.
type owed struct {
	mu   sync.Mutex
	rows map[string]int // calls that a row's message cost, by the row's id
}

// note remembers rows that are out; their calls are counted with the first.
func (o *owed) note(rows []Row, calls int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range rows {
		if r.State != Sent {
			continue
		}
		if o.rows == nil {
			o.rows = map[string]int{}
		}
		o.rows[r.ID], calls = calls, 0
	}
}

// take forgets a row and tells what it cost; ok is false if it is not owed.
func (o *owed) take(id string) (calls int, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	calls, ok = o.rows[id]
	delete(o.rows, id)
	return calls, ok
}

// payOwed stores what of a chat's rows is out already, and returns the others.
func (w *Worker) payOwed(ctx context.Context, rows []Row) ([]Row, error) {
	var out []Row
	cost := 0
	left := slices.DeleteFunc(rows, func(r Row) bool {
		calls, ok := w.owed.take(r.ID)
		if ok {
			out, cost = append(out, r), cost+calls
		}
		return ok
	})
	if len(out) == 0 {
		return left, nil
	}
	return left, w.settle(ctx, in(Sent, out), cost)
}
