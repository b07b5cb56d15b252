package paper_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards/html"
	"yiqun/cards/paper/docx"
)

// howToOffice is how to get what this test needs.
const howToOffice = "apt-get install libreoffice-writer-nogui, or have soffice on the PATH"

// office finds the word processor. Without it the test is skipped with a word on
// how to get it; on CI, where everything is expected to be there, it fails.
func office(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("soffice is missing, and CI tests everything: %s", howToOffice)
	}
	t.Skipf("not tested that DOCX and HTML open in a word processor: %s", howToOffice)
	return ""
}

// TestOpensInOffice converts a paper to PDF, as DOCX and as a page, in one start of
// the word processor, and the DOCX to text in another.
func TestOpensInOffice(t *testing.T) {
	soffice := office(t)
	dir := t.TempDir()
	p := minutes(t)
	file, err := docx.Render(p)
	require.NoError(t, err)
	page, err := html.Paper(p)
	require.NoError(t, err)
	write(t, filepath.Join(dir, "minutes.docx"), file)
	write(t, filepath.Join(dir, "page.html"), page)

	convert(t, soffice, dir, "pdf", "minutes.docx", "page.html")
	// How much a page holds depends on the fonts that stand in; the roll begins a new one.
	assert.InDelta(t, 4, pages(t, filepath.Join(dir, "minutes.pdf")), 1)
	assert.InDelta(t, 4, pages(t, filepath.Join(dir, "page.pdf")), 2)

	convert(t, soffice, dir, "txt:Text (encoded):UTF8", "minutes.docx")
	data, err := os.ReadFile(filepath.Join(dir, "minutes.txt"))
	require.NoError(t, err)
	read := strings.TrimPrefix(string(data), "\ufeff")
	assert.True(t, strings.HasPrefix(read, p.Title+"\n"), "the title comes first")
	for _, want := range []string{
		"出席：应到30人，实到16人，请假10人，缺席4人", "一、讨论发展对象", "王建国：培养期满一年，群众反映好。",
		"接收赵敏为预备党员", "=SUM(A1:A9)", "赞成15，须超过15，未通过", "2．王建国周五前打印公示", "主持人（签字）：",
	} {
		assert.Contains(t, read, want)
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, data, 0o600))
}

// convert starts the word processor once, with a profile of its own that any number
// of tests may have beside each other.
func convert(t *testing.T, soffice, dir, to string, files ...string) {
	t.Helper()
	args := []string{
		"-env:UserInstallation=file://" + filepath.ToSlash(filepath.Join(dir, "profile")),
		"--headless", "--norestore", "--nologo", "--convert-to", to, "--outdir", dir,
	}
	for _, f := range files {
		args = append(args, filepath.Join(dir, f))
	}
	cmd := exec.CommandContext(t.Context(), soffice, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

var pageObject = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

func pages(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return len(pageObject.FindAll(data, -1))
}
