package group

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"yiqun/storage/sqlstore"
)

// Aside is a second connection to the same database, which reads. While one batch is
// being committed, which is mostly waiting for the disk, the commands of the next
// read there, each thing that the first does not change. So they see what they would
// see after it.
//
// What one batch is told rests on the batch before it; if that is lost, so are both,
// and each command tries again alone.
type Aside interface {
	// Begin lets go of the state that was read before and begins to read a later one:
	// of now, or of when something is first asked.
	Begin(ctx context.Context) error
	Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error)
	// End lets go of the state.
	End(ctx context.Context) error
	// Version changes whenever somebody writes who is not the connection that is asked.
	Version(ctx context.Context, write Conn) (int64, error)
	// Due reports whether the connection that writes has to rest soon, with nobody
	// reading aside. Rest is that; what comes of it is no command's business.
	Due(write Conn) bool
	Rest(ctx context.Context, write Conn)
}

// Beside lets commands read aside while others are committed. It is called before the
// writer is used.
func (w *Writer) Beside(a Aside) *Writer {
	w.aside = a
	return w
}

// beginAside begins a batch without a transaction, if another is being committed.
func (w *Writer) beginAside(ctx context.Context, b *Batch) bool {
	if w.flight == nil || w.flight.isOver() || w.aside.Begin(ctx) != nil {
		return false
	}
	b.before, b.follows = w.flight, true
	return true
}

// leaveAside waits until the batch before is over: its connection is free then.
func (w *Writer) leaveAside(ctx context.Context, b *Batch) error {
	if b.before == nil {
		if w.flight != nil {
			<-w.flight.over
		}
		return nil
	}
	<-b.before.over
	lost := b.before.lost
	b.before = nil
	if err := w.aside.End(ctx); err != nil {
		return fmt.Errorf("reading aside: %w", err)
	}
	if lost != nil {
		return fmt.Errorf("the batch before was lost: %w", lost)
	}
	return nil
}

var errForeign = errors.New("another program wrote meanwhile")

// unchanged makes sure that nobody else wrote since the batch before this one began,
// if this one has read aside.
func (w *Writer) unchanged(ctx context.Context, b *Batch) error {
	if w.aside == nil {
		return nil
	}
	had := w.version
	now, err := w.aside.Version(ctx, w.write)
	if err != nil {
		return fmt.Errorf("looking for other writers: %w", err)
	}
	if now == had {
		return nil
	}
	w.version = now
	w.known.forget()
	if b.follows {
		return errForeign
	}
	return nil
}

// mayReadAside reports whether a query may be asked aside.
func (b *Batch) mayReadAside(key, query string) bool {
	return b.before != nil && !b.before.touches(key, query)
}

// pending is the last write with a key that has not run for certain.
func (b *Batch) pending(key string) (sqlstore.Write, bool) {
	if w, ok := b.pile.pending(key); ok || b.before == nil {
		return w, ok
	}
	return b.before.pile.pending(key)
}

// letGo reports whether others may go on while a batch is committed.
func (w *Writer) letGo() bool { return w.aside != nil && !w.aside.Due(w.write) }

// worthwhile reports whether a batch should go now though others wait.
func (w *Writer) worthwhile(b *Batch) bool {
	return w.aside != nil && b.size >= Enough && (w.flight == nil || w.flight.isOver())
}

// fly commits a batch and lets others go on meanwhile: the turn is passed on.
func (w *Writer) fly(ctx context.Context, b *Batch) {
	w.ready(ctx, b)
	w.batch, w.flight = nil, b
	w.turn.pass()
	// Whoever has the turn now goes first: all others wait for them, and a commit only keeps
	// its own members waiting.
	runtime.Gosched()
	w.commit(ctx, b)
}

// await waits for the batch before one that nobody adds to at the moment, and ends it
// unless somebody adds to it then.
func (w *Writer) await(ctx context.Context, b, before *Batch) {
	select {
	case <-before.over:
	case <-b.over:
		return
	}
	if !w.turn.try() {
		return // whoever has the turn comes to the end of it
	}
	if w.batch != b {
		w.turn.pass()
		return
	}
	w.endTurn(ctx, false)
}

// rest lets the connection that writes rest, if it has to.
func (w *Writer) rest(ctx context.Context) {
	if w.aside != nil && w.aside.Due(w.write) {
		w.aside.Rest(context.WithoutCancel(ctx), w.write)
	}
}
