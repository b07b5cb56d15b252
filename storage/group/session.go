package group

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// Session is one connection with its prepared statements. It is used by one
// goroutine at a time, opens itself when first needed, and again after Reset.
type Session struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// NewSession returns a session on a pool.
func NewSession(db *sql.DB) *Session { return &Session{db: db} }

func (s *Session) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[query]; ok {
		return stmt, nil
	}
	if s.conn == nil {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		s.conn, s.stmts = conn, map[string]*sql.Stmt{}
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.stmts[query] = stmt
	return stmt, nil
}

// Open reports whether the session has a connection, which may have died meanwhile.
func (s *Session) Open() bool { return s.conn != nil }

// ExecContext implements sqlstore.Querier.
func (s *Session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext implements sqlstore.Querier.
func (s *Session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// Do runs statements that take no part in a caller's cancellation: what begins
// and ends transactions.
func (s *Session) Do(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.ExecContext(context.WithoutCancel(ctx), q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// Reset closes the connection; what it had not committed is gone.
func (s *Session) Reset() error {
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

// steady is the writer's session as one member of a batch sees it. A statement
// that is interrupted takes the whole transaction with it, on PostgreSQL even the
// connection, so a member that is cancelled stops before its next statement instead.
type steady struct{ *Session }

func (s steady) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.Session.ExecContext(context.WithoutCancel(ctx), query, args...)
}

func (s steady) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.Session.QueryContext(context.WithoutCancel(ctx), query, args...)
}
