package wecomapp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

const (
	testCorp   = "ww1436e0e65a779aee"
	testAgent  = 1000002
	testSecret = "planted-app-secret"
	testToken  = "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo"
	testKey    = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
	words      = "3栋2单元声控灯坏了，电话13800001234"
	openWang   = "woAJ2GCAAAXtWyujaWJHDDGi0mACwang"
)

// server plays the app's interfaces as their documents have them.
type server struct {
	t    testing.TB
	http *httptest.Server
	logs safeBuffer

	mu       sync.Mutex
	tokens   int            // handed out
	dead     map[string]int // token → code it is refused with
	life     int            // expires_in
	refuse   map[string]int // path → code, for ever
	once     map[string]int // path → code, one time
	raw      map[string]string
	sent     []map[string]any
	updates  []map[string]any
	uploads  []string // field, file name, size
	converts int
	users    map[string]string
	codes    map[string]bool // response codes used
	onToken  func()
}

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func newServer(t testing.TB) *server {
	s := &server{
		t: t, life: 7200, dead: map[string]int{}, refuse: map[string]int{}, once: map[string]int{}, raw: map[string]string{},
		users: map[string]string{openWang: "wang"}, codes: map[string]bool{},
	}
	s.http = httptest.NewServer(s)
	t.Cleanup(func() {
		s.http.Close()
		for _, secret := range []string{testSecret, testToken, testKey, words, "token-"} {
			assert.NotContains(t, s.logs.String(), secret, "leaked in the log")
		}
	})
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if r.URL.Path == "/cgi-bin/gettoken" && s.onToken != nil {
		s.onToken()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if raw, ok := s.raw[r.URL.Path]; ok {
		_, _ = io.WriteString(w, raw)
		return
	}
	answer := s.answer(r)
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *server) answer(r *http.Request) map[string]any {
	path := r.URL.Path
	q := r.URL.Query()
	for _, list := range []map[string]int{s.refuse, s.once} {
		if code, ok := list[path]; ok {
			delete(s.once, path)
			return refusal(code, "planted: "+q.Get("access_token")+testSecret)
		}
	}
	if path == "/cgi-bin/gettoken" {
		if q.Get("corpid") != testCorp || q.Get("corpsecret") != testSecret {
			return refusal(40001, "invalid credential")
		}
		s.tokens++
		return map[string]any{"errcode": 0, "errmsg": "ok", "access_token": fmt.Sprintf("token-%d", s.tokens), "expires_in": s.life}
	}
	token := q.Get("access_token")
	if code, ok := s.dead[token]; ok {
		return refusal(code, "access_token expired")
	}
	if token != fmt.Sprintf("token-%d", s.tokens) {
		return refusal(40014, "invalid access_token")
	}
	return s.call(r)
}

func refusal(code int, msg string) map[string]any {
	return map[string]any{"errcode": code, "errmsg": msg + ", hint: [1760000000], from ip: 203.0.113.7"}
}

func (s *server) call(r *http.Request) map[string]any {
	var body map[string]any
	if r.URL.Path != "/cgi-bin/media/upload" {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return refusal(47001, "data format error")
		}
	}
	ok := map[string]any{"errcode": 0, "errmsg": "ok"}
	switch r.URL.Path {
	case "/cgi-bin/message/send":
		if body["touser"] == "nobody" {
			ok["invaliduser"] = "nobody"
			return ok
		}
		s.sent = append(s.sent, body)
		ok["msgid"], ok["response_code"] = fmt.Sprintf("m%d", len(s.sent)), fmt.Sprintf("rc%d", len(s.sent))
	case "/cgi-bin/message/update_template_card":
		code, _ := body["response_code"].(string)
		if s.codes[code] {
			return refusal(60140, "response_code invalid")
		}
		s.codes[code] = true
		s.updates = append(s.updates, body)
	case "/cgi-bin/media/upload":
		file, header, err := r.FormFile("media")
		if err != nil {
			return refusal(41005, "media data missing")
		}
		defer file.Close()
		s.uploads = append(s.uploads, fmt.Sprintf("%s %s %d", r.URL.Query().Get("type"), header.Filename, header.Size))
		ok["type"], ok["media_id"], ok["created_at"] = "file", "media-1", "1760000000"
	case "/cgi-bin/batch/openuserid_to_userid":
		s.converts++
		var list, invalid []any
		for _, open := range body["open_userid_list"].([]any) {
			if user, known := s.users[open.(string)]; known {
				list = append(list, map[string]any{"open_userid": open, "userid": user})
			} else {
				invalid = append(invalid, open)
			}
		}
		if len(body) != 1 {
			return refusal(40058, "unexpected field")
		}
		ok["userid_list"], ok["invalid_open_userid_list"] = list, invalid
	default:
		return refusal(404, "no such interface")
	}
	return ok
}

func (s *server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *server) config() Config {
	return Config{
		CorpID: testCorp, AgentID: fmt.Sprint(testAgent), Secret: testSecret, Token: testToken, AESKey: testKey,
		APIURL: s.http.URL, HTTP: s.http.Client(), Clock: bot.SystemClock{},
		Logger: slog.New(slog.NewTextHandler(&s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (s *server) app(change ...func(*Config)) *App {
	cfg := s.config()
	for _, c := range change {
		c(&cfg)
	}
	a, err := New(cfg)
	require.NoError(s.t, err)
	return a
}

// checkError asserts an error's code and that it tells nothing.
func checkError(t testing.TB, err error, want bot.Code) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, want, bot.CodeOf(err), "%v", err)
	for _, secret := range []string{testSecret, testToken, testKey, words, "token-", "203.0.113.7"} {
		assert.NotContains(t, fmt.Sprintf("%v %+v", err, err), secret)
	}
}

func private(user string) bot.Chat {
	return bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: bot.UserID(user)})
}

// moved is a clock that a test moves.
type moved struct {
	bot.SystemClock
	mu  sync.Mutex
	off time.Duration
}

func (m *moved) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().Add(m.off)
}

func (m *moved) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.off += d
}

func TestConfigFaults(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"no corp":       func(c *Config) { c.CorpID = "" },
		"no secret":     func(c *Config) { c.Secret = "" },
		"agent in text": func(c *Config) { c.AgentID = "议群" },
		"agent zero":    func(c *Config) { c.AgentID = "0" },
		"half callback": func(c *Config) { c.AESKey = "" },
		"bad key":       func(c *Config) { c.AESKey = wecom.Secret(strings.Repeat("x", 10)) },
		"bad address":   func(c *Config) { c.APIURL = "qyapi.weixin.qq.com" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := newServer(t).config()
			spoil(&cfg)
			_, err := New(cfg)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), testSecret)
		})
	}
}
