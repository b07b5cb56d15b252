package storagetest

import (
	"os"
	"testing"
)

// Need returns the environment variable name, which says where a service needed by
// the test runs. Without it the test is skipped with a word on how to get one; on
// CI, where everything is expected to be there, it fails.
func Need(t testing.TB, name, how string) string {
	t.Helper()
	value := os.Getenv(name)
	if value != "" {
		return value
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not set, and CI tests everything: %s", name, how)
	}
	t.Skipf("%s is not set: %s", name, how)
	return ""
}
