package crashtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// rig is the bot on one platform, in this process and behind a tap, over records and
// states that can fail. Nothing happens on its own but the handling of events.
type rig struct {
	t      *testing.T
	on     bot.Platform
	world  *sim.World
	clock  *sim.Clock
	played sim.Backend
	tap    *tap
	waits  *impatient
	store  service.Store // as it is
	db     *sql.DB       // the same, for counting rows; see look
	counts string
	faulty *storagetest.Faulty
	states *storagetest.FaultyStates
	// queue is what instances would share of what is due; nil means that there is none.
	queue *storagetest.FaultyQueue
	// beside puts something beside the adapter of each start; nil puts nothing.
	beside func(platform.Adapter) platform.Adapter
	// remember opens what keeps the states; nil means a memory of each start's own.
	remember func() service.States
	log      *slog.Logger

	app     *app.App
	adapter platform.Adapter
	stop    func()
	base    int64 // events delivered to the adapters before this one

	mu    sync.Mutex
	asked func(passing) verdict // asked before what passes; nil lets all pass
	seen  []passing
}

var (
	clerk  = sim.Person{Name: "李红梅", DingTalk: "d1", WeCom: "W1"} // holds both posts
	helper = sim.Person{Name: "王建国", DingTalk: "d2", WeCom: "W2"}
	asker  = sim.Person{Name: "刘桂兰", DingTalk: "d3", WeCom: "W3"}
)

func newRig(t *testing.T, on bot.Platform) *rig {
	t.Helper()
	return newRigOn(t, on, func(t *testing.T, _ *rig, key []byte) *sqlstore.Store {
		s, err := sqlite.Open(t.Context(), "sqlite::memory:", key)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	})
}

// newRigOn is newRig over records of the caller's, which close with the test.
func newRigOn(t *testing.T, on bot.Platform, open func(t *testing.T, r *rig, key []byte) *sqlstore.Store) *rig {
	t.Helper()
	r := &rig{t: t, on: on, clock: sim.NewClock(time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone))}
	r.log, r.waits = slog.New(slog.DiscardHandler), newImpatient()
	cast := []sim.Person{clerk, helper, asker}
	r.world = sim.NewWorld(r.clock, apptest.BotName, cast, []sim.Group{
		{Chat: group[on], Title: "群", Members: []string{clerk.Name, helper.Name, asker.Name}},
	})
	switch on {
	case bot.DingTalk:
		s, err := simdingtalk.Start(r.world, simdingtalk.Options{ClientID: clientID, ClientSecret: secret, MonthCalls: 1 << 20, MonthPushes: 1 << 20})
		require.NoError(t, err)
		t.Cleanup(s.Close)
		r.played, r.tap = s, newTap(t, on, s.URL(), r.watch)
	case bot.WeCom:
		s, err := simwecom.Start(r.world, simwecom.Options{BotID: clientID, Secret: secret, KeepReplies: true, Spoken: []bot.Chat{
			group[on], bot.PrivateChat(bot.Account{Platform: on, User: clerk.WeCom}),
		}})
		require.NoError(t, err)
		t.Cleanup(s.Close)
		r.played, r.tap = s, newTap(t, on, s.URL(), r.watch)
	}
	key := sha256.Sum256([]byte(t.Name()))
	r.store = open(t, r, key[:])
	r.faulty = storagetest.NewFaulty(r.store)
	r.begin()
	seed := service.Seed{Nodes: []string{"翠湖社区第三网格"}, Groups: []bot.Chat{group[on]}}
	for _, p := range cast {
		seed.People = append(seed.People, service.SeedPerson{
			Name: p.Name, Member: p.Name == helper.Name, Spoke: p.Name == clerk.Name,
			Accounts: []bot.Account{{Platform: on, User: p.On(on)}},
		})
	}
	seed.People[0].Posts = []string{"书记", "网格长"}
	require.NoError(t, r.app.Service.Plant(t.Context(), seed))
	return r
}

// begin starts the bot over the same records, with conversation states of its own.
func (r *rig) begin() {
	r.t.Helper()
	var err error
	switch r.on {
	case bot.DingTalk:
		r.adapter, err = dingtalk.New(dingtalk.Config{
			ClientID: clientID, ClientSecret: secret, APIURL: r.tap.url(), OAPIURL: r.tap.url(),
			BotName: apptest.BotName, Clock: r.clock, Logger: r.log, MediaHosts: []string{"127.0.0.1"},
		})
	case bot.WeCom:
		r.adapter, err = wecom.New(wecom.Config{
			BotID: clientID, Secret: secret, WSURL: "ws://" + r.tap.host(), BotName: apptest.BotName, Logger: r.log, Clock: r.waits,
		})
	}
	require.NoError(r.t, err)
	if r.beside != nil {
		r.adapter = r.beside(r.adapter)
	}
	templates, err := procedure.Shipped()
	require.NoError(r.t, err)
	r.base = r.played.Delivered()
	var states service.States = embedded.New(r.clock)
	if r.remember != nil {
		states = r.remember()
	}
	r.states = storagetest.NewFaultyStates(states)
	o := app.Options{
		Store: r.faulty, States: r.states, Adapters: []platform.Adapter{r.adapter}, Templates: templates,
		Clock: r.clock, Zone: apptest.Zone, BotName: apptest.BotName, Logger: r.log,
	}
	if r.queue != nil {
		o.Queue = r.queue
	}
	r.app = app.New(o)
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.t.Context()))
	var running sync.WaitGroup
	running.Go(func() { _ = r.app.Listen(ctx) })
	r.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	r.t.Cleanup(r.stop)
	r.until("the bot to connect", func() bool { return r.adapter.Status().Connected && r.tap.joined() })
}

func (r *rig) watch(_ *tap, p passing) verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, p)
	if r.asked == nil {
		return pass
	}
	v := r.asked(p)
	if v == drop {
		r.waits.never()
	}
	return v
}

// ask sets what is asked before things pass.
func (r *rig) ask(f func(passing) verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = f
}

// passed lists what passed a place since a number of things had.
func (r *rig) passed(since int, at place) (out []passing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.seen[since:] {
		if p.place == at {
			out = append(out, p)
		}
	}
	return out
}

func (r *rig) mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}

func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			require.FailNow(r.t, "waited too long for "+what)
		}
	}
}

func (r *rig) say(who, text string) {
	r.t.Helper()
	_, err := r.world.Say(sim.Utterance{Who: who, Chat: group[r.on], Text: "@" + apptest.BotName + " " + text})
	require.NoError(r.t, err)
}

// handled waits until the events that were delivered have been handled, one way or
// the other.
func (r *rig) handled() {
	r.t.Helper()
	r.until("events to be handled", func() bool {
		s := r.adapter.Status()
		return s.Received >= r.played.Delivered()-r.base && s.Handled >= s.Received
	})
}

// ackWithin is how long an answer is on its way at most; longer means that there is none.
const ackWithin = 100 * time.Millisecond

// settle lets everything come to an end, however often it has to be tried again.
func (r *rig) settle() {
	r.t.Helper()
	for range 20 {
		r.handled()
		err := r.app.Settle(r.t.Context())
		// What was answered may be on its way to the platform, which sends it again if the
		// clock moves on meanwhile.
		if err == nil && r.world.Await(ackWithin, func() bool { return r.played.Pending() == 0 }) && len(r.queued()) == 0 {
			return
		}
		r.clock.Advance(20 * time.Second)
	}
	require.FailNow(r.t, "it does not come to an end")
}
