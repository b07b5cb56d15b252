package dingtalk_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

// refusedDial tries to connect and returns the HTTP status of the refusal.
func (b *bench) refusedDial(a answer) int {
	b.Helper()
	address := a.body["endpoint"].(string) + "?ticket=" + url.QueryEscape(a.body["ticket"].(string))
	conn, res, err := websocket.Dial(b.Context(), address, &websocket.DialOptions{HTTPClient: b.http})
	if err == nil {
		_ = conn.CloseNow()
	}
	require.Error(b, err)
	return res.StatusCode
}

func TestOpenRefusesWrongCredentials(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.openBody()
	body["clientSecret"] = "wrong"
	a := b.open(body)
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Equal(t, "authFailed", a.code())
	for _, c := range b.world.Calls(0) {
		assert.NotContains(t, c.Request, "wrong", "secrets are masked")
	}
}

func TestOpenAnswersXMLUnlessJSONIsAccepted(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.call("POST", "/v1.0/gateway/connections/open", nil, b.openBody())
	assert.True(t, strings.HasPrefix(a.raw, "<"), a.raw)
}

func TestOpenRefusesEventTopicsButAll(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.openBody()
	body["subscriptions"] = []m{{"type": "EVENT", "topic": "chat_update_title"}}
	assert.Equal(t, http.StatusBadRequest, b.open(body).status)
}

// TestTicketIsTakenEscapedOrNot: the platform's clients for Go and Node do not
// escape it, the one for Python does.
func TestTicketIsTakenEscapedOrNot(t *testing.T) {
	for name, write := range map[string]func(string) string{
		"escaped":  url.QueryEscape,
		"as it is": func(ticket string) string { return ticket },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, dingtalk.Options{})
			a := b.open(b.openBody())
			ticket := a.body["ticket"].(string)
			assert.Contains(t, ticket, "+")
			assert.Contains(t, ticket, "/")
			conn, _, err := websocket.Dial(t.Context(), a.body["endpoint"].(string)+"?ticket="+write(ticket), &websocket.DialOptions{HTTPClient: b.http})
			require.NoError(t, err)
			_ = conn.CloseNow()
		})
	}
}

func TestTicketIsRefusedTheSecondTime(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.open(b.openBody())
	b.dial(a.body["endpoint"].(string), a.body["ticket"].(string))
	assert.Equal(t, http.StatusUnauthorized, b.refusedDial(a))
}

func TestTicketIsRefusedAfterNinetySeconds(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.open(b.openBody())
	b.world.Clock.Advance(90 * time.Second)
	assert.Equal(t, http.StatusUnauthorized, b.refusedDial(a))
}

func TestDropSaysDisconnectThenNothingThenCuts(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	old := b.connect()
	b.server.Drop()
	assert.Equal(t, "disconnect", old.next().Headers["topic"])
	assert.Zero(t, b.server.Connections())

	b.say(wang, grid, "@议群 在吗")
	calls := b.world.Calls(0)
	assert.Equal(t, "lost: no connection", calls[len(calls)-1].Result)

	fresh := b.connect()
	b.say(wang, grid, "@议群 接单 1")
	f := fresh.next()
	assert.Equal(t, " 接单 1", f.data(t)["text"].(m)["content"])
	fresh.ack(f, 200, "")

	b.world.Clock.Advance(10 * time.Second)
	_, _, err := old.conn.Read(t.Context())
	require.Error(t, err, "nothing came after the disconnect but the cut")
}

func TestEachPushGoesToOneConnection(t *testing.T) {
	shares := func() [2]int {
		b := newBench(t, dingtalk.Options{Seed: 7})
		one, two := b.connect(), b.connect()
		got := make(chan int)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for i, s := range []*stream{one, two} {
			go func() {
				for {
					if _, _, err := s.conn.Read(ctx); err != nil {
						return
					}
					got <- i
				}
			}()
		}
		var n [2]int
		for range 40 {
			b.say(wang, grid, "@议群 在吗")
			n[<-got]++
		}
		return n
	}
	first := shares()
	assert.Equal(t, 40, first[0]+first[1])
	assert.NotZero(t, first[0])
	assert.NotZero(t, first[1])
	assert.Equal(t, first, shares(), "the same seed, the same choice")
}

func TestConnectionGetsOnlyTopicsItSubscribed(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.openBody()
	body["subscriptions"] = []m{{"type": "CALLBACK", "topic": topicCard}}
	a := b.open(body)
	b.dial(a.body["endpoint"].(string), a.body["ticket"].(string))
	b.say(wang, grid, "@议群 在吗")
	assert.Zero(t, b.server.Delivered())
}

func TestFrozenConnectionAnswersNoPing(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	reading := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(reading)
		_, _, _ = s.conn.Read(ctx) // pongs are taken while reading
	}()
	require.NoError(t, s.conn.Ping(t.Context()))
	b.server.Freeze()
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	require.Error(t, s.conn.Ping(short))
	cancel()
	<-reading
}

func TestPings(t *testing.T) {
	b := newBench(t, dingtalk.Options{PingEvery: time.Millisecond})
	s := b.connect()
	f := s.next()
	assert.Equal(t, "SYSTEM", f.Type)
	assert.Equal(t, "ping", f.Headers["topic"])
	assert.NotEmpty(t, f.data(t)["opaque"])
	s.ack(f, 200, f.Data)
	assert.Equal(t, "ping", s.next().Headers["topic"])
}

func TestOfflineRefusesEverythingAndCuts(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.server.SetFaults(sim.Faults{Offline: true})
	_, _, err := s.conn.Read(t.Context())
	require.Error(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.server.URL()+"/v1.0/oauth2/accessToken", strings.NewReader("{}"))
	require.NoError(t, err)
	res, err := b.http.Do(req)
	if err == nil {
		_ = res.Body.Close()
	}
	require.Error(t, err)
	b.server.SetFaults(sim.Faults{})
	b.connect()
}
