package sqlite

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/storage/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var key = bytes.Repeat([]byte{7}, sqlstore.KeySize)

// openStore opens a store that closes with the test.
func openStore(t testing.TB, url string) *sqlstore.Store {
	t.Helper()
	s, err := Open(t.Context(), url, key)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}
