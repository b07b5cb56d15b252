package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yiqun/storage/group"
	"yiqun/storage/merge"
	"yiqun/storage/sqlstore"
)

// session is the connection that writes. What is sent travels in one piece, and the
// server works on it while the next command is being thought about.
type session struct {
	cfg  *pgx.ConnConfig
	conn *pgx.Conn

	merger *merge.Merger
	// under way are the statements that the server has not answered yet.
	underWay   pgx.BatchResults
	statements []merge.Statement
	// failed is why the transaction cannot be used any more.
	failed error
}

var _ group.Conn = (*session)(nil)

// mostRows is how many rows one statement is for at most.
const mostRows = 256

func newSession(cfg *pgx.ConnConfig) *session {
	return &session{cfg: cfg, merger: merge.New(mostRows)}
}

// Open implements group.Conn.
func (s *session) Open() bool { return s.conn != nil }

// ready opens the connection, and waits for what is under way.
func (s *session) ready(ctx context.Context) (err error) {
	if s.conn == nil {
		if s.conn, err = pgx.ConnectConfig(ctx, s.cfg); err != nil {
			return err
		}
	}
	s.failed = errors.Join(s.failed, s.settle())
	return s.failed
}

// settle reads the server's answers to the writes that are under way.
func (s *session) settle() error {
	if s.underWay == nil {
		return nil
	}
	results := s.underWay
	s.underWay = nil
	for _, st := range s.statements {
		tag, err := results.Exec()
		if err := st.Outcome(tag.RowsAffected(), err); err != nil {
			_ = results.Close() // it repeats the error
			return err
		}
	}
	return results.Close()
}

// Send implements group.Conn. It does not wait for the server.
func (s *session) Send(ctx context.Context, writes []sqlstore.Write) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	var batch pgx.Batch
	s.statements = s.merger.Merge(writes)
	for _, st := range s.statements {
		batch.Queue(st.Query, st.Args...)
	}
	s.underWay = s.conn.SendBatch(ctx, &batch)
	return nil
}

// Exec implements group.Conn.
func (s *session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := s.ready(ctx); err != nil {
		return 0, err
	}
	tag, err := s.conn.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

// Query implements group.Conn.
func (s *session) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	found, err := s.conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return rows{found}, nil
}

// Reset implements group.Conn.
func (s *session) Reset() error {
	if s.conn == nil {
		return nil
	}
	conn := s.conn
	s.conn, s.underWay, s.statements, s.failed = nil, nil, nil, nil
	ctx, cancel := context.WithTimeout(context.Background(), dialFor)
	defer cancel()
	if err := conn.Close(ctx); err != nil {
		return fmt.Errorf("closing a connection: %w", err)
	}
	return nil
}

// rows are pgx's as the records read them.
type rows struct{ pgx.Rows }

func (r rows) Close() error {
	r.Rows.Close()
	return r.Err()
}
