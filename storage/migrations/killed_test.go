package migrations_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"yiqun/storage/migrations"
	"yiqun/storage/storagetest"
)

// An old is a database whose schema is older, with a row in each table.
type old struct {
	dialect migrations.Dialect
	// connect is the way to it, through whoever breaks it.
	connect func(t *testing.T) driver.Connector
	// kill leaves the database as it is at this moment to whoever connects next, and ends
	// a connection without a word.
	kill func(t *testing.T, c driver.Conn)
	// schema asks for everything but the rows; the one column is text.
	schema string
	// name is what may be left out of it.
	name string
}

func oldSQLite(t *testing.T) *old {
	dir := t.TempDir()
	n := 0
	file := func() string { return filepath.Join(dir, fmt.Sprint(n), "m.db") }
	require.NoError(t, os.MkdirAll(filepath.Dir(file()), 0o700))
	return &old{
		dialect: migrations.SQLite,
		connect: func(*testing.T) driver.Connector {
			q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(OFF)"}}
			return sqliteAt((&url.URL{Scheme: "file", Path: file(), RawQuery: q.Encode()}).String())
		},
		kill: func(t *testing.T, c driver.Conn) {
			was := file()
			n++
			require.NoError(t, os.MkdirAll(filepath.Dir(file()), 0o700))
			for _, end := range []string{"", "-wal"} {
				b, err := os.ReadFile(was + end)
				if !errors.Is(err, fs.ErrNotExist) {
					require.NoError(t, err)
					require.NoError(t, os.WriteFile(file()+end, b, 0o600))
				}
			}
			_ = c.Close()
		},
		schema: `SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1`,
	}
}

type sqliteAt string

func (s sqliteAt) Connect(context.Context) (driver.Conn, error) { return s.Driver().Open(string(s)) }
func (sqliteAt) Driver() driver.Driver                          { return &sqlite.Driver{} }

func oldPostgres(t *testing.T) *old {
	at := storagetest.Schema(t)
	cfg, err := pgx.ParseConfig(at)
	require.NoError(t, err)
	return &old{
		dialect: migrations.Postgres,
		connect: func(*testing.T) driver.Connector { return stdlib.GetConnector(*cfg) },
		kill: func(_ *testing.T, c driver.Conn) {
			_ = c.(*stdlib.Conn).Conn().PgConn().Conn().Close()
		},
		schema: `
			SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default, collation_name)
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'goose_db_version'
			UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
			UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
			ORDER BY 1`,
		name: cfg.RuntimeParams["search_path"],
	}
}

// open opens it; breaks may be nil.
func (o *old) open(t *testing.T, b *breaks) *sql.DB {
	t.Helper()
	db := sql.OpenDB(&breaking{Connector: o.connect(t), b: b})
	if o.dialect == migrations.SQLite {
		db.SetMaxOpenConns(1)
	}
	return db
}

// steps brings it up by a number of steps, or all if that is 0, with a row in each table,
// and calls each with what it then is.
func (o *old) steps(t *testing.T, n int, each func(version int64, is string)) {
	t.Helper()
	db := o.open(t, nil)
	defer func() { require.NoError(t, db.Close()) }()
	p, err := migrations.Provider(o.dialect, db)
	require.NoError(t, err)
	for i, source := range p.ListSources() {
		if n > 0 && i == n {
			return
		}
		_, err := p.UpByOne(t.Context())
		require.NoError(t, err)
		o.fill(t, db)
		each(source.Version, o.reads(t, db))
	}
}

// up brings it up, and returns what it then is, with a row in each table.
func (o *old) up(t *testing.T) string {
	t.Helper()
	db := o.open(t, nil)
	defer func() { require.NoError(t, db.Close()) }()
	require.NoError(t, migrations.Up(t.Context(), o.dialect, db))
	o.fill(t, db)
	return o.reads(t, db)
}

// fill puts a row into each table that has none.
func (o *old) fill(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, table := range tablesOf(t) {
		rows, err := db.QueryContext(t.Context(), `SELECT * FROM `+table)
		if err != nil {
			continue // a later step makes it
		}
		types, err := rows.ColumnTypes()
		require.NoError(t, err)
		there := rows.Next()
		require.NoError(t, rows.Close())
		if there {
			continue
		}
		var columns, values []string
		for _, c := range types {
			value := map[string]string{"TEXT": "'x'", "BOOL": "FALSE", "BOOLEAN": "FALSE", "BLOB": "X'78'", "BYTEA": "'x'::bytea"}[c.DatabaseTypeName()]
			if value == "" {
				value = "1"
			}
			columns, values = append(columns, c.Name()), append(values, value)
		}
		_, err = db.ExecContext(t.Context(), `INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES (`+strings.Join(values, ", ")+`)`)
		require.NoError(t, err, table)
	}
}

// tablesOf are the tables that are ever made, in order.
func tablesOf(t *testing.T) (names []string) {
	t.Helper()
	p, err := fs.Glob(migrations.Files(migrations.SQLite), "*.sql")
	require.NoError(t, err)
	all := files(t, migrations.SQLite)
	for _, name := range p {
		up, _, _ := strings.Cut(all[name], "-- +goose Down")
		for _, made := range regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`).FindAllStringSubmatch(up, -1) {
			names = append(names, made[1])
		}
	}
	return names
}

// reads is all that can be read of it: schema, steps done, and rows.
func (o *old) reads(t *testing.T, db *sql.DB) string {
	t.Helper()
	var b strings.Builder
	ask := func(query string) error {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			return err
		}
		defer func() { require.NoError(t, rows.Close()) }()
		columns, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			row := make([]any, len(columns))
			for i := range row {
				row[i] = new(sql.NullString)
			}
			require.NoError(t, rows.Scan(row...))
			for i, v := range row {
				fmt.Fprintf(&b, "%s=%s ", columns[i], v.(*sql.NullString).String)
			}
			b.WriteByte('\n')
		}
		return rows.Err()
	}
	require.NoError(t, ask(o.schema))
	require.NoError(t, ask(`SELECT version_id, is_applied FROM goose_db_version ORDER BY id`))
	for _, table := range tablesOf(t) {
		fmt.Fprintln(&b, table)
		_ = ask(`SELECT * FROM ` + table) // which a later step may make
	}
	if o.name == "" {
		return b.String()
	}
	return strings.ReplaceAll(b.String(), o.name, "")
}

// breaks end what is done at the nth thing that is done in a transaction.
type breaks struct {
	t    *testing.T
	at   int
	kill func(*testing.T, driver.Conn) // nil: that one thing fails
	n    int
	dead bool
	// wait is called before; spare: then it goes on as if nothing had been.
	wait  func()
	spare bool
}

var errBroken = errors.New("broken for the test")

// next is asked before each thing.
func (b *breaks) next(c *brittle, inside bool) error {
	switch {
	case b == nil:
		return nil
	case b.dead:
		return errBroken
	case !inside:
		return nil
	}
	if b.n++; b.n != b.at {
		return nil
	}
	if b.wait != nil {
		b.wait()
	}
	if b.spare {
		return nil
	}
	if b.kill != nil {
		b.dead = true
		c.gone = true
		b.kill(b.t, c.Conn)
	}
	return errBroken
}

// breaking is a way to a database on which breaks are made.
type breaking struct {
	driver.Connector
	b *breaks
}

func (k *breaking) Connect(ctx context.Context) (driver.Conn, error) {
	if k.b != nil && k.b.dead {
		return nil, errBroken
	}
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &brittle{Conn: c, b: k.b}, nil
}

type brittle struct {
	driver.Conn
	b      *breaks
	inside bool // a transaction
	gone   bool // killed
}

func (c *brittle) Close() error {
	if c.gone {
		return nil
	}
	return c.Conn.Close()
}

func (c *brittle) CheckNamedValue(v *driver.NamedValue) error {
	if own, ok := c.Conn.(driver.NamedValueChecker); ok {
		return own.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

func (c *brittle) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.b.next(c, true); err != nil {
		return nil, err
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
	c.inside = err == nil
	return &brittleTx{tx, c}, err
}

func (c *brittle) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.b.next(c, c.inside); err != nil {
		return nil, err
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c *brittle) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.b.next(c, c.inside); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

type brittleTx struct {
	driver.Tx
	c *brittle
}

// Commit is two things: it may be broken before it is done, and before that is told.
func (x *brittleTx) Commit() error {
	if err := x.c.b.next(x.c, true); err != nil {
		if !x.c.b.dead {
			_ = x.Tx.Rollback() // as a server does that cannot commit
		}
		return err
	}
	x.c.inside = false
	if err := x.Tx.Commit(); err != nil {
		return err
	}
	return x.c.b.next(x.c, true)
}

func (x *brittleTx) Rollback() error {
	x.c.inside = false
	if x.c.gone {
		return errBroken
	}
	return x.Tx.Rollback()
}

// TestBrokenAnywhere migrates a database of the first schema, with rows in it, and ends
// that at each statement of each step, by a kill and by an error; whoever migrates next
// goes on. At every moment the database is exactly at some step, and at the end as if
// nothing had happened.
func TestBrokenAnywhere(t *testing.T) {
	for name, make := range map[string]func(*testing.T) *old{"sqlite": oldSQLite, "postgres": oldPostgres} {
		for _, killed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s killed %v", name, killed), func(t *testing.T) {
				t.Parallel()
				want := map[int64]string{}
				make(t).steps(t, 0, func(v int64, is string) { want[v] = is })
				o := make(t)
				var at int64
				o.steps(t, 1, func(v int64, is string) { at = v; require.Equal(t, want[v], is) })
				tries := 0
				for n := 1; at < migrations.Newest(o.dialect); n++ {
					tries++
					b := &breaks{t: t, at: n}
					if killed {
						b.kill = o.kill
					}
					db := o.open(t, b)
					err := migrations.Up(t.Context(), o.dialect, db)
					_ = db.Close()
					require.ErrorIs(t, err, errBroken)

					db = o.open(t, nil)
					var now int64
					require.NoError(t, db.QueryRowContext(t.Context(), `SELECT MAX(version_id) FROM goose_db_version`).Scan(&now))
					o.fill(t, db)
					require.Equal(t, want[now], o.reads(t, db), "after %d of step %d", n, at)
					require.NoError(t, db.Close())
					if now != at {
						at, n = now, 0
					}
				}
				require.Greater(t, tries, 3*(len(want)-1), "begin, something and commit of each step")
				require.Equal(t, want[at], o.up(t))
			})
		}
	}
}

// TestTwoMigrateAtOnce: two that start together on an old schema both end well, also when
// the first is killed in the middle while the other waits for it.
func TestTwoMigrateAtOnce(t *testing.T) {
	t.Parallel()
	alone := oldPostgres(t)
	alone.steps(t, 1, func(int64, string) {})
	newest := alone.up(t)
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprintf("killed %v", killed), func(t *testing.T) {
			t.Parallel()
			o := oldPostgres(t)
			o.steps(t, 1, func(int64, string) {})
			inside, wait := make(chan struct{}), make(chan struct{})
			first := &breaks{t: t, at: 7, wait: func() { close(inside); <-wait }}
			if killed {
				first.kill = o.kill
			} else {
				first.spare = true
			}
			var both sync.WaitGroup
			both.Go(func() {
				db := o.open(t, first)
				defer func() { _ = db.Close() }()
				if err := migrations.Up(t.Context(), o.dialect, db); killed {
					assert.ErrorIs(t, err, errBroken)
				} else {
					assert.NoError(t, err)
				}
			})
			<-inside
			both.Go(func() {
				db := o.open(t, nil)
				defer func() { _ = db.Close() }()
				assert.NoError(t, migrations.Up(t.Context(), o.dialect, db))
			})
			// The second is about to wait for the first's lock, or does already: either is fine.
			close(wait)
			both.Wait()
			require.Equal(t, newest, o.up(t))
		})
	}
}
