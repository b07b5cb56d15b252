package config_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/platform/dingtalk"
	"yiqun/bot/platform/wecom"
)

// noFiles is a file system without files.
func noFiles(string) ([]byte, error) { return nil, fs.ErrNotExist }

func TestDefaultsNeedNoSetting(t *testing.T) {
	c, err := config.Load(map[string]string{}, noFiles)
	require.NoError(t, err)

	assert.Equal(t, "sqlite:yiqun.db", c.DatabaseURL.Reveal())
	assert.Empty(t, c.RedisURL)
	assert.Equal(t, "127.0.0.1:8080", c.Listen)
	assert.Equal(t, "127.0.0.1:9090", c.TelemetryListen)
	assert.Equal(t, "Asia/Shanghai", c.Timezone.String())
	assert.Equal(t, "议群", c.BotName)
	assert.Empty(t, c.Admins)
	assert.Equal(t, slog.LevelInfo, c.LogLevel)
	assert.Equal(t, config.FormatText, c.LogFormat)
	assert.Empty(t, c.Platforms())
	assert.Empty(t, c.Warnings())
}

func TestDefaultsAreThoseOfTheAdapters(t *testing.T) {
	c, err := config.Load(map[string]string{}, noFiles)
	require.NoError(t, err)

	assert.Equal(t, dingtalk.DefaultAPIURL, c.DingTalk.APIURL)
	assert.Equal(t, dingtalk.DefaultOAPIURL, c.DingTalk.OAPIURL)
	assert.Equal(t, dingtalk.DefaultCardTemplate, c.DingTalk.CardTemplate)
	assert.Equal(t, wecom.DefaultWSURL, c.WeCom.WSURL)
}

func TestLoadReadsEverySetting(t *testing.T) {
	aes := strings.Repeat("a", 43)
	c, err := config.Load(map[string]string{
		"YIQUN_DATABASE_URL":           "postgres://yiqun:p@db/yiqun",
		"YIQUN_REDIS_URL":              "redis+sentinel://:p@a:1,b:2/main",
		"YIQUN_DATA_KEY":               strings.Repeat("0f", 32),
		"YIQUN_LISTEN":                 ":80",
		"YIQUN_PUBLIC_URL":             "https://bot.example.com/yiqun/",
		"YIQUN_TELEMETRY_LISTEN":       "[::1]:90",
		"YIQUN_TIMEZONE":               "Asia/Urumqi",
		"YIQUN_BOT_NAME":               "小群",
		"YIQUN_ADMINS":                 " dingtalk:Manager01， wecom:LiHongMei,",
		"YIQUN_DINGTALK_CLIENT_ID":     "ding1",
		"YIQUN_DINGTALK_CLIENT_SECRET": "ds",
		"YIQUN_DINGTALK_API_URL":       "http://127.0.0.1:1",
		"YIQUN_DINGTALK_OAPI_URL":      "http://127.0.0.1:2",
		"YIQUN_DINGTALK_CARD_TEMPLATE": "t.schema",
		"YIQUN_WECOM_BOT_ID":           "aib1",
		"YIQUN_WECOM_BOT_SECRET":       "ws",
		"YIQUN_WECOM_WS_URL":           "ws://127.0.0.1:3",
		"YIQUN_WECOM_CORP_ID":          "ww1",
		"YIQUN_WECOM_AGENT_ID":         "1000002",
		"YIQUN_WECOM_APP_SECRET":       "as",
		"YIQUN_WECOM_APP_TOKEN":        "at",
		"YIQUN_WECOM_APP_AES_KEY":      aes,
		"YIQUN_WECOM_API_URL":          "http://127.0.0.1:4",
		"YIQUN_MEDIA_HOSTS":            "dingtalk.com, *.myqcloud.com,http://127.0.0.1:5",
		"YIQUN_FONT":                   "/fonts/cjk.ttc",
		"YIQUN_LOG_LEVEL":              "WARN",
		"YIQUN_LOG_FORMAT":             "json",
	}, noFiles)
	require.NoError(t, err)
	require.Empty(t, c.Warnings())

	assert.Equal(t, "postgres://yiqun:p@db/yiqun", c.DatabaseURL.Reveal())
	assert.Equal(t, "redis+sentinel://:p@a:1,b:2/main", c.RedisURL.Reveal())
	assert.Equal(t, "https://bot.example.com/yiqun", c.PublicURL)
	assert.Equal(t, "Asia/Urumqi", c.Timezone.String())
	assert.Equal(t, []bot.Account{
		{Platform: bot.DingTalk, User: "Manager01"}, {Platform: bot.WeCom, User: "LiHongMei"},
	}, c.Admins)
	assert.Equal(t, config.DingTalk{
		ClientID: "ding1", ClientSecret: "ds", APIURL: "http://127.0.0.1:1", OAPIURL: "http://127.0.0.1:2", CardTemplate: "t.schema",
	}, c.DingTalk)
	assert.Equal(t, config.WeCom{BotID: "aib1", BotSecret: "ws", WSURL: "ws://127.0.0.1:3"}, c.WeCom)
	assert.Equal(t, config.WeComApp{
		CorpID: "ww1", AgentID: "1000002", Secret: "as", Token: "at", AESKey: config.Secret(aes), APIURL: "http://127.0.0.1:4",
	}, c.WeComApp)
	assert.Equal(t, []string{"dingtalk.com", "*.myqcloud.com", "http://127.0.0.1:5"}, c.MediaHosts)
	assert.Equal(t, slog.LevelWarn, c.LogLevel)
	assert.Equal(t, []bot.Platform{bot.DingTalk, bot.WeCom}, c.Platforms())
}

func TestSecretFromFile(t *testing.T) {
	read := func(name string) ([]byte, error) {
		if name != "/run/secrets/ding" {
			return nil, fs.ErrNotExist
		}
		return []byte("s3cret\r\n"), nil
	}
	c, err := config.Load(map[string]string{
		"YIQUN_DINGTALK_CLIENT_ID":          "ding1",
		"YIQUN_DINGTALK_CLIENT_SECRET":      "", // as a compose file with an unset variable passes it
		"YIQUN_DINGTALK_CLIENT_SECRET_FILE": "/run/secrets/ding",
	}, read)
	require.NoError(t, err)

	assert.Equal(t, "s3cret", c.DingTalk.ClientSecret.Reveal())
	assert.Contains(t, c.Describe(), config.Value{
		Name: "YIQUN_DINGTALK_CLIENT_SECRET", Value: "（不显示）", Source: "文件 /run/secrets/ding",
	})
}

func TestFileTwinsAreForSecretsOnly(t *testing.T) {
	c, err := config.Load(map[string]string{"YIQUN_BOT_NAME_FILE": "/etc/name"}, func(name string) ([]byte, error) {
		if name == config.DefaultSettings {
			return noFiles(name)
		}
		return nil, errors.New("nothing else here may be read")
	})
	require.NoError(t, err)
	assert.Equal(t, "议群", c.BotName)
	assert.Len(t, c.Warnings(), 1)
}

func TestTimezoneTellsTheTime(t *testing.T) {
	c, err := config.Load(map[string]string{}, noFiles)
	require.NoError(t, err)
	noon := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC).In(c.Timezone)
	assert.Equal(t, "12:00 CST", noon.Format("15:04 MST"))
}

func TestWarningsNameTheLikelySetting(t *testing.T) {
	c, err := config.Load(map[string]string{
		"YIQUN_ADMIN":                       "dingtalk:a",
		"YIQUN_DINGTALK_CLIENT_SERCET":      "s",
		"YIQUN_WECOM_BOT_SECRET_FLIE":       "/x",
		"YIQUN_SOMETHING_ELSE_ALTOGETHER":   "1",
		"YIQUN_TEST_REDIS":                  "redis://127.0.0.1:1",
		"PATH":                              "/bin",
		"YIQUN_WECOM_CALLBACK_AES_KEY_FILE": "",
	}, noFiles)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"没有 YIQUN_ADMIN 这个设置，已忽略：是不是想写 YIQUN_ADMINS？",
		"没有 YIQUN_DINGTALK_CLIENT_SERCET 这个设置，已忽略：是不是想写 YIQUN_DINGTALK_CLIENT_SECRET？",
		"没有 YIQUN_SOMETHING_ELSE_ALTOGETHER 这个设置，已忽略：请对照文档检查名字。",
		"没有 YIQUN_WECOM_BOT_SECRET_FLIE 这个设置，已忽略：是不是想写 YIQUN_WECOM_BOT_SECRET_FILE？",
	}, c.Warnings())
}

func TestValidateChecksAConfigMadeByHand(t *testing.T) {
	c, err := config.Load(map[string]string{}, noFiles)
	require.NoError(t, err)
	require.NoError(t, c.Validate())

	c.LogFormat, c.Listen = "xml", "8080"
	err = c.Validate()
	problems, ok := errors.AsType[config.Problems](err)
	require.True(t, ok)
	assert.Len(t, problems, 2)
	assert.Equal(t, "YIQUN_LISTEN 要写成 主机:端口，例如 127.0.0.1:8080。\nYIQUN_LOG_FORMAT 只能是 text 或 json。", err.Error())
}

func TestNewLogger(t *testing.T) {
	var out bytes.Buffer
	c := config.Config{LogFormat: config.FormatJSON, LogLevel: slog.LevelWarn, DingTalk: config.DingTalk{ClientSecret: "s3cret"}}
	log := c.NewLogger(&out)
	log.Info("below the level")
	log.Warn("settings", "dingtalk", c.DingTalk)
	assert.Contains(t, out.String(), `"ClientSecret":"（不显示）"`)
	assert.NotContains(t, out.String(), "below")

	out.Reset()
	c.LogFormat = config.FormatText
	c.NewLogger(&out).Error("down")
	assert.Contains(t, out.String(), "level=ERROR msg=down")
}
