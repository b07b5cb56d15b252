package demotest

import (
	"context"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// browser is a Chromium that has the demo's page open.
type browser struct {
	t       *testing.T
	ctx     context.Context
	console iter.Seq2[chromedp.ConsoleMessage, error]
}

// openDemo starts the demo and opens its page in a fresh Chromium of the given
// size. Without Chromium the test is skipped, except where CI promises one.
func openDemo(t *testing.T, width, height int64, scale float64) *browser {
	t.Helper()
	path := chromium(t)
	url := startDemo(t)
	ctx := launch(t, path)
	b := &browser{t: t, ctx: ctx, console: chromedp.Console(ctx)}
	// The first steps start the browser, which lives as long as the context of
	// that call: hence no timeout here.
	require.NoError(t, chromedp.Do(ctx,
		chromedp.EmulateViewport(width, height, chromedp.EmulateScale(scale)), lightAndStill(),
		chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS(`body[data-ready="true"]`))))
	return b
}

func chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		const how = "chromium is missing; get it with: apt-get install chromium fonts-noto-cjk"
		if os.Getenv("CI") == "true" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	return path
}

func launch(t *testing.T, path string) context.Context {
	t.Helper()
	ctx, closeBrowsers := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true))
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until Chromium has left its directory alone
		closeTab()
		closeBrowsers()
	})
	return ctx
}

// lightAndStill asks for light colours and no motion, so that pictures are the same
// on every machine.
func lightAndStill() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: "light"}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	})
}

func run[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	require.NoError(b.t, err)
	return v
}

// id selects by data-testid, which the page's package comment lists.
func id(name string) string { return `[data-testid="` + name + `"]` }

func (b *browser) click(selector string) {
	b.t.Helper()
	run(b, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// as gives a phone to somebody.
func (b *browser) as(who string, on bot.Platform) {
	b.t.Helper()
	b.click(id("who-" + string(on) + "-" + who))
}

// say types a sentence and presses Enter; the mention of the bot stands in the
// input already.
func (b *browser) say(on bot.Platform, text string) {
	b.t.Helper()
	field := id("input-" + string(on))
	b.click(field)
	run(b, chromedp.SendKeys(chromedp.CSS(field), text+"\r"))
}

// press presses the newest button with these words in the open chat.
func (b *browser) press(on bot.Platform, words string) {
	b.t.Helper()
	button := `(//ol[@data-testid="log-` + string(on) + `"]//button[@data-testid="press"][normalize-space()="` + words + `"])[last()]`
	run(b, chromedp.Click(button, chromedp.NodeVisible))
}

// sees waits until a JavaScript expression holds.
func (b *browser) sees(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")"))
	require.NoError(b.t, err, "waiting for %s", expression)
}

// reads waits until the newest message of the open chat says all of some words.
func (b *browser) reads(on bot.Platform, words ...string) {
	b.t.Helper()
	for _, w := range words {
		b.sees(`[...document.querySelectorAll('` + id("log-"+string(on)) + ` [data-testid=bubble]')].at(-1)?.innerText.includes(` + strconv.Quote(w) + `)`)
	}
}

// readsCard is reads for the newest card.
func (b *browser) readsCard(on bot.Platform, words ...string) {
	b.t.Helper()
	for _, w := range words {
		b.sees(`[...document.querySelectorAll('` + id("log-"+string(on)) + ` [data-testid=card]')].at(-1)?.innerText.includes(` + strconv.Quote(w) + `)`)
	}
}

func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	return run(b, chromedp.Evaluate[T](expression))
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
	eval[any](b, `document.activeElement.blur()`)
	run(b, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 1, 1))
	png := run(b, chromedp.CaptureScreenshot())
	assert.Less(b.t, len(png), maxShot, "%s is too large for a README", name)
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

// maxShot bounds a screenshot, in bytes.
const maxShot = 400_000

// noComplaints fails on every warning, error and exception of the page so far.
func (b *browser) noComplaints() {
	b.t.Helper()
	eval[any](b, `console.log("the end")`)
	for m, err := range b.console {
		require.NoError(b.t, err)
		if m.Text == "the end" {
			return
		}
		if m.IsException() || m.Type == "error" || m.Type == "warning" {
			assert.Fail(b.t, "the browser complained", "%s %s", m, m.URL)
		}
	}
}
