package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/bot/calendar"
	"yiqun/bot/config"
)

func TestCadencesOfThePlace(t *testing.T) {
	dir := t.TempDir()
	shipped, err := app.Cadence(config.Config{Templates: dir})
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "cadence"), 0o700))
	file := filepath.Join(dir, "cadence", "own.yaml")
	require.NoError(t, os.WriteFile(file, []byte("- {id: party.class, name: 党课, kinds: [党课], every: month, local: true, source: 本地, state: V}\n"), 0o600))
	own, err := app.Cadence(config.Config{Templates: dir})
	require.NoError(t, err)
	require.Len(t, own, len(shipped))
	i := slices.IndexFunc(own, func(r calendar.Rule) bool { return r.ID == "party.class" })
	require.Equal(t, calendar.Month, own[i].Every)

	require.NoError(t, os.WriteFile(file, []byte("- {id: party.class}\n"), 0o600))
	_, err = app.Cadence(config.Config{Templates: dir})
	require.ErrorContains(t, err, "own.yaml")
}
