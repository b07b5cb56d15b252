package apptest

import (
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	simdingtalk "yiqun/bot/sim/dingtalk"
	simwecom "yiqun/bot/sim/wecom"
	"yiqun/cards/chart"
	"yiqun/storage/sqlite"
)

// BotName is what members @ in tests.
const BotName = "议群"

// Zone is where the tests take place.
var Zone = time.FixedZone("Asia/Shanghai", 8*3600)

// NewStore opens empty records for one test.
type NewStore func(t testing.TB) service.Store

// SQLite opens records in memory.
func SQLite(t testing.TB) service.Store {
	key := sha256.Sum256([]byte(t.Name()))
	s, err := sqlite.Open(t.Context(), "sqlite::memory:", key[:])
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// Setup is what a Rig begins with.
type Setup struct {
	Start     time.Time
	People    []sim.Person
	Groups    []sim.Group
	Seed      *service.Seed // nil for a first run
	Platforms []bot.Platform
	Store     NewStore // SQLite when nil
	Templates *procedure.Set
	Admins    []bot.Account
	// PublicURL is where pages are reached; empty for none.
	PublicURL string
	// Registerer takes the metrics; nobody looks at them when nil.
	Registerer prometheus.Registerer
	// Log takes all of the log, debug included; nil shows warnings with the test.
	Log io.Writer
	// Live runs the whole bot with its background loops, as serve does; Quiet then has
	// no meaning and Until waits for what must come.
	Live bool
	// Spoken are chats where somebody wrote to the bot before the story begins.
	Spoken []bot.Chat
}

// Rig is the whole bot with both platforms played, in one process. Nothing happens
// on its own: Quiet lets everything that follows from what was done happen.
type Rig struct {
	TB       testing.TB
	World    *sim.World
	Clock    *sim.Clock
	Machine  *Machine
	App      *app.App
	Store    service.Store
	Adapters map[bot.Platform]platform.Adapter
	Claim    string // the one-time code for the first administrator

	stop    func() error
	boot    func() // makes App and Adapters, as a start of the program does
	run     func() func(context.Context) error
	memory  *memory
	starts  int
	taken   map[bot.Platform]int64 // events that went to earlier starts
	answers answers
	wire    tally
}

// New starts a rig; it is stopped with the test.
func New(t testing.TB, s Setup) *Rig {
	t.Helper()
	if s.Store == nil {
		s.Store = SQLite
	}
	clock := sim.NewClock(s.Start)
	r := &Rig{
		TB: t, Clock: clock, Machine: &Machine{Clock: clock}, World: sim.NewWorld(clock, BotName, s.People, s.Groups),
		Store: s.Store(t), Adapters: map[bot.Platform]platform.Adapter{}, taken: map[bot.Platform]int64{},
		answers: answers{more: make(chan struct{}, 1)},
	}
	level := slog.LevelWarn
	if _, bench := t.(*testing.B); bench {
		level = slog.LevelError // being throttled is part of it
	}
	out := t.Output()
	if s.Log != nil {
		out, level = s.Log, slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}))
	makers := map[bot.Platform]func() platform.Adapter{}
	for _, p := range s.Platforms {
		makers[p] = r.connect(p, log, s.Spoken)
	}
	templates := s.Templates
	if templates == nil {
		shipped, err := procedure.Shipped()
		require.NoError(t, err)
		templates = &shipped
	}
	random := Random()
	r.boot = func() {
		var adapters []platform.Adapter
		for _, p := range s.Platforms {
			r.Adapters[p] = makers[p]()
			adapters = append(adapters, r.Adapters[p])
		}
		r.memory = newMemory(clock)
		r.App = app.New(app.Options{
			Store: r.Store, States: r.memory, Queue: r.memory, Adapters: adapters, Templates: *templates, Clock: r.Machine,
			Steady: func() time.Duration { return clock.Now().Sub(s.Start) }, Zone: Zone, BotName: BotName, Admins: s.Admins, Logger: log, Random: random, Registerer: s.Registerer,
			Links: service.NewLinks(s.PublicURL, []byte("apptest")),
			// Which fonts a machine has must not matter: any picture does.
			Draw: func(chart.Chart) ([]byte, error) { return Photo(0), nil },
		})
	}
	r.run = func() func(context.Context) error {
		if s.Live {
			return r.App.Run
		}
		return r.App.Listen
	}
	r.boot()
	if s.Seed != nil {
		require.NoError(t, r.App.Service.Plant(t.Context(), *s.Seed))
	}
	code, err := r.App.Service.OfferClaim(t.Context())
	require.NoError(t, err)
	r.Claim = code
	r.TB.Cleanup(func() { _ = r.stop() })
	r.start()
	return r
}

// Restart ends the bot and starts it anew on the same records: what was in memory
// is gone, and the platforms know it no less than before.
func (r *Rig) Restart() {
	r.TB.Helper()
	require.NoError(r.TB, r.Stop())
	for p := range r.Adapters {
		r.taken[p] = r.World.Backend(p).Delivered()
	}
	r.boot()
	r.start()
}

func (r *Rig) start() {
	run := r.run()
	r.starts++
	ctx, stop := context.WithCancel(context.WithoutCancel(r.TB.Context()))
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	r.stop = sync.OnceValue(func() error {
		stop()
		return <-ended
	})
	r.Until("the platforms to be connected", func() bool {
		for _, a := range r.Adapters {
			if !a.Status().Connected {
				return false
			}
		}
		return r.lines() >= r.starts*len(r.Adapters)
	})
}

// Wipe empties what lives in Redis, as a FLUSHALL does.
func (r *Rig) Wipe() { r.memory.wipe() }

// Stop ends the bot, as a signal does, and returns what it ended with.
func (r *Rig) Stop() error { return r.stop() }

// lines counts the connections that the platforms have taken up: theirs is the last
// word, a moment after the adapter's.
func (r *Rig) lines() int {
	n := 0
	for _, c := range r.World.Calls(0) {
		if strings.HasPrefix(c.Name, "CONNECT") && c.Result == "ok" {
			n++
		}
	}
	return n
}

// connect starts a played platform; what it returns makes an adapter that talks to
// it.
func (r *Rig) connect(p bot.Platform, log *slog.Logger, spoken []bot.Chat) func() platform.Adapter {
	t := r.TB
	switch p {
	case bot.DingTalk:
		server, err := simdingtalk.Start(r.World, simdingtalk.Options{ClientID: "dingtest", ClientSecret: "ding-secret"})
		require.NoError(t, err)
		t.Cleanup(server.Close)
		r.World.Attach(server)
		return func() platform.Adapter {
			a, err := dingtalk.New(dingtalk.Config{
				ClientID: "dingtest", ClientSecret: "ding-secret", APIURL: server.URL(), OAPIURL: server.URL(),
				BotName: BotName, Clock: r.Clock, Logger: log, MediaHosts: []string{"127.0.0.1"},
			})
			require.NoError(t, err)
			return a
		}
	case bot.WeCom:
		server, err := simwecom.Start(r.World, simwecom.Options{BotID: "aibtest", Secret: "wecom-secret", QuoteCards: true, Spoken: spoken})
		require.NoError(t, err)
		t.Cleanup(server.Close)
		r.World.Attach(server)
		return func() platform.Adapter {
			a, err := wecom.New(wecom.Config{
				BotID: "aibtest", Secret: "wecom-secret", WSURL: server.URL(), BotName: BotName, Logger: log,
				MediaHosts: []string{server.MediaURL()},
				// Its pings and windows are the machine's time; the world's may jump.
				Clock: bot.SystemClock{},
			})
			require.NoError(t, err)
			return answering{a, &r.answers}
		}
	}
	t.Fatalf("nobody plays %s", p)
	return nil
}

// Quiet lets everything happen that follows from what was done: events arrive and
// are handled, timers fire, the outbox drains.
func (r *Rig) Quiet() {
	r.TB.Helper()
	for {
		r.Until("events to be handled", r.handled)
		before := r.wire.read(r.World)
		require.NoError(r.TB, r.App.Settle(r.TB.Context()))
		if r.handled() && r.wire.read(r.World) == before {
			return
		}
	}
}

func (r *Rig) handled() bool {
	for p, a := range r.Adapters {
		b := r.World.Backend(p)
		s := a.Status()
		if b.Pending() > 0 || s.Received < b.Delivered()-r.taken[p] || s.Handled < s.Received {
			return false
		}
	}
	return r.wire.shown(r.World, int(r.answers.cards.Load()))
}

// Handled waits until n events have been handled in all, and on DingTalk
// acknowledged. Unlike Quiet it lets nothing out.
func (r *Rig) Handled(n int) {
	r.TB.Helper()
	r.Until("events to be handled", func() bool {
		if _, on := r.Adapters[bot.WeCom]; on && int(r.answers.handled.Load()) < n {
			return false
		}
		if a := r.Adapters[bot.DingTalk]; a != nil {
			return int(a.Status().Handled) >= n && r.World.Backend(bot.DingTalk).Pending() == 0
		}
		return true
	})
}

// patience bounds how long a rig waits for what must come.
const patience = 20 * time.Second

// Until waits for a condition, looking every time the world changes.
func (r *Rig) Until(what string, ok func() bool) {
	r.TB.Helper()
	changed, stop := r.World.Watch()
	defer stop()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-changed:
		case <-r.answers.more:
		case <-tick.C:
		case <-deadline.C:
			require.FailNow(r.TB, "waited too long for "+what)
		}
	}
}

// Random is a reproducible source of ids and salts, one per rig.
func Random() io.Reader {
	return &locked{r: rand.NewChaCha8(sha256.Sum256([]byte("apptest")))}
}

type locked struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

func (l *locked) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

// Root is the module's root, for testdata.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}
