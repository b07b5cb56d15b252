package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/config"
)

// values is what Describe says, by name.
func values(c config.Config) map[string]config.Value {
	all := map[string]config.Value{}
	for _, v := range c.Describe() {
		all[v.Name] = v
	}
	return all
}

func write(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
}

func TestSettingsFileFillsWhatTheEnvironmentLeavesOpen(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "ding", "from-file\n")
	write(t, config.DefaultSettings, "# 议群\n\nYIQUN_BOT_NAME=\"小议\"\nYIQUN_DINGTALK_CLIENT_ID=ding1\r\n"+
		"YIQUN_DINGTALK_CLIENT_SECRET_FILE=ding\nYIQUN_LISTEN = 127.0.0.1:1\nYIQUN_LISTNE=x\n")
	t.Setenv("YIQUN_LISTEN", "127.0.0.1:2")

	c, err := config.FromEnvironment()
	require.NoError(t, err)
	assert.Equal(t, "小议", c.BotName)
	assert.Equal(t, "from-file", c.DingTalk.ClientSecret.Reveal())
	assert.Equal(t, "127.0.0.1:2", c.Listen, "the environment comes first")
	v := values(c)
	assert.Equal(t, "文件 yiqun.env", v["YIQUN_BOT_NAME"].Source)
	assert.Equal(t, "环境变量", v["YIQUN_LISTEN"].Source)
	assert.Equal(t, "文件 ding", v["YIQUN_DINGTALK_CLIENT_SECRET"].Source)
	assert.Len(t, c.Warnings(), 1)
	assert.Contains(t, c.Warnings()[0], "YIQUN_LISTEN？")

	// A secret of the environment and its twin of the file do not quarrel.
	t.Setenv("YIQUN_DINGTALK_CLIENT_SECRET", "from-environment")
	c, err = config.FromEnvironment()
	require.NoError(t, err)
	assert.Equal(t, "from-environment", c.DingTalk.ClientSecret.Reveal())
}

func TestSettingsFileOfAnotherName(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, config.DefaultSettings, "YIQUN_BOT_NAME=甲\n")
	other := filepath.Join(dir, "other.env")
	t.Setenv(config.SettingsName, other)
	_, err := config.FromEnvironment()
	require.Error(t, err, "one that was named must be there")
	assert.Contains(t, err.Error(), "读不到")

	write(t, other, "YIQUN_BOT_NAME=乙\n")
	c, err := config.FromEnvironment()
	require.NoError(t, err)
	assert.Equal(t, "乙", c.BotName)
	assert.Empty(t, c.Warnings())
}

func TestSettingsFileFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, config.DefaultSettings, "s3cret-in-the-wrong-place\nYIQUN_LISTEN=a:1\nYIQUN_LISTEN=a:2\ns3cret=1\ns3cret=2\n =x\n")
	_, err := config.FromEnvironment()
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cret")
	for _, want := range []string{"第1行看不懂", "第3行又写了一次 YIQUN_LISTEN", "第5行又写了一次 同一个名字", "第6行看不懂"} {
		assert.Contains(t, err.Error(), want)
	}
}
