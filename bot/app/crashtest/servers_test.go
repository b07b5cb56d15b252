package crashtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, to end connections
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
	shared := storagetest.Redis(t)
	records := storagetest.Schema(t)
	require.NoError(t, postgres.Migrate(t.Context(), records))
	db, err := sql.Open("pgx", storagetest.Postgres(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })

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
		database: records, redis: address(t, shared, opts.DB), key: hex.EncodeToString(key), forget: forget,
		shake: func() {
			forget()
			if restart != "" {
				out, err := exec.CommandContext(context.Background(), "sh", "-c", restart).CombinedOutput()
				require.NoError(t, err, string(out))
				return
			}
			_, err := db.ExecContext(context.Background(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", applicationOf(t, records))
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

// applicationOf is the name by which the connections of a URL go.
func applicationOf(t *testing.T, records string) string {
	t.Helper()
	u, err := url.Parse(records)
	require.NoError(t, err)
	return u.Query().Get("application_name")
}
