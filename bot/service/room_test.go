package service_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

// room is the service with one group and no platform: what is said goes straight
// in, what it answers is read from the outbox.
type room struct {
	t      testing.TB
	svc    *service.Service
	store  service.Store
	states forgetful
	clock  *sim.Clock
	said   int
	quoted string
	// unread leaves what is answered in the outbox.
	unread bool
	set    procedure.Set
	random io.Reader
}

// log starts the service anew, with a log.
func (r *room) log(h slog.Handler) {
	r.svc = service.New(r.store, r.states, r.clock, r.set, service.Config{
		BotName: apptest.BotName, Zone: apptest.Zone, Random: r.random, Logger: slog.New(h),
	})
}

// forgetful are conversation states that can be wiped; they last until then.
type forgetful map[string][]byte

func (f forgetful) Get(_ context.Context, key string) ([]byte, bool, error) {
	value, ok := f[key]
	return value, ok, nil
}

func (f forgetful) Set(_ context.Context, key string, value []byte, _ time.Duration) error {
	f[key] = value
	return nil
}

func (f forgetful) Take(ctx context.Context, key string) ([]byte, bool, error) {
	value, ok, err := f.Get(ctx, key)
	delete(f, key)
	return value, ok, err
}

func (f forgetful) Delete(_ context.Context, key string) error {
	delete(f, key)
	return nil
}

var group = bot.Chat{Platform: bot.WeCom, ID: "room"}

// roommates are in the group: 李红梅 may do almost everything.
var roommates = []service.SeedPerson{
	{Name: "李红梅", Posts: []string{"书记", "组织委员"}, Member: true, Spoke: true},
	{Name: "陈志强", Posts: []string{"网格长"}, Member: true, Spoke: true},
	{Name: "王建国", Member: true, Spoke: true},
	{Name: "张伟", Member: true, Spoke: true},
	{Name: "刘桂兰", Spoke: true},
}

func account(name string) bot.Account {
	return bot.Account{Platform: bot.WeCom, User: bot.UserID("user-" + name)}
}

func newRoom(t testing.TB) *room { return newRoomOn(t, apptest.SQLite(t)) }

// newRoomOn is newRoom over a given store.
func newRoomOn(t testing.TB, store service.Store) *room {
	r := &room{t: t, store: store, clock: sim.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, apptest.Zone))}
	r.states = forgetful{}
	set, err := procedure.Shipped()
	require.NoError(t, err)
	r.set, r.random = set, apptest.Random()
	r.log(slog.DiscardHandler)
	seed := service.Seed{Nodes: []string{"翠湖社区", "第三网格"}, Groups: []bot.Chat{group}}
	for _, p := range roommates {
		p.Accounts = []bot.Account{account(p.Name)}
		seed.People = append(seed.People, p)
	}
	require.NoError(t, r.svc.Plant(t.Context(), seed))
	return r
}

// say has somebody say something to the bot in the group, and returns its answers
// there.
func (r *room) say(who, text string) []string {
	r.t.Helper()
	return r.sayIn(group, who, "@"+apptest.BotName+" "+text)
}

// tell is say in private.
func (r *room) tell(who, text string) []string {
	r.t.Helper()
	return r.sayIn(bot.PrivateChat(account(who)), who, text)
}

func (r *room) sayIn(chat bot.Chat, who, text string) []string {
	r.t.Helper()
	r.said++
	_, err := r.svc.Handle(r.t.Context(), bot.Event{
		ID: bot.EventID(fmt.Sprint(r.said)), Platform: bot.WeCom, Chat: chat, From: account(who), At: r.clock.Now(),
		Message: &bot.Message{Text: text, Quoted: r.quoted},
	})
	require.NoError(r.t, err, text)
	if r.unread {
		return nil
	}
	return r.heard(chat)
}

// heard empties the outbox and returns what goes to a chat.
func (r *room) heard(chat bot.Chat) []string {
	r.t.Helper()
	var out []string
	err := r.store.Update(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		rows, err := tx.Ready(ctx, r.clock.Now().Add(time.Hour), 1000)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.To == chat && row.Refresh == "" {
				out = append(out, words(row.Body))
			}
			row.State = deliver.Sent
			if err := tx.Settle(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(r.t, err)
	return out
}

// words is what a message says.
func words(b deliver.Body) string {
	if b.Card == nil {
		return b.Text
	}
	return strings.Join([]string{b.Card.Ref, b.Card.Title, b.Card.Status, b.Card.Footnote}, " ")
}

// acts counts the official acts there are.
func (r *room) acts() int {
	r.t.Helper()
	report, err := r.svc.Verify(r.t.Context())
	require.NoError(r.t, err)
	require.Empty(r.t, report.Bad)
	return report.Acts
}

// forgets drops whatever was asked and said lately.
func (r *room) forgets() { clear(r.states) }

// busy opens matters and leaves them at every step, so that there is something
// wrong to do for whoever may do everything.
func (r *room) busy() {
	r.t.Helper()
	for _, line := range []string{
		"刘桂兰：点单 3栋声控灯坏了", "刘桂兰：点单 4栋门禁坏了", "刘桂兰：点单 5栋井盖松了", "李红梅：点单 6栋漏水",
		"李红梅：任务 周六8点 桶边值守 要5人", "刘桂兰：心愿 想要一副老花镜", "王建国：申报 6月12日 桶边督导2小时", "张伟：报到 市住建局 特长 水电",
		"李红梅：下单 2", "李红梅：下单 3", "李红梅：下单 4", "李红梅：接单 3", "王建国：接单 4", "王建国：办结 4 修好了", "李红梅：接单 5",
	} {
		who, text, _ := strings.Cut(line, "：")
		before := r.acts()
		r.say(who, text)
		require.Equal(r.t, before+1, r.acts(), line)
	}
	r.clock.Advance(time.Hour)
	r.forgets()
}
