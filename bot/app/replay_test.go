package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
)

// TestReplayAmongInstances: two instances behind one URL, with one Redis, take a
// callback once between them; each by itself takes it.
func TestReplayAmongInstances(t *testing.T) {
	const token, aesKey = "t", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	hearer := config.WeComApp{CorpID: "c", AgentID: "1000002", Secret: "s", APIURL: "http://127.0.0.1:1", Token: token, AESKey: aesKey}
	// An event that the bot ignores: taken without a handler, and nothing else comes of it.
	const robotLetter = `{"msgid":"m","chattype":"single","from":{"userid":"u"},"msgtype":"event","event":{"eventtype":"feedback_event"}}`
	for name, c := range map[string]struct {
		redis    bool
		path, to string
		letter   string
		then     int
	}{
		"robot":           {redis: true, path: "/wecom/callback", letter: robotLetter, then: http.StatusForbidden},
		"robot, no redis": {path: "/wecom/callback", letter: robotLetter, then: http.StatusOK},
		"app":             {redis: true, path: "/wecom/app", to: "c", letter: "<xml></xml>", then: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			envelope, err := wecom.NewEnvelope(token, aesKey, c.to)
			require.NoError(t, err)
			sealed, err := envelope.Seal([]byte(c.letter), time.Now().Unix(), "n1")
			require.NoError(t, err)
			server := ""
			if c.redis {
				server = "redis://" + miniredis.RunT(t).Addr()
			}
			var got []int
			for range 2 {
				states, release, err := OpenStates(server, bot.SystemClock{})
				require.NoError(t, err)
				t.Cleanup(func() { assert.NoError(t, release()) })
				adapters, err := Adapters(config.Config{WeComCallback: config.WeComCallback{Token: token, AESKey: aesKey}, WeComApp: hearer},
					bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
				require.NoError(t, err)
				shareNonces(adapters, states)
				runFor(t, adapters[0])
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c.path+"?"+sealed.Query().Encode(),
					bytes.NewBufferString(fmt.Sprintf(`{"encrypt":%q}`, sealed.Encrypt)))
				w := httptest.NewRecorder()
				Pages(adapters).ServeHTTP(w, r)
				got = append(got, w.Code)
			}
			assert.Equal(t, []int{http.StatusOK, c.then}, got)
		})
	}
}

// runFor runs an adapter until the test ends.
func runFor(t *testing.T, a platform.Adapter) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- a.Run(ctx, platform.HandlerFunc(func(context.Context, bot.Event) (platform.Answer, error) { return platform.Answer{}, nil }))
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	require.Eventually(t, func() bool { return a.Status().Connected }, 5*time.Second, time.Millisecond)
}
