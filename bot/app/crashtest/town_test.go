package crashtest

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/config"
	"yiqun/bot/sim"
	simdingtalk "yiqun/bot/sim/dingtalk"
	simwecom "yiqun/bot/sim/wecom"
	"yiqun/storage/sqlstore"
)

const (
	clientID = "dingcrash"
	secret   = "crash-secret"
	// patience bounds how long a test waits for what must come.
	patience = 60 * time.Second
)

// resident is somebody of the town, on one platform.
type resident struct {
	name   string
	on     bot.Platform
	post   string
	member bool
}

const admin = "周敏"

var residents = []resident{
	{"李红梅", bot.DingTalk, "书记", true},
	{"王建国", bot.DingTalk, "", true},
	{"赵敏", bot.DingTalk, "", true},
	{"刘桂兰", bot.DingTalk, "", false},
	{"吴秀英", bot.DingTalk, "", false},
	{"何平", bot.DingTalk, "", false},
	{"陈志强", bot.WeCom, "网格长", true},
	{"孙立", bot.WeCom, "", true},
	{"周涛", bot.WeCom, "", true},
	{"张伟", bot.WeCom, "", false},
	{"郑兰", bot.WeCom, "", false},
	{"许亮", bot.WeCom, "", false},
}

var group = map[bot.Platform]bot.Chat{
	bot.DingTalk: {Platform: bot.DingTalk, ID: "cidcrash=="},
	bot.WeCom:    {Platform: bot.WeCom, ID: "wrcrash"},
}

// engine is what the program keeps its records in.
type engine struct {
	database string // YIQUN_DATABASE_URL; a file in the test's folder when empty
	key      string // YIQUN_DATA_KEY; the generated file when empty
	redis    string // YIQUN_REDIS_URL
	// shake disturbs the servers, at times; nil when there are none. forget empties
	// Redis.
	shake, forget func()
}

// town is a world with both platforms, in which the program is killed.
type town struct {
	t      testing.TB
	seed   uint64
	rng    *mathrand.Rand // of the main goroutine
	engine engine
	dir    string
	argv   []string

	world  *sim.World
	clock  *sim.Clock
	ding   *simdingtalk.Server
	we     *simwecom.Server
	ledger *ledger
	slots  []*slot

	mu   sync.Mutex
	said map[string]utterance // by the mark in it
	next int                  // mark

	backlog int      // messages that were queued at the last kill
	wrong   []string // what must not be
	summary string
}

// newTown starts a world; no program runs yet. argv is what runs it.
func newTown(t testing.TB, seed uint64, e engine, instances int, argv ...string) *town {
	t.Helper()
	n := &town{
		t: t, seed: seed, rng: mathrand.New(mathrand.NewPCG(seed, 1)), engine: e, dir: t.TempDir(), argv: argv,
		clock: sim.NewClock(time.Now().In(apptest.Zone)), ledger: newLedger(), said: map[string]utterance{},
	}
	cast := []sim.Person{{Name: admin, DingTalk: "zhoumin", WeCom: "ZhouMin"}}
	names := map[bot.Platform][]string{bot.DingTalk: {admin}, bot.WeCom: {admin}}
	for i, r := range residents {
		p := sim.Person{Name: r.name}
		if r.on == bot.DingTalk {
			p.DingTalk = bot.UserID(fmt.Sprintf("d%02d", i))
		} else {
			p.WeCom = bot.UserID(fmt.Sprintf("W%02d", i))
		}
		cast = append(cast, p)
		names[r.on] = append(names[r.on], r.name)
	}
	n.world = sim.NewWorld(n.clock, apptest.BotName, cast, []sim.Group{
		{Chat: group[bot.DingTalk], Title: "钉钉群", Members: names[bot.DingTalk]},
		{Chat: group[bot.WeCom], Title: "企微群", Members: names[bot.WeCom]},
	})
	var err error
	n.ding, err = simdingtalk.Start(n.world, simdingtalk.Options{ClientID: clientID, ClientSecret: secret, Seed: seed, MonthCalls: 1 << 20, MonthPushes: 1 << 20})
	require.NoError(t, err)
	t.Cleanup(n.ding.Close)
	n.we, err = simwecom.Start(n.world, simwecom.Options{BotID: clientID, Secret: secret, Seed: seed})
	require.NoError(t, err)
	t.Cleanup(n.we.Close)
	t.Cleanup(n.clock.Run())
	if n.engine.database == "" {
		n.engine.database = "sqlite:" + filepath.Join(n.dir, "yiqun.db")
	}
	for i := range instances {
		n.slots = append(n.slots, newSlot(n, fmt.Sprintf("instance%d/", i)))
	}
	return n
}

// slot is the place of one instance: it is killed and started again there.
type slot struct {
	town     *town
	name     string
	ding, we *tap

	mu    sync.Mutex
	child *child
	dead  bool // killed by aim or hand
	aim   *aim
}

func newSlot(n *town, name string) *slot {
	s := &slot{town: n, name: name}
	s.ding = newTap(n.t, bot.DingTalk, n.ding.URL(), s.watch)
	s.we = newTap(n.t, bot.WeCom, n.we.URL(), s.watch)
	return s
}

// environment is what the program is told.
func (s *slot) environment() []string {
	n := s.town
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + n.dir,
		"YIQUN_DATABASE_URL=" + n.engine.database, "YIQUN_DATA_KEY=" + n.engine.key, "YIQUN_REDIS_URL=" + n.engine.redis,
		"YIQUN_DINGTALK_CLIENT_ID=" + clientID, "YIQUN_DINGTALK_CLIENT_SECRET=" + secret,
		"YIQUN_DINGTALK_API_URL=" + s.ding.url(), "YIQUN_DINGTALK_OAPI_URL=" + s.ding.url(),
		"YIQUN_WECOM_BOT_ID=" + clientID, "YIQUN_WECOM_BOT_SECRET=" + secret,
		"YIQUN_WECOM_WS_URL=ws://" + s.we.host(), "YIQUN_TELEMETRY_LISTEN=127.0.0.1:0",
		"YIQUN_MEDIA_HOSTS=127.0.0.1",
	}
	return env
}

// start starts the program and waits until it is connected.
func (s *slot) start() {
	s.town.t.Helper()
	s.launch()
	s.town.until("the program to connect", func() bool {
		ding := s.ding.connected() && s.town.ding.Connections() > 0
		return s.gone() || ding && (s.we.connected() && s.town.we.Subscribed() || len(s.town.slots) > 1)
	})
}

// launch starts the program.
func (s *slot) launch() {
	c := spawn(s.town.t, s.environment(), s.town.argv...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.child, s.dead, s.aim = c, false, nil
}

func (s *slot) gone() bool {
	s.mu.Lock()
	c := s.child
	s.mu.Unlock()
	return c.gone()
}

// bury waits until a killed program is gone and nothing of it passes any more.
func (s *slot) bury() {
	s.mu.Lock()
	s.dead = true
	c := s.child
	s.mu.Unlock()
	c.kill()
	s.ding.cut()
	s.we.cut()
	s.ding.quiet()
	s.we.quiet()
}

// until waits for a condition.
func (n *town) until(what string, ok func() bool) {
	n.t.Helper()
	if n.world.Await(patience, ok) {
		return
	}
	for _, s := range n.slots {
		n.t.Logf("%slog ends: %s", s.name, tail(s.child.said(), 3000))
	}
	require.FailNow(n.t, "waited too long for "+what)
}

func tail(s string, most int) string { return strings.ToValidUTF8(s[max(0, len(s)-most):], "") }

func (n *town) private(who string, p bot.Platform) bot.Chat {
	person, _ := n.world.Person(who)
	return bot.PrivateChat(bot.Account{Platform: p, User: person.On(p)})
}

// ask has somebody say something and waits for an answer with want in it.
func (n *town) ask(who string, chat bot.Chat, text, want string) string {
	n.t.Helper()
	before := len(n.world.Bubbles(nil))
	if !chat.Private {
		text = "@" + apptest.BotName + " " + text
	}
	_, err := n.world.Say(sim.Utterance{Who: who, Chat: chat, Text: text})
	require.NoError(n.t, err)
	var answer string
	n.until(want, func() bool {
		for _, b := range n.world.Bubbles(nil)[before:] {
			if words := apptest.Reads(&b, ""); b.From == "" && b.Chat == chat && strings.Contains(words, want) {
				answer = words
			}
		}
		return answer != ""
	})
	return answer
}

var sixDigits = regexp.MustCompile(`\d{6}`)

// found is the first run, as an operator does it: claim the bot, register the group
// on both platforms, and have everybody say who they are.
func (n *town) found() {
	n.t.Helper()
	first := n.slots[0]
	first.start()
	n.until("WeCom's turn", n.we.Subscribed)
	n.until("the one-time code", func() bool { return len(first.child.code) > 0 })
	ding, we := n.private(admin, bot.DingTalk), n.private(admin, bot.WeCom)
	n.ask(admin, ding, "认领管理员 "+<-first.child.code, "您是管理员了")
	n.ask(admin, we, "你好", "")
	code := sixDigits.FindString(n.ask(admin, ding, "绑定", "口令是"))
	n.ask(admin, we, "绑定 "+code, "同一个人")
	for _, g := range group {
		n.ask(admin, g, "登记本群 翠湖社区第三网格 上级 翠湖社区", "好，本群是")
	}
	for _, r := range residents {
		n.ask(r.name, group[r.on], "我是 "+r.name, r.name)
		is := "是他 " + r.name
		if r.member {
			is += " 党员"
		}
		n.ask(admin, group[r.on], is, "确认了")
		if r.post != "" {
			n.ask(admin, group[r.on], "任命 "+r.name+" "+r.post, "的"+r.post)
		}
		n.clock.Advance(10 * time.Second) // no platform may find this too much
	}
}

// settings are the program's, as far as the records go.
func (n *town) settings() config.Config {
	return config.Config{DatabaseURL: config.Secret(n.engine.database), DataKey: config.Secret(n.engine.key)}
}

// records opens what the program has recorded, as it is on disk now. Of a file a
// copy is opened: looking must not mend what the next start has to mend.
func (n *town) records() *sqlstore.Store {
	n.t.Helper()
	key, err := config.DataKey(n.settings(), config.Disk{}, rand.Reader)
	require.NoError(n.t, err)
	url := n.engine.database
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		dir := n.t.TempDir()
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + suffix)
			if os.IsNotExist(err) {
				continue
			}
			require.NoError(n.t, err)
			require.NoError(n.t, os.WriteFile(filepath.Join(dir, "copy.db"+suffix), data, 0o600))
		}
		url = "sqlite:" + filepath.Join(dir, "copy.db")
	}
	s, err := app.OpenStore(context.Background(), url, key)
	require.NoError(n.t, err)
	return s
}
