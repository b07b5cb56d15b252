package crashtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, to make and drop schemas
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"yiqun/storage/postgres"
	"yiqun/storage/storagetest"
)

// servers is a schema of the test's own in the PostgreSQL of YIQUN_TEST_POSTGRES, and
// the Redis database after that of YIQUN_TEST_REDIS, which is emptied again and again.
//
// YIQUN_CRASH_RESTART_POSTGRES is a shell command that restarts that PostgreSQL the
// hard way (pg_ctl restart -m immediate); without it the instances' connections are
// ended, which is as much as they would notice.
func servers(t *testing.T) engine {
	t.Helper()
	base := storagetest.Need(t, "YIQUN_TEST_POSTGRES", "start PostgreSQL and name a database that tests may fill, postgres://user@host/database")
	shared := storagetest.Need(t, "YIQUN_TEST_REDIS", "start redis-server and name a database for tests, redis://127.0.0.1:6379/9")
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
	require.NoError(t, postgres.Migrate(t.Context(), u.String()))

	opts, err := redis.ParseURL(shared)
	require.NoError(t, err)
	opts.DB++ // the named one may be in use by other packages' tests
	client := redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	forget := func() { require.NoError(t, client.FlushDB(context.Background()).Err()) }
	forget()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	restart := os.Getenv("YIQUN_CRASH_RESTART_POSTGRES")
	return engine{
		database: u.String(), redis: address(t, shared, opts.DB), key: hex.EncodeToString(key), forget: forget,
		shake: func() {
			forget()
			if restart != "" {
				out, err := exec.CommandContext(context.Background(), "sh", "-c", restart).CombinedOutput()
				require.NoError(t, err, string(out))
				return
			}
			_, err := db.ExecContext(context.Background(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", schema)
			require.NoError(t, err)
		},
	}
}

// address is a Redis URL that names another database.
func address(t *testing.T, server string, db int) string {
	t.Helper()
	u, err := url.Parse(server)
	require.NoError(t, err)
	u.Path = "/" + strconv.Itoa(db)
	return u.String()
}
