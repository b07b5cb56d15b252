package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/platform"
)

// What is configured is what is served, and nothing else.
func TestPagesOfWhatIsConfigured(t *testing.T) {
	const aesKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	long := config.WeCom{BotID: "b", BotSecret: "s", WSURL: "ws://127.0.0.1:1"}
	url := config.WeComCallback{Token: "t", AESKey: aesKey}
	sender := config.WeComApp{CorpID: "c", AgentID: "1000002", Secret: "s", APIURL: "http://127.0.0.1:1"}
	hearer := sender
	hearer.Token, hearer.AESKey = "t", aesKey
	for name, c := range map[string]struct {
		cfg            config.Config
		callback, app  bool
		needsContact   bool
		groups, single bool // can be pushed to
	}{
		"long connection":              {cfg: config.Config{WeCom: long}, needsContact: true, groups: true, single: true},
		"long connection, app sends":   {cfg: config.Config{WeCom: long, WeComApp: sender}, groups: true, single: true},
		"long connection, app hears":   {cfg: config.Config{WeCom: long, WeComApp: hearer}, app: true, groups: true, single: true},
		"callback":                     {cfg: config.Config{WeComCallback: url}, callback: true, needsContact: true},
		"callback beside a whole app":  {cfg: config.Config{WeComCallback: url, WeComApp: hearer}, callback: true, app: true, single: true},
		"a corporation's id by itself": {cfg: config.Config{WeCom: long, WeComApp: config.WeComApp{CorpID: "c"}}, needsContact: true, groups: true, single: true},
	} {
		t.Run(name, func(t *testing.T) {
			adapters, err := Adapters(c.cfg, bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
			require.NoError(t, err)
			require.Len(t, adapters, 1)
			assert.Equal(t, c.needsContact, adapters[0].Capabilities().PushNeedsContact)
			assert.Equal(t, c.groups, adapters[0].Capabilities().CanPush(bot.Chat{Platform: bot.WeCom, ID: "g"}))
			assert.Equal(t, c.single, adapters[0].Capabilities().CanPush(bot.Chat{Platform: bot.WeCom, ID: "u", Private: true}))
			assert.Equal(t, []bot.Platform{bot.WeCom}, c.cfg.Platforms())
			assert.Equal(t, c.callback, serves(t, adapters[0], "/wecom/callback"))
			assert.Equal(t, c.app, serves(t, adapters[0], "/wecom/app"))
			assert.False(t, serves(t, adapters[0], "/"))
		})
	}
}

// serves reports whether a path is known: a forged call is refused, not missed.
func serves(t *testing.T, a any, path string) bool {
	mux := http.NewServeMux()
	if c, ok := a.(platform.Called); ok {
		c.Routes(mux)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w.Code == http.StatusForbidden
}

func TestNoPagesWithoutCallbacks(t *testing.T) {
	adapters, err := Adapters(config.Config{WeCom: config.WeCom{BotID: "b", BotSecret: "s", WSURL: "ws://127.0.0.1:1"}}, bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
	require.NoError(t, err)
	assert.Nil(t, Pages(adapters))
}

// Nothing is made for a bot that is not configured: no key, no database.
func TestNothingToServe(t *testing.T) {
	t.Chdir(t.TempDir())
	cfg, err := config.Load(map[string]string{}, os.ReadFile)
	require.NoError(t, err)
	assert.ErrorIs(t, Serve(t.Context(), cfg, slog.New(slog.DiscardHandler)), errNothingToServe)
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	assert.Empty(t, left)
}
