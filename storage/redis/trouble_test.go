package redis

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"
)

// TestTroublesThatRedisTells are told apart by what servers of several versions say.
func TestTroublesThatRedisTells(t *testing.T) {
	server := miniredis.RunT(t)
	s := openStates(t, "redis://"+server.Addr())
	require.NoError(t, s.Ping(t.Context()))
	require.Empty(t, TroubleOf(nil))
	require.Empty(t, TroubleOf(errors.New("of another kind")))
	for said, want := range map[string]Trouble{
		"READONLY You can't write against a read only replica.":                         ReadOnly,
		"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to no": ReadOnly,
		"OOM command not allowed when used memory > 'maxmemory'.":                       Full,
		"MISCONF Redis is configured to save RDB snapshots":                             DiskFailed,
		"NOPERM this user has no permissions to run the 'set' command":                  Forbidden,
		"MOVED 3999 127.0.0.1:6381":                                                     Clustered,
		"ERR SELECT is not allowed in cluster mode":                                     Clustered,
		"CLUSTERDOWN Hash slot not served":                                              Incomplete,
		"ERR invalid password":                                                          Credentials,
		"ERR something else":                                                            "",
	} {
		server.SetError(said)
		err := s.Ping(t.Context())
		require.Error(t, err, said)
		require.Equal(t, want, TroubleOf(err), said)
	}
}

// TestTroublesOnTheWay: what is not there, is no Redis, or is none of the kind that the
// URL names.
func TestTroublesOnTheWay(t *testing.T) {
	server := miniredis.RunT(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := listener.Addr().String()
	require.NoError(t, listener.Close())
	for url, want := range map[string]Trouble{
		"redis://" + nobody:                           Unreachable,
		"redis+cluster://" + nobody:                   Unreachable,
		"redis+sentinel://" + nobody + "/main":        NoSentinel,
		"redis+sentinel://" + server.Addr() + "/main": NoSentinel,
		"rediss://" + server.Addr():                   HungUp,
	} {
		s := openStates(t, url)
		err := s.Ping(t.Context())
		require.Equal(t, want, TroubleOf(err), "%s: %v", url, err)
	}
}

// TestARestKeepsItsCause: who asks while Redis is left alone hears what it was.
func TestARestKeepsItsCause(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := openStates(t, "redis://"+listener.Addr().String())
	require.NoError(t, listener.Close())
	require.Error(t, s.Ping(t.Context()))
	err = s.Ping(t.Context())
	require.ErrorIs(t, err, errResting)
	require.Equal(t, Unreachable, TroubleOf(err))
}

// TestWhoAnswersInstead: a proxy with nobody behind it, one that hangs, and one that speaks
// something else are told apart as far as they can be.
func TestWhoAnswersInstead(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(net.Conn)
		url    string
		want   Trouble
	}{
		"a proxy without a Redis":         {func(net.Conn) {}, "redis://", HungUp},
		"the same, and TLS wanted":        {func(net.Conn) {}, "rediss://", HungUp},
		"one that hangs":                  {hang, "redis://", Silent},
		"the same, and TLS wanted here":   {hang, "rediss://", Silent},
		"a web server":                    {says("HTTP/1.1 400 Bad Request\r\n\r\n"), "redis://", Stranger},
		"a web server, and TLS wanted":    {says("HTTP/1.1 400 Bad Request\r\n\r\n"), "rediss://", Encryption},
		"a Redis without TLS, and wanted": {says("-ERR Protocol error\r\n"), "rediss://", Encryption},
		"one that wants TLS and says so":  {says("\x15\x03\x01\x00\x02\x02\x46\r\n"), "redis://", Encryption},
	} {
		t.Run(name, func(t *testing.T) {
			err := openStates(t, c.url+answers(t, c.answer)+patient(c.want)).Ping(t.Context())
			require.Error(t, err)
			require.Equal(t, c.want, TroubleOf(err), "%v", err)
		})
	}
}

// says answers the first thing it hears, whatever it is.
func says(words string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = c.Write([]byte(words))
		hang(c) // it is the other side that gives up
	}
}

// hang says nothing until the other side has gone.
func hang(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// answers listens and has each caller answered, until the test ends.
func answers(t *testing.T, answer func(net.Conn)) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var calls sync.WaitGroup
	calls.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			calls.Go(func() { defer func() { _ = c.Close() }(); answer(c) })
		}
	})
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	return listener.Addr().String()
}
