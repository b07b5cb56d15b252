package group

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlstore"
)

// script is a connection that writes down what it was asked. Statements with "bad" in
// them fail.
type script struct{ ran []string }

var errBad = errors.New("bad statement")

func (s *script) run(query string) error {
	s.ran = append(s.ran, query)
	if strings.Contains(query, "bad") {
		return errBad
	}
	return nil
}

func (s *script) Exec(_ context.Context, query string, _ ...any) (int64, error) {
	return 1, s.run(query)
}

func (s *script) Query(_ context.Context, query string, _ ...any) (sqlstore.Rows, error) {
	return nil, s.run(query)
}

func (s *script) Send(_ context.Context, writes []sqlstore.Write) error {
	for _, w := range writes {
		if err := s.run(w.Query); err != nil {
			return err
		}
	}
	return nil
}

func (s *script) Open() bool   { return true }
func (s *script) Reset() error { s.ran = append(s.ran, "reset"); return nil }

func TestMember(t *testing.T) {
	type step func(context.Context, sqlstore.Querier) error
	later := func(query string) step {
		return func(ctx context.Context, q sqlstore.Querier) error { return q.Later(ctx, sqlstore.Write{Query: query}) }
	}
	ask := func(query string) step {
		return func(ctx context.Context, q sqlstore.Querier) error { _, err := q.Query(ctx, query); return err }
	}
	refuse := func(context.Context, sqlstore.Querier) error { return errBad }
	const saved, kept = "SAVEPOINT member", "RELEASE SAVEPOINT member"
	for name, c := range map[string]struct {
		steps  []step
		ran    []string
		failed bool
	}{
		"reads, then writes": {
			steps: []step{ask("SELECT 1 FROM a"), later("INSERT INTO a"), later("UPDATE b SET")},
			ran:   []string{"SELECT 1 FROM a", "INSERT INTO a", "UPDATE b SET", "COMMIT"},
		},
		"a read of another table waits for no write": {
			steps: []step{later("INSERT INTO a (x)"), ask("SELECT x FROM b")},
			ran:   []string{"SELECT x FROM b", "INSERT INTO a (x)", "COMMIT"},
		},
		"a read of the same table comes after the write": {
			steps: []step{later("\n\tDELETE FROM a\n\tWHERE x"), ask("WITH b AS (SELECT x FROM a) SELECT x FROM b"), later("UPDATE c SET")},
			ran:   []string{saved, "\n\tDELETE FROM a\n\tWHERE x", "WITH b AS (SELECT x FROM a) SELECT x FROM b", "UPDATE c SET", kept, "COMMIT"},
		},
		"so does a write that answers": {
			steps: []step{later("INSERT INTO a (x)"), ask("INSERT INTO b (x) RETURNING x")},
			ran:   []string{saved, "INSERT INTO a (x)", "INSERT INTO b (x) RETURNING x", kept, "COMMIT"},
		},
		"whoever refuses has written nothing": {
			steps:  []step{ask("SELECT 1 FROM a"), later("INSERT INTO a"), refuse},
			ran:    []string{"SELECT 1 FROM a", "COMMIT"},
			failed: true,
		},
		"or takes it back": {
			steps:  []step{later("INSERT INTO a"), ask("SELECT 1 FROM a"), refuse},
			ran:    []string{saved, "INSERT INTO a", "SELECT 1 FROM a", "ROLLBACK TO SAVEPOINT member", kept, "COMMIT"},
			failed: true,
		},
		"a write that fails at the end loses the batch": {
			steps:  []step{later("INSERT INTO a"), later("INSERT INTO bad"), later("INSERT INTO c")},
			ran:    []string{"INSERT INTO a", "INSERT INTO bad", "reset"},
			failed: true,
		},
		"a read that fails loses it too": {
			steps:  []step{ask("SELECT bad")},
			ran:    []string{"SELECT bad", "reset"},
			failed: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			conn := &script{}
			err := NewWriter(conn, "BEGIN").Write(t.Context(), func(q sqlstore.Querier) error {
				for _, do := range c.steps {
					if err := do(t.Context(), q); err != nil {
						return err
					}
				}
				return nil
			})
			require.Equal(t, c.failed, errors.Is(err, errBad), "%v", err)
			require.Equal(t, append([]string{"BEGIN"}, c.ran...), conn.ran)
		})
	}
}
