package wecom

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
	"yiqun/bot/sim/internal/socket"
)

// A connection that was taken over is closed by the server some time later; seen
// were 2 s to 313 s.
const kickedGrace = 30 * time.Second

// line is one connection.
type line struct {
	socket *socket.Socket
}

func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	s.host.Work.Add(1)
	defer s.host.Work.Done()
	conn, err := socket.Accept(w, r)
	if err != nil {
		return
	}
	l := &line{socket: conn}
	s.mu.Lock()
	s.lines[l] = true
	s.mu.Unlock()
	s.record(sim.Call{Name: "CONNECT", Result: "ok"})
	silence := time.AfterFunc(s.opts.Silence, conn.Cut)
	conn.Serve(s.host.Context(), func(data []byte) {
		silence.Reset(s.opts.Silence)
		s.handle(l, data)
	})
	silence.Stop()
	s.mu.Lock()
	delete(s.lines, l)
	if s.live == l {
		s.live = nil
	}
	s.mu.Unlock()
}

// handle takes one frame of the bot and answers it.
func (s *Server) handle(l *line, data []byte) {
	var f frame
	if json.Unmarshal(data, &f) != nil || f.Headers.ReqID == "" {
		s.record(sim.Call{Name: "malformed frame", Result: strconv.Itoa(codeBadParam)})
		l.socket.Send(verdict{Headers: f.Headers, Code: codeBadParam, Message: "invalid frame"})
		return
	}
	if f.Cmd == "ping" {
		l.socket.Send(verdict{Headers: f.Headers, Message: "ok"})
		return
	}
	call := sim.Call{Name: f.Cmd, Request: mask.Secrets(string(f.Body))}
	body, refused, silent := s.serve(l, f, &call)
	v := verdict{Headers: f.Headers, Message: "ok", Body: body}
	call.Result = "ok"
	if refused != nil {
		v.Code, v.Message, v.Body = refused.code, refused.message, nil
		call.Result, call.Response = strconv.Itoa(refused.code), refused.message
		call.Counts = sim.Free
	}
	if call.Counts != sim.WeComMessages {
		call.Chat = bot.Chat{}
	}
	s.record(call) // before the answer, so that who got it finds it recorded
	if !silent {
		l.socket.Send(v)
	}
	if f.Cmd == "aibot_subscribe" && refused == nil && s.consoleNow().Rival {
		s.Kick()
	}
}

// serve does what a frame asks for. silent means that the answer gets lost.
func (s *Server) serve(l *line, f frame, call *sim.Call) (body any, refused *refusal, silent bool) {
	if f.Cmd == "aibot_subscribe" {
		return nil, s.subscribe(l, f.Body), false
	}
	serve, known := map[string]func(frame, *sim.Call) (any, *refusal){
		"aibot_respond_msg":         s.respond,
		"aibot_respond_welcome_msg": s.respondWelcome,
		"aibot_respond_update_msg":  s.respondUpdate,
		"aibot_send_msg":            s.send,
		"aibot_upload_media_init":   s.uploadInit,
		"aibot_upload_media_chunk":  s.uploadChunk,
		"aibot_upload_media_finish": s.uploadFinish,
	}[f.Cmd]
	if !known {
		return nil, refuse(codeBadParam, "unknown cmd"), false
	}
	s.mu.Lock()
	subscribed := s.live == l
	s.mu.Unlock()
	if !subscribed {
		return nil, refuse(codeUnsubscribed, "aibot websocket not subscribed"), false
	}
	if refused, silent = s.spendFault(); refused != nil {
		return nil, refused, false
	}
	body, refused = serve(f, call)
	return body, refused, silent
}

// spendFault takes one of the failures told. A gateway timeout has no errcode on a
// socket: what was asked for happens, and the answer is lost.
func (s *Server) spendFault() (refused *refusal, silent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Next <= 0 || s.faults.Status == 0 {
		return nil, false
	}
	s.faults.Next--
	switch s.faults.Status {
	case http.StatusGatewayTimeout:
		return nil, true
	case http.StatusTooManyRequests:
		return refuse(codeTooMany, "api freq out of limit"), false
	case http.StatusForbidden:
		return refuse(codeForbidden, "api forbidden"), false
	}
	return refuse(codeTransient, "system busy"), false
}

// subscribe makes a connection the live one and kicks the one before. Wrong
// credentials leave the socket open.
func (s *Server) subscribe(l *line, body []byte) *refusal {
	var in struct {
		BotID  string `json:"bot_id"`
		Secret string `json:"secret"`
	}
	if json.Unmarshal(body, &in) != nil || in.BotID != s.opts.BotID || in.Secret != s.opts.Secret || s.consoleNow().SecretReset {
		return refuse(codeBadSecret, "invalid bot_id or secret")
	}
	s.mu.Lock()
	older := s.live
	s.live = l
	if !s.opts.KeepReplies && older != l {
		s.forgetCallbacks()
	}
	s.mu.Unlock()
	if older != nil && older != l {
		s.kick(older)
	}
	return nil
}

// kick tells a connection that another took over, and cuts it later.
func (s *Server) kick(l *line) {
	body := event{
		CreateTime: s.now().Unix(), AIBotID: s.opts.BotID, MsgType: "event",
		Event: map[string]any{"eventtype": "disconnected_event"},
	}
	s.mu.Lock()
	body.MsgID = s.newID()
	id := s.newID()
	s.delivered++
	s.mu.Unlock()
	l.socket.SendRaw(encode(frame{Cmd: cmdEvent, Headers: frameHeaders{ReqID: id}, Body: encode(body)}))
	s.record(sim.Call{Inbound: true, Name: cmdEvent, Result: "ok", Request: string(encode(body))})
	s.world.Clock.AfterFunc(kickedGrace, func(time.Time) { l.socket.Cut() })
}

// Kick plays another process that subscribes with this bot and takes the
// connection over; it answers nothing and goes away again.
func (s *Server) Kick() {
	s.mu.Lock()
	l := s.live
	s.live = nil
	s.mu.Unlock()
	if l != nil {
		s.kick(l)
	}
}

// Forget loses the subscription while the socket stays open and pings are
// answered: the next send gets 846609.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = nil
}

// Drop implements sim.Backend: every connection is cut, without a word.
func (s *Server) Drop() {
	for _, l := range s.allLines() {
		s.mu.Lock()
		if s.live == l {
			s.live = nil
		}
		s.mu.Unlock()
		l.socket.Cut()
	}
}

// Freeze makes every connection half-open: TCP lives and nothing comes through,
// answers to pings included.
func (s *Server) Freeze() {
	for _, l := range s.allLines() {
		l.socket.Freeze()
	}
}

// Subscribed reports whether a connection is subscribed.
func (s *Server) Subscribed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live != nil
}

func (s *Server) allLines() []*line {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*line, 0, len(s.lines))
	for l := range s.lines {
		out = append(out, l)
	}
	return out
}
