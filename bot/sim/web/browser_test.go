package web

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/web/webtest"
)

// browser has the page of a world open in which fakes play the platforms.
type browser struct {
	*webtest.Browser
	t     *testing.T
	world *sim.World
	fakes map[bot.Platform]*fake
}

// openPage opens the page in a fresh Chromium of the given size, after the steps
// that come before.
func openPage(t *testing.T, width, height int64, before ...chromedp.Action[chromedp.Void]) *browser {
	t.Helper()
	w, fakes := newWorld(t)
	server := httptest.NewServer(New(w, Options{Done: t.Context()}))
	t.Cleanup(server.Close)
	b := webtest.Open(t, server.URL, webtest.Window{Width: width, Height: height, Scale: 1}, before...)
	return &browser{b, t, w, fakes}
}

// logHas is true when the open chat on a platform shows a text in its last message.
func logHas(platform bot.Platform, text string) string {
	return `[...document.querySelectorAll('` + webtest.ID("log-"+string(platform)) + ` [data-testid=bubble]')].at(-1)?.textContent.includes('` + text + `')`
}

func (b *browser) eval(expression string) any {
	b.t.Helper()
	return webtest.Eval[any](b.Browser, expression)
}

// shot keeps a picture when YIQUN_SHOTS names a directory.
func (b *browser) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("YIQUN_SHOTS")
	if dir == "" {
		return
	}
	png := webtest.Run(b.Browser, chromedp.CaptureScreenshot())
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}
