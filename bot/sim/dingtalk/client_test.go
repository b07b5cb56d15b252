package dingtalk_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	topicMessage = "/v1.0/im/bot/messages/get"
	topicCard    = "/v1.0/card/instances/callback"
	buttonCard   = "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema"
)

var (
	start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.FixedZone("CST", 8*60*60))
	grid  = bot.Chat{Platform: bot.DingTalk, ID: "cidGrid3AbC=="}
	wang  = sim.Person{Name: "王建国", DingTalk: "user01"}
	li    = sim.Person{Name: "李红", DingTalk: "user02"}
	limei = sim.Person{Name: "李红梅", DingTalk: "user03"}
	guest = sim.Person{Name: "外来客", DingTalk: "user09", Outsider: true}
)

type m = map[string]any

// bench is a world with DingTalk in it, and a raw client.
type bench struct {
	*testing.T
	world  *sim.World
	server *dingtalk.Server
	http   *http.Client
	token  string
}

func newBench(t *testing.T, opts dingtalk.Options) *bench {
	t.Helper()
	group := sim.Group{Chat: grid, Title: "第三网格", Members: []string{wang.Name, li.Name, limei.Name, guest.Name}}
	world := sim.NewWorld(sim.NewClock(start), "议群", []sim.Person{wang, li, limei, guest}, []sim.Group{group})
	server, err := dingtalk.Start(world, opts)
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return &bench{T: t, world: world, server: server, http: &http.Client{Transport: transport}}
}

// answer is an HTTP answer.
type answer struct {
	status int
	body   m
	raw    string
}

func (a answer) code() any { return a.body["code"] }

func (b *bench) call(method, path string, header http.Header, body any) answer {
	b.Helper()
	data, err := json.Marshal(body)
	require.NoError(b, err)
	req, err := http.NewRequestWithContext(b.Context(), method, b.server.URL()+path, bytes.NewReader(data))
	require.NoError(b, err)
	maps.Copy(req.Header, header)
	req.Header.Set("Content-Type", "application/json")
	return b.do(req)
}

func (b *bench) do(req *http.Request) answer {
	b.Helper()
	res, err := b.http.Do(req)
	require.NoError(b, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(b, err)
	a := answer{status: res.StatusCode, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body)
	return a
}

func (b *bench) openBody() m {
	return m{
		"clientId": b.server.ClientID(), "clientSecret": b.server.ClientSecret(),
		"subscriptions": []m{
			{"type": "EVENT", "topic": "*"},
			{"type": "CALLBACK", "topic": topicMessage}, {"type": "CALLBACK", "topic": topicCard},
		},
	}
}

func (b *bench) open(body m) answer {
	b.Helper()
	return b.call("POST", "/v1.0/gateway/connections/open", http.Header{"Accept": {"application/json"}}, body)
}

// frame is what the gateway sends.
type frame struct {
	Type    string            `json:"type"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

func (f frame) id() string { return f.Headers["messageId"] }

func (f frame) data(t *testing.T) m {
	t.Helper()
	var out m
	require.NoError(t, json.Unmarshal([]byte(f.Data), &out))
	return out
}

// stream is a raw Stream client.
type stream struct {
	*bench
	conn *websocket.Conn
}

func (b *bench) connect() *stream {
	b.Helper()
	a := b.open(b.openBody())
	require.Equal(b, http.StatusOK, a.status)
	return b.dial(a.body["endpoint"].(string), a.body["ticket"].(string))
}

func (b *bench) dial(endpoint, ticket string) *stream {
	b.Helper()
	conn, _, err := websocket.Dial(b.Context(), endpoint+"?ticket="+url.QueryEscape(ticket), &websocket.DialOptions{HTTPClient: b.http})
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.CloseNow() })
	s := &stream{bench: b, conn: conn}
	require.Equal(b, "REGISTERED", s.next().Headers["topic"])
	return s
}

func (s *stream) next() frame {
	s.Helper()
	_, data, err := s.conn.Read(s.Context())
	require.NoError(s, err)
	var f frame
	require.NoError(s, json.Unmarshal(data, &f))
	return f
}

func (s *stream) ack(f frame, code int, data string) {
	s.Helper()
	out, err := json.Marshal(m{"code": code, "headers": m{"messageId": f.id(), "contentType": "application/json"}, "message": "OK", "data": data})
	require.NoError(s, err)
	require.NoError(s, s.conn.Write(s.Context(), websocket.MessageText, out))
}

// settle waits until the server has nothing pending.
func (b *bench) settle() {
	b.Helper()
	require.Eventually(b, func() bool { return b.server.Pending() == 0 }, 5*time.Second, time.Millisecond)
}

// until waits until the world satisfies a condition.
func (b *bench) until(holds func() bool) {
	b.Helper()
	require.Eventually(b, holds, 5*time.Second, time.Millisecond)
}

func (b *bench) say(who sim.Person, chat bot.Chat, text string) *sim.Bubble {
	b.Helper()
	bubble, err := b.world.Say(sim.Utterance{Who: who.Name, Chat: chat, Text: text})
	require.NoError(b, err)
	return bubble
}

func private(p sim.Person) bot.Chat {
	return bot.PrivateChat(bot.Account{Platform: bot.DingTalk, User: p.DingTalk})
}

// api calls an interface with a token.
func (b *bench) api(method, path string, body any) answer {
	b.Helper()
	if b.token == "" {
		a := b.call("POST", "/v1.0/oauth2/accessToken", nil, m{"appKey": b.server.ClientID(), "appSecret": b.server.ClientSecret()})
		require.Equal(b, http.StatusOK, a.status)
		b.token = a.body["accessToken"].(string)
	}
	return b.call(method, path, http.Header{"X-Acs-Dingtalk-Access-Token": {b.token}}, body)
}

func (b *bench) cardBody(id string, params m) m {
	return m{
		"cardTemplateId": buttonCard, "outTrackId": id, "callbackType": "STREAM", "userIdType": 1,
		"cardData":                m{"cardParamMap": params},
		"openSpaceId":             "dtv1.card//IM_GROUP." + string(grid.ID),
		"imGroupOpenSpaceModel":   m{"supportForward": false},
		"imGroupOpenDeliverModel": m{"robotCode": b.server.ClientID()},
	}
}

const threeButtons = `{"msgButtons":[{"text":"接单","color":"blue","id":"take:1","request":true},` +
	`{"text":"退单","id":"back:1","request":true},{"text":"看","url":"https://example.invalid/12"}]}`

func orderParams() m {
	return m{"title": "#12 民情工作单", "markdown": "**声控灯坏了**<br>3栋2单元", "tips": "等接单", "sys_full_json_obj": threeButtons}
}

func (b *bench) create(body m) answer {
	b.Helper()
	return b.api("POST", "/v1.0/card/instances/createAndDeliver", body)
}

// cards returns the bubbles that are cards.
func (b *bench) cards() []sim.Bubble {
	return b.world.Bubbles(func(x *sim.Bubble) bool { return x.Card != nil })
}

// fromBot returns what the bot said, newest last.
func (b *bench) fromBot() []sim.Bubble {
	return b.world.Bubbles(func(x *sim.Bubble) bool { return x.From == "" })
}

func (b *bench) last() sim.Bubble {
	b.Helper()
	all := b.fromBot()
	require.NotEmpty(b, all)
	return all[len(all)-1]
}

// webhook makes a message arrive and returns the path of its session webhook.
func (s *stream) webhook(chat bot.Chat) string {
	s.Helper()
	s.say(wang, chat, "@议群 在")
	f := s.next()
	s.ack(f, 200, `{"response":null}`)
	s.settle()
	u, err := url.Parse(f.data(s.T)["sessionWebhook"].(string))
	require.NoError(s, err)
	return u.RequestURI()
}

func (b *bench) reply(webhook string, body m) answer {
	b.Helper()
	return b.call("POST", webhook, nil, body)
}

func (b *bench) upload(kind, name string, data []byte) answer {
	b.Helper()
	b.api("GET", "/token-please", nil)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("media", name)
	require.NoError(b, err)
	_, _ = part.Write(data)
	require.NoError(b, form.Close())
	req, err := http.NewRequestWithContext(b.Context(), "POST",
		b.server.URL()+"/media/upload?access_token="+b.token+"&type="+kind, &body)
	require.NoError(b, err)
	req.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(req)
}
