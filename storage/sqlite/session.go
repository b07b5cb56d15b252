package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"

	"yiqun/storage/group"
	"yiqun/storage/merge"
	"yiqun/storage/sqlstore"
)

// mostRows is how many rows one statement is for at most. A row of many costs two thirds
// of one with a statement of its own; of many more than a hundred SQLite would rather read
// the whole table than look for each.
const mostRows = 16

// session is one connection with its prepared statements. It is used by one
// goroutine at a time, opens itself when first needed, and again after Reset.
type session struct {
	sqlstore.Forgetful
	db     *sql.DB
	conn   *sql.Conn
	stmts  map[string]statement
	merger *merge.Merger
	// written is how many writes were carried out. It is looked at while they are.
	written atomic.Int64
}

// statement is a prepared statement, and which argument each of its placeholders takes.
type statement struct {
	*sql.Stmt
	takes []int
}

func newSession(db *sql.DB) *session { return &session{db: db, merger: merge.New(mostRows)} }

func (s *session) prepared(ctx context.Context, query string) (statement, error) {
	if stmt, ok := s.stmts[query]; ok {
		return stmt, nil
	}
	if s.conn == nil {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return statement{}, err
		}
		s.conn, s.stmts = conn, map[string]statement{}
	}
	plain, takes := positional(query)
	stmt, err := s.conn.PrepareContext(ctx, plain)
	if err != nil {
		return statement{}, err
	}
	s.stmts[query] = statement{stmt, takes}
	return s.stmts[query], nil
}

var (
	_ sqlstore.Querier = (*session)(nil)
	_ group.Conn       = (*session)(nil)
)

// Open reports whether the session has a connection, which may have died meanwhile.
func (s *session) Open() bool { return s.conn != nil }

// Exec implements sqlstore.Querier and group.Conn.
func (s *session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return 0, err
	}
	s.written.Add(1)
	res, err := stmt.ExecContext(ctx, inTurn(args, stmt.takes)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query implements sqlstore.Querier and group.Conn.
func (s *session) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, inTurn(args, stmt.takes)...) //nolint:rowserrcheck // whoever reads them asks
}

// Ask implements sqlstore.Querier.
func (s *session) Ask(ctx context.Context, _, query string, args ...any) (sqlstore.Rows, error) {
	return s.Query(ctx, query, args...)
}

// Pending implements sqlstore.Querier.
func (s *session) Pending(string) (sqlstore.Write, bool) { return sqlstore.Write{}, false }

// Later implements sqlstore.Querier: there is nothing to be gained by waiting.
func (s *session) Later(ctx context.Context, w sqlstore.Write) error { return sqlstore.Run(ctx, s, w) }

// Send implements group.Conn.
func (s *session) Send(ctx context.Context, writes []sqlstore.Write) error {
	for _, st := range s.merger.Merge(writes) {
		if err := st.Outcome(s.Exec(ctx, st.Query, st.Args...)); err != nil {
			return err
		}
		s.written.Add(int64(len(st.Writes)) - 1) // Exec has counted one
	}
	return nil
}

// Reset closes the connection; what it had not committed is gone.
func (s *session) Reset() error {
	if s.conn == nil {
		return nil
	}
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	// Close alone would give the connection back to the pool, with its open
	// transaction. One that says it is bad is really closed.
	err := s.conn.Raw(func(any) error { return driver.ErrBadConn })
	if !errors.Is(err, driver.ErrBadConn) {
		errs = append(errs, err)
	}
	if err := s.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		errs = append(errs, err)
	}
	s.conn, s.stmts = nil, nil
	return errors.Join(errs...)
}
