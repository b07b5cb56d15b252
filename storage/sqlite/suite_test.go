package sqlite

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/service"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// recorder is an engine that remembers each statement it ran.
type recorder struct {
	*engine
	mu   *sync.Mutex
	seen map[string]int // statement → number of arguments
}

type recording struct {
	sqlstore.Querier
	r *recorder
}

func (q recording) note(query string, args []any) {
	q.r.mu.Lock()
	defer q.r.mu.Unlock()
	q.r.seen[query] = len(args)
}

func (q recording) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	q.note(query, args)
	return q.Querier.Exec(ctx, query, args...)
}

func (q recording) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	q.note(query, args)
	return q.Querier.Query(ctx, query, args...)
}

func (q recording) Ask(ctx context.Context, key, query string, args ...any) (sqlstore.Rows, error) {
	q.note(query, args)
	return q.Querier.Ask(ctx, key, query, args...)
}

func (q recording) Later(ctx context.Context, w sqlstore.Write) error {
	q.note(w.Query, w.Args)
	return q.Querier.Later(ctx, w)
}

func (r *recorder) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	return r.engine.Write(ctx, func(q sqlstore.Querier) error { return fn(recording{q, r}) })
}

func (r *recorder) Read(ctx context.Context, fn func(sqlstore.Querier) error) error {
	return r.engine.Read(ctx, func(q sqlstore.Querier) error { return fn(recording{q, r}) })
}

// small tables are read whole: there is a handful of nodes and groups, and the
// journal is read by verify alone.
var small = []string{"nodes", "chats", "journal"}

// made are the few rows that a statement makes for itself.
var made = []string{"w", "h", "few", "named", "was", "r", "waiting", "heads", "reach", "ready", "share", "CONSTANT"}

// madeRows are those that a statement brings along.
var madeRows = regexp.MustCompile(`^\d+( CONSTANT ROWS?|-ROW VALUES CLAUSE)$`)

// rare statements may read all: two people turn out to be one, an import looks at the
// whole roster, somebody asks what is kept about them, what is old is erased.
var rare = []string{
	"UPDATE posts SET lent_by", "UPDATE proposals SET person",
	"FROM phones", "FROM belongings ORDER BY", "FROM posts ORDER BY", "FROM accounts ORDER BY", "DELETE FROM account_chats",
	"DELETE FROM proposals", "DELETE FROM notices WHERE recipient", "DELETE FROM imports", "a.facts LIKE", "p.standing = ''", "m.open = FALSE AND (m.opened, m.id)",
}

// TestSuite runs the suite, through a Faulty at rest, which must change nothing.
// Then it asks SQLite how it runs each statement that the suite made the store run:
// reading a table that grows from end to end is a mistake.
func TestSuite(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	storagetest.Run(t, func(t *testing.T) service.Store {
		e, err := openEngine(t.Context(), "sqlite:"+t.TempDir()+"/yiqun.db", ready)
		require.NoError(t, err)
		seal, err := sqlstore.NewSealer(key)
		require.NoError(t, err)
		s, err := sqlstore.New(t.Context(), &recorder{engine: e, mu: &mu, seen: seen}, seal)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return storagetest.NewFaulty(s)
	})
	require.Greater(t, len(seen), 50)

	e, err := openEngine(t.Context(), "sqlite::memory:", ready)
	require.NoError(t, err)
	defer e.Close()
	for query, n := range seen {
		if slices.ContainsFunc(rare, func(part string) bool { return strings.Contains(query, part) }) {
			continue
		}
		for _, step := range plan(t, e, query, n) {
			requireIndex(t, query, step)
		}
	}
}

// requireIndex refuses a step of a plan that walks a growing table without an index
// in the order wanted.
func requireIndex(t testing.TB, query, step string) {
	t.Helper()
	scan, ok := strings.CutPrefix(step, "SCAN ")
	if !ok || strings.Contains(scan, "USING ") || madeRows.MatchString(scan) {
		return
	}
	table, _, _ := strings.Cut(scan, " ")
	require.Contains(t, slices.Concat(small, made), table, "%s\nin %s", step, query)
}

func plan(t testing.TB, e *engine, query string, n int) (steps []string) {
	t.Helper()
	require.NoError(t, e.Read(t.Context(), func(q sqlstore.Querier) error {
		rows, err := q.Query(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, n)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			steps = append(steps, detail)
		}
		return rows.Err()
	}), query)
	return steps
}

func TestInstances(t *testing.T) {
	storagetest.RunInstances(t, func(t *testing.T) (a, b service.Store) {
		url := "sqlite:" + t.TempDir() + "/yiqun.db"
		for _, s := range []*service.Store{&a, &b} {
			store, err := Open(t.Context(), url, key)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			*s = store
		}
		return a, b
	})
}
