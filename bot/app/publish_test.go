package app

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPublish: a backup gets its name on disks with links and without, and never takes
// another file's.
func TestPublish(t *testing.T) {
	for name, link := range map[string]func(string, string) error{
		"links":    os.Link,
		"no links": func(string, string) error { return syscall.EPERM },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			made, want := filepath.Join(dir, ".made"), filepath.Join(dir, "backup")
			require.NoError(t, os.WriteFile(made, []byte("new"), 0o600))
			require.NoError(t, publish(made, want, link))
			got, err := os.ReadFile(want)
			require.NoError(t, err)
			require.Equal(t, "new", string(got))

			another := filepath.Join(dir, ".another")
			require.NoError(t, os.WriteFile(another, []byte("newer"), 0o600))
			require.ErrorIs(t, publish(another, want, link), os.ErrExist)
			got, err = os.ReadFile(want)
			require.NoError(t, err)
			require.Equal(t, "new", string(got))
		})
	}
}
