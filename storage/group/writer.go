package group

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/storage/sqlstore"
)

const (
	// BatchSize and BatchAge bound what one commit carries, so that a stream of
	// commands cannot put off the first one's answer for ever.
	BatchSize = 128
	BatchAge  = 20 * time.Millisecond
	// Enough commands go to their commit when the connection is free, though others
	// wait: those run meanwhile. Otherwise all who wait would first run and then all be
	// committed, and neither the processor nor the disk ever be busy for two.
	Enough = 8
)

// ErrClosed is what commands get after Close.
var ErrClosed = errors.New("the database is closed")

// Writer is the one connection of a process that writes. The fields below turn
// belong to whoever has it. It is safe for concurrent use.
type Writer struct {
	beginning string

	turn   turns
	write  Conn
	aside  Aside  // nil: nobody goes on while a batch is committed
	batch  *Batch // begun and not yet handed to its commit
	flight *Batch // handed to its commit last, which may be over
	// version is of when the last transaction began.
	version int64
	known   known
	closed  bool
}

// NewWriter returns a writer on a connection, whose transactions begin with a
// statement.
func NewWriter(write Conn, beginning string) *Writer {
	return &Writer{beginning: beginning, write: write}
}

// Current is the batch that was begun and not yet committed; only a command that is
// running may ask.
func (w *Writer) Current() *Batch { return w.batch }

// Idle reports whether nobody is writing or waiting to.
func (w *Writer) Idle() bool {
	w.turn.mu.Lock()
	defer w.turn.mu.Unlock()
	return !w.turn.busy
}

// Write runs fn as one command and returns once it is durable. Everyone runs in
// their own goroutine and hands the open transaction on to the next in line; the
// last one commits for all. Nobody is answered before that, not even with an error:
// it may rest on what a neighbour wrote. If the batch is lost, each of several
// members tries once more alone, so that a neighbour's fault does not become theirs.
func (w *Writer) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	b, err := w.member(ctx, fn, false)
	if b != nil && b.again() {
		b, err = w.member(ctx, fn, true)
	}
	if b != nil && b.lost != nil {
		return b.lost
	}
	return err
}

// member runs fn as one member of a batch and waits until the batch is over. Alone
// means that the batch ends with it. The batch is nil if fn was never run.
func (w *Writer) member(ctx context.Context, fn func(sqlstore.Querier) error, alone bool) (*Batch, error) {
	if err := w.turn.take(ctx); err != nil {
		return nil, fmt.Errorf("waiting to write: %w", err)
	}
	b, err := w.takePart(ctx, fn, alone)
	if b != nil {
		<-b.over
	}
	return b, err
}

// takePart runs fn while this caller has the turn. The deferred calls also hold
// when fn panics.
func (w *Writer) takePart(ctx context.Context, fn func(sqlstore.Querier) error, alone bool) (*Batch, error) {
	defer w.endTurn(ctx, alone)
	if alone {
		w.clear(ctx)
	}
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	b := w.batch
	b.size++
	return b, w.run(ctx, b, fn)
}

// begin begins a batch, if none has: at once with its transaction, or aside while
// another is being committed.
func (w *Writer) begin(ctx context.Context) error {
	if w.batch != nil {
		return nil
	}
	if w.closed {
		return ErrClosed
	}
	b := newBatch()
	if !w.beginAside(ctx, b) {
		if err := w.open(ctx, b); err != nil {
			return err
		}
	}
	w.batch = b
	return nil
}

// open opens a batch's transaction. The connection may have died while nobody used
// it: then a new one is tried.
func (w *Writer) open(ctx context.Context, b *Batch) error {
	if b.open {
		return nil
	}
	if err := w.leaveAside(ctx, b); err != nil {
		return err
	}
	used := w.write.Open()
	err := do(ctx, w.write, w.beginning)
	if err != nil {
		err = errors.Join(err, w.write.Reset())
		if used {
			err = do(ctx, w.write, w.beginning)
		}
	}
	if err != nil {
		return err
	}
	b.open = true
	return w.unchanged(ctx, b)
}

// run runs fn so that its failure undoes only its own writes. If that cannot be done,
// because a write came to nothing that no savepoint stands before, or the database has
// given up the whole transaction (disk full, I/O error), the batch is lost.
func (w *Writer) run(ctx context.Context, b *Batch, fn func(sqlstore.Querier) error) (err error) {
	m := &member{writer: w, conn: w.write, batch: b}
	done := false
	defer func() {
		if done && err == nil {
			err = m.end(ctx)
		}
		if done && err == nil {
			return
		}
		if lost := m.undo(ctx); lost != nil {
			b.lost = lost
			if !errors.Is(lost, err) {
				b.lost = errors.Join(err, lost)
			}
		}
	}()
	err = fn(m)
	done = true
	return err
}

// endTurn hands the open batch to the next in line, or ends it.
func (w *Writer) endTurn(ctx context.Context, alone bool) {
	b := w.batch
	if b == nil {
		w.turn.pass()
		return
	}
	full := alone || b.lost != nil || b.size >= BatchSize || time.Since(b.begun) > BatchAge || w.worthwhile(b)
	switch before := b.before; {
	case !full && w.turn.hand():
	case !full && before != nil && !before.isOver():
		w.turn.pass()
		w.await(ctx, b, before)
	case alone || b.lost != nil || !w.letGo():
		w.end(ctx, b)
		w.rest(ctx)
		w.turn.pass()
	default:
		w.fly(ctx, b)
	}
}

// end commits a batch, or gives it up, and tells its members.
func (w *Writer) end(ctx context.Context, b *Batch) {
	w.batch = nil
	w.ready(ctx, b)
	w.commit(ctx, b)
}

// ready opens the transaction of a batch that is to be committed. One that is lost
// only waits until the connection is free.
func (w *Writer) ready(ctx context.Context, b *Batch) {
	if b.lost == nil {
		b.lost = w.open(ctx, b)
		return
	}
	if err := w.leaveAside(ctx, b); err != nil {
		b.lost = errors.Join(b.lost, err)
	}
}

// commit is the end of a batch that is ready.
func (w *Writer) commit(ctx context.Context, b *Batch) {
	if b.lost == nil && len(b.pile.writes) > 0 {
		// What is written is left for others to look at, who read aside.
		b.lost = w.write.Send(context.WithoutCancel(ctx), b.pile.writes)
	}
	if b.lost == nil {
		b.lost = do(ctx, w.write, "COMMIT")
	}
	if b.lost != nil && b.open {
		// The transaction may be gone already, or still be open after a COMMIT that
		// failed. A new connection is certainly free of it.
		if err := w.write.Reset(); err != nil {
			b.lost = errors.Join(b.lost, err)
		}
	}
	w.known.change(b.pile.changes)
	w.known.change(b.sent)
	close(b.over)
}

// clear ends the batch that was begun and waits for the one that is being committed.
func (w *Writer) clear(ctx context.Context) {
	if w.batch != nil {
		w.end(ctx, w.batch)
	}
	if w.flight != nil {
		<-w.flight.over
	}
}

// Apart runs statements between two batches, outside any transaction.
func (w *Writer) Apart(ctx context.Context, statements ...string) error {
	if err := w.turn.take(ctx); err != nil {
		return fmt.Errorf("waiting to write: %w", err)
	}
	defer w.turn.pass()
	w.clear(ctx)
	if w.closed {
		return ErrClosed
	}
	for _, q := range statements {
		if err := do(ctx, w.write, q); err != nil {
			return err
		}
	}
	return nil
}

// Close refuses whoever waits for the turn, and closes the connection and then
// whatever else is given, once: closing twice is no error.
func (w *Writer) Close(also func() error) error {
	ctx := context.Background()
	if err := w.turn.take(ctx); err != nil {
		return err
	}
	defer w.turn.pass()
	w.clear(ctx)
	if w.closed {
		return nil
	}
	w.closed = true
	return errors.Join(w.write.Reset(), also())
}
