package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlstore"
)

// TestAStartWaitsForTheDatabase, which may still be starting itself, says so once, and
// waits for nothing that only the operator can mend.
func TestAStartWaitsForTheDatabase(t *testing.T) {
	starting := &pgconn.PgError{Code: "57P03", Message: "the database system is starting up"}
	for name, c := range map[string]struct {
		errs  []error
		tries int
		want  string
	}{
		"up at once":     {nil, 1, ""},
		"up in a while":  {[]error{starting, starting, starting}, 4, ""},
		"wrong password": {[]error{&pgconn.PgError{Code: "28P01", Message: "password authentication failed"}}, 1, "password"},
		"something else": {[]error{errors.New("the schema is old")}, 1, "old"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var said bytes.Buffer
				tries, opened := 0, &sqlstore.Store{}
				store, err := patiently(t.Context(), slog.New(slog.NewTextHandler(&said, nil)), func() (*sqlstore.Store, error) {
					if tries++; tries <= len(c.errs) {
						return nil, c.errs[tries-1]
					}
					return opened, nil
				})
				require.Equal(t, c.tries, tries)
				if c.want != "" {
					require.ErrorContains(t, err, c.want)
					return
				}
				require.NoError(t, err)
				require.Same(t, opened, store)
				require.Equal(t, min(1, len(c.errs)), strings.Count(said.String(), "waiting for the database"))
			})
		})
	}
}

// TestAStartDoesNotWaitForEver, nor after it was told to stop.
func TestAStartDoesNotWaitForEver(t *testing.T) {
	never := func() (*sqlstore.Store, error) { return nil, &pgconn.PgError{Code: "57P03"} }
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := patiently(t.Context(), slog.New(slog.DiscardHandler), never)
		require.Error(t, err)
		require.Greater(t, time.Since(began), startsWithin)

		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		began = time.Now()
		_, err = patiently(ctx, slog.New(slog.DiscardHandler), never)
		require.Error(t, err)
		require.Equal(t, time.Second, time.Since(began))
	})
}
