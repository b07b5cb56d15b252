package doctor_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/doctor"
	"yiqun/bot/platform/wecom"
)

// door serves callbacks as the running bot does.
func (w *ward) door(tokenSet, receiver string) *httptest.Server {
	d, err := wecom.NewDoor(wecom.Secret(tokenSet), aesKey, receiver, w.clock)
	require.NoError(w, err)
	server := httptest.NewServer(d.Handler(slog.New(slog.DiscardHandler), nil))
	w.Cleanup(server.Close)
	return server
}

func (w *ward) listen(server *httptest.Server) {
	w.set("YIQUN_LISTEN", strings.TrimPrefix(server.URL, "http://"))
	w.replace(strings.TrimPrefix(server.URL, "http://"), "127.0.0.1:8080")
}

func (w *ward) public(url string) {
	w.set("YIQUN_PUBLIC_URL", url)
	w.replace(url, "http://bot.test")
}

func TestCallbacks(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(*ward)
		want    doctor.Grade
	}{
		"callback-verified": {func(w *ward) {
			s := w.door(token, "")
			w.running(ready("wecom"))
			w.listen(s)
			w.public(s.URL)
		}, doctor.Healthy},
		"callback-no-public-url": {func(w *ward) { w.running(ready("wecom")) }, doctor.Degraded},
		"callback-not-running":   {func(w *ward) { w.public("http://" + closed(w.T)) }, doctor.Healthy},
		"callback-old-token": {func(w *ward) {
			s := w.door("another", "")
			w.running(ready("wecom"))
			w.listen(s)
			w.public(s.URL)
		}, doctor.Broken},
		"callback-proxy-elsewhere": {func(w *ward) {
			w.running(ready("wecom"))
			w.listen(w.door(token, ""))
			elsewhere := httptest.NewServer(http.NotFoundHandler())
			w.Cleanup(elsewhere.Close)
			w.public(elsewhere.URL)
		}, doctor.Broken},
		"callback-not-reachable": {func(w *ward) {
			w.running(ready("wecom"))
			w.listen(w.door(token, ""))
			w.public("http://" + closed(w.T))
		}, doctor.Broken},
		"callback-nobody-listens": {func(w *ward) {
			w.running(ready("wecom"))
			w.public("http://" + closed(w.T))
		}, doctor.Broken},
		"callback-app-other-corp": {func(w *ward) {
			s := w.door(token, "wwabc")
			w.running(ready("wecom"))
			w.listen(s)
			w.public(s.URL)
			w.onApp()
			w.set("YIQUN_WECOM_APP_TOKEN", token, "YIQUN_WECOM_APP_AES_KEY", aesKey)
		}, doctor.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWard(t)
			w.set("YIQUN_WECOM_CALLBACK_TOKEN", token, "YIQUN_WECOM_CALLBACK_AES_KEY", aesKey)
			c.arrange(w)
			text, r := w.report()
			golden(t, name, text)
			assert.Equal(t, c.want, r.Grade)
		})
	}
}
