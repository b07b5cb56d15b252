package crashtest

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	sqlitedriver "modernc.org/sqlite"

	"yiqun/bot"
	"yiqun/storage/postgres"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// sqliteTables and postgresTables list the tables of the records.
const (
	sqliteTables   = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`
	postgresTables = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'goose_%'`
)

// file opens records in a SQLite file, at which the rig can look.
func file(t *testing.T, r *rig, key []byte) *sqlstore.Store {
	t.Helper()
	url := sqlite.Scheme + filepath.Join(t.TempDir(), "yiqun.db")
	s, err := sqlite.Open(t.Context(), url, key)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	db, err := sqlite.Bare(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	r.look(db, tablesOf(t, db, sqliteTables))
	return s
}

// statements make the nth statement that writes fail inside the database, where the
// program itself does not see it coming: what it left to be written later fails later.
type statements struct {
	mu    sync.Mutex
	count int // since armed
	fail  int // 0 = none
}

var errStatement = errors.New("made to fail")

// written is called by each trigger.
func (s *statements) written() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count++; s.count == s.fail {
		return errStatement
	}
	return nil
}

func (s *statements) arm(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count, s.fail = 0, n
}

func (s *statements) reached(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = 0
	return s.count >= n
}

// onSQLite are the statements of the one file whose triggers call the function written.
var onSQLite statements

var registered = sync.OnceFunc(func() {
	sqlitedriver.MustRegisterScalarFunction("written", 0, func(*sqlitedriver.FunctionContext, []driver.Value) (driver.Value, error) {
		return nil, onSQLite.written()
	})
})

// failing opens a SQLite file with a trigger before each row that is written.
func failing(t *testing.T, r *rig, key []byte) *sqlstore.Store {
	t.Helper()
	registered()
	s := file(t, r, key)
	for _, table := range tablesOf(t, r.db, sqliteTables) {
		for _, change := range []string{"INSERT", "UPDATE", "DELETE"} {
			_, err := r.db.ExecContext(t.Context(), fmt.Sprintf("CREATE TRIGGER %s_%s BEFORE %[2]s ON %[1]s BEGIN SELECT written(); END", table, change))
			require.NoError(t, err)
		}
	}
	return s
}

func tablesOf(t *testing.T, db *sql.DB, query string) (names []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(t, errors.Join(rows.Err(), rows.Close()))
	return names
}

// TestNthWriteOnSQLite fails every row that an order, a vote and a meeting write, and a
// reminder that goes off.
func TestNthWriteOnSQLite(t *testing.T) {
	if testing.Short() {
		t.Skip("runs each command again for every statement")
	}
	for name, s := range scripts { // one after the other: the function is the process's
		t.Run(name, func(t *testing.T) {
			newRigOn(t, bot.DingTalk, failing).learn(s).failEach(onSQLite.arm, onSQLite.reached)
		})
	}
	t.Run("going off", func(t *testing.T) {
		require.Greater(t, newRigOn(t, bot.DingTalk, failing).failReminders(false, onSQLite.arm, onSQLite.reached), 2)
	})
}

// failingServer opens a PostgreSQL schema with a trigger before each statement that
// writes. It counts by a sequence, which no rollback takes back.
func failingServer(t *testing.T, r *rig, key []byte) *sqlstore.Store {
	t.Helper()
	url := storagetest.Schema(t)
	require.NoError(t, postgres.Migrate(t.Context(), url))
	db, err := postgres.Bare(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	tables := tablesOf(t, db, postgresTables)
	setup := []string{`CREATE SEQUENCE made_calls`, `CREATE SEQUENCE made_to_fail`, `
		CREATE FUNCTION written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('made_calls') = (SELECT last_value FROM made_to_fail) THEN RAISE EXCEPTION 'made to fail'; END IF;
			RETURN NULL;
		END $$`}
	for _, table := range tables {
		setup = append(setup, fmt.Sprintf("CREATE TRIGGER written BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION written()", table))
	}
	for _, s := range setup {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err)
	}
	r.look(db, tables)
	r.failAt(never)
	s, err := postgres.Open(t.Context(), url, key)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// never is a number of statements that no test reaches.
const never = 1 << 40

// failAt makes the nth statement from now on fail.
func (r *rig) failAt(n int) {
	r.t.Helper()
	_, err := r.db.ExecContext(r.t.Context(), `SELECT setval('made_calls', 1, false), setval('made_to_fail', $1)`, n)
	require.NoError(r.t, err)
}

// failedAt reports whether it came to that, and lets the others pass.
func (r *rig) failedAt(n int) bool {
	r.t.Helper()
	var called int
	require.NoError(r.t, r.db.QueryRowContext(r.t.Context(), `SELECT last_value FROM made_calls`).Scan(&called))
	r.failAt(never)
	return called >= n
}

// TestNthWriteOnPostgres fails every statement of an order, a vote and a meeting that
// writes, and of a reminder that goes off.
func TestNthWriteOnPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("runs each command again for every statement")
	}
	storagetest.Postgres(t)
	for name, s := range scripts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRigOn(t, bot.DingTalk, failingServer)
			r.learn(s).failEach(r.failAt, r.failedAt)
		})
	}
	t.Run("going off", func(t *testing.T) {
		t.Parallel()
		r := newRigOn(t, bot.DingTalk, failingServer)
		require.Greater(t, r.failReminders(false, r.failAt, r.failedAt), 2)
	})
}
