package dingtalk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
)

const outstanding = 32

// BenchmarkFrames measures frames from the socket through the handler and back
// as acknowledgements, over loopback, with 32 frames outstanding from 32 chats;
// beside it, the official SDK's client echoing the same frames undecoded.
func BenchmarkFrames(b *testing.B) {
	b.Run("adapter", func(b *testing.B) {
		gateway := newGateway(b)
		adapter, err := dingtalk.New(dingtalk.Config{
			ClientID: clientID, ClientSecret: clientSecret, APIURL: gateway.url, OAPIURL: gateway.url,
		})
		require.NoError(b, err)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = adapter.Run(ctx, platform.HandlerFunc(func(context.Context, bot.Event) (platform.Answer, error) {
				return platform.Answer{}, nil
			}))
		}()
		gateway.exchange(b)
		cancel()
		<-ended
	})
	b.Run("sdk echo", func(b *testing.B) {
		gateway := newGateway(b)
		cli := client.NewStreamClient(
			client.WithAppCredential(client.NewAppCredentialConfig(clientID, clientSecret)),
			client.WithOpenApiHost(gateway.url),
			client.WithAutoReconnect(false),
		)
		cli.RegisterCallbackRouter(payload.BotMessageCallbackTopic, func(context.Context, *payload.DataFrame) (*payload.DataFrameResponse, error) {
			r := payload.NewSuccessDataFrameResponse()
			r.SetData(`{"response":null}`)
			return r, nil
		})
		require.NoError(b, cli.Start(b.Context()))
		gateway.exchange(b)
		cli.Close()
	})
}

// gateway is the least of a DingTalk: it opens one websocket.
type gateway struct {
	url   string
	conns chan *websocket.Conn
	done  chan struct{}
}

func newGateway(b *testing.B) *gateway {
	g := &gateway{conns: make(chan *websocket.Conn), done: make(chan struct{})}
	mux := http.NewServeMux()
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
	b.Cleanup(func() {
		close(g.done)
		server.Close()
	})
	return g
}

// exchange sends b.N frames and waits for their acknowledgements.
func (g *gateway) exchange(b *testing.B) {
	conn := <-g.conns
	frames := make([][]byte, outstanding)
	for i := range frames {
		frames[i] = benchFrame(b, i)
	}
	free := make(chan struct{}, outstanding)
	for range outstanding {
		free <- struct{}{}
	}
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		for i := range b.N {
			<-free
			if conn.Write(context.Background(), websocket.MessageText, frames[i%outstanding]) != nil {
				return
			}
		}
	}()
	for range b.N {
		_, r, err := conn.Reader(context.Background())
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, r)
		require.NoError(b, err)
		free <- struct{}{}
	}
	b.StopTimer()
}

func benchFrame(b *testing.B, chat int) []byte {
	data := fmt.Sprintf(`{"conversationId":"cid%d","conversationType":"2","msgId":"m%d","msgtype":"text","createAt":1763776799000,`+
		`"senderId":"s","senderStaffId":"u%d","senderNick":"王建国","senderCorpId":"ding1","chatbotCorpId":"ding1","chatbotUserId":"bot",`+
		`"atUsers":[{"dingtalkId":"bot"}],"sessionWebhook":"https://oapi.dingtalk.com/robot/sendBySession?session=5f0c",`+
		`"text":{"content":" 点单 %s"}}`, chat, chat, chat, strings.Repeat("楼道灯坏了", 10))
	frame, err := json.Marshal(map[string]any{
		"specVersion": "1.0", "type": "CALLBACK", "data": data,
		"headers": map[string]string{
			"topic": payload.BotMessageCallbackTopic, "messageId": fmt.Sprintf("f%d", chat),
			"contentType": "application/json", "time": "1763776800000",
		},
	})
	require.NoError(b, err)
	return frame
}
