package wecom_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
)

// BenchmarkCallbackToReply is one event from the frame to the acknowledged reply
// over a real socket, both ends included: callback in, handler, stream out, ack.
func BenchmarkCallbackToReply(b *testing.B) {
	replies := make(chan struct{})
	callbacks := make(chan string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		go func() {
			for data := range callbacks {
				_ = conn.Write(context.Background(), websocket.MessageText, []byte(data))
			}
		}()
		for {
			var f wireFrame
			if wsjson.Read(context.Background(), conn, &f) != nil {
				return
			}
			_ = wsjson.Write(context.Background(), conn, map[string]any{"headers": f.Headers, "errcode": 0, "errmsg": "ok"})
			if f.Cmd == "aibot_respond_msg" {
				replies <- struct{}{}
			}
		}
	}))
	defer server.Close()
	a, err := wecom.New(wecom.Config{
		BotID: testBot, Secret: testSecret, WSURL: "ws" + strings.TrimPrefix(server.URL, "http"),
		Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(b, err)

	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- a.Run(ctx, platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
			_, err := a.Send(ctx, text(string(e.ID), e, "已收到，编号 12。"))
			return platform.Answer{}, err
		}))
	}()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		callbacks <- fmt.Sprintf(`{"cmd":"aibot_msg_callback","headers":{"req_id":"R%d"},"body":{"msgid":"m%d","chattype":"group","chatid":"wrk",`+
			`"from":{"userid":"u"},"msgtype":"text","text":{"content":"@议群 点单 3栋2单元声控灯坏了"}}}`, i, i)
		<-replies
		i++
	}
	cancel()
	require.NoError(b, <-ended)
	close(callbacks)
}
