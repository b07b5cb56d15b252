package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/config"
)

// faults is where settings with a mistake lie, each named by its mistake: the
// environment, one NAME=VALUE a line, then the files it points to, and last what the
// operator is told. UPDATE_GOLDEN=1 rewrites the last part.
const faults = "../../testdata/config"

const told = "told"

func TestFaults(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(faults, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			_, err = config.Load(environ(a.Comment), reader(a))
			require.Error(t, err, "a fault that nobody is told of")

			got := err.Error() + "\n"
			if os.Getenv("UPDATE_GOLDEN") != "" {
				rewrite(t, name, a, got)
				return
			}
			want, err := reader(a)(told)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
			assertSentences(t, got)
		})
	}
}

// assertSentences checks what every problem owes an operator: the name first, one
// sentence, and nothing of a value that may be secret.
func assertSentences(t *testing.T, told string) {
	t.Helper()
	for line := range strings.Lines(told) {
		assert.Regexp(t, `^YIQUN_[A-Z_]+ .*。\n$`, line)
		assert.Equal(t, 1, strings.Count(line, "。"), "one sentence: %s", line)
		assert.NotContains(t, line, "s3cret")
	}
}

func environ(text []byte) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
			m[name] = value
		}
	}
	return m
}

func reader(a *txtar.Archive) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		for _, f := range a.Files {
			if f.Name == name {
				return f.Data, nil
			}
		}
		return nil, fs.ErrNotExist
	}
}

func rewrite(t *testing.T, name string, a *txtar.Archive, got string) {
	t.Helper()
	kept := a.Files[:0]
	for _, f := range a.Files {
		if f.Name != told {
			kept = append(kept, f)
		}
	}
	a.Files = append(kept, txtar.File{Name: told, Data: []byte(got)})
	require.NoError(t, os.WriteFile(name, txtar.Format(a), 0o644))
}
