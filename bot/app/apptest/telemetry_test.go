package apptest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// TestTelemetry: a platform that is away degrades, and no metric holds a word that
// somebody said.
func TestTelemetry(t *testing.T) {
	reg := prometheus.NewRegistry()
	s := newStreet(t, apptest.Setup{Registerer: reg}, both...)
	s.say("刘桂兰", "点单 声控灯坏了 电话13812345678")
	h := s.App.Telemetry(reg)
	assert.Equal(t, "ok\n", fetch(t, h, "/healthz", http.StatusOK))

	var ready struct {
		Status    string
		Database  string
		Platforms map[bot.Platform]string
	}
	read := func() {
		require.NoError(t, json.Unmarshal([]byte(fetch(t, h, "/readyz", http.StatusOK)), &ready))
	}
	read()
	assert.Equal(t, "ready", ready.Status)
	assert.Equal(t, "ok", ready.Database)

	// A card of another program, or of records that are gone.
	bubble, _ := s.newest("下单")
	s.forge("刘桂兰", bubble, "m/01ARZ3NDEKTSV4RRFFQ69G5FAV/take/1/do//0")
	assert.Contains(t, fetch(t, h, "/readyz", http.StatusOK), `"strangers":{"dingtalk":1}`)

	s.World.Backend(bot.WeCom).SetFaults(sim.Faults{Offline: true})
	s.Until("the connection to be missed", func() bool { return !s.Adapters[bot.WeCom].Status().Connected })
	read()
	assert.Equal(t, "degraded", ready.Status, "one platform away fails nothing")
	assert.NotEqual(t, "ok", ready.Platforms[bot.WeCom])
	assert.Equal(t, "ok", ready.Platforms[bot.DingTalk])

	metrics := fetch(t, h, "/metrics", http.StatusOK)
	assert.Contains(t, metrics, `yiqun_events_total{code="ok",kind="message",platform="dingtalk"} 1`)
	assert.Contains(t, metrics, `yiqun_sends_total{code="ok",platform="dingtalk",route="card"} 1`)
	for _, word := range []string{"声控灯", "138123", "刘桂兰", "user05"} {
		assert.NotContains(t, metrics, word)
	}
}

func fetch(t *testing.T, h http.Handler, path string, status int) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	require.Equal(t, status, w.Code)
	return w.Body.String()
}
