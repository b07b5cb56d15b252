package postgres

import (
	"errors"
	"syscall"
)

// tcpUserTimeout is TCP_USER_TIMEOUT, in milliseconds (RFC 5482, tcp(7)).
const tcpUserTimeout = 0x12

// giveUpUnacknowledged ends a connection when what was sent on it has not been
// acknowledged for silentFor; Linux would go on for a quarter of an hour.
func giveUpUnacknowledged(_, _ string, raw syscall.RawConn) error {
	var set error
	err := raw.Control(func(fd uintptr) {
		set = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(silentFor.Milliseconds()))
		if errors.Is(set, syscall.EOPNOTSUPP) {
			set = nil // a Unix socket has no silence
		}
	})
	return errors.Join(err, set)
}
