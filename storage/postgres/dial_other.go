//go:build !linux

package postgres

import "syscall"

// giveUpUnacknowledged does nothing: only Linux has the option.
func giveUpUnacknowledged(string, string, syscall.RawConn) error { return nil }
