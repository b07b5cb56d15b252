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
)

// ErrClosed is what commands get after Close.
var ErrClosed = errors.New("the database is closed")

// Writer is the one connection of a process that writes. The fields below turn
// belong to whoever has it. It is safe for concurrent use.
type Writer struct {
	beginning string

	turn   turns
	write  Conn
	batch  *Batch // begun and not yet committed
	closed bool
}

// NewWriter returns a writer on a connection, whose transactions begin with a
// statement.
func NewWriter(write Conn, beginning string) *Writer {
	return &Writer{beginning: beginning, write: write}
}

// Batch is what one commit carries.
type Batch struct {
	begun time.Time
	size  int
	pile  pile // of members that have ended, not sent yet
	// lost is why nothing of the batch can be committed.
	lost error
	// over is closed when the batch is durable, or lost.
	over chan struct{}
}

// send sends what its members left to it.
func (b *Batch) send(ctx context.Context, c Conn) error {
	if len(b.pile.writes) == 0 {
		return nil
	}
	return c.Send(context.WithoutCancel(ctx), b.pile.take())
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
	if b != nil && b.lost != nil && b.size > 1 {
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
	if alone && w.batch != nil {
		w.end(ctx, w.batch)
	}
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	b := w.batch
	b.size++
	return b, w.run(ctx, b, fn)
}

// begin opens the transaction. The connection may have died while nobody used it:
// then a new one is tried.
func (w *Writer) begin(ctx context.Context) error {
	if w.batch != nil {
		return nil
	}
	if w.closed {
		return ErrClosed
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
	w.batch = &Batch{begun: time.Now(), over: make(chan struct{})}
	return nil
}

// run runs fn so that its failure undoes only its own writes. If that cannot be done,
// because a write came to nothing that no savepoint stands before, or the database has
// given up the whole transaction (disk full, I/O error), the batch is lost.
func (w *Writer) run(ctx context.Context, b *Batch, fn func(sqlstore.Querier) error) (err error) {
	m := &member{conn: w.write, batch: b}
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
	if b := w.batch; b != nil {
		full := alone || b.lost != nil || b.size >= BatchSize || time.Since(b.begun) > BatchAge
		if !full && w.turn.hand() {
			return
		}
		w.end(ctx, b)
	}
	w.turn.pass()
}

// end commits a batch, or gives it up, and tells its members.
func (w *Writer) end(ctx context.Context, b *Batch) {
	if b.lost == nil {
		b.lost = b.send(ctx, w.write)
	}
	if b.lost == nil {
		b.lost = do(ctx, w.write, "COMMIT")
	}
	if b.lost != nil {
		// The transaction may be gone already, or still be open after a COMMIT that
		// failed. A new connection is certainly free of it.
		if err := w.write.Reset(); err != nil {
			b.lost = errors.Join(b.lost, err)
		}
	}
	w.batch = nil
	close(b.over)
}

// Apart runs statements between two batches, outside any transaction.
func (w *Writer) Apart(ctx context.Context, statements ...string) error {
	if err := w.turn.take(ctx); err != nil {
		return fmt.Errorf("waiting to write: %w", err)
	}
	defer w.turn.pass()
	if w.batch != nil {
		w.end(ctx, w.batch)
	}
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
	if w.batch != nil {
		w.end(ctx, w.batch)
	}
	defer w.turn.pass()
	if w.closed {
		return nil
	}
	w.closed = true
	return errors.Join(w.write.Reset(), also())
}
