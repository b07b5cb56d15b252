package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/storagetest"
)

// sslRequest is what a client begins with that wants TLS (PostgreSQL's protocol,
// message formats); 'S' is the answer of a server that has it.
const sslRequest = 8

// TestTLS reaches the server through a door that speaks TLS only, as a hosted database
// has it.
func TestTLS(t *testing.T) {
	ca, err := storagetest.NewAuthority()
	require.NoError(t, err)
	cert, private, root, err := ca.Files(t.TempDir())
	require.NoError(t, err)
	addr := door(t, cert, private)
	records := storagetest.Schema(t)
	require.NoError(t, Migrate(t.Context(), records))
	through := func(mode, root string) string {
		u, err := url.Parse(records)
		require.NoError(t, err)
		u.Host, u.User = addr, url.UserPassword(u.User.Username(), "s3cret")
		q := u.Query()
		q.Set("sslmode", mode)
		q.Set("sslrootcert", root)
		u.RawQuery = q.Encode()
		return u.String()
	}
	s, err := Open(t.Context(), through("verify-full", root), key)
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()))
	require.NoError(t, s.Close())

	stranger, err := storagetest.NewAuthority()
	require.NoError(t, err)
	_, _, other, err := stranger.Files(t.TempDir())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		url     string
		trouble Trouble
	}{
		"a certificate nobody vouches for": {through("verify-full", other), Untrusted},
		"no TLS":                           {through("disable", root), Unreachable},
		"a server without TLS":             {with(t, records, "sslmode", "require"), NoTLS},
		"a server that takes nothing":      {with(t, records, "default_transaction_read_only", "on"), ReadOnly},
	} {
		t.Run(name, func(t *testing.T) {
			err := spend(t, c.url)
			require.Error(t, err)
			require.Equal(t, c.trouble, TroubleOf(err), "%v", err)
			require.NotContains(t, err.Error(), "s3cret")
		})
	}
}

// with sets a parameter of a URL.
func with(t *testing.T, records, name, value string) string {
	t.Helper()
	u, err := url.Parse(records)
	require.NoError(t, err)
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// spend opens records and writes to them.
func spend(t *testing.T, records string) error {
	s, err := Open(t.Context(), records, key)
	if err != nil {
		return err
	}
	return errors.Join(s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.Spend(ctx, bot.DingTalk, "2026-11", 1)
	}), s.Close())
}

// door lets in who speaks TLS, and relays to the server of the tests.
func door(t *testing.T, cert, key string) (addr string) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	cfg, err := pgx.ParseConfig(storagetest.Postgres(t))
	require.NoError(t, err)
	network, server := pgconn.NetworkAddress(cfg.Host, cfg.Port)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	all.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { _ = enter(in, pair, network, server) })
		}
	})
	return l.Addr().String()
}

func enter(in net.Conn, cert tls.Certificate, network, server string) error {
	defer func() { _ = in.Close() }()
	head := make([]byte, sslRequest)
	if _, err := io.ReadFull(in, head); err != nil || head[3] != sslRequest {
		return err // plain: it is turned away
	}
	if _, err := in.Write([]byte{'S'}); err != nil {
		return err
	}
	safe := tls.Server(in, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	out, err := (&net.Dialer{}).DialContext(context.Background(), network, server)
	if err != nil {
		return err
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(out, safe); _ = out.Close() })
	both.Go(func() { _, _ = io.Copy(safe, out); _ = safe.Close() })
	both.Wait()
	return nil
}
