package redis

import (
	"errors"
	"net"
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
		"rediss://" + server.Addr():                   Encryption,
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
