package demotest

import (
	"context"
	"io/fs"
	"log/slog"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/sim/web/webtest"
)

// address is where the demo says that its page is.
type address chan string

var link = regexp.MustCompile(`http://\S+`)

func (a address) Write(p []byte) (int, error) {
	if url := link.Find(p); url != nil {
		a <- string(url)
	}
	return len(p), nil
}

// noFiles is a machine without a settings file.
func noFiles(string) ([]byte, error) { return nil, fs.ErrNotExist }

// startDemo runs the demo until the test ends, and returns the page's address.
func startDemo(t *testing.T) string {
	t.Helper()
	cfg, err := config.Load(map[string]string{"YIQUN_LISTEN": "127.0.0.1:0"}, noFiles)
	require.NoError(t, err)
	// The browser is gone before the demo is: cleanups run last in, first out.
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	printed, ended := make(address, 1), make(chan error, 1)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	go func() { ended <- app.Demo(ctx, cfg, printed, log) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
	})
	select {
	case url := <-printed:
		return url
	case err := <-ended:
		ended <- nil
		require.NoError(t, err, "the demo ended at once")
	case <-time.After(webtest.Patience):
		require.Fail(t, "the demo printed no address")
	}
	return ""
}
