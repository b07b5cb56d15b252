package app

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"yiqun/bot/config"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
	"yiqun/storage/migrations"
	"yiqun/storage/postgres"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

// Migrations lists what a database has of the schema; up brings it to the newest
// first.
func Migrations(ctx context.Context, cfg config.Config, up bool) ([]migrations.Step, error) {
	if err := present(cfg.DatabaseURL.Reveal()); err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	dialect, db, err := bare(cfg)
	if err != nil {
		return nil, err
	}
	steps, err := steps(ctx, dialect, db, up)
	return steps, errors.Join(err, db.Close())
}

// bare opens the database itself.
func bare(cfg config.Config) (migrations.Dialect, *sql.DB, error) {
	url := cfg.DatabaseURL.Reveal()
	dialect, open := migrations.Postgres, postgres.Bare
	if strings.HasPrefix(url, sqlite.Scheme) {
		dialect, open = migrations.SQLite, sqlite.Bare
	}
	db, err := open(url)
	if err != nil {
		return dialect, nil, fmt.Errorf("open records: %w", err)
	}
	return dialect, db, nil
}

// Schema compares a database's schema with this program's, and changes nothing.
func Schema(ctx context.Context, cfg config.Config) (migrations.State, error) {
	dialect, db, err := bare(cfg)
	if err != nil {
		return migrations.State{}, err
	}
	s, err := migrations.Compare(ctx, dialect, db)
	return s, errors.Join(err, db.Close())
}

func steps(ctx context.Context, d migrations.Dialect, db *sql.DB, up bool) ([]migrations.Step, error) {
	if up {
		if err := migrations.Up(ctx, d, db); err != nil {
			return nil, err
		}
	}
	return migrations.Status(ctx, d, db)
}

// present is an error if a database file is not there, said for whoever runs a command
// in the wrong folder: before a key or an empty database is made for it.
func present(url string) error {
	path, ok := strings.CutPrefix(url, sqlite.Scheme)
	if !ok {
		return nil
	}
	path, _, _ = strings.Cut(path, "?")
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("没有找到数据库 %s：请在放设置文件的文件夹里运行，或核对 YIQUN_DATABASE_URL: %w", path, err)
	}
	return nil
}

// OpenAsIs opens records that are there and current already, and makes nothing.
func OpenAsIs(ctx context.Context, cfg config.Config) (*sqlstore.Store, error) {
	url := cfg.DatabaseURL.Reveal()
	if err := present(url); err != nil {
		return nil, err
	}
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(url, sqlite.Scheme) {
		return sqlite.OpenAsIs(ctx, url, key)
	}
	return postgres.Open(ctx, url, key)
}

// Backup writes all records, as they are at one moment, into a new file that only
// its owner may read. The bot may go on working. It appears under its name when it
// is complete and durable, or not at all.
func Backup(ctx context.Context, cfg config.Config, name string) (sqlstore.Summary, error) {
	store, err := OpenAsIs(ctx, cfg)
	if err != nil {
		return sqlstore.Summary{}, fmt.Errorf("open records: %w", err)
	}
	sum, err := backup(ctx, store, name)
	return sum, errors.Join(err, store.Close())
}

func backup(ctx context.Context, store *sqlstore.Store, name string) (sum sqlstore.Summary, err error) {
	if _, err := os.Lstat(name); err == nil {
		return sum, fmt.Errorf("%s 已经有了，换一个文件名吧", name)
	}
	// CreateTemp makes a file that only its owner may read.
	f, err := os.CreateTemp(filepath.Dir(name), ".yiqun-backup-*")
	if err != nil {
		return sum, fmt.Errorf("create the backup: %w", err)
	}
	sum, err = store.Dump(ctx, f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = publish(f.Name(), name, os.Link)
	}
	if gone := os.Remove(f.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return sum, fmt.Errorf("write the backup: %w", err)
	}
	return sum, syncFolder(filepath.Dir(name))
}

// publish gives a finished file its name and replaces nothing: by a link, unlike a
// rename. Where there are none (a USB stick, some network drives) the name is taken first
// and then replaced.
func publish(file, name string, link func(file, name string) error) error {
	err := link(file, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	taken, e := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if e != nil {
		return errors.Join(err, e)
	}
	if e = errors.Join(taken.Close(), os.Rename(file, name)); e != nil {
		return errors.Join(e, os.Remove(name))
	}
	return nil
}

// syncFolder makes a new name durable.
func syncFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("sync the folder: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Restore reads a backup into records that hold nothing yet: all of it, or nothing.
func Restore(ctx context.Context, cfg config.Config, name string) (sqlstore.Summary, error) {
	if _, err := os.Stat(name); err != nil {
		return sqlstore.Summary{}, fmt.Errorf("没有找到备份 %s：请核对文件名: %w", name, err)
	}
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	if err != nil {
		return sqlstore.Summary{}, err
	}
	store, err := openEmpty(ctx, cfg.DatabaseURL.Reveal(), key)
	if err != nil {
		return sqlstore.Summary{}, fmt.Errorf("open records: %w", err)
	}
	sum, err := store.Load(ctx, func() (io.ReadCloser, error) { return os.Open(name) })
	return sum, errors.Join(err, store.Close())
}

// Moved says how a move went.
type Moved struct {
	From, To sqlstore.Summary
	Report   service.Report // of the target's records, replayed
}

// openEmpty opens records that are to be filled. A database in which nothing was ever
// made gets its schema first; an old one is its owner's to migrate.
func openEmpty(ctx context.Context, url string, key []byte) (*sqlstore.Store, error) {
	if !strings.HasPrefix(url, sqlite.Scheme) {
		s, err := Schema(ctx, config.Config{DatabaseURL: config.Secret(url)})
		if err == nil && s.Empty {
			err = postgres.Migrate(ctx, url)
		}
		if err != nil {
			return nil, err
		}
	}
	return OpenStore(ctx, url, key)
}

// Move carries everything from one database to another, which must be empty, under the
// same data key: cfg's, or that of the file it comes from. The hashes of all acts are
// compared on both sides, and the target is replayed.
func Move(ctx context.Context, cfg config.Config, from, to string) (moved Moved, err error) {
	cfg.DatabaseURL = config.Secret(from)
	source, err := OpenAsIs(ctx, cfg)
	if err != nil {
		return moved, fmt.Errorf("open the records to move: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	if err != nil {
		return moved, err
	}
	target, err := openEmpty(ctx, to, key)
	if err != nil {
		return moved, fmt.Errorf("open the records to move to: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	dir, err := os.MkdirTemp("", "yiqun-move-*")
	if err != nil {
		return moved, fmt.Errorf("make room for the move: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	name := filepath.Join(dir, "records")
	if _, err := backup(ctx, source, name); err != nil {
		return moved, err
	}
	if moved.To, err = target.Load(ctx, func() (io.ReadCloser, error) { return os.Open(name) }); err != nil {
		return moved, err
	}
	// Read anew: a bot that went on writing at the source shows here.
	if moved.From, err = source.Summary(ctx); err != nil {
		return moved, err
	}
	if moved.From.Digest != moved.To.Digest {
		return moved, errors.New("两边的记录对不上：搬的时候机器人还在写。请先停下机器人，清空目标库后重搬")
	}
	moved.Report, err = verify(ctx, cfg, target)
	return moved, err
}

// Undelivered returns what could not be delivered, newest first.
func Undelivered(ctx context.Context, cfg config.Config, limit int) (rows []deliver.Row, err error) {
	store, err := OpenAsIs(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	err = store.View(ctx, func(ctx context.Context, tx service.Tx) error {
		rows, err = tx.FailedRows(ctx, limit)
		return err
	})
	return rows, err
}
