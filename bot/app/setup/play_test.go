package setup_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/app/doctor"
	"yiqun/bot/app/setup"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
	"yiqun/bot/sim/wecom"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("CST", 8*60*60))

// Secrets that must appear nowhere on the screen.
const (
	dingSecret = "planted-ding-secret"
	botSecret  = "planted-bot-secret"
	appSecret  = "planted-app-secret"
	token      = "planted-token"
	aesKey     = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	password   = "planted-password"
)

// clock is the world's. Waiting for a scan moves it on; every other wait takes a
// hundredth of its time.
type clock struct {
	world  *sim.Clock
	scans  bool
	before func() // each wait for a scan
}

func (c *clock) Now() time.Time { return c.world.Now() }

func (c *clock) Timer(d time.Duration) (<-chan time.Time, func()) {
	if !c.scans {
		return bot.SystemClock{}.Timer(d / 100)
	}
	if c.before != nil {
		c.before()
	}
	c.world.Advance(d)
	return bot.SystemClock{}.Timer(0)
}

// play is a conversation with somebody who types what a script says.
type play struct {
	*testing.T
	dir    string
	ding   *dingtalk.Server
	we     *wecom.Server
	clock  *clock
	listen string
	random io.Reader

	environ map[string]string

	mu       sync.Mutex
	changed  *sync.Cond
	screen   strings.Builder
	script   []any // what is typed, or what happens first
	hushed   bool
	replaced []string
}

func newPlay(t *testing.T) *play {
	world := sim.NewWorld(sim.NewClock(noon), "议群", nil, nil)
	ding, err := dingtalk.Start(world, dingtalk.Options{ClientID: "dingabc", ClientSecret: dingSecret})
	require.NoError(t, err)
	we, err := wecom.Start(world, wecom.Options{BotID: "aibabc", Secret: botSecret, App: wecom.App{CorpID: "wwabc", Secret: appSecret}})
	require.NoError(t, err)
	t.Cleanup(func() { ding.Close(); we.Close() })
	p := &play{
		T: t, dir: filepath.Join(t.TempDir(), "yiqun"), ding: ding, we: we, clock: &clock{world: world.Clock},
		listen: closed(t), random: bytes.NewReader(bytes.Repeat([]byte{7}, 64)),
	}
	p.changed = sync.NewCond(&p.mu)
	require.NoError(t, os.Mkdir(p.dir, 0o750))
	p.replaced = []string{
		p.dir, "/opt/yiqun", ding.URL(), "https://dingtalk.test", we.APIURL(), "https://wecom.test", we.URL(), "wss://wecom.test",
		strings.TrimPrefix(ding.URL(), "http://"), "dingtalk.test", strings.TrimPrefix(we.APIURL(), "http://"), "wecom.test",
		p.listen, "127.0.0.1:8080",
	}
	p.write("# 写在前面的话\nYIQUN_LISTEN=" + p.listen + "\nYIQUN_DINGTALK_API_URL=" + ding.URL() + "\nYIQUN_DINGTALK_OAPI_URL=" + ding.URL() +
		"\nYIQUN_WECOM_WS_URL=" + we.URL() + "\nYIQUN_WECOM_API_URL=" + we.APIURL() + "\n")
	return p
}

// closed is an address at which nobody listens, below those that the kernel gives to
// others meanwhile.
func closed(t *testing.T) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)) //nolint:gosec // any will do
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
}

func (p *play) write(settings string) {
	require.NoError(p, os.WriteFile(filepath.Join(p.dir, "yiqun.env"), []byte(settings), 0o600))
}

// Read types the next thing, after what happens before it.
func (p *play) Read(into []byte) (int, error) {
	for {
		p.mu.Lock()
		if len(p.script) == 0 {
			p.mu.Unlock()
			return 0, io.EOF
		}
		next := p.script[0]
		p.script = p.script[1:]
		p.mu.Unlock()
		switch next := next.(type) {
		case func():
			next()
		case string:
			p.mu.Lock()
			defer p.mu.Unlock()
			shown := next
			if p.hushed {
				shown = "（打了字）"
			}
			p.screen.WriteString("«" + shown + "»\n")
			return copy(into, next+"\n"), nil
		}
	}
}

// Write is the screen.
func (p *play) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.changed.Broadcast()
	return p.screen.Write(text)
}

// see waits until a text stands on the screen.
func (p *play) see(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !strings.Contains(p.screen.String(), text) {
		p.changed.Wait()
	}
}

// asked waits until the screen ends with a question. What is typed earlier is read at
// once where the wizard waits for something else as well.
func (p *play) asked(question string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !strings.HasSuffix(p.screen.String(), question) {
		p.changed.Wait()
	}
}

func (p *play) hush() func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hushed = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.hushed = false
	}
}

// run holds the conversation to its end.
func (p *play) run(ctx context.Context, script ...any) error {
	p.script = script
	err := setup.Run(ctx, setup.Options{
		Dir: p.dir, In: p, Out: p, Hush: p.hush, Clock: p.clock, Random: p.random,
		Transport: &http.Transport{DisableKeepAlives: true},
		Draw:      func(string) (string, error) { return "［二维码］\n", nil },
		Environ:   p.environ,
		Machine:   doctor.Machine{Root: os.DirFS(p.dir), Free: func(string) (uint64, error) { return 9 << 30, nil }},
	})
	if err == nil {
		require.Empty(p, p.script, "not everything was wanted")
	}
	return err
}

// golden compares the screen, and then what lies in the folder, with a file under
// testdata/setup.
func (p *play) golden(name string) {
	p.Helper()
	got := strings.NewReplacer(p.replaced...).Replace(p.screen.String() + "\n── 文件 ──\n" + p.left())
	for _, secret := range []string{dingSecret, botSecret, appSecret, token, aesKey, password} {
		require.NotContains(p, got, secret)
	}
	_, file, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata", "setup", name+".txt")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(p, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(p, os.WriteFile(path, []byte(got), 0o644)) //nolint:gosec // an expected file
	}
	want, err := os.ReadFile(path)
	require.NoError(p, err)
	require.Equal(p, string(want), got)
}

// left lists the folder: every mode, and what stands in the settings file.
func (p *play) left() string {
	var b strings.Builder
	require.NoError(p, filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil || path == p.dir {
			return err
		}
		name, err := filepath.Rel(p.dir, path)
		fmt.Fprintf(&b, "%v %s\n", info.Mode(), name)
		return err
	}))
	settings, err := os.ReadFile(filepath.Join(p.dir, "yiqun.env"))
	require.NoError(p, err)
	b.WriteString("yiqun.env：\n")
	for line := range strings.Lines(string(settings)) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// stopped makes sure that a conversation was broken off.
func stopped(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, setup.ErrStopped, "%v", err)
}
