package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"yiqun/bot"
	"yiqun/storage/migrations"
	"yiqun/storage/sqlstore"
)

// Scheme begins the URLs that Open takes.
const Scheme = "sqlite:"

// memory is the URL path of records that are gone when they are closed.
const memory = ":memory:"

// Open opens the records in a file, "sqlite:yiqun.db" or "sqlite:/var/lib/yiqun.db",
// creating it readable to its owner only and migrating it. key is the data key,
// sqlstore.KeySize bytes.
//
// "sqlite::memory:" is for tests and demonstrations: a private file in the
// temporary folder that Close removes, written without waiting for the disk. It is
// a file because SQLite's own memory databases lock out readers while one writes.
func Open(ctx context.Context, url string, key []byte) (*sqlstore.Store, error) {
	seal, err := sqlstore.NewSealer(key)
	if err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	return openWith(ctx, url, seal, ready)
}

// OpenAsIs is Open for a file that is there and current already: whoever only wants
// to read it creates none by a slip of the pen, and migrates none under a program
// that is running on it.
func OpenAsIs(ctx context.Context, url string, key []byte) (*sqlstore.Store, error) {
	seal, err := sqlstore.NewSealer(key)
	if err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	return openWith(ctx, url, seal, func(ctx context.Context, path string, writer *sql.DB) error {
		if err := exists(path); err != nil {
			return err
		}
		return migrations.Check(ctx, migrations.SQLite, writer)
	})
}

// Bare opens the file itself, which must be there, for migrations.
func Bare(url string) (*sql.DB, error) {
	path, ok := strings.CutPrefix(url, Scheme)
	if !ok {
		return nil, fmt.Errorf("want a URL like %syiqun.db", Scheme)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := exists(path); err != nil {
		return nil, err
	}
	db, err := open(path, "synchronous(FULL)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func exists(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("looking for the database: %w", err)
	}
	return nil
}

// prepare makes sure that a file is there and its schema current. Nothing touches
// the file before: writer connects when it is first used.
type prepare func(ctx context.Context, path string, writer *sql.DB) error

// ready creates and migrates.
func ready(ctx context.Context, path string, writer *sql.DB) error {
	if err := create(path); err != nil {
		return err
	}
	return migrations.Up(ctx, migrations.SQLite, writer)
}

func openWith(ctx context.Context, url string, seal *sqlstore.Sealer, first prepare) (*sqlstore.Store, error) {
	e, err := openEngine(ctx, url, first)
	if err != nil {
		return nil, bot.Fault(bot.Internal, fmt.Errorf("opening the SQLite database: %w", err))
	}
	s, err := sqlstore.New(ctx, e, seal)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}

func openEngine(ctx context.Context, url string, first prepare) (*engine, error) {
	path, ok := strings.CutPrefix(url, Scheme)
	if !ok || path == "" {
		return nil, fmt.Errorf("want a URL like %syiqun.db", Scheme)
	}
	sync, remove := "FULL", func() error { return nil }
	if path == memory {
		dir, err := os.MkdirTemp("", "yiqun-*")
		if err != nil {
			return nil, err
		}
		path, sync = filepath.Join(dir, "memory.db"), "OFF"
		remove = func() error { return os.RemoveAll(dir) }
	}
	e, err := openFile(ctx, path, sync, first)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	e.remove = remove
	return e, nil
}

func openFile(ctx context.Context, path, sync string, first prepare) (*engine, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// Checkpoints are made by aside.Rest, after the answers. SQLite makes one itself only
	// where large attachments make the log long before much was written: 64 MB.
	writer, err := open(path, "synchronous("+sync+")", "wal_autocheckpoint(16000)")
	if err != nil {
		return nil, err
	}
	// One connection: SQLite has one writer, and waiting in line here is fair
	// where waiting for its lock is not.
	writer.SetMaxOpenConns(1)
	if err := first(ctx, path, writer); err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader, err := open(path, "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return newEngine(writer, reader), nil
}

// create makes the file if there is none. SQLite would make it readable to all.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// open prepares a pool on the file. busy_timeout comes before WAL, which itself
// may have to wait for another process. What is deleted is overwritten: the key of a
// secret vote must not stay in a free page. What a savepoint could take back is kept in
// memory: in a file, made anew for each, it costs more than all that is written.
func open(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{}
	for _, p := range append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "foreign_keys(1)", "secure_delete(1)", "temp_store(2)"}, pragmas...) {
		q.Add("_pragma", p)
	}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	return sql.Open("sqlite", dsn.String())
}
