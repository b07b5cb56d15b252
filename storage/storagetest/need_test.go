package storagetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/storagetest"
)

// told records what a test was told instead of stopping it.
type told struct {
	testing.TB
	failed, skipped bool
}

func (t *told) Helper()               {}
func (t *told) Fatalf(string, ...any) { t.failed = true }
func (t *told) Skipf(string, ...any)  { t.skipped = true }

func TestNeed(t *testing.T) {
	const name = "YIQUN_TEST_SOMETHING"
	t.Setenv(name, "")
	t.Setenv("CI", "")
	local := &told{TB: t}
	require.Empty(t, storagetest.Need(local, name, "start it"))
	require.True(t, local.skipped)
	require.False(t, local.failed)

	t.Setenv("CI", "true")
	ci := &told{TB: t}
	storagetest.Need(ci, name, "start it")
	require.True(t, ci.failed)

	t.Setenv(name, "here")
	require.Equal(t, "here", storagetest.Need(t, name, "start it"))
}
