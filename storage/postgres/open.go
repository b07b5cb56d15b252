package postgres

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"yiqun/bot"
	"yiqun/storage/group"
	"yiqun/storage/migrations"
	"yiqun/storage/sqlstore"
)

// connections is how many transactions one instance reads in at once.
const connections = 16

// Open opens the records at a "postgres://" URL, whose schema must be current
// already; see Migrate. key is the data key, sqlstore.KeySize bytes.
func Open(ctx context.Context, url string, key []byte) (*sqlstore.Store, error) {
	seal, err := sqlstore.NewSealer(key)
	if err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	e, err := openEngine(ctx, url)
	if err != nil {
		return nil, err
	}
	s, err := sqlstore.New(ctx, e, seal)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}

func openEngine(ctx context.Context, url string) (*engine, error) {
	cfg, err := configure(url)
	if err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	e := &engine{db: db, writes: group.NewWriter(newSession(cfg), "BEGIN ISOLATION LEVEL SERIALIZABLE")}
	if err := migrations.Check(ctx, migrations.Postgres, db); err != nil {
		return nil, errors.Join(bot.Fault(bot.Internal, err), e.Close())
	}
	return e, nil
}

// Migrate brings the database at a "postgres://" URL to the newest schema. Two at
// the same time wait for each other.
func Migrate(ctx context.Context, url string) error {
	db, err := connect(url)
	if err != nil {
		return bot.Fault(bot.Internal, err)
	}
	if err := errors.Join(migrations.Up(ctx, migrations.Postgres, db), db.Close()); err != nil {
		return bot.Fault(bot.Internal, err)
	}
	return nil
}

// Bare opens the database itself, for migrations.
func Bare(url string) (*sql.DB, error) { return connect(url) }

const (
	// dialFor bounds how long a server that is not there is waited for; a URL may say
	// otherwise by connect_timeout.
	dialFor = 5 * time.Second
	// silentFor bounds how long a server may be silent that was there: whose machine
	// lost its power, or from which the network was cut. Statements take no part in a
	// caller's cancellation, so nothing else would end them.
	silentFor = 20 * time.Second
)

// connect prepares a pool.
func connect(url string) (*sql.DB, error) {
	cfg, err := configure(url)
	if err != nil {
		return nil, err
	}
	return stdlib.OpenDB(*cfg), nil
}

// configure reads a URL. Its error does not repeat the URL, which may hold a password.
func configure(url string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the PostgreSQL URL cannot be read")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = dialFor
	}
	dialer := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silentFor / 4, Interval: silentFor / 4, Count: 3},
		Control:         giveUpUnacknowledged,
	}
	cfg.DialFunc = dialer.DialContext
	cfg.AfterConnect = walkIndexes
	return cfg, nil
}

// walkIndexes keeps the planner from reading whole tables: every query that matters walks
// an index, but a plan that was made while a table was nearly empty, or before its
// statistics were, would be kept. What has to read a whole table, a small one, looks so
// dear then that the server would first compile it or call workers to help, which takes
// longer than reading it. These are no parameters of the connection because a pooler
// between may refuse what it does not know.
func walkIndexes(ctx context.Context, c *pgconn.PgConn) error {
	return c.Exec(ctx, `
		SET enable_seqscan = off;
		SET jit = off;
		SET max_parallel_workers_per_gather = 0`).Close()
}
