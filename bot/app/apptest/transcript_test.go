package apptest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot/app/apptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTranscripts plays every chat in testdata/transcripts on the whole bot, and those
// of a place's own practices, where there are any; in short runs every third.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(apptest.Root(), "testdata", "transcripts", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	own, err := filepath.Glob(filepath.Join(apptest.Root(), "practices", "*.txt"))
	require.NoError(t, err)
	for i, f := range append(files, own...) {
		if testing.Short() && i%3 != 0 {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			apptest.RunTranscript(t, f, apptest.SQLite)
		})
	}
}
