package benchtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/chatbot"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
)

const (
	clientID = "dingbench"
	secret   = "bench-secret"
	chats    = 32
	// slice is how many frames one side takes before it is the other's turn.
	slice = 256
)

// BenchmarkFrameToAck is a frame of DingTalk's, until its acknowledgement has come
// back over one connection. The bot reads the sentence, opens a matter and commits it
// to a SQLite file with synchronous=FULL; what it says waits in the outbox, which is
// not sent from here.
//
// There are two floors on DingTalk's own SDK. The echo does what the SDK's example
// does: it says the sentence back through the message's own webhook, then
// acknowledges. The bare one acknowledges and nothing else. msgs/s, CPU and ack p50
// are of the bot; the ratios are to each floor's. CPU is the whole process's, the
// playing gateway's share on every side.
func BenchmarkFrameToAck(b *testing.B) {
	for _, outstanding := range []int{1, 32} {
		b.Run(fmt.Sprintf("outstanding=%d", outstanding), func(b *testing.B) {
			bare, echo, whole := newGateway(b), newGateway(b), newGateway(b)
			startSDK(b, bare, func(context.Context, *chatbot.BotCallbackDataModel) ([]byte, error) { return []byte{}, nil })
			startSDK(b, echo, sayBack)
			startBot(b, whole)
			all := []*gateway{bare, echo, whole}
			for _, g := range all {
				g.connect()
				g.exchange(b, outstanding, slice) // so that all are warm
			}
			runs := make([]run, len(all))
			b.ResetTimer()
			for done := 0; done < b.N; done += slice {
				for i, g := range all {
					runs[i].add(g.exchange(b, outstanding, min(slice, b.N-done)))
				}
			}
			b.StopTimer()
			ours := runs[len(runs)-1]
			b.ReportMetric(0, "ns/op") // of all three together, which says nothing
			b.ReportMetric(ours.rate(), "msgs/s")
			b.ReportMetric(float64(ours.perCPU().Microseconds()), "cpu-µs/msg")
			b.ReportMetric(float64(ours.p50().Microseconds()), "p50-µs")
			for i, floor := range []string{"bare", "echo"} {
				b.ReportMetric(ours.rate()/runs[i].rate(), "rate/"+floor)
				b.ReportMetric(float64(ours.perCPU())/float64(runs[i].perCPU()), "cpu/"+floor)
				b.ReportMetric(float64(ours.p50())/float64(runs[i].p50()), "p50/"+floor)
			}
		})
	}
}

// run is what exchanging some frames took.
type run struct {
	took, cpu time.Duration
	acks      []time.Duration
}

func (r *run) add(o run) {
	r.took += o.took
	r.cpu += o.cpu
	r.acks = append(r.acks, o.acks...)
}

func (r *run) rate() float64         { return float64(len(r.acks)) / r.took.Seconds() }
func (r *run) perCPU() time.Duration { return r.cpu / time.Duration(len(r.acks)) }
func (r *run) p50() time.Duration    { return slices.Sorted(slices.Values(r.acks))[len(r.acks)/2] }

// spent is the CPU time of this process so far.
func spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sayBack is the echo of the SDK's example.
func sayBack(ctx context.Context, m *chatbot.BotCallbackDataModel) ([]byte, error) {
	return []byte{}, chatbot.NewChatbotReplier().SimpleReplyText(ctx, m.SessionWebhook, []byte("msg received: ["+m.Text.Content+"]"))
}

func startSDK(b *testing.B, g *gateway, answer chatbot.IChatBotMessageHandler) {
	cli := client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig(clientID, secret)),
		client.WithOpenApiHost(g.url),
		client.WithAutoReconnect(false),
	)
	cli.RegisterChatBotCallbackRouter(answer)
	require.NoError(b, cli.Start(b.Context()))
	b.Cleanup(cli.Close)
}

// startBot runs the bot without its outbox: what platforms ration is not measured.
func startBot(b *testing.B, g *gateway) {
	key := sha256.Sum256([]byte(b.Name()))
	store, err := sqlite.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "yiqun.db"), key[:])
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	log := slog.New(slog.DiscardHandler)
	adapter, err := dingtalk.New(dingtalk.Config{ClientID: clientID, ClientSecret: secret, APIURL: g.url, OAPIURL: g.url, Logger: log})
	require.NoError(b, err)
	templates, err := procedure.Shipped()
	require.NoError(b, err)
	a := app.New(app.Options{
		Store: store, States: embedded.New(bot.SystemClock{}), Adapters: []platform.Adapter{adapter}, Templates: templates,
		Clock: bot.SystemClock{}, Zone: apptest.Zone, BotName: apptest.BotName, Logger: log,
	})
	seed := service.Seed{Nodes: []string{"翠湖社区第三网格"}, Groups: []bot.Chat{{Platform: bot.DingTalk, ID: "cidbench=="}}}
	for i := range chats {
		seed.People = append(seed.People, service.SeedPerson{
			Name: fmt.Sprintf("居民%02d", i), Accounts: []bot.Account{{Platform: bot.DingTalk, User: user(i)}},
		})
	}
	require.NoError(b, a.Service.Plant(b.Context(), seed))
	ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	ended := make(chan struct{})
	go func() { defer close(ended); _ = a.Listen(ctx) }()
	b.Cleanup(func() { stop(); <-ended })
}

func user(i int) bot.UserID { return bot.UserID(fmt.Sprintf("u%d", i)) }

// gateway is the least of a DingTalk: it opens one websocket.
type gateway struct {
	url   string
	conns chan *websocket.Conn
	done  chan struct{}

	conn   *websocket.Conn
	frames [chats][]byte // with number in place of each message's own
	sent   int
}

// number stands for a message's own number, of the same length.
const number = "000000000000"

func newGateway(b *testing.B) *gateway {
	g := &gateway{conns: make(chan *websocket.Conn), done: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /robot/sendBySession", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	})
	mux.HandleFunc("POST /v1.0/gateway/connections/open", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"endpoint":"ws://%s/connect","ticket":"t"}`, r.Host)
	})
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		g.conns <- conn
		<-g.done
		_ = conn.CloseNow()
	})
	server := httptest.NewServer(mux)
	g.url = server.URL
	for i := range g.frames {
		g.frames[i] = frame(b, g.url, i)
	}
	b.Cleanup(server.Close)
	b.Cleanup(func() { close(g.done) })
	return g
}

func (g *gateway) connect() { g.conn = <-g.conns }

// exchange sends frames and waits for their acknowledgements.
func (g *gateway) exchange(b *testing.B, outstanding, frames int) run {
	r := run{acks: make([]time.Duration, 0, frames)}
	free, left := make(chan struct{}, outstanding), make(chan time.Time, outstanding)
	cpu, began := spent(), time.Now()
	go func() {
		for range frames {
			g.sent++
			data := bytes.ReplaceAll(g.frames[g.sent%chats], []byte(number), fmt.Appendf(nil, "%012d", g.sent))
			free <- struct{}{}
			left <- time.Now() // not before it may go
			if g.conn.Write(context.Background(), websocket.MessageText, data) != nil {
				return
			}
		}
	}()
	for range frames {
		_, ack, err := g.conn.Reader(context.Background())
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, ack)
		require.NoError(b, err)
		r.acks = append(r.acks, time.Since(<-left))
		<-free
	}
	r.took, r.cpu = time.Since(began), spent()-cpu
	return r
}

func frame(b *testing.B, host string, chat int) []byte {
	data := fmt.Sprintf(`{"conversationId":"cid%d","conversationType":"1","msgId":"m%s","msgtype":"text","createAt":1763776799000,`+
		`"senderId":"s%d","senderStaffId":"%s","senderNick":"居民%02d","senderCorpId":"ding1","chatbotCorpId":"ding1","chatbotUserId":"bot",`+
		`"sessionWebhook":"%s/robot/sendBySession?session=5f0c","sessionWebhookExpiredTime":1963776799000,`+
		`"text":{"content":"点单 3栋2单元声控灯坏了"}}`, chat, number, chat, user(chat), chat, host)
	out, err := json.Marshal(map[string]any{
		"specVersion": "1.0", "type": "CALLBACK", "data": data,
		"headers": map[string]string{
			"topic": payload.BotMessageCallbackTopic, "messageId": "f" + number,
			"contentType": "application/json", "time": "1763776800000",
		},
	})
	require.NoError(b, err)
	return out
}
