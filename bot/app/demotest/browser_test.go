package demotest

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim/web/webtest"
)

// browser has the demo's page open.
type browser struct {
	*webtest.Browser
	t *testing.T
}

// openDemo starts the demo and opens its page in a fresh Chromium of the given
// size.
func openDemo(t *testing.T, width, height int64, scale float64) *browser {
	t.Helper()
	webtest.Chromium(t) // without it no demo need start
	window := webtest.Window{Width: width, Height: height, Scale: scale}
	return &browser{webtest.Open(t, startDemo(t), window, webtest.Looks("light")), t}
}

// as gives a phone to somebody.
func (b *browser) as(who string, on bot.Platform) {
	b.t.Helper()
	b.Click(webtest.ID("who-" + string(on) + "-" + who))
}

// press presses the newest button with these words in the open chat.
func (b *browser) press(on bot.Platform, words string) {
	b.t.Helper()
	button := `(//ol[@data-testid="log-` + string(on) + `"]//button[@data-testid="press"][normalize-space()="` + words + `"])[last()]`
	webtest.Run(b.Browser, chromedp.Click(button, chromedp.NodeVisible))
}

// reads waits until the newest message of the open chat says all of some words.
func (b *browser) reads(on bot.Platform, words ...string) {
	b.t.Helper()
	for _, w := range words {
		b.Sees(`[...document.querySelectorAll('` + webtest.ID("log-"+string(on)) + ` [data-testid=bubble]')].at(-1)?.innerText.includes(` + strconv.Quote(w) + `)`)
	}
}

// readsCard is reads for the newest card.
func (b *browser) readsCard(on bot.Platform, words ...string) {
	b.t.Helper()
	for _, w := range words {
		b.Sees(`[...document.querySelectorAll('` + webtest.ID("log-"+string(on)) + ` [data-testid=card]')].at(-1)?.innerText.includes(` + strconv.Quote(w) + `)`)
	}
}

// shot keeps a picture in the directory that YIQUN_SHOTS names. Pictures show the
// day on which they were taken, so they are not among the goldens.
func (b *browser) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("YIQUN_SHOTS")
	if dir == "" {
		return
	}
	// Neither mouse nor keyboard is on a message, so that none shows its tools.
	webtest.Eval[any](b.Browser, `document.activeElement.blur()`)
	webtest.Run(b.Browser, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 1, 1))
	png := webtest.Run(b.Browser, chromedp.CaptureScreenshot())
	assert.Less(b.t, len(png), maxShot, "%s is too large for a README", name)
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

// maxShot bounds a screenshot, in bytes.
const maxShot = 400_000
