package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"yiqun/storage/group"
	"yiqun/storage/migrations"
	"yiqun/storage/sqlstore"
)

// readers is how many transactions may read at once.
const readers = 4

// engine is one SQLite file.
type engine struct {
	writer, reader *sql.DB
	writes         *group.Writer
	free           chan *session // of readers
	writing        *session
	beside         *aside
	remove         func() error
}

var _ sqlstore.Engine = (*engine)(nil)

func newEngine(writer, reader *sql.DB) *engine {
	writing, beside := newSession(writer), &aside{session: newSession(reader)}
	e := &engine{
		writer: writer, reader: reader, writing: writing, beside: beside,
		writes: group.NewWriter(writing, "BEGIN IMMEDIATE").Beside(beside),
		free:   make(chan *session, readers),
	}
	for range readers {
		e.free <- newSession(reader)
	}
	return e
}

// Write implements sqlstore.Engine. Commands that wait share one commit.
func (e *engine) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	return e.writes.Write(ctx, fn)
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
		return group.ErrClosed
	}
	defer func() { e.free <- s }()
	if _, err := s.Exec(context.WithoutCancel(ctx), "BEGIN"); err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer func() {
		if _, end := s.Exec(context.WithoutCancel(ctx), "ROLLBACK"); end != nil {
			err = errors.Join(err, end, s.Reset())
		}
	}()
	return fn(s)
}

// Scrub implements sqlstore.Engine: it empties the write-ahead log, which holds older
// copies of pages. A reader that is still at work keeps it from that (a backup, say);
// writers do not wait for it long, and closing the database empties the log anyway.
func (e *engine) Scrub(ctx context.Context) {
	_ = e.writes.Apart(ctx, "PRAGMA busy_timeout(300)", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA busy_timeout(10000)")
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
	return e.writes.Close(func() error {
		var errs []error
		for range readers {
			errs = append(errs, (<-e.free).Reset())
		}
		close(e.free)
		return errors.Join(append(errs, e.beside.Reset(), e.reader.Close(), e.writer.Close(), e.remove())...)
	})
}
