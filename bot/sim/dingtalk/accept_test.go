package dingtalk

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// switching calls told right before a client learns that it is connected.
type switching struct {
	http.ResponseWriter
	told func()
}

func (s switching) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		s.told()
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s switching) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return s.ResponseWriter.(http.Hijacker).Hijack()
}

// TestWhoeverIsConnectedHears: what is said as soon as a bot knows that it is connected
// used to be lost now and then, since the line was not yet known here.
func TestWhoeverIsConnectedHears(t *testing.T) {
	clock := sim.NewClock(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	chat := bot.Chat{Platform: bot.DingTalk, ID: "cid=="}
	w := sim.NewWorld(clock, "议群", []sim.Person{{Name: "李红梅", DingTalk: "d1"}}, []sim.Group{{Chat: chat, Title: "群", Members: []string{"李红梅"}}})
	s, err := Start(w, Options{ClientID: "id", ClientSecret: "secret"})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	asked := 0
	front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s.connect(switching{rw, func() {
			asked++
			free := s.mu.TryLock()
			if free {
				s.mu.Unlock()
			}
			assert.False(t, free, "something may be pushed to all who are connected, without this one")
		}}, r)
	}))
	t.Cleanup(front.Close)

	s.mu.Lock()
	s.tickets["t"] = ticket{until: clock.Now().Add(time.Minute), topics: []string{"CALLBACK /v1.0/im/bot/messages/get"}}
	s.mu.Unlock()
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(front.URL, "http", "ws", 1)+"/connect?ticket="+url.QueryEscape("t"), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	_, err = w.Say(sim.Utterance{Who: "李红梅", Chat: chat, Text: "@议群 你好"})
	require.NoError(t, err)
	require.EqualValues(t, 1, s.Delivered())
	require.Equal(t, 1, asked)
}
