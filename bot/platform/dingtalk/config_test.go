package dingtalk_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/platform/dingtalk"
)

func TestConfigIsChecked(t *testing.T) {
	good := dingtalk.Config{ClientID: clientID, ClientSecret: clientSecret}
	_, err := dingtalk.New(good)
	require.NoError(t, err)

	for name, change := range map[string]func(*dingtalk.Config){
		"no id":            func(c *dingtalk.Config) { c.ClientID = "" },
		"no secret":        func(c *dingtalk.Config) { c.ClientSecret = "" },
		"no scheme":        func(c *dingtalk.Config) { c.APIURL = "api.dingtalk.com" },
		"a path":           func(c *dingtalk.Config) { c.OAPIURL = "https://oapi.dingtalk.com/robot" },
		"a password":       func(c *dingtalk.Config) { c.OAPIURL = "https://a:b@oapi.dingtalk.com" },
		"not an address":   func(c *dingtalk.Config) { c.APIURL = "https://%zz" },
		"another protocol": func(c *dingtalk.Config) { c.APIURL = "ftp://api.dingtalk.com" },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			_, err := dingtalk.New(c)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), clientSecret)
		})
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	c := dingtalk.Config{ClientID: clientID, ClientSecret: clientSecret}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", c.ClientSecret)
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q", c, c, c.ClientSecret, c.ClientSecret), log.String()} {
		assert.NotContains(t, s, clientSecret)
	}
}
