package wecom_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.FixedZone("CST", 8*60*60))
	grid  = bot.Chat{Platform: bot.WeCom, ID: "wrkGrid3AbC"}
	wang  = sim.Person{Name: "王建国", WeCom: "WangJianGuo"}
	li    = sim.Person{Name: "李红梅", WeCom: "LiHongMei"}
)

type m = map[string]any

// bench is a world with WeCom in it, and a raw client.
type bench struct {
	*testing.T
	world  *sim.World
	server *wecom.Server
	http   *http.Client
}

func newBench(t *testing.T, opts wecom.Options) *bench {
	t.Helper()
	group := sim.Group{Chat: grid, Title: "第三网格", Members: []string{wang.Name, li.Name}}
	world := sim.NewWorld(sim.NewClock(start), "议群", []sim.Person{wang, li}, []sim.Group{group})
	server, err := wecom.Start(world, opts)
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return &bench{T: t, world: world, server: server, http: &http.Client{Transport: transport}}
}

// frame is anything the server sends.
type frame struct {
	Cmd     string       `json:"cmd"`
	Headers frameHeaders `json:"headers"`
	Code    int          `json:"errcode"`
	Message string       `json:"errmsg"`
	Body    m            `json:"body"`
}

type frameHeaders struct {
	ReqID string `json:"req_id"`
}

// line is a raw client's connection.
type line struct {
	*bench
	conn *websocket.Conn
	sent int
}

func (b *bench) dial() *line {
	b.Helper()
	conn, _, err := websocket.Dial(b.Context(), b.server.URL(), &websocket.DialOptions{HTTPClient: b.http})
	require.NoError(b, err)
	conn.SetReadLimit(1 << 20)
	b.Cleanup(func() { _ = conn.CloseNow() })
	return &line{bench: b, conn: conn}
}

// connect dials and subscribes.
func (b *bench) connect() *line {
	b.Helper()
	l := b.dial()
	require.Zero(b, l.subscribe(b.server.Secret()).Code)
	return l
}

func (l *line) subscribe(secret string) frame {
	l.Helper()
	return l.ask("aibot_subscribe", m{"bot_id": l.server.BotID(), "secret": secret})
}

func (l *line) raw() []byte {
	l.Helper()
	_, data, err := l.conn.Read(l.Context())
	require.NoError(l, err)
	return data
}

func (l *line) next() frame {
	l.Helper()
	var f frame
	require.NoError(l, json.Unmarshal(l.raw(), &f))
	return f
}

func (l *line) write(cmd, reqID string, body any) {
	l.Helper()
	data, err := json.Marshal(m{"cmd": cmd, "headers": m{"req_id": reqID}, "body": body})
	require.NoError(l, err)
	require.NoError(l, l.conn.Write(l.Context(), websocket.MessageText, data))
}

// answer sends a frame that answers a callback, and returns the verdict on it.
func (l *line) answer(cmd, reqID string, body any) frame {
	l.Helper()
	l.write(cmd, reqID, body)
	f := l.next()
	require.Empty(l, f.Cmd)
	require.Equal(l, reqID, f.Headers.ReqID)
	return f
}

// ask sends a frame of our own.
func (l *line) ask(cmd string, body any) frame {
	l.Helper()
	l.sent++
	return l.answer(cmd, fmt.Sprintf("%s_%d", cmd, l.sent), body)
}

func (b *bench) say(who sim.Person, chat bot.Chat, text string) *sim.Bubble {
	b.Helper()
	bubble, err := b.world.Say(sim.Utterance{Who: who.Name, Chat: chat, Text: text})
	require.NoError(b, err)
	return bubble
}

// heard makes a message arrive and returns its req_id.
func (l *line) heard(who sim.Person, chat bot.Chat) string {
	l.Helper()
	l.say(who, chat, "@议群 在")
	return l.next().Headers.ReqID
}

func private(p sim.Person) bot.Chat {
	return bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: p.WeCom})
}

func (b *bench) last() *sim.Bubble {
	b.Helper()
	all := b.world.Bubbles(func(x *sim.Bubble) bool { return x.From == "" })
	require.NotEmpty(b, all)
	return &all[len(all)-1]
}

func (b *bench) said() int {
	return len(b.world.Bubbles(func(x *sim.Bubble) bool { return x.From == "" }))
}

func orderCard(task string) m {
	return m{
		"card_type":               "button_interaction",
		"main_title":              m{"title": "#12 声控灯坏了", "desc": "民情工作单"},
		"sub_title_text":          "点单 ✓ → 下单 ● → 接单",
		"horizontal_content_list": []m{{"keyname": "地点", "value": "3栋2单元"}},
		"button_list":             []m{{"text": "接单", "style": 1, "key": "take:1"}, {"text": "退单", "key": "back:1"}},
		"task_id":                 task,
	}
}

func voteCard(task string) m {
	return m{
		"card_type":  "vote_interaction",
		"main_title": m{"title": "#13 装电梯"},
		"checkbox": m{"question_key": "q", "mode": 1, "option_list": []m{
			{"id": "yes", "text": "同意"}, {"id": "no", "text": "不同意", "is_checked": true},
		}},
		"submit_button": m{"text": "提交", "key": "vote:1"},
		"task_id":       task,
	}
}

func cardBody(card m) m { return m{"msgtype": "template_card", "template_card": card} }

func markdownBody(text string) m { return m{"msgtype": "markdown", "markdown": m{"content": text}} }

func streamBody(id, text string, finish bool) m {
	return m{"msgtype": "stream", "stream": m{"id": id, "content": text, "finish": finish}}
}

func pushBody(chat bot.Chat, body m) m {
	body["chatid"] = chat.ID
	return body
}

func updateBody(card m, users ...string) m {
	body := m{"response_type": "update_template_card", "template_card": card}
	if len(users) > 0 {
		body["userids"] = users
	}
	return body
}
