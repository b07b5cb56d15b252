package group

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"yiqun/storage/sqlstore"
)

// queueMost bounds how many writes are held back.
const queueMost = 1024

// member is the transaction as one command of a batch sees it. It holds writes back
// until something is asked that may depend on them, or the batch ends. Most commands
// first read and then write: they need no savepoint, because those that fail have
// written nothing.
//
// A statement that is interrupted takes the whole transaction with it, on PostgreSQL
// even the connection, so a member that is cancelled stops before its next statement
// instead.
type member struct {
	conn  Conn
	batch *Batch // with the writes of members before this one
	queue []sqlstore.Write
	// saved: something was sent before the end, and a savepoint stands before it.
	saved bool
	// failed is the first error that the connection gave this member.
	failed error
}

var _ sqlstore.Querier = (*member)(nil)

// Later implements sqlstore.Querier.
func (m *member) Later(ctx context.Context, w sqlstore.Write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.queue = append(m.queue, w); len(m.queue) < queueMost {
		return nil
	}
	return m.flush(ctx)
}

// Exec implements sqlstore.Querier.
func (m *member) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := m.flush(ctx); err != nil {
		return 0, err
	}
	n, err := m.conn.Exec(context.WithoutCancel(ctx), query, args...)
	return n, m.note(err)
}

// Query implements sqlstore.Querier.
func (m *member) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	return m.Ask(ctx, "", query, args...)
}

// Pending implements sqlstore.Querier.
func (m *member) Pending(key string) (sqlstore.Write, bool) {
	for _, queue := range [][]sqlstore.Write{m.queue, m.batch.queue} {
		for _, w := range slices.Backward(queue) {
			if w.Key == key {
				return w, true
			}
		}
	}
	return sqlstore.Write{}, false
}

// Ask implements sqlstore.Querier.
func (m *member) Ask(ctx context.Context, key, query string, args ...any) (sqlstore.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	awaited := func(w sqlstore.Write) bool {
		return (key == "" || w.Key == "" || key == w.Key) && touches(w.Query, query)
	}
	switch {
	case !reads(query) || slices.ContainsFunc(m.queue, awaited):
		if err := m.flush(ctx); err != nil {
			return nil, err
		}
	case slices.ContainsFunc(m.batch.queue, awaited):
		if err := m.note(m.batch.send(ctx, m.conn)); err != nil {
			return nil, err
		}
	}
	rows, err := m.conn.Query(context.WithoutCancel(ctx), query, args...)
	if err != nil {
		return nil, m.note(err)
	}
	return noted{rows, m}, nil
}

// reads reports whether a statement that returns rows leaves the database as it is.
func reads(query string) bool {
	query = strings.TrimSpace(query)
	return strings.HasPrefix(query, "SELECT") || strings.HasPrefix(query, "WITH")
}

// touches reports whether a write may change what a query reads: the query names its
// table. There are no triggers, and foreign keys only check.
func touches(write, query string) bool {
	for _, before := range []string{"INSERT INTO ", "UPDATE ", "DELETE FROM "} {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(write), before); ok {
			end := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) })
			return strings.Contains(query, rest[:max(end, 0)])
		}
	}
	return true
}

// flush sends what was held back, its own behind a savepoint.
func (m *member) flush(ctx context.Context) error {
	if err := m.note(m.batch.send(ctx, m.conn)); err != nil {
		return err
	}
	if !m.saved {
		m.saved = true
		m.queue = append([]sqlstore.Write{{Query: "SAVEPOINT member", Doing: "setting a savepoint"}}, m.queue...)
	}
	return m.send(ctx)
}

func (m *member) send(ctx context.Context) error {
	if len(m.queue) == 0 {
		return nil
	}
	writes := m.queue
	m.queue = nil
	return m.note(m.conn.Send(context.WithoutCancel(ctx), writes))
}

// end leaves the rest to the batch. What the connection gave as an error counts even
// if it was hidden since.
func (m *member) end(ctx context.Context) error {
	if m.failed != nil {
		return m.failed
	}
	if m.saved {
		m.queue = append(m.queue, sqlstore.Write{Query: "RELEASE SAVEPOINT member", Doing: "releasing a savepoint"})
		return m.send(ctx)
	}
	m.batch.queue = append(m.batch.queue, m.queue...)
	if len(m.batch.queue) < queueMost {
		return nil
	}
	return m.note(m.batch.send(ctx, m.conn))
}

// undo takes back what was sent. If that cannot be done, the error is why the whole
// transaction is lost; it always is when the connection failed before the savepoint
// stood.
func (m *member) undo(ctx context.Context) error {
	m.queue = nil
	if !m.saved {
		return m.failed
	}
	if err := do(ctx, m.conn, "ROLLBACK TO SAVEPOINT member"); err != nil {
		return err
	}
	return do(ctx, m.conn, "RELEASE SAVEPOINT member")
}

func (m *member) note(err error) error {
	if m.failed == nil {
		m.failed = err
	}
	return err
}

// noted are rows whose end may bring an error.
type noted struct {
	sqlstore.Rows
	m *member
}

func (r noted) Err() error { return r.m.note(r.Rows.Err()) }
