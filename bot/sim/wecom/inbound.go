package wecom

import (
	"path"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
)

const (
	cmdMessage = "aibot_msg_callback"
	cmdEvent   = "aibot_event_callback"
)

// A person may have three interactions with one bot that are not answered yet; the
// client refuses the fourth. The documents do not say what ends one: here any
// message of the bot into that conversation does, a reconnect, or ten minutes, the
// life of a stream.
const (
	maxUnanswered  = 3
	unansweredLife = 10 * time.Minute
)

// interaction is a message that the bot has not answered.
type interaction struct {
	chat bot.Chat
	at   time.Time
}

// callbackKind says what a req_id may be answered with.
type callbackKind int

const (
	messageCallback callbackKind = iota
	enterCallback
	pressCallback
)

// callback is something the bot was told and may answer by its req_id.
type callback struct {
	kind     callbackKind
	chat     bot.Chat
	at       time.Time
	task     string // of a press
	answered bool   // a welcome or a card can be given once
}

// Say implements sim.Backend. In a group only what @-s the bot is delivered, and
// of that only text, and text mixed with pictures. The mention stays in the text,
// as plain text.
func (s *Server) Say(said sim.Said) {
	inGroup := said.Group != nil
	if !said.ToBot || (inGroup && (said.Voice || !onlyPictures(said.Files))) {
		return
	}
	now := s.now()
	s.mu.Lock()
	if !s.mayInteract(said.Person.Name, said.Bubble.Chat, now) {
		s.mu.Unlock()
		s.record(sim.Call{Inbound: true, Name: cmdMessage, Result: "not sent: three unanswered"})
		return
	}
	m := s.message(said)
	s.spoken[said.Bubble.Chat] = true
	twice := s.faults.Twice
	s.mu.Unlock()
	cb := callback{kind: messageCallback, chat: said.Bubble.Chat}
	s.later(func() {
		s.deliver(cmdMessage, m, cb)
		if twice {
			s.deliver(cmdMessage, m, cb)
		}
	})
}

// mayInteract counts one more unanswered interaction of a person, if it may be.
// The caller holds s.mu.
func (s *Server) mayInteract(name string, chat bot.Chat, now time.Time) bool {
	open := slices.DeleteFunc(s.unanswered[name], func(i interaction) bool { return now.Sub(i.at) >= unansweredLife })
	if len(open) >= maxUnanswered {
		s.unanswered[name] = open
		return false
	}
	s.unanswered[name] = append(open, interaction{chat: chat, at: now})
	return true
}

// answeredIn ends what is unanswered in a conversation.
func (s *Server) answeredIn(chat bot.Chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, open := range s.unanswered {
		s.unanswered[name] = slices.DeleteFunc(open, func(i interaction) bool { return i.chat == chat })
	}
}

// message renders what was said. The caller holds s.mu.
func (s *Server) message(said sim.Said) message {
	m := message{
		MsgID: "CAIQ" + s.newID(), AIBotID: s.opts.BotID, ChatType: "single",
		From:        from{UserID: string(said.Person.WeCom)},
		ResponseURL: "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=" + s.newID(),
	}
	if said.Group != nil {
		m.ChatType, m.ChatID = "group", string(said.Bubble.Chat.ID)
	}
	switch {
	case len(said.Files) > 0 && onlyPictures(said.Files) && (said.Group != nil || said.Text != "" || len(said.Files) > 1):
		m.MsgType, m.Mixed = "mixed", &mixed{}
		if said.Text != "" {
			m.Mixed.Items = append(m.Mixed.Items, mixedItem{MsgType: "text", Text: &content{said.Text}})
		}
		for _, f := range said.Files {
			m.Mixed.Items = append(m.Mixed.Items, mixedItem{MsgType: "image", Image: s.attach(f)})
		}
	case len(said.Files) > 0:
		s.single(&m, said.Files[0])
	case said.Voice:
		m.MsgType, m.Voice = "voice", &content{said.Text}
	default:
		m.MsgType, m.Text = "text", &content{said.Text}
	}
	m.Quote = s.quoted(said.Quote)
	return m
}

// single renders one picture, video or file.
func (s *Server) single(m *message, f sim.SentFile) {
	switch {
	case isPicture(f.Name):
		m.MsgType, m.Image = "image", s.attach(f)
	case strings.EqualFold(path.Ext(f.Name), ".mp4"):
		m.MsgType, m.Video = "video", s.attach(f)
	default:
		m.MsgType, m.File = "file", s.attach(f)
	}
}

// quoted renders the quoted message: its content, and never which message it was.
func (s *Server) quoted(b *sim.Bubble) *quote {
	switch {
	case b == nil:
		return nil
	case b.Card != nil && s.opts.QuoteCards:
		return &quote{MsgType: "text", Text: &content{strings.TrimSpace(b.Card.Title + "\n" + b.Card.Desc)}}
	case b.Card != nil:
		return nil
	case b.File != nil && isPicture(b.File.Name):
		return &quote{MsgType: "image", Image: s.attach(*b.File)}
	case b.File != nil:
		return &quote{MsgType: "file", File: s.attach(*b.File)}
	}
	return &quote{MsgType: "text", Text: &content{b.Text}}
}

// Press implements sim.Backend. The event is sent once, to whoever is connected.
func (s *Server) Press(pressed sim.Pressed) {
	s.mu.Lock()
	c := s.cards[pressed.Bubble.Card.ID]
	if c == nil {
		s.mu.Unlock()
		return
	}
	click := map[string]any{"card_type": c.kind, "event_key": pressed.Key, "task_id": c.task}
	if items := selectedItems(pressed.Picked); len(items) > 0 {
		click["selected_items"] = map[string]any{"selected_item": items}
	}
	e := s.event(pressed.Bubble.Chat, pressed.Person, "template_card_event", click)
	e.ResponseURL = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=" + s.newID()
	s.mu.Unlock()
	s.later(func() {
		s.deliver(cmdEvent, e, callback{kind: pressCallback, chat: pressed.Bubble.Chat, task: c.task})
	})
}

// Enter implements sim.Backend: the bot is told the first time on a day that a
// person opens the private chat.
func (s *Server) Enter(p sim.Person) {
	if p.WeCom == "" {
		return
	}
	day := s.now().In(time.FixedZone("CST", 8*60*60)).Format(time.DateOnly)
	chat := bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: p.WeCom})
	s.mu.Lock()
	if s.entered[p.Name] == day {
		s.mu.Unlock()
		return
	}
	s.entered[p.Name] = day
	e := s.event(chat, p, "enter_chat", nil)
	s.mu.Unlock()
	s.later(func() { s.deliver(cmdEvent, e, callback{kind: enterCallback, chat: chat}) })
}

// event renders an event of a person in a chat. The caller holds s.mu.
func (s *Server) event(chat bot.Chat, p sim.Person, kind string, detail map[string]any) event {
	e := event{
		MsgID: "CAIQ" + s.newID(), CreateTime: s.now().Unix(), AIBotID: s.opts.BotID, ChatType: "single",
		From: &from{UserID: string(p.WeCom)}, MsgType: "event", Event: map[string]any{"eventtype": kind},
	}
	if !chat.Private {
		e.ChatType, e.ChatID = "group", string(chat.ID)
	}
	if detail != nil {
		e.Event[kind] = detail
	}
	return e
}

// later runs send now, or as late as told.
func (s *Server) later(send func()) {
	if late := s.Faults().Late; late > 0 {
		s.world.Clock.AfterFunc(late, func(time.Time) { send() })
		return
	}
	send()
}

// deliver sends one callback to the live connection, under a new req_id. With no
// connection it is lost.
func (s *Server) deliver(cmd string, body any, cb callback) {
	data := encode(body)
	call := sim.Call{Inbound: true, Name: cmd, Result: "ok", Request: mask.Secrets(string(data))}
	cb.at = s.now()
	s.mu.Lock()
	if s.live == nil {
		s.mu.Unlock()
		call.Result = "lost: no connection"
		s.record(call)
		return
	}
	id := s.newID()
	s.callbacks[id] = &cb
	s.delivered++
	s.live.socket.SendRaw(withRawControls(encode(frame{Cmd: cmd, Headers: frameHeaders{ReqID: id}, Body: data})))
	s.mu.Unlock()
	s.record(call)
}

func isPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".bmp":
		return true
	}
	return false
}

func onlyPictures(files []sim.SentFile) bool {
	for _, f := range files {
		if !isPicture(f.Name) {
			return false
		}
	}
	return true
}
