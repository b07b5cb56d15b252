package postgres

import (
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASilentServerIsGivenUp(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		address := "127.0.0.1:0"
		if network == "unix" {
			address = t.TempDir() + "/s"
		}
		l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
		require.NoError(t, err)
		dialer := net.Dialer{Control: giveUpUnacknowledged}
		conn, err := dialer.DialContext(t.Context(), network, l.Addr().String())
		require.NoError(t, err, network)
		if tcp, ok := conn.(*net.TCPConn); ok {
			raw, err := tcp.SyscallConn()
			require.NoError(t, err)
			var got int
			require.NoError(t, raw.Control(func(fd uintptr) {
				got, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout)
			}))
			require.NoError(t, err)
			require.EqualValues(t, silentFor.Milliseconds(), got)
		}
		require.NoError(t, conn.Close())
		require.NoError(t, l.Close())
	}
}
