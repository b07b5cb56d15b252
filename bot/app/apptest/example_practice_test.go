package apptest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
)

// TestTheExampleOfHowToWriteAPractice plays the first practice of the templates' README
// by the chat that stands at its end, laid out as it says.
func TestTheExampleOfHowToWriteAPractice(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(apptest.Root(), "bot", "procedure", "templates", "README.md"))
	require.NoError(t, err)
	_, yaml, _ := strings.Cut(string(raw), "```yaml\n")
	yaml, _, _ = strings.Cut(yaml, "```")
	_, chat, found := strings.Cut(string(raw), "```text\n# 小菜园")
	require.True(t, found)
	chat, _, _ = strings.Cut(chat, "```")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "garden.yaml"), []byte(yaml), 0o600))
	script := filepath.Join(dir, "garden.txt")
	require.NoError(t, os.WriteFile(script, []byte("# 小菜园"+chat), 0o600))
	apptest.RunTranscript(t, script, apptest.SQLite)
}
