package dingtalk_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/platform/platformtest"
)

// Hosts of the scripted DingTalk, and what must never be logged.
const (
	apiHost  = "api.dingtalk.test"
	oapiHost = "oapi.dingtalk.test"
	fileHost = "files.dingtalk.test"

	clientID     = "dingclient01"
	clientSecret = "s3cr3t-of-the-app"
)

// server is DingTalk as its documents describe it, as far as the adapter meets
// it. Everything it is told to do badly is a field or a reply.
type server struct {
	t   testing.TB
	net *platformtest.Network

	mu          sync.Mutex
	tickets     map[string]time.Time
	conns       []*serverConn
	frames      int
	acks        []ack
	messageOf   map[string]string // frame id → msgId
	sessions    map[string]bot.Chat
	files       map[string][]byte
	media       map[string]string // media id → file name
	tokens      int
	badToken    bool // refuse every access token but the newest
	cardIDs     map[string]bool
	outage      bool
	over        chan struct{} // closed when the test ends
	deaf        int           // this connection is accepted and then never read
	rejecting   bool
	failure     bot.Code
	spare       int              // pushes before failure
	losing      bool             // take messages and never answer
	replies     map[string]reply // path → what to answer instead
	calls       []call
	sent        []platformtest.Sent
	connections int
}

// serverConn is one accepted websocket.
type serverConn struct {
	ws     *websocket.Conn
	closed chan struct{}
}

// ack is one acknowledgement as it came.
type ack struct {
	conn    int
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

// call is one HTTP call that came in.
type call struct {
	method, path, body string
}

// reply is a prepared answer.
type reply struct {
	status int
	body   string
}

func newServer(t testing.TB, n *platformtest.Network) *server {
	s := &server{
		t: t, net: n, tickets: map[string]time.Time{}, messageOf: map[string]string{}, sessions: map[string]bot.Chat{},
		files: map[string][]byte{}, media: map[string]string{}, cardIDs: map[string]bool{}, replies: map[string]reply{},
		over: make(chan struct{}),
	}
	t.Cleanup(func() { close(s.over) })
	n.Serve(t, apiHost, s.routes(map[string]http.HandlerFunc{
		"POST /v1.0/gateway/connections/open":        s.open,
		"GET /connect":                               s.connect,
		"POST /v1.0/oauth2/accessToken":              s.accessToken,
		"POST /v1.0/robot/groupMessages/send":        s.withToken(s.groupSend),
		"POST /v1.0/robot/oToMessages/batchSend":     s.withToken(s.batchSend),
		"POST /v1.0/card/instances/createAndDeliver": s.withToken(s.createCard),
		"PUT /v1.0/card/instances":                   s.withToken(s.updateCard),
		"POST /v1.0/robot/messageFiles/download":     s.withToken(s.downloadCode),
	}))
	n.Serve(t, oapiHost, s.routes(map[string]http.HandlerFunc{
		"POST /robot/sendBySession": s.sendBySession,
		"POST /media/upload":        s.upload,
	}))
	n.Serve(t, fileHost, http.HandlerFunc(s.file))
	return s
}

// routes logs each call, gives prepared answers and serves the rest.
func (s *server) routes(handlers map[string]http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range handlers {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				h(w, r)
				return
			}
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			s.mu.Lock()
			s.calls = append(s.calls, call{r.Method, r.URL.Path, string(body)})
			prepared, ok := s.replies[r.URL.Path]
			s.mu.Unlock()
			if ok {
				answer(w, prepared.status, prepared.body)
				return
			}
			s.mu.Lock()
			losing := s.losing && !strings.HasSuffix(r.URL.Path, "/accessToken")
			s.mu.Unlock()
			if losing {
				h(httptest.NewRecorder(), r)
				<-r.Context().Done()
				return
			}
			h(w, r)
		})
	}
	return mux
}

func answer(w http.ResponseWriter, status int, body string) {
	if strings.HasPrefix(body, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// answerTo prepares the answer to every call of path; an empty body ends that.
func (s *server) answerTo(path string, status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if body == "" {
		delete(s.replies, path)
		return
	}
	s.replies[path] = reply{status, body}
}

// made are the bodies of the calls of path.
func (s *server) made(path string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var bodies []string
	for _, c := range s.calls {
		if c.path == path {
			bodies = append(bodies, c.body)
		}
	}
	return bodies
}

func (s *server) open(w http.ResponseWriter, r *http.Request) {
	var req struct {
		ClientID      string `json:"clientId"`
		ClientSecret  string `json:"clientSecret"`
		Subscriptions []struct{ Type, Topic string }
	}
	_ = json.NewDecoder(r.Body).Decode(&req)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.outage:
		answer(w, http.StatusBadGateway, "<html>502</html>")
	case r.Header.Get("Accept") != "application/json":
		answer(w, http.StatusOK, "<xml/>")
	case s.rejecting || req.ClientID != clientID || req.ClientSecret != clientSecret:
		answer(w, http.StatusUnauthorized, `{"code":"authFailed","message":"`+req.ClientSecret+`","requestid":"R1"}`)
	default:
		assert.Len(s.t, req.Subscriptions, 3)
		ticket := fmt.Sprintf("ticket+/%d==", len(s.tickets)+1)
		s.tickets[ticket] = time.Now()
		answer(w, http.StatusOK, `{"endpoint":"ws://`+apiHost+`/connect","ticket":"`+ticket+`"}`)
	}
}

func (s *server) connect(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	made, ok := s.tickets[ticket]
	s.tickets[ticket] = time.Time{} // single use
	s.mu.Unlock()
	if !ok || time.Since(made) > 90*time.Second {
		answer(w, http.StatusUnauthorized, "bad ticket")
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	ws.SetReadLimit(1 << 20)
	c := &serverConn{ws: ws, closed: make(chan struct{})}
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.connections++
	index := s.connections
	s.mu.Unlock()
	defer close(c.closed)
	if index == s.deaf {
		<-s.over
		_ = ws.CloseNow()
		return
	}
	for {
		_, data, err := ws.Read(r.Context())
		if err != nil {
			_ = ws.CloseNow()
			return
		}
		a := ack{conn: index}
		assert.NoError(s.t, json.Unmarshal(data, &a), "acknowledgements are JSON")
		s.mu.Lock()
		s.acks = append(s.acks, a)
		s.mu.Unlock()
	}
}

func (s *server) newest() *serverConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[len(s.conns)-1]
}
