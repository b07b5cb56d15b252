package wecom_test

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"yiqun/bot"
	"yiqun/bot/platform/platformtest"
)

const (
	testBot    = "aibTestBot"
	testSecret = "s3cret-of-the-bot"
	serverHost = "wecom.test"
	mediaHost  = "media.test"
)

// server plays WeCom's long connection, written from wecom's documents with
// types of its own, so that one misreading is not on both sides. It refuses what
// WeCom refuses. Frames are scripted by the fields under mu.
type server struct {
	mu     sync.Mutex
	links  []*link // every subscribed connection, newest last
	frames []wireFrame
	sent   []platformtest.Sent
	issued []string // req_ids of callbacks, which are bearer secrets

	callbacks map[string]wireCallback // by req_id
	answers   map[string][]string     // titles of card updates, by msgid
	tasks     map[string]bool         // task_ids used
	heard     map[string]bool         // chats somebody wrote in
	uploads   map[string]*upload
	streams   map[string]int    // index in sent, by stream id
	media     map[string][]byte // ciphertext by path

	outage, badCredentials bool
	subscribeCode          int
	fail                   int // refuses every message frame but the next spare ones
	spare                  int
	failNext               map[string]int // refuses the next frame of a command, once
	mute                   map[string]bool
	ackAfter               map[string]time.Duration
	hold                   func(wireFrame) bool // keeps back an acknowledgement
	serial                 int
}

// wireFrame is one frame either way.
type wireFrame struct {
	Cmd     string         `json:"cmd,omitempty"`
	Headers map[string]any `json:"headers"`
	Body    map[string]any `json:"body,omitempty"`
	link    *link
	at      time.Time
}

func (f wireFrame) reqID() string { s, _ := f.Headers["req_id"].(string); return s }

// str digs a string out of the body: str("template_card", "task_id").
func (f wireFrame) str(path ...string) string {
	var v any = f.Body
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	s, _ := v.(string)
	return s
}

// wireCallback is a callback the server made.
type wireCallback struct {
	msgID, kind, task, chat string
	at                      time.Time
	updated                 bool
}

type upload struct {
	name, md5 string
	chunks    int
	parts     map[int][]byte
}

// link is one WebSocket connection.
type link struct {
	conn *websocket.Conn
	out  chan []byte
	gone chan struct{}
}

func newServer(t *testing.T, net *platformtest.Network) *server {
	s := &server{
		callbacks: map[string]wireCallback{}, answers: map[string][]string{},
		tasks: map[string]bool{}, heard: map[string]bool{}, uploads: map[string]*upload{}, streams: map[string]int{},
		media: map[string][]byte{}, failNext: map[string]int{}, mute: map[string]bool{},
		ackAfter: map[string]time.Duration{},
	}
	net.Serve(t, serverHost, http.HandlerFunc(s.serveSocket))
	net.Serve(t, mediaHost, http.HandlerFunc(s.serveMedia))
	return s
}

func (s *server) serveMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	data, ok := s.media[r.URL.Path]
	s.mu.Unlock()
	switch {
	case strings.HasPrefix(r.URL.Path, "/redirect"):
		http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
	case strings.HasPrefix(r.URL.Path, "/broken"):
		w.WriteHeader(http.StatusBadGateway)
	case !ok:
		w.WriteHeader(http.StatusForbidden)
	default:
		_, _ = w.Write(data)
	}
}

func (s *server) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	outage := s.outage
	s.mu.Unlock()
	if outage {
		http.Error(w, "upstream broken", http.StatusBadGateway)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	conn.SetReadLimit(2 << 20)
	l := &link{conn: conn, out: make(chan []byte, 4096), gone: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.write()
	}()
	s.read(l)
	close(l.gone)
	_ = conn.CloseNow()
	<-done
}

func (l *link) write() {
	for {
		select {
		case <-l.gone:
			return
		case data := <-l.out:
			if l.conn.Write(context.Background(), websocket.MessageText, data) != nil {
				return
			}
		}
	}
}

func (s *server) read(l *link) {
	for {
		_, data, err := l.conn.Read(context.Background())
		if err != nil {
			return
		}
		var f wireFrame
		if json.Unmarshal(data, &f) != nil {
			return // WeCom would hang up as well
		}
		f.link, f.at = l, time.Now()
		s.take(f)
	}
}

// take judges one frame and acknowledges it.
func (s *server) take(f wireFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, f)
	if s.mute[f.Cmd] {
		return
	}
	code, body := s.judge(f)
	ack := map[string]any{"headers": f.Headers, "errcode": code, "errmsg": "ok"}
	if code != 0 {
		// WeCom's errmsg is known to echo what it was sent.
		ack["errmsg"] = fmt.Sprintf("refused, hint: [%s %s %s]", testSecret, f.reqID(), f.Cmd)
	}
	if body != nil {
		ack["body"] = body
	}
	if s.hold != nil && s.hold(f) {
		return
	}
	if d := s.ackAfter[f.Cmd]; d > 0 {
		time.AfterFunc(d, func() { f.link.send(ack) })
		return
	}
	f.link.send(ack)
}

func (l *link) send(v any) {
	data, _ := json.Marshal(v)
	l.sendRaw(string(data))
}

func (l *link) sendRaw(data string) {
	select {
	case l.out <- []byte(data):
	case <-l.gone:
	}
}

func (s *server) judge(f wireFrame) (int, map[string]any) {
	if f.Cmd == "aibot_subscribe" {
		return s.subscribe(f), nil
	}
	if len(s.links) == 0 || s.links[len(s.links)-1] != f.link {
		return 846609, nil
	}
	if code, ok := s.failNext[f.Cmd]; ok {
		delete(s.failNext, f.Cmd)
		return code, nil
	}
	switch f.Cmd {
	case "ping":
		return 0, nil
	case "aibot_upload_media_init", "aibot_upload_media_chunk", "aibot_upload_media_finish":
		return s.upload(f)
	}
	if s.fail != 0 && s.spare == 0 {
		return s.fail, nil
	}
	s.spare = max(s.spare-1, 0)
	switch f.Cmd {
	case "aibot_respond_update_msg":
		return s.update(f), nil
	case "aibot_respond_msg", "aibot_respond_welcome_msg":
		return s.respond(f), nil
	case "aibot_send_msg":
		return s.push(f), nil
	}
	return 40058, nil
}

func (s *server) subscribe(f wireFrame) int {
	if s.subscribeCode != 0 {
		return s.subscribeCode
	}
	if s.badCredentials || f.str("bot_id") != testBot || f.str("secret") != testSecret {
		return 853000 // and the socket stays open
	}
	for _, old := range s.links {
		old.send(map[string]any{"cmd": "aibot_event_callback", "headers": map[string]any{"req_id": "kick"}, "body": map[string]any{
			"msgid": "kick", "msgtype": "event", "event": map[string]any{"eventtype": "disconnected_event", "disconnected_event": map[string]any{}},
		}})
	}
	s.links = append(s.links, f.link)
	return 0
}

func (s *server) respond(f wireFrame) int {
	c, ok := s.callbacks[f.reqID()]
	want := "message"
	if f.Cmd == "aibot_respond_welcome_msg" {
		want = "enter"
	}
	if !ok || c.kind != want || f.at.Sub(c.at) > 24*time.Hour || want == "enter" && f.at.Sub(c.at) > 5*time.Second {
		return 846605
	}
	return s.deliver(f, c.chat)
}

func (s *server) push(f wireFrame) int {
	chat := f.str("chatid")
	if t, _ := f.Body["chat_type"].(float64); t == 1 {
		chat = "p/" + chat
	} else {
		chat = "g/" + chat
	}
	if !s.heard[chat] {
		return 93006
	}
	if kind := f.str("msgtype"); kind == "text" || kind == "stream" {
		return 40008
	}
	return s.deliver(f, chat)
}

// deliver shows a message in a chat.
func (s *server) deliver(f wireFrame, chat string) int {
	kind := f.str("msgtype")
	text := ""
	switch kind {
	case "text", "markdown", "stream":
		text = f.str(kind, "content")
		if text == "" || len(text) > 20480 || kind == "stream" && f.str("stream", "id") == "" {
			return 40058
		}
	case "template_card":
		if code := s.newCard(f); code != 0 {
			return code
		}
		data, _ := json.Marshal(f.Body["template_card"])
		text = string(data)
	case "file":
		u, ok := s.uploads[f.str("file", "media_id")]
		if !ok {
			return 40007
		}
		text = u.name
	default:
		return 40008
	}
	to := bot.Chat{Platform: bot.WeCom, ID: bot.ChatID(chat[2:]), Private: chat[0] == 'p'}
	if id := f.str("stream", "id"); id != "" {
		if at, again := s.streams[id]; again {
			s.sent[at].Text = text // the same bubble
			return 0
		}
		s.streams[id] = len(s.sent)
	}
	s.sent = append(s.sent, platformtest.Sent{Chat: to, Text: text})
	return 0
}

func (s *server) newCard(f wireFrame) int {
	id := f.str("template_card", "task_id")
	if id == "" || s.tasks[id] {
		return 42014
	}
	s.tasks[id] = true
	return 0
}

func (s *server) update(f wireFrame) int {
	c, ok := s.callbacks[f.reqID()]
	if !ok || c.kind != "press" || c.updated || f.at.Sub(c.at) > 5*time.Second {
		return 846605
	}
	if f.str("response_type") != "update_template_card" || f.str("template_card", "task_id") != c.task {
		return 42016
	}
	c.updated = true
	s.callbacks[f.reqID()] = c
	s.answers[c.msgID] = append(s.answers[c.msgID], f.str("template_card", "main_title", "title"))
	return 0
}

func (s *server) upload(f wireFrame) (int, map[string]any) {
	number := func(key string) int { n, _ := f.Body[key].(float64); return int(n) }
	switch f.Cmd {
	case "aibot_upload_media_init":
		s.serial++
		id := fmt.Sprintf("up%d", s.serial)
		s.uploads[id] = &upload{name: f.str("filename"), md5: f.str("md5"), chunks: number("total_chunks"), parts: map[int][]byte{}}
		return 0, map[string]any{"upload_id": id}
	case "aibot_upload_media_chunk":
		u, ok := s.uploads[f.str("upload_id")]
		data, err := base64.StdEncoding.DecodeString(f.str("base64_data"))
		if !ok || err != nil || len(data) > 512<<10 || number("chunk_index") >= u.chunks {
			return 40058, nil
		}
		u.parts[number("chunk_index")] = data
		return 0, nil
	}
	u, ok := s.uploads[f.str("upload_id")]
	if !ok || len(u.parts) != u.chunks {
		return 40058, nil
	}
	var whole []byte
	for i := range u.chunks {
		whole = append(whole, u.parts[i]...)
	}
	if sum := md5.Sum(whole); hex.EncodeToString(sum[:]) != u.md5 {
		return 40058, nil
	}
	s.uploads["media-"+f.str("upload_id")] = u
	return 0, map[string]any{"type": "file", "media_id": "media-" + f.str("upload_id"), "created_at": "1760000000"}
}

// newest returns the newest connection.
func (s *server) newest() *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.links[len(s.links)-1]
}

// callback sends body as a callback of cmd and returns its req_id.
func (s *server) callback(cmd string, c wireCallback, body map[string]any) string {
	s.mu.Lock()
	s.serial++
	reqID := fmt.Sprintf("RID-%d-secret", s.serial)
	c.at = time.Now()
	s.callbacks[reqID] = c
	s.issued = append(s.issued, reqID)
	if c.kind == "message" {
		s.heard[c.chat] = true
	}
	s.mu.Unlock()
	s.newest().send(map[string]any{"cmd": cmd, "headers": map[string]any{"req_id": reqID}, "body": body})
	return reqID
}

// base is what every callback's body has.
func base(id string, chat bot.Chat, from bot.UserID) (body map[string]any, key string) {
	body = map[string]any{"msgid": id, "aibotid": testBot, "from": map[string]any{"userid": string(from)}, "chattype": "single"}
	if chat.Private {
		return body, "p/" + string(chat.ID)
	}
	body["chattype"], body["chatid"] = "group", string(chat.ID)
	return body, "g/" + string(chat.ID)
}

func (s *server) message(id string, chat bot.Chat, from bot.UserID, kind string, content map[string]any) string {
	body, key := base(id, chat, from)
	body["msgtype"], body[kind] = kind, content
	body["response_url"] = "https://qyapi.example/response?response_code=RC"
	return s.callback("aibot_msg_callback", wireCallback{msgID: id, kind: "message", chat: key}, body)
}

func (s *server) press(id string, chat bot.Chat, from bot.UserID, card, key string, extra map[string]any) string {
	body, chatKey := base(id, chat, from)
	click := map[string]any{"card_type": "button_interaction", "event_key": key, "task_id": card}
	maps.Copy(click, extra)
	body["msgtype"] = "event"
	body["event"] = map[string]any{"eventtype": "template_card_event", "template_card_event": click}
	return s.callback("aibot_event_callback", wireCallback{msgID: id, kind: "press", task: card, chat: chatKey}, body)
}

func (s *server) enter(id string, from bot.UserID) string {
	chat := bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: from})
	body, key := base(id, chat, from)
	body["msgtype"], body["create_time"] = "event", 1760000000
	body["event"] = map[string]any{"eventtype": "enter_chat"}
	return s.callback("aibot_event_callback", wireCallback{msgID: id, kind: "enter", chat: key}, body)
}

// set changes the script.
func (s *server) set(f func(s *server)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// got returns the frames of one command, in order.
func (s *server) got(cmd string) []wireFrame {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []wireFrame
	for _, f := range s.frames {
		if f.Cmd == cmd {
			all = append(all, f)
		}
	}
	return all
}
