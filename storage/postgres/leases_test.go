package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// openTimed opens records whose leases can be made to lapse. The server's clock cannot
// be moved, but what it is compared with can.
func openTimed(t *testing.T) (s *sqlstore.Store, pass func(time.Duration)) {
	t.Helper()
	url := storagetest.Schema(t)
	require.NoError(t, Migrate(t.Context(), url))
	s, err := Open(t.Context(), url, key)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	db, err := connect(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return s, func(d time.Duration) {
		_, err := db.ExecContext(t.Context(), `UPDATE leases SET until = until - $1`, int64(d))
		require.NoError(t, err)
	}
}

func TestLeases(t *testing.T) {
	storagetest.Postgres(t)
	storagetest.RunLeases(t, func(t *testing.T, _ string) (storagetest.Leases, func(time.Duration)) { return openTimed(t) })
}

func TestHearings(t *testing.T) {
	storagetest.Postgres(t)
	storagetest.RunHearings(t, func(t *testing.T, _ string) (storagetest.Hearings, func(time.Duration)) { return openTimed(t) })
}

func TestBeats(t *testing.T) {
	storagetest.Postgres(t)
	storagetest.RunBeats(t, func(t *testing.T) storagetest.Beating { return openStore(t) })
}
