package storagetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, to make and drop schemas
	"github.com/stretchr/testify/require"
)

// Postgres returns the URL of the PostgreSQL that tests may fill; see Need.
func Postgres(t testing.TB) string {
	t.Helper()
	return Need(t, "YIQUN_TEST_POSTGRES", "start PostgreSQL and name a database that tests may fill, postgres://user@host/database")
}

// Redis returns the URL of the Redis that tests may fill, each under names of its own;
// see Need.
func Redis(t testing.TB) string {
	t.Helper()
	return Need(t, "YIQUN_TEST_REDIS", "start redis-server and name a database for tests, redis://127.0.0.1:6379/9")
}

// Schema makes an empty schema of the test's own in Postgres and returns the URL that
// leads there. Whoever connects by it goes by the schema's name, its application_name.
func Schema(t testing.TB) string {
	t.Helper()
	base := Postgres(t)
	db, err := sql.Open("pgx", base)
	require.NoError(t, err)
	schema := "t" + strings.ToLower(rand.Text())
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		require.NoError(t, errors.Join(err, db.Close()))
	})
	u, err := url.Parse(base)
	require.NoError(t, err)
	q := u.Query()
	q.Set("search_path", schema)
	q.Set("application_name", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Named gives every queue and lease of s a name that begins with prefix, so that tests
// may share a Redis.
func Named(s LeasedQueue, prefix string) LeasedQueue { return prefixed{s, prefix} }

// LeasedQueue is a queue with leases beside it, as Redis has them.
type LeasedQueue interface {
	Queue
	Leases
}

type prefixed struct {
	LeasedQueue
	prefix string
}

func (n prefixed) Put(ctx context.Context, queue string, due map[string]time.Time) error {
	return n.LeasedQueue.Put(ctx, n.prefix+queue, due)
}

func (n prefixed) PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error {
	return n.LeasedQueue.PutEarlier(ctx, n.prefix+queue, due)
}

func (n prefixed) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) ([]string, int64, error) {
	return n.LeasedQueue.Claim(ctx, n.prefix+queue, owner, now, lease, limit)
}

func (n prefixed) Ack(ctx context.Context, queue string, token int64, keys ...string) (int, error) {
	return n.LeasedQueue.Ack(ctx, n.prefix+queue, token, keys...)
}

func (n prefixed) Lapse(ctx context.Context, queue, owner string) (int, error) {
	return n.LeasedQueue.Lapse(ctx, n.prefix+queue, owner)
}

func (n prefixed) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (int64, bool, error) {
	return n.LeasedQueue.Acquire(ctx, n.prefix+name, owner, ttl)
}

func (n prefixed) Release(ctx context.Context, name, owner string) error {
	return n.LeasedQueue.Release(ctx, n.prefix+name, owner)
}
