package group

import (
	"context"
	"maps"
	"strings"
	"unicode"

	"yiqun/storage/sqlstore"
)

// pileMost bounds how many writes are held back.
const pileMost = 4096

// changes are what writes change: for each table the keys of its rows, nil where a
// write may change any.
type changes map[string]map[string]bool

func (c *changes) add(writes ...sqlstore.Write) {
	if *c == nil {
		*c = changes{}
	}
	for _, w := range writes {
		table := changed(w.Query)
		keys, there := (*c)[table]
		switch {
		case w.Key == "":
			(*c)[table] = nil
		case !there:
			(*c)[table] = map[string]bool{w.Key: true}
		case keys != nil:
			keys[w.Key] = true
		}
	}
}

// merge adds other changes.
func (c *changes) merge(others changes) {
	if *c == nil {
		*c = changes{}
	}
	for table, keys := range others {
		had, there := (*c)[table]
		switch {
		case !there:
			(*c)[table] = keys
		case keys == nil || had == nil:
			(*c)[table] = nil
		default:
			maps.Copy(had, keys)
		}
	}
}

// touches reports whether the writes may change what a query reads: it names one of
// their tables, and not only rows of other keys.
func (c changes) touches(key, query string) bool {
	for table, keys := range c {
		if strings.Contains(query, table) && (key == "" || keys == nil || keys[key]) {
			return true
		}
	}
	return false
}

// pile is writes that were held back.
type pile struct {
	writes []sqlstore.Write
	changes
}

func (p *pile) add(w sqlstore.Write) {
	if p.writes == nil {
		p.writes = make([]sqlstore.Write, 0, 16)
	}
	p.writes = append(p.writes, w)
	p.changes.add(w)
}

// merge moves another pile here.
func (p *pile) merge(o *pile) {
	if len(p.writes) == 0 {
		p.writes = o.writes
	} else {
		p.writes = append(p.writes, o.writes...)
	}
	p.changes.merge(o.changes)
	*o = pile{}
}

// pending is the last write with a key.
func (p *pile) pending(key string) (sqlstore.Write, bool) {
	for i := len(p.writes) - 1; i >= 0; i-- {
		if p.writes[i].Key == key {
			return p.writes[i], true
		}
	}
	return sqlstore.Write{}, false
}

// take empties the pile.
func (p *pile) take() []sqlstore.Write {
	writes := p.writes
	*p = pile{}
	return writes
}

// member is the transaction as one command of a batch sees it. It holds writes back
// until something is asked that may depend on them, or the batch ends. Most commands
// first read and then write: they need no savepoint, because those that fail have
// written nothing.
//
// A statement that is interrupted takes the whole transaction with it, on PostgreSQL
// even the connection, so a member that is cancelled stops before its next statement
// instead.
type member struct {
	writer *Writer
	conn   Conn
	batch  *Batch // with the writes of members before this one
	pile   pile
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
	if m.pile.add(w); len(m.pile.writes) < pileMost {
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
	m.batch.sent.add(sqlstore.Write{Query: query})
	n, err := m.conn.Exec(context.WithoutCancel(ctx), query, args...)
	return n, m.note(err)
}

// Query implements sqlstore.Querier.
func (m *member) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	return m.Ask(ctx, "", query, args...)
}

// Pending implements sqlstore.Querier.
func (m *member) Pending(key string) (sqlstore.Write, bool) {
	if w, ok := m.pile.pending(key); ok {
		return w, true
	}
	return m.batch.pending(key)
}

// Ask implements sqlstore.Querier.
func (m *member) Ask(ctx context.Context, key, query string, args ...any) (sqlstore.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch {
	case !reads(query):
		m.batch.sent.add(sqlstore.Write{Query: query})
		if err := m.flush(ctx); err != nil {
			return nil, err
		}
	case m.pile.touches(key, query):
		if err := m.flush(ctx); err != nil {
			return nil, err
		}
	case m.batch.pile.touches(key, query):
		if err := m.sendBatch(ctx); err != nil {
			return nil, err
		}
	case m.batch.mayReadAside(key, query):
		rows, err := m.writer.aside.Query(context.WithoutCancel(ctx), query, args...)
		if err != nil {
			return nil, m.note(err)
		}
		return noted{rows, m}, nil
	default:
		if err := m.note(m.writer.open(ctx, m.batch)); err != nil {
			return nil, err
		}
	}
	rows, err := m.conn.Query(context.WithoutCancel(ctx), query, args...)
	if err != nil {
		return nil, m.note(err)
	}
	return noted{rows, m}, nil
}

// sendBatch sends what members before this one left.
func (m *member) sendBatch(ctx context.Context) error {
	if err := m.note(m.writer.open(ctx, m.batch)); err != nil {
		return err
	}
	return m.note(m.batch.send(ctx, m.conn))
}

// reads reports whether a statement that returns rows leaves the database as it is.
func reads(query string) bool {
	query = strings.TrimSpace(query)
	return strings.HasPrefix(query, "SELECT") || strings.HasPrefix(query, "WITH")
}

// changed is the table that a write changes; empty, which every query names, if that
// cannot be told. There are no triggers, and foreign keys only check.
func changed(write string) string {
	write = strings.TrimSpace(write)
	for _, before := range []string{"INSERT INTO ", "UPDATE ", "DELETE FROM "} {
		if rest, ok := strings.CutPrefix(write, before); ok {
			end := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) })
			return rest[:max(end, 0)]
		}
	}
	return ""
}

// flush sends what was held back, its own behind a savepoint.
func (m *member) flush(ctx context.Context) error {
	if err := m.sendBatch(ctx); err != nil {
		return err
	}
	writes := m.pile.take()
	m.batch.sent.add(writes...)
	if !m.saved {
		m.saved = true
		writes = append([]sqlstore.Write{{Query: "SAVEPOINT member", Doing: "setting a savepoint"}}, writes...)
	}
	return m.send(ctx, writes)
}

func (m *member) send(ctx context.Context, writes []sqlstore.Write) error {
	if len(writes) == 0 {
		return nil
	}
	return m.note(m.conn.Send(context.WithoutCancel(ctx), writes))
}

// end leaves the rest to the batch. What the connection gave as an error counts even
// if it was hidden since.
func (m *member) end(ctx context.Context) error {
	if m.failed != nil {
		return m.failed
	}
	if m.saved {
		writes := m.pile.take()
		m.batch.sent.add(writes...)
		return m.send(ctx, append(writes, sqlstore.Write{Query: "RELEASE SAVEPOINT member", Doing: "releasing a savepoint"}))
	}
	if m.batch.pile.merge(&m.pile); len(m.batch.pile.writes) < pileMost {
		return nil
	}
	return m.sendBatch(ctx)
}

// undo takes back what was sent. If that cannot be done, the error is why the whole
// transaction is lost; it always is when the connection failed before the savepoint
// stood.
func (m *member) undo(ctx context.Context) error {
	m.pile.take()
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
