package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiqun/storage/migrations"
	"yiqun/storage/sqlstore"
)

const (
	// readers is how many transactions may read at once.
	readers = 4
	// batchSize and batchAge bound what one commit carries, so that a stream of
	// commands cannot put off the first one's answer for ever.
	batchSize = 128
	batchAge  = 20 * time.Millisecond
)

var errClosed = errors.New("the database is closed")

// engine is one SQLite file. The fields below turn belong to whoever has it.
type engine struct {
	writer, reader *sql.DB
	free           chan *session // of readers
	remove         func() error

	turn   turns
	write  session
	batch  *batch // begun and not yet committed
	closed bool
}

var _ sqlstore.Engine = (*engine)(nil)

func newEngine(writer, reader *sql.DB) *engine {
	e := &engine{writer: writer, reader: reader, free: make(chan *session, readers), write: session{db: writer}}
	for range readers {
		e.free <- &session{db: reader}
	}
	return e
}

// batch is what one commit carries.
type batch struct {
	begun time.Time
	size  int
	// lost is why nothing of the batch can be committed.
	lost error
	// over is closed when the batch is durable, or lost.
	over chan struct{}
}

// Write implements sqlstore.Engine. Everyone runs in their own goroutine and hands
// the open transaction on to the next in line; the last one commits for all. Nobody
// is answered before that, not even with an error: it may rest on what a neighbour
// wrote. If the batch is lost, each of several members tries once more alone, so
// that a neighbour's fault does not become theirs.
func (e *engine) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	b, err := e.member(ctx, fn, false)
	if b != nil && b.lost != nil && b.size > 1 {
		b, err = e.member(ctx, fn, true)
	}
	if b != nil && b.lost != nil {
		return b.lost
	}
	return err
}

// member runs fn as one member of a batch and waits until the batch is over. Alone
// means that the batch ends with it. The batch is nil if fn was never run.
func (e *engine) member(ctx context.Context, fn func(sqlstore.Querier) error, alone bool) (*batch, error) {
	if err := e.turn.take(ctx); err != nil {
		return nil, fmt.Errorf("waiting to write: %w", err)
	}
	b, err := e.takePart(ctx, fn, alone)
	if b != nil {
		<-b.over
	}
	return b, err
}

// takePart runs fn while this caller has the turn. The deferred calls also hold
// when fn panics.
func (e *engine) takePart(ctx context.Context, fn func(sqlstore.Querier) error, alone bool) (*batch, error) {
	defer e.endTurn(ctx, alone)
	if alone && e.batch != nil {
		e.end(ctx, e.batch)
	}
	if err := e.begin(ctx); err != nil {
		return nil, err
	}
	b := e.batch
	b.size++
	return b, e.savepoint(ctx, b, fn)
}

func (e *engine) begin(ctx context.Context) error {
	if e.batch != nil {
		return nil
	}
	if e.closed {
		return errClosed
	}
	if err := e.write.do(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	e.batch = &batch{begun: time.Now(), over: make(chan struct{})}
	return nil
}

// savepoint runs fn so that its failure undoes only its own writes. If SQLite has
// given up the whole transaction (disk full, I/O error), the savepoint is gone too
// and the batch is lost.
func (e *engine) savepoint(ctx context.Context, b *batch, fn func(sqlstore.Querier) error) (err error) {
	if err := e.write.do(ctx, "SAVEPOINT member"); err != nil {
		b.lost = err
		return err
	}
	done := false
	defer func() {
		if done && err == nil {
			b.lost = e.write.do(ctx, "RELEASE member")
			return
		}
		if undo := e.write.do(ctx, "ROLLBACK TO member", "RELEASE member"); undo != nil {
			b.lost = errors.Join(err, undo)
		}
	}()
	err = fn(steady{&e.write})
	done = true
	return err
}

// endTurn hands the open batch to the next in line, or ends it.
func (e *engine) endTurn(ctx context.Context, alone bool) {
	if b := e.batch; b != nil {
		full := alone || b.lost != nil || b.size >= batchSize || time.Since(b.begun) > batchAge
		if !full && e.turn.hand() {
			return
		}
		e.end(ctx, b)
	}
	e.turn.pass()
}

// end commits a batch, or gives it up, and tells its members.
func (e *engine) end(ctx context.Context, b *batch) {
	if b.lost == nil {
		b.lost = e.write.do(ctx, "COMMIT")
	}
	if b.lost != nil {
		// The transaction may be gone already, or still be open after a COMMIT that
		// failed. A new connection is certainly free of it.
		if err := e.write.reset(); err != nil {
			b.lost = errors.Join(b.lost, err)
		}
	}
	e.batch = nil
	close(b.over)
}

// Read implements sqlstore.Engine. It sees one state of the database throughout,
// and waits for no writer.
func (e *engine) Read(ctx context.Context, fn func(sqlstore.Querier) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	var s *session
	select {
	case s = <-e.free:
	case <-ctx.Done():
		return fmt.Errorf("waiting to read: %w", ctx.Err())
	}
	if s == nil {
		return errClosed
	}
	defer func() { e.free <- s }()
	if err := s.do(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		if end := s.do(ctx, "ROLLBACK"); end != nil {
			err = errors.Join(err, end, s.reset())
		}
	}()
	return fn(s)
}

// Schema implements sqlstore.Engine.
func (e *engine) Schema() int64 { return migrations.Newest(migrations.SQLite) }

// Clock implements sqlstore.Engine. SQLite counts milliseconds.
func (e *engine) Clock() string {
	return "(CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER) * 1000000)"
}

// Close implements sqlstore.Engine. Who waits for the turn is refused; closing
// twice is no error.
func (e *engine) Close() error {
	ctx := context.Background()
	if err := e.turn.take(ctx); err != nil {
		return err
	}
	if e.batch != nil {
		e.end(ctx, e.batch)
	}
	defer e.turn.pass()
	if e.closed {
		return nil
	}
	e.closed = true
	errs := []error{e.write.reset()}
	for range readers {
		errs = append(errs, (<-e.free).reset())
	}
	close(e.free)
	return errors.Join(append(errs, e.reader.Close(), e.writer.Close(), e.remove())...)
}
