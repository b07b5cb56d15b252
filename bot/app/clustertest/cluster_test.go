package clustertest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	simdingtalk "yiqun/bot/sim/dingtalk"
	simwecom "yiqun/bot/sim/wecom"
	"yiqun/storage/postgres"
	"yiqun/storage/redis"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	clientID = "dingcluster"
	secret   = "cluster-secret"
	// patience bounds how long a test waits for what must come.
	patience = 60 * time.Second
)

// cluster is a world with both platforms, in which instances come and go.
type cluster struct {
	t     *testing.T
	world *sim.World
	clock *sim.Clock
	ding  *simdingtalk.Server
	we    *simwecom.Server
	url   string
	key   []byte
	redis string
	log   *slog.Logger
}

var (
	dingGroup = bot.Chat{Platform: bot.DingTalk, ID: "cidcluster=="}
	weGroup   = bot.Chat{Platform: bot.WeCom, ID: "wrcluster"}
	people    = []string{"李红梅", "陈志强", "王建国", "刘桂兰"}
)

// newCluster starts a world whose people are registered already; no instance runs.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{
		t: t, clock: sim.NewClock(time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone)),
		redis: storagetest.Redis(t),
		log:   slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	c.url = storagetest.Schema(t)
	sum := sha256.Sum256([]byte(t.Name()))
	c.key = sum[:]
	seed := service.Seed{Nodes: []string{"翠湖社区", "翠湖社区第三网格"}, Groups: []bot.Chat{dingGroup, weGroup}}
	var cast []sim.Person
	for i, name := range people {
		p := sim.Person{Name: name, DingTalk: bot.UserID(fmt.Sprintf("d%d", i)), WeCom: bot.UserID(fmt.Sprintf("w%d", i))}
		cast = append(cast, p)
		seed.People = append(seed.People, service.SeedPerson{Name: name, Accounts: []bot.Account{
			{Platform: bot.DingTalk, User: p.DingTalk}, {Platform: bot.WeCom, User: p.WeCom},
		}})
	}
	cast = append(cast, sim.Person{Name: "周敏", DingTalk: "d9"}) // of the level above, in no group
	seed.People = append(seed.People, service.SeedPerson{
		Name: "周敏", Posts: []string{"上级书记"}, Accounts: []bot.Account{{Platform: bot.DingTalk, User: "d9"}},
	})
	seed.People[0].Posts, seed.People[1].Posts = []string{"书记"}, []string{"网格长"}
	c.world = sim.NewWorld(c.clock, apptest.BotName, cast, []sim.Group{
		{Chat: dingGroup, Title: "钉钉群", Members: people}, {Chat: weGroup, Title: "企微群", Members: people},
	})
	var err error
	c.ding, err = simdingtalk.Start(c.world, simdingtalk.Options{ClientID: clientID, ClientSecret: secret})
	require.NoError(t, err)
	t.Cleanup(c.ding.Close)
	c.we, err = simwecom.Start(c.world, simwecom.Options{BotID: clientID, Secret: secret, Spoken: []bot.Chat{weGroup}})
	require.NoError(t, err)
	t.Cleanup(c.we.Close)
	c.world.Attach(c.ding)
	c.world.Attach(c.we)
	t.Cleanup(c.clock.Run())

	require.NoError(t, postgres.Migrate(t.Context(), c.url))
	store := c.store()
	templates, err := procedure.Shipped()
	require.NoError(t, err)
	require.NoError(t, app.New(app.Options{Store: store, Templates: templates, Clock: c.clock, Zone: apptest.Zone}).
		Service.Plant(t.Context(), seed))
	return c
}

func (c *cluster) store() *sqlstore.Store {
	s, err := postgres.Open(c.t.Context(), c.url, c.key)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { require.NoError(c.t, s.Close()) })
	return s
}

// bareRedis is Redis as an operator sees it.
func (c *cluster) bareRedis() *goredis.Client {
	opts, err := goredis.ParseURL(c.redis)
	require.NoError(c.t, err)
	client := goredis.NewClient(opts)
	c.t.Cleanup(func() { require.NoError(c.t, client.Close()) })
	return client
}

// queueKey is where Redis keeps one thing about the queue of timers.
func (c *cluster) queueKey(of string) string { return "yiqun:queue:{" + c.url + "timers}:" + of }

// instance is one running bot.
type instance struct {
	app  *app.App
	turn *app.Turn
	ding platform.Adapter
	we   platform.Adapter
	line *line // to the records
	stop func()
}

// start runs one more instance, until it is stopped.
func (c *cluster) start(name string) *instance {
	t := c.t
	t.Helper()
	i := &instance{line: newLine(c.store())}
	states, err := redis.Open(c.redis)
	require.NoError(t, err)
	log, me := c.log.With("instance", name), app.InstanceName()
	i.turn = app.NewTurn(i.line, bot.WeCom, me, log)
	i.ding, err = dingtalk.New(dingtalk.Config{
		ClientID: clientID, ClientSecret: secret, APIURL: c.ding.URL(), OAPIURL: c.ding.URL(),
		BotName: apptest.BotName, Clock: bot.SystemClock{}, Logger: log,
	})
	require.NoError(t, err)
	i.we, err = wecom.New(wecom.Config{
		BotID: clientID, Secret: secret, WSURL: c.we.URL(), BotName: apptest.BotName, Logger: log, Gate: i.turn.Gate,
	})
	require.NoError(t, err)
	templates, err := procedure.Shipped()
	require.NoError(t, err)
	i.app = app.New(app.Options{
		Store: i.line, States: states, Adapters: []platform.Adapter{i.ding, i.we}, Templates: templates,
		Clock: c.clock, Zone: apptest.Zone, BotName: apptest.BotName, Logger: log,
		Instance: me, Turns: map[bot.Platform]*app.Turn{bot.WeCom: i.turn},
		Queue: storagetest.Named(states.Shared(), c.url), Beats: i.line,
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { _ = i.app.Run(ctx) })
	i.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		require.NoError(t, states.Close())
	})
	t.Cleanup(i.stop)
	c.until("the instance to be connected", func() bool { return i.ding.Status().Connected })
	return i
}

// until waits for a condition.
func (c *cluster) until(what string, ok func() bool) {
	c.t.Helper()
	require.True(c.t, c.world.Await(patience, ok), "waited too long for "+what)
}

func (c *cluster) say(chat bot.Chat, who, text string) {
	c.t.Helper()
	_, err := c.world.Say(sim.Utterance{Who: who, Chat: chat, Text: "@" + apptest.BotName + " " + text})
	require.NoError(c.t, err)
}

// opened counts the matters by what was asked for.
func (c *cluster) opened(s service.Store) map[string]int {
	out := map[string]int{}
	require.NoError(c.t, s.View(c.t.Context(), func(ctx context.Context, tx service.Tx) error {
		found, err := tx.Find(ctx, procedure.Filter{Limit: 1000})
		for _, m := range found {
			text, e := tx.Text(ctx, m.ID, 1)
			err = errors.Join(err, e)
			for _, words := range text {
				out[words]++
			}
		}
		return err
	}))
	return out
}

// shown counts the bot's bubbles that quote some words, by chat.
func (c *cluster) shown(chat bot.Chat, words string) (n int) {
	for _, b := range c.world.Bubbles(func(b *sim.Bubble) bool { return b.Chat == chat && b.From == "" }) {
		if card := b.Card; strings.Contains(b.Text, words) ||
			card != nil && strings.Contains(card.Title+card.Desc+card.Text+card.Markdown, words) {
			n++
		}
	}
	return n
}

// line is an instance's way to the records, which can be cut: what a killed process
// does not do any more.
type line struct {
	*storagetest.Faulty
	store *sqlstore.Store
	mu    sync.Mutex
	dead  error
}

func newLine(s *sqlstore.Store) *line { return &line{Faulty: storagetest.NewFaulty(s), store: s} }

func (l *line) cut() {
	dead := bot.Fault(bot.Internal, errors.New("this instance is dead"))
	l.mu.Lock()
	l.dead = dead
	l.mu.Unlock()
	l.On(func(context.Context, storagetest.Call) error { return dead })
}

func (l *line) err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

func (l *line) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (int64, bool, error) {
	if err := l.err(); err != nil {
		return 0, false, err
	}
	return l.store.Acquire(ctx, name, owner, ttl)
}

func (l *line) Release(ctx context.Context, name, owner string) error {
	if err := l.err(); err != nil {
		return err
	}
	return l.store.Release(ctx, name, owner)
}

func (l *line) Beat(ctx context.Context, owner string) (int64, map[string]int64, error) {
	if err := l.err(); err != nil {
		return 0, nil, err
	}
	return l.store.Beat(ctx, owner)
}

func (l *line) Bury(ctx context.Context, instance string, last int64) (bool, error) {
	if err := l.err(); err != nil {
		return false, err
	}
	return l.store.Bury(ctx, instance, last)
}

func (l *line) Leave(ctx context.Context, owner string) error {
	if err := l.err(); err != nil {
		return err
	}
	return l.store.Leave(ctx, owner)
}

func (l *line) Supersede(ctx context.Context, prefix, owner string) error {
	if err := l.err(); err != nil {
		return err
	}
	return l.store.Supersede(ctx, prefix, owner)
}
