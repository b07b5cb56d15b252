package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
)

// Querier runs statements inside one transaction.
type Querier interface {
	// Exec runs a statement and tells how many rows it touched.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a statement that returns rows. Nothing else is asked before they are
	// closed: a connection answers one question at a time.
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	// Ask is Query for a statement that reads, of the one table it names, only what
	// writes with this key change.
	Ask(ctx context.Context, key, query string, args ...any) (Rows, error)
	// Later has a statement run, in order, before anything is read that may depend on it
	// and before the transaction ends. Whatever goes wrong with it then undoes the
	// transaction, and is its error. So commands that wait together are written together.
	Later(ctx context.Context, w Write) error
	// Pending is the last write with a key that has not run yet.
	Pending(key string) (Write, bool)
	// Recall is what was kept as the answer to a query about something, if it certainly
	// still is that. Keep keeps it; nobody changes it any more then.
	Recall(query, of string) (any, bool)
	Keep(query, of string, answer any)
}

// Forgetful is the part of a Querier that keeps nothing.
type Forgetful struct{}

// Recall implements Querier.
func (Forgetful) Recall(string, string) (any, bool) { return nil, false }

// Keep implements Querier.
func (Forgetful) Keep(string, string, any) {}

// Write is a statement of which only the success matters.
type Write struct {
	Query string
	Args  []any
	// Doing says in an error what it was for.
	Doing string
	// Missed is the error of a write that touched no row; nil if that is as good.
	Missed error
	// Many is the text of one statement that does what so many writes with this Query do,
	// given the arguments of all. The first argument of each says which row it changes.
	// Nil if there is none: inserts of one row need none.
	Many func(writes int) string
	// Key names the row it writes, for Ask and Pending; of a table that is asked by key
	// every write has one that changes a single row. Value is what will stand there.
	Key   string
	Value any
}

// Rows are what a query found: *sql.Rows are.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// SQL is what database/sql runs statements on: a *sql.Tx, say.
type SQL interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// On is a Querier that runs each statement at once.
func On(db SQL) Querier { return direct{db: db} }

type direct struct {
	Forgetful
	db SQL
}

func (d direct) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := d.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (d direct) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return d.db.QueryContext(ctx, query, args...) //nolint:rowserrcheck // whoever reads them asks
}

func (d direct) Ask(ctx context.Context, _, query string, args ...any) (Rows, error) {
	return d.Query(ctx, query, args...)
}

func (d direct) Pending(string) (Write, bool) { return Write{}, false }

func (d direct) Later(ctx context.Context, w Write) error { return Run(ctx, d, w) }

// Run carries out a write at once.
func Run(ctx context.Context, q Querier, w Write) error {
	n, err := q.Exec(ctx, w.Query, w.Args...)
	return w.Outcome(n, err)
}

// Outcome is the error of a write that touched n rows or failed with err.
func (w Write) Outcome(n int64, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", w.Doing, err)
	}
	if n == 0 {
		return w.Missed
	}
	return nil
}
