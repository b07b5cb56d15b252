package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlite"
)

// TestAlone: one program serves from a file, the next when that one has ended; whoever only
// reads it is let in.
func TestAlone(t *testing.T) {
	url := sqlite.Scheme + filepath.Join(t.TempDir(), "yiqun.db")
	release, err := sqlite.Alone(url)
	require.NoError(t, err)
	_, err = sqlite.Alone(url)
	require.ErrorIs(t, err, sqlite.ErrServed)
	store, err := sqlite.Open(t.Context(), url, make([]byte, 32))
	require.NoError(t, err)
	require.NoError(t, store.Close())
	require.NoError(t, release())
	release, err = sqlite.Alone(url)
	require.NoError(t, err)
	require.NoError(t, release())
}

// TestTroublesOfAFile are told apart.
func TestTroublesOfAFile(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	require.NoError(t, os.WriteFile(junk, make([]byte, 5000), 0o600))
	_, err := sqlite.Open(t.Context(), sqlite.Scheme+junk, make([]byte, 32))
	require.Error(t, err)
	require.True(t, sqlite.Damaged(err), "%v", err)
	require.False(t, sqlite.Forbidden(err) || sqlite.Full(err))
	_, err = sqlite.Open(t.Context(), sqlite.Scheme+dir, make([]byte, 32))
	require.Error(t, err)
	require.True(t, sqlite.Forbidden(err), "%v", err)
	require.False(t, sqlite.Damaged(err))
}
