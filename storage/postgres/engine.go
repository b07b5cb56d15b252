package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiqun/storage/group"
	"yiqun/storage/migrations"
	"yiqun/storage/sqlstore"
)

const (
	// patience bounds how long a transaction that keeps losing tries again.
	patience = 10 * time.Second
	// doubles bounds how often it meets a key that is there already; a key that is
	// always there is no race.
	doubles = 5
)

// engine is one PostgreSQL database. One connection writes: commands of one instance
// cannot get into each other's way then, which costs serializable transactions far
// more than waiting for a shared commit, and the others read.
type engine struct {
	db     *sql.DB
	writes *group.Writer
}

var _ sqlstore.Engine = (*engine)(nil)

// Write implements sqlstore.Engine. What PostgreSQL cannot put in order with the
// transactions of others is run again.
func (e *engine) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 2*time.Millisecond, 200*time.Millisecond
	met := 0
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := e.writes.Write(ctx, fn)
		switch state(err) {
		case serializationFailure, deadlockDetected:
			return struct{}{}, err
		case uniqueViolation:
			if met++; met <= doubles {
				return struct{}{}, err
			}
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(patience))
	return err
}

// Read implements sqlstore.Engine. It sees one state of the database throughout.
func (e *engine) Read(ctx context.Context, fn func(sqlstore.Querier) error) (err error) {
	tx, err := e.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	// After a commit this does nothing; it is here for errors and panics.
	defer func() {
		if end := tx.Rollback(); end != nil && !errors.Is(end, sql.ErrTxDone) {
			err = errors.Join(err, end)
		}
	}()
	if err := fn(sqlstore.On(tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// The SQLSTATEs of a transaction that failed only because of others. A unique
// violation is one because what the SQL text expects to meet it handles by ON
// CONFLICT.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	uniqueViolation      = "23505"
)

// state returns the SQLSTATE of an error of the server; empty for any other.
func state(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	return ""
}

// Scrub implements sqlstore.Engine. Older copies of rows are VACUUM's, and the
// write-ahead log is the server's.
func (e *engine) Scrub(context.Context) {}

// Schema implements sqlstore.Engine.
func (e *engine) Schema() int64 { return migrations.Newest(migrations.Postgres) }

// Clock implements sqlstore.Engine. PostgreSQL counts microseconds.
func (e *engine) Clock() string {
	return "(CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) * 1000)"
}

// Close implements sqlstore.Engine. Who waits to write is refused.
func (e *engine) Close() error { return e.writes.Close(e.db.Close) }
