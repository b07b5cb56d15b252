package webtest

import (
	"context"
	"iter"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// Patience is how long one step in the browser may take.
const Patience = 20 * time.Second

// Browser is a Chromium that has the page open.
type Browser struct {
	t       *testing.T
	ctx     context.Context
	console iter.Seq2[chromedp.ConsoleMessage, error]
}

// Window is what the page is looked at through: its size, in CSS pixels, and how many
// pixels of the screen each of them has.
type Window struct {
	Width, Height int64
	Scale         float64
}

// Chromium is where Chromium is. Without it the test is skipped, except where CI promises
// one.
func Chromium(t *testing.T) string {
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

// Open opens the page at an address in a fresh Chromium, after the steps that come before.
func Open(t *testing.T, url string, w Window, before ...chromedp.Action[chromedp.Void]) *Browser {
	t.Helper()
	ctx := launch(t, Chromium(t))
	b := &Browser{t: t, ctx: ctx, console: chromedp.Console(ctx)}
	b.do(chromedp.EmulateViewport(w.Width, w.Height, chromedp.EmulateScale(w.Scale)))
	b.do(before...)
	b.do(chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS(`body[data-ready="true"]`)))
	return b
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

// Looks are the colours a browser prefers, light or dark; it stands still, so that no
// measure falls into a transition and pictures are the same on every machine.
func Looks(colours string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: colours}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	})
}

// do runs steps. The first starts the browser, which lives as long as the context
// of that call: hence no timeout here.
func (b *Browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, actions...))
}

// Run runs one step.
func Run[T any](b *Browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	require.NoError(b.t, err)
	return v
}

// Eval is the value of a JavaScript expression.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	return Run(b, chromedp.Evaluate[T](expression))
}

// ID selects by data-testid, which the page's package comment lists.
func ID(name string) string { return `[data-testid="` + name + `"]` }

// Click clicks the first of what is selected, once it is visible.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	Run(b, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Say types a sentence after what already stands in the input of a phone, the mention of the
// bot in a group, and presses Enter.
func (b *Browser) Say(on bot.Platform, text string) {
	b.t.Helper()
	input := ID("input-" + string(on))
	b.Click(input)
	Run(b, chromedp.SendKeys(chromedp.CSS(input), text+"\r"))
}

// Sees waits until a JavaScript expression holds.
func (b *Browser) Sees(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")"))
	require.NoError(b.t, err, "waiting for %s", expression)
}

// NoComplaints fails on every warning, error and exception of the page so far.
func (b *Browser) NoComplaints() {
	b.t.Helper()
	Eval[any](b, `console.log("the end")`)
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
