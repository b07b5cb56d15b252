//go:build !linux

package setup

import "os"

// Hush returns nil: here what is typed is seen.
func Hush(*os.File) func() (loud func()) { return nil }
