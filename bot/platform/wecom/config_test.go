package wecom_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/platform/wecom"
)

func TestConfigIsChecked(t *testing.T) {
	for name, cfg := range map[string]wecom.Config{
		"no bot id":   {Secret: "s"},
		"no secret":   {BotID: "b"},
		"an http url": {BotID: "b", Secret: "s", WSURL: "https://openws.example"},
		"no host":     {BotID: "b", Secret: "s", WSURL: "wss://"},
		"not a url":   {BotID: "b", Secret: "s", WSURL: "wss://[::1"},
	} {
		_, err := wecom.New(cfg)
		assert.Error(t, err, name)
	}
	a, err := wecom.New(wecom.Config{BotID: "b", Secret: "s"})
	require.NoError(t, err)
	assert.False(t, a.Status().Connected)
}

func TestSecretHidesItself(t *testing.T) {
	s := wecom.Secret("hunter2")
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "secret", s, "config", struct{ Secret wecom.Secret }{s})
	}
	for _, text := range []string{log.String(), fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %v", s, s, s, s, wecom.Config{Secret: s})} {
		assert.NotContains(t, text, "hunter2")
	}
}
