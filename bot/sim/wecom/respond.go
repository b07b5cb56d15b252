package wecom

import (
	"encoding/json"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/reading"
)

// How long a callback may be answered.
const (
	messageWindow = 24 * time.Hour
	pressWindow   = 5 * time.Second
	enterWindow   = 5 * time.Second
	streamLife    = 10 * time.Minute
)

// maxContent is the longest text of a message, in bytes.
const maxContent = 20480

// outgoing is a message of the bot, by any command.
type outgoing struct {
	ChatID       string          `json:"chatid"`
	ChatType     int             `json:"chat_type"` // 1 single, 2 group, 0 either
	MsgType      string          `json:"msgtype"`
	Text         *content        `json:"text"`
	Markdown     *content        `json:"markdown"`
	Stream       *streamBody     `json:"stream"`
	TemplateCard json.RawMessage `json:"template_card"`
	File         *mediaRef       `json:"file"`
	Image        *mediaRef       `json:"image"`
	Voice        *mediaRef       `json:"voice"`
	Video        *mediaRef       `json:"video"`
	// Of aibot_respond_update_msg.
	ResponseType string   `json:"response_type"`
	UserIDs      []string `json:"userids"`
}

type streamBody struct {
	ID      string          `json:"id"`
	Finish  bool            `json:"finish"`
	Content string          `json:"content"`
	Items   json.RawMessage `json:"msg_item"`
}

type mediaRef struct {
	MediaID string `json:"media_id"`
}

// stream is a message that is still being written.
type stream struct {
	reqID    string
	bubble   string
	first    time.Time
	finished bool
}

func decodeOutgoing(body []byte) (out outgoing, refused *refusal) {
	if err := json.Unmarshal(body, &out); err != nil {
		return out, refuse(codeBadParam, "invalid json: %v", err)
	}
	return out, nil
}

// callbackOf finds the callback a frame answers: of the right kind, in time, and
// for welcomes and cards not answered before.
func (s *Server) callbackOf(reqID string, kind callbackKind, window time.Duration) (*callback, *refusal) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	cb := s.callbacks[reqID]
	stale := cb == nil || cb.kind != kind || now.Sub(cb.at) > window || cb.answered
	if stale || (kind == messageCallback && s.faults.WebhooksExpired) {
		return nil, refuse(codeBadReqID, "invalid req_id")
	}
	return cb, nil
}

// respond serves aibot_respond_msg, the answer to a message.
func (s *Server) respond(f frame, call *sim.Call) (any, *refusal) {
	cb, refused := s.callbackOf(f.Headers.ReqID, messageCallback, messageWindow)
	if refused != nil {
		return nil, refused
	}
	out, refused := decodeOutgoing(f.Body)
	if refused != nil {
		return nil, refused
	}
	call.Chat = cb.chat
	if out.MsgType == "stream" {
		refused = s.respondStream(f.Headers.ReqID, cb, out.Stream, call)
	} else {
		call.Counts = sim.WeComMessages
		refused = s.sendTo(cb.chat, out, "reply", pushKinds)
	}
	return nil, refused
}

// respondStream writes or rewrites a streamed message. Its first frame is a message
// to the conversation; the following are taken not to count against the limit.
func (s *Server) respondStream(reqID string, cb *callback, in *streamBody, call *sim.Call) *refusal {
	if in == nil || in.ID == "" {
		return refuse(codeBadParam, "stream.id missing")
	}
	if len(in.Content) > maxContent {
		return refuse(codeBadParam, "stream.content exceeds %d bytes", maxContent)
	}
	if len(in.Items) > 0 {
		return refuse(codeBadParam, "msg_item not supported on websocket")
	}
	now := s.now()
	s.mu.Lock()
	st := s.streams[in.ID]
	s.mu.Unlock()
	if st == nil {
		call.Counts = sim.WeComMessages
		if refused := s.within(cb.chat); refused != nil {
			return refused
		}
		s.answeredIn(cb.chat)
		b := s.world.Post(sim.Bubble{Chat: cb.chat, Markdown: in.Content, Text: reading.Plain(in.Content), Route: "reply"})
		s.mu.Lock()
		s.streams[in.ID] = &stream{reqID: reqID, bubble: b.ID, first: now, finished: in.Finish}
		s.mu.Unlock()
		return nil
	}
	call.Counts = sim.WeComUpdates
	switch {
	case st.reqID != reqID || st.finished:
		return refuse(codeBadParam, "stream.id already used")
	case now.Sub(st.first) > streamLife:
		return refuse(codeStreamTooOld, "stream message update expired (>10 minutes)")
	}
	s.mu.Lock()
	st.finished = in.Finish
	s.mu.Unlock()
	s.world.Change(st.bubble, func(b *sim.Bubble) { b.Markdown, b.Text = in.Content, reading.Plain(in.Content) })
	return nil
}

// respondWelcome serves aibot_respond_welcome_msg, the answer to enter_chat.
func (s *Server) respondWelcome(f frame, call *sim.Call) (any, *refusal) {
	cb, refused := s.callbackOf(f.Headers.ReqID, enterCallback, enterWindow)
	if refused != nil {
		return nil, refused
	}
	out, refused := decodeOutgoing(f.Body)
	if refused != nil {
		return nil, refused
	}
	call.Chat, call.Counts = cb.chat, sim.WeComUpdates
	b, refused := s.bubble(out, "welcome", welcomeKinds)
	if refused != nil {
		return nil, refused
	}
	b.Chat = cb.chat
	s.show(b)
	s.spend(cb)
	return nil, nil
}

// spend marks a callback that can be answered once.
func (s *Server) spend(cb *callback) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cb.answered = true
}

// respondUpdate serves aibot_respond_update_msg, the answer to a press: the whole
// new card, for those named or for everyone who has it.
func (s *Server) respondUpdate(f frame, call *sim.Call) (any, *refusal) {
	cb, refused := s.callbackOf(f.Headers.ReqID, pressCallback, pressWindow)
	if refused != nil {
		return nil, refused
	}
	out, refused := decodeOutgoing(f.Body)
	if refused != nil {
		return nil, refused
	}
	call.Chat, call.Counts = cb.chat, sim.WeComUpdates
	switch {
	case out.ResponseType != "update_template_card":
		return nil, refuse(codeBadKind, "invalid response_type")
	case s.Faults().RefuseCards:
		return nil, refuse(codeDevice, "device type not support")
	}
	c, refused := parseCard(out.TemplateCard)
	if refused != nil {
		return nil, refused
	}
	if c.TaskID != cb.task {
		return nil, refuse(42016, "task_id to update unknown")
	}
	s.update(cb.task, c, out.UserIDs)
	s.spend(cb)
	return nil, nil
}
