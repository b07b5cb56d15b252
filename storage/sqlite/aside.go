package sqlite

import (
	"context"
	"errors"

	"yiqun/storage/group"
)

// restAfter is how many statements are written between two checkpoints. Each changes
// two pages or so; SQLite's own bound of 1000 pages would have every fiftieth command
// wait for a checkpoint before its answer. Whoever comes during one waits for all that
// was written since the last: one percent for a fifth of a second under steady load,
// half a second with four times as much.
const restAfter = 1000

// aside is where commands read while others are committed.
type aside struct {
	*session
	begun bool
	// rested is how much had been written at the last checkpoint.
	rested int64
}

var _ group.Aside = (*aside)(nil)

// Begin implements group.Aside. SQLite fixes what is seen by the first query.
func (a *aside) Begin(ctx context.Context) error {
	if err := a.End(ctx); err != nil {
		return err
	}
	_, err := a.Exec(context.WithoutCancel(ctx), "BEGIN")
	a.begun = err == nil
	return err
}

// End implements group.Aside.
func (a *aside) End(ctx context.Context) error {
	if !a.begun {
		return nil
	}
	a.begun = false
	if _, err := a.Exec(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
		return errors.Join(err, a.Reset())
	}
	return nil
}

// Version implements group.Aside.
func (a *aside) Version(ctx context.Context, write group.Conn) (v int64, err error) {
	rows, err := write.Query(context.WithoutCancel(ctx), "PRAGMA data_version")
	if err != nil {
		return 0, err
	}
	if rows.Next() {
		err = rows.Scan(&v)
	}
	return v, errors.Join(err, rows.Err(), rows.Close())
}

// Due implements group.Aside.
func (a *aside) Due(write group.Conn) bool {
	return write.(*session).written.Load()-a.rested >= restAfter
}

// Rest implements group.Aside: it moves what is in the write-ahead log into the
// database, so that the log is written from its beginning again. Whoever still reads
// an older state keeps it from doing all of that; the next one will.
func (a *aside) Rest(ctx context.Context, write group.Conn) {
	s := write.(*session)
	a.rested = s.written.Load()
	_, _ = s.Exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
}
