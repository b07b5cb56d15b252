package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"yiqun/bot"
)

// place is where something on the wire stands.
type place string

const (
	frameDown place = "frame down" // an event is about to be given to the bot
	ackUp     place = "ack up"     // the bot acknowledged, the platform does not know yet
	refusedUp place = "refusal up" // the bot refused an event: it may come again
	callBegun place = "call begun" // the bot wants something sent, the platform does not know yet
	callDone  place = "call done"  // the platform has done it, the bot does not know yet
)

// passing is one thing that passes a tap.
type passing struct {
	place place
	key   string // of the event or call
	event string // of a call: the event it answers, if that can be seen
	name  string // of the call
	body  []byte
}

// verdict is what becomes of it.
type verdict int

const (
	pass verdict = iota
	drop         // it goes no further
	fail         // a call is answered with status 500; the platform never hears of it
)

// tap is a played platform's front door: it relays everything, and asks watch before
// each thing that matters. It is safe for concurrent use.
type tap struct {
	platform bot.Platform
	server   *httptest.Server
	target   string // host:port of the simulator
	watch    func(*tap, passing) verdict

	mu     sync.Mutex
	frames map[string]string // frame's id → event's
	lines  map[*line]bool
	busy   sync.WaitGroup
}

// line is one relayed websocket.
type line struct {
	bot, platform *websocket.Conn
	mu            sync.Mutex // of writes to the bot
}

// newTap stands before a simulator at an address; watch may be called from any
// goroutine.
func newTap(t testing.TB, p bot.Platform, target string, watch func(*tap, passing) verdict) *tap {
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	a := &tap{platform: p, target: u.Host, watch: watch, frames: map[string]string{}, lines: map[*line]bool{}}
	a.server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(func() {
		a.cut()
		a.server.Close()
		a.busy.Wait()
	})
	return a
}

func (a *tap) url() string { return a.server.URL }

func (a *tap) host() string { return strings.TrimPrefix(a.server.URL, "http://") }

// connected reports whether a socket of the bot is relayed.
func (a *tap) connected() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.lines) > 0
}

// quiet waits until nothing passes any more: for use when the bot is dead.
func (a *tap) quiet() { a.busy.Wait() }

// cut ends every relayed socket.
func (a *tap) cut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for l := range a.lines {
		_ = l.bot.CloseNow()
		_ = l.platform.CloseNow()
	}
}

func (a *tap) serve(w http.ResponseWriter, r *http.Request) {
	a.busy.Add(1)
	defer a.busy.Done()
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		a.relay(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the bot died in the middle of asking
	}
	name := r.Method + " " + r.URL.Path
	sends := !strings.HasSuffix(r.URL.Path, "/connections/open") && !strings.HasSuffix(r.URL.Path, "/accessToken")
	key := time.Now().Format(time.RFC3339Nano) + name
	if sends {
		switch a.watch(a, passing{place: callBegun, key: key, name: name, body: body}) {
		case drop:
			panic(http.ErrAbortHandler)
		case fail:
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
	}
	// What reached the platform happens, whether the bot still lives or not.
	status, header, answer, err := a.forward(context.WithoutCancel(r.Context()), r, body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if sends {
		if a.watch(a, passing{place: callDone, key: key, name: name, body: answer}) != pass {
			panic(http.ErrAbortHandler)
		}
	}
	for k, v := range header {
		if k != "Content-Length" {
			w.Header()[k] = v
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(a.disguise(answer))
}

// disguise has the simulator's addresses lead through the tap.
func (a *tap) disguise(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte(a.target), []byte(a.host()))
}

func (a *tap) forward(ctx context.Context, r *http.Request, body []byte) (int, http.Header, []byte, error) {
	to := *r.URL
	to.Scheme, to.Host = "http", a.target
	out, err := http.NewRequestWithContext(ctx, r.Method, to.String(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	out.Header = r.Header.Clone()
	resp, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		return 0, nil, nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header, answer, err
}

// relay joins the bot's socket with one to the simulator.
func (a *tap) relay(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	to := "ws://" + a.target + r.URL.RequestURI()
	up, resp, err := websocket.Dial(ctx, to, nil)
	if err != nil {
		if resp != nil {
			w.WriteHeader(resp.StatusCode)
		}
		return
	}
	down, err := websocket.Accept(w, r, nil)
	if err != nil {
		_ = up.CloseNow()
		return
	}
	up.SetReadLimit(-1)
	down.SetReadLimit(-1)
	l := &line{bot: down, platform: up}
	a.mu.Lock()
	a.lines[l] = true
	a.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { defer cancel(); a.carry(ctx, l, up, a.fromPlatform) })
	both.Go(func() { defer cancel(); a.carry(ctx, l, down, a.fromBot) })
	both.Wait()
	_, _ = up.CloseNow(), down.CloseNow()
	a.mu.Lock()
	delete(a.lines, l)
	a.mu.Unlock()
}

func (a *tap) carry(ctx context.Context, l *line, from *websocket.Conn, handle func(context.Context, *line, []byte) error) {
	for {
		kind, data, err := from.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageText && handle(ctx, l, data) != nil {
			return
		}
	}
}

// wire is what the tap reads of either platform's frames.
type wire struct {
	Type    string `json:"type"`
	Cmd     string `json:"cmd"`
	Headers struct {
		MessageID string `json:"messageId"`
		ReqID     string `json:"req_id"`
		Topic     string `json:"topic"`
	} `json:"headers"`
	Data string          `json:"data"`
	Body json.RawMessage `json:"body"`
	Code int             `json:"code"`
}

func (a *tap) fromPlatform(ctx context.Context, l *line, data []byte) error {
	var f wire
	_ = json.Unmarshal(data, &f)
	p := passing{place: frameDown, body: data}
	switch {
	case f.Type == "CALLBACK":
		var in struct {
			MsgID string `json:"msgId"`
		}
		_ = json.Unmarshal([]byte(f.Data), &in)
		p.key = in.MsgID
		if p.key == "" {
			p.key = f.Headers.MessageID // of a press
		}
		a.remember(f.Headers.MessageID, p.key)
	case f.Cmd == "aibot_msg_callback" || f.Cmd == "aibot_event_callback":
		var in struct {
			MsgID string `json:"msgid"`
		}
		_ = json.Unmarshal(f.Body, &in)
		p.key = in.MsgID
		a.remember(f.Headers.ReqID, p.key)
	case a.platform == bot.WeCom && f.Cmd == "" && !strings.HasPrefix(f.Headers.ReqID, "ping"):
		p.place, p.key = callDone, f.Headers.ReqID
	default:
		return l.toBot(ctx, data)
	}
	if a.watch(a, p) != pass {
		return nil
	}
	return l.toBot(ctx, a.disguise(data))
}

// joined reports whether a socket of the bot's is relayed. The bot knows a little earlier
// that it is connected.
func (a *tap) joined() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.lines) > 0
}

func (a *tap) remember(frame, event string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frames[frame] = event
}

func (a *tap) eventOf(frame string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.frames[frame]
}

func (l *line) toBot(ctx context.Context, data []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bot.Write(ctx, websocket.MessageText, data)
}

// again gives the bot a frame once more.
func (a *tap) again(t testing.TB, data []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for l := range a.lines {
		if err := l.toBot(t.Context(), a.disguise(data)); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("the bot is not connected")
}

func (a *tap) fromBot(ctx context.Context, l *line, data []byte) error {
	var f wire
	_ = json.Unmarshal(data, &f)
	var p passing
	switch {
	case a.platform == bot.DingTalk:
		p = passing{place: ackUp, key: a.eventOf(f.Headers.MessageID), body: []byte(f.Data)}
		if f.Code != http.StatusOK {
			p.place = refusedUp
		}
	case f.Cmd != "" && f.Cmd != "ping" && f.Cmd != "aibot_subscribe":
		p = passing{place: callBegun, key: f.Headers.ReqID, event: a.eventOf(f.Headers.ReqID), name: f.Cmd, body: f.Body}
	}
	if p.key != "" {
		switch a.watch(a, p) {
		case drop:
			return nil
		case fail:
			answer, _ := json.Marshal(map[string]any{"headers": f.Headers, "errcode": 846601, "errmsg": "system busy"})
			return l.toBot(ctx, answer)
		}
	}
	return l.platform.Write(ctx, websocket.MessageText, data)
}
