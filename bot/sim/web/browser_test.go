package web

import (
	"context"
	"iter"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// browser is a Chromium that has the page open.
type browser struct {
	t       *testing.T
	ctx     context.Context
	world   *sim.World
	fakes   map[bot.Platform]*fake
	console iter.Seq2[chromedp.ConsoleMessage, error]
}

// openPage opens the page in a fresh Chromium of the given size, after the steps
// that come before. Without Chromium the test is skipped, except where CI promises
// one.
func openPage(t *testing.T, width, height int64, before ...chromedp.Action[chromedp.Void]) *browser {
	t.Helper()
	w, fakes := newWorld(t)
	server := httptest.NewServer(New(w, Options{Done: t.Context()}))
	t.Cleanup(server.Close)
	ctx := chromium(t)
	b := &browser{t: t, ctx: ctx, world: w, fakes: fakes, console: chromedp.Console(ctx)}
	b.do(chromedp.EmulateViewport(width, height, chromedp.EmulateScale(1)))
	b.do(before...)
	b.do(chromedp.Navigate(server.URL), chromedp.WaitVisible(chromedp.CSS(`body[data-ready="true"]`)))
	return b
}

func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		const how = "chromium is missing; get it with: apt-get install chromium fonts-noto-cjk"
		if os.Getenv("CI") == "true" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
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

// patience is how long one step in the browser may take.
const patience = 20 * time.Second

func run[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	require.NoError(b.t, err)
	return v
}

// do runs steps. The first starts the browser, which lives as long as the context
// of that call: hence no timeout here.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, actions...))
}

// id selects by data-testid.
func id(name string) string { return `[data-testid="` + name + `"]` }

func (b *browser) click(selector string) {
	b.t.Helper()
	run(b, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// say types a sentence after what already stands in the input, and presses Enter.
func (b *browser) say(platform bot.Platform, text string) {
	b.t.Helper()
	input := id("input-" + string(platform))
	b.click(input)
	run(b, chromedp.SendKeys(chromedp.CSS(input), text+"\r"))
}

// sees waits until the expression holds in the page.
func (b *browser) sees(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")"))
	require.NoError(b.t, err, "waiting for %s", expression)
}

// logHas is true when the open chat on a platform shows a text in its last message.
func logHas(platform bot.Platform, text string) string {
	return `[...document.querySelectorAll('` + id("log-"+string(platform)) + ` [data-testid=bubble]')].at(-1)?.textContent.includes('` + text + `')`
}

func (b *browser) eval(expression string) any {
	b.t.Helper()
	return run(b, chromedp.Evaluate[any](expression))
}

// shot keeps a picture when YIQUN_SHOTS names a directory.
func (b *browser) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("YIQUN_SHOTS")
	if dir == "" {
		return
	}
	png := run(b, chromedp.CaptureScreenshot())
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

// noComplaints fails on every warning, error and exception of the page so far.
func (b *browser) noComplaints() {
	b.t.Helper()
	b.eval(`console.log("the end")`)
	for m, err := range b.console {
		if err != nil || m.Text == "the end" {
			break
		}
		if m.IsException() || m.Type == "error" || m.Type == "warning" {
			assert.Fail(b.t, "the browser complained", "%s %s", m, m.URL)
		}
	}
}

// scheme is the colours a browser prefers, light or dark; it stands still, so that
// no measure falls into a transition.
func scheme(look string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: look}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	})
}
