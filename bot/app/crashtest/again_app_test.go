package crashtest

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/platform/wecom/wecomapp"
	"yiqun/bot/sim"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

const (
	appCorp   = "ww1436e0e65acrash"
	appAgent  = 1000002
	appSecret = "crash-app-secret"
)

// selfBuilt is a self-built WeCom app beside the robot of a rig: its callbacks, and the
// interfaces that it calls.
type selfBuilt struct {
	*rig
	api   *httptest.Server
	calls int

	mu      sync.Mutex
	sent    []map[string]any
	updates []map[string]any
}

// besideRobot returns an app that newRigOn's opener puts beside the robot.
func besideRobot(t *testing.T) *selfBuilt {
	b := &selfBuilt{}
	b.api = httptest.NewServer(b)
	t.Cleanup(b.api.Close)
	return b
}

// wrap puts the app beside a robot's adapter.
func (b *selfBuilt) wrap(robot platform.Adapter) platform.Adapter {
	app, err := wecomapp.New(wecomapp.Config{
		CorpID: appCorp, AgentID: fmt.Sprint(appAgent), Secret: appSecret, Token: callbackToken, AESKey: callbackKey,
		APIURL: b.api.URL, HTTP: b.api.Client(), Clock: b.clock, Logger: b.log,
	})
	require.NoError(b.t, err)
	return wecomapp.Wrap(robot, app)
}

// ServeHTTP plays the interfaces that the app calls.
func (b *selfBuilt) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, body := map[string]any{"errcode": 0, "errmsg": "ok"}, map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch r.URL.Path {
	case "/cgi-bin/gettoken":
		answer["access_token"], answer["expires_in"] = "token", 7200
	case "/cgi-bin/message/send":
		b.sent = append(b.sent, body)
		answer["msgid"] = fmt.Sprint("m", len(b.sent))
	case "/cgi-bin/message/update_template_card":
		b.updates = append(b.updates, body)
	default:
		answer["errcode"] = http.StatusNotFound
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(answer)
}

// told is what the app sent and which cards it changed.
func (b *selfBuilt) told() (sent, updates []map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append(sent, b.sent...), append(updates, b.updates...)
}

// appCallback is a callback of the app in the clear.
type appCallback struct {
	XMLName      xml.Name   `xml:"xml"`
	To           string     `xml:"ToUserName"`
	From         bot.UserID `xml:"FromUserName"`
	Created      int64      `xml:"CreateTime"`
	Agent        int        `xml:"AgentID"`
	Kind         string     `xml:"MsgType"`
	ID           string     `xml:"MsgId,omitempty"`
	Content      string     `xml:"Content,omitempty"`
	Event        string     `xml:"Event,omitempty"`
	Key          string     `xml:"EventKey,omitempty"`
	Task         string     `xml:"TaskId,omitempty"`
	ResponseCode string     `xml:"ResponseCode,omitempty"`
	Selected     []appTicks `xml:"SelectedItems>SelectedItem,omitempty"`
}

// appTicks are the options ticked for one question.
type appTicks struct {
	Question string   `xml:"QuestionKey"`
	Options  []string `xml:"OptionIds>OptionId"`
}

func (b *selfBuilt) heard(from sim.Person, c appCallback) appCallback {
	c.To, c.From, c.Agent, c.Created = appCorp, from.WeCom, appAgent, b.clock.Now().Unix()
	return c
}

// call has WeCom call, sealed anew as each call is, and returns what was answered.
func (b *selfBuilt) call(c appCallback) string {
	b.t.Helper()
	envelope, err := wecom.NewEnvelope(callbackToken, callbackKey, appCorp)
	require.NoError(b.t, err)
	plain, err := xml.Marshal(c)
	require.NoError(b.t, err)
	b.calls++
	sealed, err := envelope.Seal(plain, b.clock.Now().Unix(), fmt.Sprint(b.calls))
	require.NoError(b.t, err)
	q := url.Values{"msg_signature": {sealed.Signature}, "timestamp": {fmt.Sprint(sealed.Timestamp)}, "nonce": {sealed.Nonce}}
	letter := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><AgentID>%d</AgentID><Encrypt>%s</Encrypt></xml>", appCorp, appAgent, sealed.Encrypt)
	mux := http.NewServeMux()
	b.adapter.(*wecomapp.Adapter).Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodPost, wecomapp.Path+"?"+q.Encode(), strings.NewReader(letter)))
	require.Equal(b.t, http.StatusOK, w.Code)
	b.settle()
	return w.Body.String()
}

// TestAppAgain is TestAgain for the callbacks of a self-built app beside the robot, on
// both engines.
func TestAppAgain(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		appAgain(t, func(t *testing.T, _ *rig, key []byte) *sqlstore.Store {
			s, err := sqlite.Open(t.Context(), "sqlite::memory:", key)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			return s
		}, func() {})
	})
	t.Run("servers", func(t *testing.T) {
		storagetest.Postgres(t)
		server := miniredis.RunT(t)
		appAgain(t, onServers(server), server.FlushAll)
	})
}

func appAgain(t *testing.T, open func(*testing.T, *rig, []byte) *sqlstore.Store, forget func()) {
	t.Helper()
	b := besideRobot(t)
	b.rig = newRigOn(t, bot.WeCom, func(t *testing.T, r *rig, key []byte) *sqlstore.Store {
		b.rig, r.beside = r, b.wrap
		return open(t, r, key)
	})
	b.say(clerk.Name, "投票 选秋游地点：湿地公园、博物馆、抚仙湖 可选2个 截止周五18:00")
	b.settle()
	came := []appCallback{
		b.heard(asker, appCallback{Kind: "text", ID: "1", Content: "点单 楼道灯坏了"}),
		b.heard(clerk, appCallback{Kind: "text", ID: "2", Content: "查 1"}),
		b.heard(clerk, appCallback{Kind: "text", ID: "3", Content: "查 2"}),
	}
	for _, c := range came {
		require.Empty(t, b.call(c))
	}
	sent, _ := b.told()
	require.Len(t, sent, len(came), "each was answered by the app")
	ticks, buttons := cardIn(t, sent[1]), cardIn(t, sent[2])
	pressed := b.heard(clerk, appCallback{Kind: "event", Event: "template_card_event", Task: buttons.Task, Key: buttons.Buttons[0].Key, ResponseCode: "r1"})
	ticked := b.heard(clerk, appCallback{Kind: "event", Event: "template_card_event", Task: ticks.Task, Key: ticks.Submit.Key, ResponseCode: "r2"})
	ticked.Selected = []appTicks{{Question: ticks.Box.Key, Options: []string{"1", "3"}}}
	for _, c := range []appCallback{pressed, ticked} {
		require.Empty(t, b.call(c))
		came = append(came, c)
	}
	_, updates := b.told()
	require.Len(t, updates, 2)

	b.stop()
	forget()
	b.clock.Advance(dayLater)
	b.begin()
	require.NoError(t, b.app.Service.Purge(t.Context())) // as every start does
	b.settle()                                           // what the day brought by itself
	sent, _ = b.told()
	before, bubbles := b.records(), b.world.Bubbles(nil)
	for _, c := range came {
		require.Empty(t, b.call(c), "the same answer")
	}
	require.Equal(t, before, b.records(), "nothing in the records is otherwise")
	require.Len(t, b.world.Bubbles(nil), len(bubbles))
	after, again := b.told()
	require.Len(t, after, len(sent), "no second message")
	// The cards show what they showed, if the code to change them were still good.
	require.Equal(t, updates, again[:2])
	require.Equal(t, updates, again[2:])
}

// appCard is what a card that the app sent has to press.
type appCard struct {
	Task    string `json:"task_id"`
	Buttons []struct {
		Key string `json:"key"`
	} `json:"button_list"`
	Box struct {
		Key string `json:"question_key"`
	} `json:"checkbox"`
	Submit struct {
		Key string `json:"key"`
	} `json:"submit_button"`
}

func cardIn(t *testing.T, sent map[string]any) (c appCard) {
	t.Helper()
	text, err := json.Marshal(sent["template_card"])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &c))
	require.NotEmpty(t, c.Task)
	return c
}
