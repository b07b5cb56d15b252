package sqlite

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// openTimed opens records whose leases can be made to lapse. SQLite's clock cannot be
// moved, but what it is compared with can.
func openTimed(t *testing.T) (s *sqlstore.Store, pass func(time.Duration)) {
	t.Helper()
	seal, err := sqlstore.NewSealer(key)
	require.NoError(t, err)
	e, err := openEngine(t.Context(), Scheme+filepath.Join(t.TempDir(), "l.db"), ready)
	require.NoError(t, err)
	s, err = sqlstore.New(t.Context(), e, seal)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, func(d time.Duration) {
		require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
			_, err := q.Exec(context.Background(), `UPDATE leases SET until = until - $1`, int64(d))
			return err
		}))
	}
}

func TestLeases(t *testing.T) {
	storagetest.RunLeases(t, func(t *testing.T, _ string) (storagetest.Leases, func(time.Duration)) { return openTimed(t) })
}

func TestHearings(t *testing.T) {
	storagetest.RunHearings(t, func(t *testing.T, _ string) (storagetest.Hearings, func(time.Duration)) { return openTimed(t) })
}

func TestBeats(t *testing.T) {
	storagetest.RunBeats(t, func(t *testing.T) storagetest.Beating { return openStore(t, Scheme+filepath.Join(t.TempDir(), "b.db")) })
}
