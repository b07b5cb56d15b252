package postgres

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var key = bytes.Repeat([]byte{7}, sqlstore.KeySize)

func openStore(t testing.TB) *sqlstore.Store {
	t.Helper()
	url := storagetest.Schema(t)
	require.NoError(t, Migrate(t.Context(), url))
	s, err := Open(t.Context(), url, key)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestSuite(t *testing.T) {
	storagetest.Postgres(t)
	storagetest.Run(t, func(t *testing.T) service.Store { return openStore(t) })
}

func TestInstances(t *testing.T) {
	storagetest.Postgres(t)
	storagetest.RunInstances(t, func(t *testing.T) (a, b service.Store) {
		url := storagetest.Schema(t)
		require.NoError(t, Migrate(t.Context(), url))
		for _, s := range []*service.Store{&a, &b} {
			store, err := Open(t.Context(), url, key)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			*s = store
		}
		return a, b
	})
}

func TestOpenRefusesAnOldSchema(t *testing.T) {
	_, err := Open(t.Context(), storagetest.Schema(t), key)
	require.ErrorContains(t, err, "migrate")
	require.Equal(t, bot.Internal, bot.CodeOf(err))
}

func TestOpenRefusesAnotherKey(t *testing.T) {
	url := storagetest.Schema(t)
	require.NoError(t, Migrate(t.Context(), url))
	s, err := Open(t.Context(), url, key)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = Open(t.Context(), url, bytes.Repeat([]byte{8}, sqlstore.KeySize))
	require.ErrorContains(t, err, "data key")
}

func TestClosed(t *testing.T) {
	s := openStore(t)
	require.NoError(t, s.Close())
	for _, err := range []error{
		s.Ping(t.Context()),
		s.Update(t.Context(), func(context.Context, service.Tx) error { return nil }),
	} {
		require.Equal(t, bot.Internal, bot.CodeOf(err))
		require.ErrorContains(t, err, "closed")
	}
}

func TestErrorsDoNotShowThePassword(t *testing.T) {
	for _, u := range []string{"postgres://bot:hunter2@ho st/db", "postgres://bot:hunter2@127.0.0.1:1/db?connect_timeout=1"} {
		_, err := Open(t.Context(), u, key)
		require.Error(t, err)
		require.Equal(t, bot.Internal, bot.CodeOf(err))
		require.NotContains(t, err.Error(), "hunter2")
	}
}
