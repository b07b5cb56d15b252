// Package migrations is the schema of the records, numbered, for both databases.
//
// It owns the SQL files and the only place where they are embedded. Each SQLite
// file has a PostgreSQL twin of the same name: the same tables and columns in the
// other's types. A file that was released is never edited.
//
// Start at [Up].
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Dialect names a database by the folder of its files.
type Dialect string

// An instance that finds another one migrating looks again each second, for five
// minutes.
const lockProbe, lockProbes = 1, 300

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Files returns the numbered SQL files of a dialect.
func Files(d Dialect) fs.FS {
	sub, err := fs.Sub(files, string(d))
	if err != nil {
		panic("a dialect is a valid path: " + err.Error())
	}
	return sub
}

// Provider prepares the migrations of a database for status, up and down. It
// needs one free connection of db. On PostgreSQL a lock keeps two instances from
// migrating at once.
func Provider(d Dialect, db *sql.DB) (*goose.Provider, error) {
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockProbe, lockProbes))
		if err != nil {
			return nil, fmt.Errorf("preparing the migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, Files(d), opts...)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return p, nil
}

// Up brings a database to the newest schema. It refuses one that is newer.
func Up(ctx context.Context, d Dialect, db *sql.DB) error {
	if _, err := known(ctx, d, db); err != nil {
		return err
	}
	p, err := Provider(d, db)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

// ErrOld is why a database is not opened whose schema is older than this program.
var ErrOld = errors.New("the schema is older than this program: migrate it first (yiqun migrate up)")

// ErrEmpty is ErrOld of a database in which nothing was ever made.
var ErrEmpty = fmt.Errorf("%w: there are no tables yet", ErrOld)

// ErrNew is why a database is not opened that a newer program made: what it holds that
// this one does not know would be left out of every backup, and be wrong before long.
var ErrNew = errors.New("the schema is newer than this program")

// known returns what a database has of the schema, and refuses one that is newer than this
// program.
func known(ctx context.Context, d Dialect, db *sql.DB) (done map[int64]bool, err error) {
	if done, err = applied(ctx, d, db); err != nil {
		return nil, fmt.Errorf("reading the schema's version: %w", err)
	}
	newest := Newest(d)
	for v := range done {
		if v > newest {
			return nil, ErrNew
		}
	}
	return done, nil
}

// Check refuses a schema that is older than this program, or newer.
func Check(ctx context.Context, d Dialect, db *sql.DB) error {
	done, err := known(ctx, d, db)
	if err != nil {
		return err
	}
	delete(done, 0) // goose's own
	if len(done) == 0 {
		return ErrEmpty
	}
	p, err := Provider(d, db)
	if err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	if pending {
		return ErrOld
	}
	return nil
}

// State is how a database's schema compares with this program's.
type State struct {
	Pending int  // steps it lacks
	Ahead   bool // a newer program made it
	Empty   bool // no step was done yet
}

// tableThere counts the tables in which goose keeps what was done.
var tableThere = map[Dialect]string{
	SQLite:   `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`,
	Postgres: `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'goose_db_version'`,
}

// Compare only reads, where goose's own questions would first make its table.
func Compare(ctx context.Context, d Dialect, db *sql.DB) (s State, err error) {
	p, err := Provider(d, db)
	if err != nil {
		return s, err
	}
	done, err := applied(ctx, d, db)
	if err != nil {
		return s, fmt.Errorf("reading the schema's version: %w", err)
	}
	all := p.ListSources()
	for _, source := range all {
		if !done[source.Version] {
			s.Pending++
		}
	}
	s.Empty = s.Pending == len(all)
	for v := range done {
		s.Ahead = s.Ahead || v > Newest(d)
	}
	return s, nil
}

// applied are the versions that a database has.
func applied(ctx context.Context, d Dialect, db *sql.DB) (map[int64]bool, error) {
	var tables int
	if err := db.QueryRowContext(ctx, tableThere[d]).Scan(&tables); err != nil || tables == 0 {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT version_id FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	done := map[int64]bool{}
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		done[v] = true
	}
	return done, rows.Err()
}

// Step is one numbered file and whether the database has it.
type Step struct {
	Version int64
	Name    string // of the file
	Applied bool
	SQL     string // what it runs
}

// Status lists the steps in order.
func Status(ctx context.Context, d Dialect, db *sql.DB) ([]Step, error) {
	p, err := Provider(d, db)
	if err != nil {
		return nil, err
	}
	all, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the schema's version: %w", err)
	}
	var steps []Step
	for _, s := range all {
		text, err := fs.ReadFile(Files(d), path.Base(s.Source.Path))
		if err != nil {
			return nil, fmt.Errorf("reading a migration: %w", err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		steps = append(steps, Step{
			Version: s.Source.Version, Name: path.Base(s.Source.Path), Applied: s.State == goose.StateApplied,
			SQL: strings.TrimSpace(up),
		})
	}
	return steps, nil
}

// Newest is the version of the newest schema this program knows.
func Newest(d Dialect) int64 {
	names, err := fs.Glob(Files(d), "*.sql")
	if err != nil || len(names) == 0 {
		panic("the embedded migrations are missing")
	}
	v, err := goose.NumericComponent(names[len(names)-1])
	if err != nil {
		panic("a migration's name begins with its number: " + err.Error())
	}
	return v
}
