package app

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
)

func TestProbeTellsHowARunningBotIs(t *testing.T) {
	store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
	require.NoError(t, err)
	open := true
	t.Cleanup(func() {
		if open {
			_ = store.Close()
		}
	})
	adapters, err := Adapters(config.Config{WeCom: config.WeCom{BotID: "b", BotSecret: "s", WSURL: "ws://127.0.0.1:1"}}, bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
	require.NoError(t, err)
	a := New(Options{Store: store, States: embedded.New(bot.SystemClock{}), Adapters: adapters, Clock: bot.SystemClock{}})
	server := httptest.NewServer(a.Telemetry(prometheus.NewRegistry()))
	t.Cleanup(server.Close)
	listen := strings.TrimPrefix(server.URL, "http://")

	r, err := Probe(t.Context(), listen)
	require.NoError(t, err)
	assert.Equal(t, Degraded, r.Status)
	assert.Equal(t, Fine, r.Database)
	assert.Equal(t, "没有连上，正在重试。", r.Platforms["wecom"])

	_, port, err := net.SplitHostPort(listen)
	require.NoError(t, err)
	r, err = Probe(t.Context(), "0.0.0.0:"+port)
	require.NoError(t, err, "what listens everywhere is asked at the loopback")
	assert.Equal(t, ThisBuild().Version, r.Version)

	require.NoError(t, store.Close())
	open = false
	r, err = Probe(t.Context(), listen)
	require.NoError(t, err)
	assert.Equal(t, Failing, r.Status)
}

func TestProbeOfWhatIsNoBot(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	listen := strings.TrimPrefix(other.URL, "http://")
	_, err := Probe(t.Context(), listen)
	assert.ErrorContains(t, err, "不是议群")
	other.Close()
	_, err = Probe(t.Context(), listen)
	assert.ErrorIs(t, err, ErrNotRunning)
	_, err = Probe(t.Context(), "nowhere")
	assert.ErrorContains(t, err, "YIQUN_TELEMETRY_LISTEN")
}

func TestBuildIsOneLine(t *testing.T) {
	b := Build{Version: "v1.2.0", Commit: "0123456789abcdef", Date: "2026-11-22T00:00:00Z", Go: "go1.26", System: "linux/arm64"}
	assert.Equal(t, "议群 v1.2.0  0123456789ab  2026-11-22T00:00:00Z  go1.26  linux/arm64", b.String())
	assert.Equal(t, "议群 开发版  go1.26  linux/amd64", Build{Version: "开发版", Go: "go1.26", System: "linux/amd64"}.String())
}
