package group

import (
	"context"
	"time"
)

// Batch is what one commit carries.
type Batch struct {
	begun time.Time
	size  int
	pile  pile // of members that have ended, not sent yet
	// sent is what else was written: by members that could not wait for the end.
	sent changes
	// open: the transaction has begun. Until then its members read aside, and before is
	// the batch that is being committed meanwhile.
	open   bool
	before *Batch
	// follows: it began while another was being committed, and rests on that.
	follows bool
	// lost is why nothing of the batch can be committed.
	lost error
	// over is closed when the batch is durable, or lost.
	over chan struct{}
}

func newBatch() *Batch { return &Batch{begun: time.Now(), over: make(chan struct{})} }

// isOver reports whether the batch is durable, or lost.
func (b *Batch) isOver() bool {
	select {
	case <-b.over:
		return true
	default:
		return false
	}
}

// again reports whether a member of a batch that is over should try once more alone:
// it was lost, and perhaps by another's fault.
func (b *Batch) again() bool { return b.lost != nil && (b.size > 1 || b.follows) }

// touches reports whether the batch may change what a query reads.
func (b *Batch) touches(key, query string) bool {
	return b.pile.touches(key, query) || b.sent.touches(key, query)
}

// send sends what its members left to it.
func (b *Batch) send(ctx context.Context, c Conn) error {
	if len(b.pile.writes) == 0 {
		return nil
	}
	writes := b.pile.take()
	b.sent.add(writes...)
	return c.Send(context.WithoutCancel(ctx), writes)
}
