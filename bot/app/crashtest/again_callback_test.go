package crashtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/platform/wecom/callback"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/embedded"
	"yiqun/storage/postgres"
	"yiqun/storage/redis"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

const (
	callbackToken = "QDG6eKcrash"
	callbackKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
)

// byURL is the bot that WeCom calls at its callback URL, in this process. Its rig has
// the records alone.
type byURL struct {
	*rig
	open     func() *sqlstore.Store
	envelope *wecom.Envelope
	handler  http.Handler
	calls    int
}

// start starts the bot over its records.
func (u *byURL) start() {
	u.t.Helper()
	store := u.open()
	u.store = store
	adapter, err := callback.New(callback.Config{
		Token: callbackToken, AESKey: callbackKey, BotName: apptest.BotName, Clock: u.clock, Logger: u.log,
		APIURL: "http://127.0.0.1:1", // nothing may go there
	})
	require.NoError(u.t, err)
	u.adapter, u.handler = adapter, adapter.Handler()
	templates, err := procedure.Shipped()
	require.NoError(u.t, err)
	u.app = app.New(app.Options{
		Store: store, States: u.remember(), Adapters: []platform.Adapter{adapter}, Templates: templates,
		Clock: u.clock, Zone: apptest.Zone, BotName: apptest.BotName, Logger: u.log,
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(u.t.Context()))
	var running sync.WaitGroup
	running.Go(func() { _ = u.app.Listen(ctx) })
	u.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		require.NoError(u.t, store.Close())
	})
	u.t.Cleanup(u.stop)
	u.until("the bot to listen", func() bool { return adapter.Status().Connected })
}

// call has WeCom call, sealed anew as each call is, and returns the opened answer.
func (u *byURL) call(body map[string]any) (answer string) {
	u.t.Helper()
	plain, err := json.Marshal(body)
	require.NoError(u.t, err)
	u.calls++
	nonce, at := fmt.Sprint(u.calls), u.clock.Now().Unix()
	sealed, err := u.envelope.Seal(plain, at, nonce)
	require.NoError(u.t, err)
	letter, err := json.Marshal(map[string]string{"encrypt": sealed.Encrypt})
	require.NoError(u.t, err)
	w, done, before := httptest.NewRecorder(), make(chan struct{}), u.adapter.Status().Handled
	go func() {
		defer close(done)
		u.handler.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodPost, callback.Path+"?"+sealed.Query().Encode(), bytes.NewReader(letter)))
	}()
	u.until("the call to be handled", func() bool { return u.adapter.Status().Handled > before })
	u.until("the call to be answered", func() bool {
		require.NoError(u.t, u.app.Settle(u.t.Context()))
		select {
		case <-done:
			return true
		default:
			u.clock.Advance(10 * time.Millisecond) // nobody may have anything to say
			return false
		}
	})
	require.Equal(u.t, http.StatusOK, w.Code)
	if w.Body.Len() == 0 {
		return ""
	}
	var back wecom.Sealed
	require.NoError(u.t, json.Unmarshal(w.Body.Bytes(), &back))
	opened, err := u.envelope.Open(back.Signature, fmt.Sprint(back.Timestamp), back.Nonce, back.Encrypt)
	require.NoError(u.t, err)
	return string(opened)
}

// heard is what every call about the group has.
func heard(id string, from sim.Person, kind string, what map[string]any) map[string]any {
	return map[string]any{
		"msgid": id, "aibotid": "aib1", "chattype": "group", "chatid": group[bot.WeCom].ID,
		"from": map[string]any{"userid": from.WeCom}, "msgtype": kind, kind: what,
	}
}

// buttonOn returns the task and key of the button with a label on a card that was
// answered.
func buttonOn(t *testing.T, answer, label string) (task, key string) {
	t.Helper()
	var m struct {
		Card struct {
			Task    string `json:"task_id"`
			Buttons []struct {
				Text string `json:"text"`
				Key  string `json:"key"`
			} `json:"button_list"`
		} `json:"template_card"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &m), answer)
	for _, b := range m.Card.Buttons {
		if b.Text == label {
			return m.Card.Task, b.Key
		}
	}
	require.FailNow(t, "no button "+label, answer)
	return "", ""
}

// TestCallAgain is TestAgain for WeCom's callback URL, on both engines: a day later,
// after a restart and a flush, a press is answered as it was, and a message, whose answer
// would be shown once more, with nothing.
func TestCallAgain(t *testing.T) {
	t.Parallel()
	key := sha256.Sum256([]byte(t.Name()))
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "yiqun.db")
		callAgain(t, func(u *byURL) {
			u.remember = func() service.States { return embedded.New(u.clock) }
			u.open = func() *sqlstore.Store {
				s, err := sqlite.Open(t.Context(), sqlite.Scheme+path, key[:])
				require.NoError(t, err)
				return s
			}
		}, func() {})
	})
	t.Run("servers", func(t *testing.T) {
		records, server := storagetest.Schema(t), miniredis.RunT(t)
		require.NoError(t, postgres.Migrate(t.Context(), records))
		callAgain(t, func(u *byURL) {
			u.remember = func() service.States {
				states, err := redis.Open("redis://" + server.Addr())
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, states.Close()) })
				return states
			}
			u.open = func() *sqlstore.Store {
				s, err := postgres.Open(t.Context(), records, key[:])
				require.NoError(t, err)
				return s
			}
		}, server.FlushAll)
	})
}

func callAgain(t *testing.T, on func(*byURL), forget func()) {
	t.Helper()
	envelope, err := wecom.NewEnvelope(callbackToken, callbackKey, "")
	require.NoError(t, err)
	u := &byURL{envelope: envelope, rig: &rig{
		t: t, on: bot.WeCom, clock: sim.NewClock(time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone)), log: slog.New(slog.DiscardHandler),
	}}
	on(u)
	u.start()
	seed := service.Seed{Nodes: []string{"翠湖社区第三网格"}, Groups: []bot.Chat{group[bot.WeCom]}}
	for _, p := range []sim.Person{clerk, asker} {
		seed.People = append(seed.People, service.SeedPerson{Name: p.Name, Accounts: []bot.Account{{Platform: bot.WeCom, User: p.WeCom}}})
	}
	seed.People[0].Posts = []string{"书记", "网格长"}
	require.NoError(t, u.app.Service.Plant(t.Context(), seed))

	said := heard("m1", asker, "text", map[string]any{"content": "@" + apptest.BotName + " 点单 楼道灯坏了"})
	task, button := buttonOn(t, u.call(said), "下单")
	asked := heard("m2", clerk, "text", map[string]any{"content": "@" + apptest.BotName + " 投票 选秋游地点：湿地公园、博物馆、抚仙湖 可选2个 截止周五18:00"})
	ticks := cardIn(t, answered(t, u.call(asked)))
	came := []map[string]any{
		pressed("p1", clerk, map[string]any{"card_type": "button_interaction", "event_key": button, "task_id": task}),
		pressed("p2", clerk, map[string]any{
			"card_type": "vote_interaction", "event_key": ticks.Submit.Key, "task_id": ticks.Task,
			"selected_items": map[string]any{"selected_item": []any{
				map[string]any{"question_key": ticks.Box.Key, "option_ids": map[string]any{"option_id": []string{"1", "3"}}},
			}},
		}),
		heard("e1", asker, "event", map[string]any{"eventtype": "enter_chat"}),
	}
	var answers []string
	for _, c := range came {
		answers = append(answers, u.call(c))
	}
	require.Contains(t, answers[0], "update_template_card")
	require.Contains(t, answers[1], "已投1人")
	require.Empty(t, answers[2], "to open a chat asks nothing")
	require.Equal(t, 5, u.state("m1", "m2", "p1", "p2", "e1").events)

	u.stop()
	forget()
	u.clock.Advance(dayLater)
	u.start()
	require.NoError(t, u.app.Service.Purge(t.Context())) // as every start does
	require.NoError(t, u.app.Settle(t.Context()))        // what the day brought by itself
	before := u.records()
	require.Empty(t, u.call(said))
	require.Empty(t, u.call(asked))
	for i, c := range came {
		require.Equal(t, answers[i], u.call(c), "the same answer")
	}
	require.Equal(t, before, u.records(), "nothing in the records is otherwise")
}

// pressed is a press on a card of the group.
func pressed(id string, who sim.Person, click map[string]any) map[string]any {
	return heard(id, who, "event", map[string]any{"eventtype": "template_card_event", "template_card_event": click})
}

// answered is a callback's answer, read.
func answered(t *testing.T, answer string) (out map[string]any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(answer), &out), answer)
	return out
}
