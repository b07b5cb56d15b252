package doctor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/doctor"
	"yiqun/bot/config"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
	"yiqun/bot/sim/wecom"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// root is the module's root.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("CST", 8*60*60))

// quick is a clock that stands at noon, and on which waits take a hundredth.
type quick struct{ now time.Time }

func (q *quick) Now() time.Time { return q.now }

func (q *quick) Timer(d time.Duration) (<-chan time.Time, func()) {
	return bot.SystemClock{}.Timer(d / 100)
}

const aesKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

// secrets must stand in no report.
const (
	dingSecret = "planted-ding-secret"
	botSecret  = "planted-bot-secret"
	appSecret  = "planted-app-secret"
	token      = "planted-token"
	password   = "planted-password"
)

// ward is a bot before its first examination: everything as it should be, until a
// test breaks it.
type ward struct {
	*testing.T
	world    *sim.World
	ding     *dingtalk.Server
	we       *wecom.Server
	clock    *quick
	environ  map[string]string
	files    map[string]string
	machine  fstest.MapFS
	free     uint64
	noFont   bool
	connect  bool
	replaced []string // pairs, as for strings.NewReplacer
}

func newWard(t *testing.T) *ward {
	people := []sim.Person{{Name: "王建国", DingTalk: "wang", WeCom: "Wang"}}
	world := sim.NewWorld(sim.NewClock(noon), "议群", people, nil)
	ding, err := dingtalk.Start(world, dingtalk.Options{ClientID: "dingabc", ClientSecret: dingSecret})
	require.NoError(t, err)
	we, err := wecom.Start(world, wecom.Options{BotID: "aibabc", Secret: botSecret, App: wecom.App{CorpID: "wwabc", Secret: appSecret}})
	require.NoError(t, err)
	t.Cleanup(func() { ding.Close(); we.Close() })
	t.Chdir(t.TempDir())
	w := &ward{
		T: t, world: world, ding: ding, we: we, clock: &quick{noon}, files: map[string]string{}, free: 100 << 30,
		machine: fstest.MapFS{},
		environ: map[string]string{"YIQUN_TELEMETRY_LISTEN": closed(t), "YIQUN_LISTEN": closed(t)},
	}
	w.replace(strings.TrimPrefix(ding.URL(), "http://"), "dingtalk.test")
	w.replace(strings.TrimPrefix(we.APIURL(), "http://"), "wecom.test")
	w.replace(w.environ["YIQUN_LISTEN"], "127.0.0.1:8080")
	w.replace(w.environ["YIQUN_TELEMETRY_LISTEN"], "127.0.0.1:9090")
	return w
}

// ports are given out one by one. They are of those that only root may listen at, so
// that no server started meanwhile is found there, and none begins as one of those.
var ports atomic.Int32

// closed is an address at which nobody listens.
func closed(*testing.T) string { return fmt.Sprintf("127.0.0.1:%d", 170+ports.Add(1)%30) }

func (w *ward) replace(what, by string) { w.replaced = append(w.replaced, what, by) }

func (w *ward) set(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		w.environ[pairs[i]] = pairs[i+1]
	}
}

func (w *ward) onDingTalk() {
	w.set("YIQUN_DINGTALK_CLIENT_ID", "dingabc", "YIQUN_DINGTALK_CLIENT_SECRET", dingSecret,
		"YIQUN_DINGTALK_API_URL", w.ding.URL(), "YIQUN_DINGTALK_OAPI_URL", w.ding.URL())
}

func (w *ward) onWeCom() {
	w.set("YIQUN_WECOM_BOT_ID", "aibabc", "YIQUN_WECOM_BOT_SECRET", botSecret, "YIQUN_WECOM_WS_URL", w.we.URL())
}

func (w *ward) onApp() {
	w.set("YIQUN_WECOM_CORP_ID", "wwabc", "YIQUN_WECOM_AGENT_ID", "1000002", "YIQUN_WECOM_APP_SECRET", appSecret, "YIQUN_WECOM_API_URL", w.we.APIURL())
}

// running plays a bot at work that says of itself what r says.
func (w *ward) running(r app.Readiness) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(rw).Encode(r) }))
	w.Cleanup(server.Close)
	w.set("YIQUN_TELEMETRY_LISTEN", strings.TrimPrefix(server.URL, "http://"))
	w.replace(strings.TrimPrefix(server.URL, "http://"), "127.0.0.1:9090")
}

func ready(platforms ...string) app.Readiness {
	r := app.Readiness{Status: app.Ready, Database: app.Fine, Platforms: map[string]string{}, Version: "v1.0.0"}
	for _, p := range platforms {
		r.Platforms[p] = app.Fine
	}
	return r
}

// process plays another program on this machine.
func (w *ward) process(pid int, cmdline, environ string) {
	dir := "proc/" + strconv.Itoa(pid) + "/"
	w.machine[dir+"cmdline"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(cmdline, " ", "\x00") + "\x00")}
	w.machine[dir+"environ"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(environ, " ", "\x00"))}
}

func (w *ward) options() doctor.Options {
	read := func(name string) ([]byte, error) {
		if content, ok := w.files[name]; ok {
			return []byte(content), nil
		}
		return nil, fs.ErrNotExist
	}
	cfg, err := config.Load(maps.Clone(w.environ), read)
	return doctor.Options{
		Config: cfg, Invalid: err, Clock: w.clock, Connect: w.connect, Within: 5 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true},
		Machine: doctor.Machine{
			Root: w.machine, Self: 1,
			Free: func(string) (uint64, error) { return w.free, nil },
			Font: func(path string) (bool, error) {
				if path == "" {
					return !w.noFont, nil
				}
				return false, fs.ErrNotExist
			},
		},
	}
}

// report is what an operator sees, with the addresses of the played servers replaced.
func (w *ward) report() (string, doctor.Report) {
	w.Helper()
	r := doctor.Examine(w.Context(), w.options())
	r.Version = "v1.0.0"
	var text, data bytes.Buffer
	require.NoError(w, doctor.Print(&text, r))
	require.NoError(w, doctor.PrintJSON(&data, r))
	for _, secret := range []string{dingSecret, botSecret, appSecret, token, aesKey, password} {
		require.NotContains(w, text.String()+data.String(), secret, "a secret stands in the report")
	}
	return counted.ReplaceAllString(strings.NewReplacer(w.replaced...).Replace(text.String()), "${1}…${2}"), r
}

// counted are numbers that grow with the program: of settings, and of schema steps.
var counted = regexp.MustCompile(`(其余|差)(?:[2-9]|\d{2,})(项|步)`)

// golden compares with a file under testdata/doctor.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(root(), "testdata", "doctor", name+".txt")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
