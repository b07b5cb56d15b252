package app_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/bot/config"
)

// under is a new installation under keys as a setting gives them.
func under(t *testing.T, keys string) config.Config {
	t.Helper()
	cfg := installation(sqliteURL(t), nil)
	cfg.DataKey = config.Secret(keys)
	return cfg
}

// working is a bot at work on an installation.
func working(t *testing.T, cfg config.Config) (more func(n int)) {
	t.Helper()
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	require.NoError(t, err)
	return live(t, cfg, key)
}

func keysIn(t *testing.T, path string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	return strings.Fields(string(raw))
}

// sound reads every text and replays every act under the keys there are.
func sound(t *testing.T, cfg config.Config, matters int) {
	t.Helper()
	r, err := app.Verify(t.Context(), cfg)
	require.NoError(t, err)
	require.Empty(t, r.Bad)
	require.Equal(t, matters, r.Matters)
	data, err := app.ExportPerson(t.Context(), cfg, "刘桂兰") // found by the tag of a sealed name
	require.NoError(t, err)
	require.NotEmpty(t, data)
}

func TestTheKeyIsChangedWhileTheBotWorks(t *testing.T) {
	cfg := under(t, "") // the key is in a file beside the database
	path, ok := config.KeyFile(cfg)
	require.True(t, ok)
	more := working(t, cfg)
	was := keysIn(t, path)
	require.Len(t, was, 1)
	old := filepath.Join(t.TempDir(), "before")
	_, err := app.Backup(t.Context(), cfg, old)
	require.NoError(t, err)

	// Killed after the first batches: both keys are there, and everything is readable.
	ctx, kill := context.WithCancel(t.Context())
	_, err = app.ChangeKey(ctx, cfg, func(int) { kill() })
	require.ErrorIs(t, err, context.Canceled)
	half := keysIn(t, path)
	require.Len(t, half, 2)
	require.Equal(t, was[0], half[1])
	more(5)
	sound(t, cfg, 25)
	middle := filepath.Join(t.TempDir(), "middle")
	_, err = app.Backup(t.Context(), cfg, middle)
	require.NoError(t, err)

	// Begun again beside a bot that works on: it goes on with the same new key.
	done := make(chan struct{})
	go func() { defer close(done); more(40) }()
	c, err := app.ChangeKey(t.Context(), cfg, func(int) {})
	require.NoError(t, err)
	require.NotZero(t, c.Rows)
	<-done
	more(5)
	require.Equal(t, half[:1], keysIn(t, path))
	require.Equal(t, was, keysIn(t, config.RetiredKeys(path)))
	sound(t, cfg, 70)

	// Backups of each age are read with the keys of their time.
	for name, keys := range map[string]string{old: was[0], middle: half[0] + "," + half[1]} {
		to := under(t, keys)
		_, err := app.Restore(t.Context(), to, name)
		require.NoError(t, err, "%s", filepath.Base(name))
		r, err := app.Verify(t.Context(), to)
		require.NoError(t, err)
		require.Empty(t, r.Bad)

		_, err = app.Restore(t.Context(), under(t, half[0]), name)
		require.ErrorContains(t, err, "another data key", "not with the new one alone")
	}
}

// TestAKeyThatIsASetting: the operator puts the new key before the old one.
func TestAKeyThatIsASetting(t *testing.T) {
	one, two := hex.EncodeToString(newKey()), hex.EncodeToString(newKey())
	cfg := under(t, one)
	working(t, cfg)
	_, err := app.ChangeKey(t.Context(), cfg, func(int) {})
	require.ErrorIs(t, err, app.ErrNoNextKey)
	cfg.DataKey = config.Secret(two + "," + one)
	_, err = app.ChangeKey(t.Context(), cfg, func(int) {})
	require.NoError(t, err)
	cfg.DataKey = config.Secret(two)
	sound(t, cfg, 20)
	cfg.DataKey = config.Secret(one)
	_, err = app.Verify(t.Context(), cfg)
	require.Error(t, err, "the old key alone opens nothing any more")
	_, found := config.KeyFile(cfg)
	require.False(t, found)
}
