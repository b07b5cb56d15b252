package setup

import (
	"os"

	"golang.org/x/sys/unix"
)

// Hush keeps what is typed at a terminal from its screen until the function it
// returns is called; it returns nil for what is no terminal.
func Hush(terminal *os.File) func() (loud func()) {
	fd := int(terminal.Fd())
	if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
		return nil
	}
	return func() func() {
		before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return func() {}
		}
		silent := *before
		silent.Lflag &^= unix.ECHO
		// A terminal that will not be silent is spoken to all the same.
		_ = unix.IoctlSetTermios(fd, unix.TCSETS, &silent)
		return func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, before) }
	}
}
