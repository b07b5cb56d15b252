package redis

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/storage/storagetest"
)

// trusted is the authority that this test binary trusts beside none other.
var trusted *storagetest.Authority

// trust makes an authority and the system's certificates be one. It has to come
// before the first connection: the system's are read once.
func trust() (forget func(), err error) {
	if trusted, err = storagetest.NewAuthority(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "trusted")
	if err != nil {
		return nil, err
	}
	_, _, ca, err := trusted.Files(dir)
	if err != nil {
		return nil, err
	}
	return func() { _ = os.RemoveAll(dir) }, os.Setenv("SSL_CERT_FILE", ca)
}

// startTLS starts a server that speaks TLS only, and wants a password.
func startTLS(t *testing.T, by *storagetest.Authority, password string) (addr string) {
	t.Helper()
	cert, key, ca, err := by.Files(t.TempDir())
	require.NoError(t, err)
	addr = freePort(t)
	startServer(t, "--port", "0", "--tls-port", portOf(t, addr), "--tls-auth-clients", "no", "--requirepass", password,
		"--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", ca)
	require.Eventually(t, func() bool {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
		return err == nil && c.Close() == nil
	}, 20*time.Second, 20*time.Millisecond)
	return addr
}

func TestTLS(t *testing.T) {
	addr := startTLS(t, trusted, "s3cret")
	s := openStates(t, "rediss://:s3cret@"+addr+"/2")
	require.NoError(t, s.Set(t.Context(), "k", []byte("v"), time.Minute))
	got, ok, err := s.Get(t.Context(), "k")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "v", string(got))

	stranger, err := storagetest.NewAuthority()
	require.NoError(t, err)
	for name, c := range map[string]struct {
		url     string
		trouble Trouble
	}{
		"a wrong password":                 {"rediss://:wrong@" + addr, Credentials},
		"no password":                      {"rediss://" + addr, NoPassword},
		"no TLS":                           {"redis://:s3cret@" + addr, HungUp},
		"no such database":                 {"rediss://:s3cret@" + addr + "/99", NoDatabase},
		"a certificate nobody vouches for": {"rediss://:s3cret@" + startTLS(t, stranger, "s3cret"), Untrusted},
	} {
		t.Run(name, func(t *testing.T) {
			err := openStates(t, c.url+patient(c.trouble)).Set(t.Context(), "k", []byte("v"), time.Minute)
			require.Error(t, err)
			require.Equal(t, c.trouble, TroubleOf(err), "%v", err)
			require.NotContains(t, err.Error(), "s3cret")
			require.NotContains(t, err.Error(), "wrong@")
		})
	}
}

// patient gives a busy machine time for handshakes, except where nobody answers.
func patient(want Trouble) string {
	if want == Silent {
		return ""
	}
	return "?dial_timeout=30s&read_timeout=30s"
}
