package redis

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// authority signs for the servers of a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return &authority{cert, key}, nil
}

// trusted is the authority that this test binary trusts beside none other.
var trusted *authority

// trust makes an authority and the system's certificates be one. It has to come
// before the first connection: the system's are read once.
func trust() (forget func(), err error) {
	if trusted, err = newAuthority(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "trusted")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusted.cert.Raw}), 0o600); err != nil {
		return nil, err
	}
	return func() { _ = os.RemoveAll(dir) }, os.Setenv("SSL_CERT_FILE", file)
}

// startTLS starts a server that speaks TLS only, and wants a password.
func startTLS(t *testing.T, by *authority, password string) (addr string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "redis"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, by.cert, key.Public(), by.key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	for name, block := range map[string]*pem.Block{
		"cert": {Type: "CERTIFICATE", Bytes: der},
		"key":  {Type: "PRIVATE KEY", Bytes: private},
		"ca":   {Type: "CERTIFICATE", Bytes: by.cert.Raw},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600))
	}
	addr = freePort(t)
	startServer(t, "--port", "0", "--tls-port", portOf(t, addr), "--tls-auth-clients", "no", "--requirepass", password,
		"--tls-cert-file", filepath.Join(dir, "cert"), "--tls-key-file", filepath.Join(dir, "key"), "--tls-ca-cert-file", filepath.Join(dir, "ca"))
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", addr)
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

	stranger, err := newAuthority()
	require.NoError(t, err)
	for name, url := range map[string]string{
		"a wrong password":                 "rediss://:wrong@" + addr,
		"no password":                      "rediss://" + addr,
		"no TLS":                           "redis://:s3cret@" + addr,
		"a certificate nobody vouches for": "rediss://:s3cret@" + startTLS(t, stranger, "s3cret"),
	} {
		t.Run(name, func(t *testing.T) {
			err := openStates(t, url).Set(t.Context(), "k", []byte("v"), time.Minute)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "s3cret")
			require.NotContains(t, err.Error(), "wrong@")
		})
	}
}
