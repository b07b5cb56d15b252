//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package sqlite

import "os"

// lock does nothing where files cannot be locked for the life of a process.
func lock(*os.File) error { return nil }
