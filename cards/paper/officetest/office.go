package officetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// howTo is how to get what these tests need.
const howTo = "apt-get install libreoffice-writer-nogui, or have soffice on the PATH"

// Office is a word processor with a directory of its own to work in.
type Office struct {
	path string
	// Dir is where it reads and writes.
	Dir string
}

// Find finds the word processor. Without it the test is skipped with a word on how to
// get it; on CI, where everything is expected to be there, it fails.
func Find(t *testing.T) *Office {
	t.Helper()
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			return &Office{path: path, Dir: t.TempDir()}
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("soffice is missing, and CI tests everything: %s", howTo)
	}
	t.Skipf("not tested that papers open in a word processor: %s", howTo)
	return nil
}

// Write puts a file where the word processor works.
func (o *Office) Write(t *testing.T, name string, data []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(o.Dir, name), data, 0o600))
}

// Convert starts it once, with a profile of its own that any number of tests may have
// beside each other. to is a format as soffice names it: pdf.
func (o *Office) Convert(t *testing.T, to string, files ...string) {
	t.Helper()
	args := []string{
		"-env:UserInstallation=file://" + filepath.ToSlash(filepath.Join(o.Dir, "profile")),
		"--headless", "--norestore", "--nologo", "--convert-to", to, "--outdir", o.Dir,
	}
	for _, f := range files {
		args = append(args, filepath.Join(o.Dir, f))
	}
	cmd := exec.CommandContext(t.Context(), o.path, args...)
	cmd.Dir, cmd.WaitDelay = o.Dir, time.Second
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// Text is what a document says, converted by it.
func (o *Office) Text(t *testing.T, file string) string {
	t.Helper()
	o.Convert(t, "txt:Text (encoded):UTF8", file)
	data, err := os.ReadFile(filepath.Join(o.Dir, strings.TrimSuffix(file, filepath.Ext(file))+".txt"))
	require.NoError(t, err)
	return strings.TrimPrefix(string(data), "\ufeff")
}

var pageObject = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// Pages is how many pages a PDF has.
func (o *Office) Pages(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(o.Dir, file))
	require.NoError(t, err)
	return len(pageObject.FindAll(data, -1))
}
