package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/config"
)

// FuzzLoad: whatever stands in the environment and the files, loading does not
// panic, says Problems or nothing, never repeats a secret, and what it accepts also
// validates and has a data key where one is given.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob(filepath.Join(faults, "*.txtar"))
	require.NoError(f, err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(string(text), "x")
	}
	f.Add("YIQUN_DATABASE_URL=postgres://u:p@h/d?x=y\nYIQUN_REDIS_URL=redis+cluster://a,b\n", "k\n")
	f.Fuzz(func(t *testing.T, text, file string) {
		const planted = "plantedsecret"
		env := environ([]byte(text))
		env["YIQUN_DINGTALK_CLIENT_SECRET"] = planted
		c, err := config.Load(env, func(name string) ([]byte, error) {
			if name == config.DefaultSettings {
				return noFiles(name)
			}
			return []byte(file), nil
		})
		for _, v := range c.Describe() {
			require.NotContains(t, v.Value, planted)
		}
		if err != nil {
			_, ok := errors.AsType[config.Problems](err)
			require.True(t, ok)
			require.False(t, strings.Contains(err.Error(), planted) && !strings.Contains(text, planted))
			return
		}
		require.NoError(t, c.Validate())
		require.NotNil(t, c.Timezone)
		if c.DataKey != "" {
			key, err := config.DataKey(c, config.Disk{}, nil)
			require.NoError(t, err)
			require.Len(t, key, 32)
		}
	})
}
