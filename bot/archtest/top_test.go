package archtest_test

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// top is all that may lie at the top of the repository, beside dotfiles and what
// .gitignore names.
var top = []string{
	"cmd", "bot", "intents", "cards", "storage", "testdata",
	"go.mod", "go.sum", "Makefile", "README.md", "README.zh-CN.md", "LICENSE",
}

func TestTopOfTheRepository(t *testing.T) {
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	ignored := ignored(t)
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && !slices.ContainsFunc(ignored, func(p string) bool { return matches(t, p, name) }) {
			assert.Contains(t, top, name, "give it a place in one of the folders")
		}
	}
}

// ignored lists the patterns of .gitignore.
func ignored(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(root + "/.gitignore")
	require.NoError(t, err)
	return strings.Fields(string(text))
}

func matches(t *testing.T, pattern, name string) bool {
	t.Helper()
	ok, err := path.Match(strings.Trim(pattern, "/"), name)
	require.NoError(t, err)
	return ok
}
