package dingtalk

import (
	"crypto/sha256"
	"encoding/base64"
	"path"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// A session webhook lives 90 minutes.
const sessionLife = 90 * time.Minute

// botMessage is the data of a message callback.
type botMessage struct {
	ConversationID            string    `json:"conversationId"`
	ConversationType          string    `json:"conversationType"` // "1" one-to-one, "2" group
	ConversationTitle         string    `json:"conversationTitle,omitempty"`
	MsgID                     string    `json:"msgId"`
	MsgType                   string    `json:"msgtype"`
	CreateAt                  int64     `json:"createAt"`
	SenderID                  string    `json:"senderId"`
	SenderStaffID             string    `json:"senderStaffId,omitempty"` // nothing for outsiders
	SenderNick                string    `json:"senderNick"`
	SenderCorpID              string    `json:"senderCorpId,omitempty"`
	IsAdmin                   bool      `json:"isAdmin"`
	AtUsers                   []atUser  `json:"atUsers,omitempty"`
	IsInAtList                bool      `json:"isInAtList,omitempty"`
	ChatbotCorpID             string    `json:"chatbotCorpId"`
	ChatbotUserID             string    `json:"chatbotUserId"`
	RobotCode                 string    `json:"robotCode"`
	SessionWebhook            string    `json:"sessionWebhook"`
	SessionWebhookExpiredTime int64     `json:"sessionWebhookExpiredTime"`
	SenderPlatform            string    `json:"senderPlatform,omitempty"`
	OriginalMsgID             string    `json:"originalMsgId,omitempty"`
	OriginalProcessQueryKey   string    `json:"originalProcessQueryKey,omitempty"`
	Text                      *textBody `json:"text,omitempty"`
	Content                   any       `json:"content,omitempty"`
	ErrorCode                 string    `json:"errorCode,omitempty"`
	ErrorMessage              string    `json:"errorMessage,omitempty"`
}

type atUser struct {
	DingtalkID string `json:"dingtalkId"`
	StaffID    string `json:"staffId,omitempty"`
}

type textBody struct {
	Content    string      `json:"content"`
	IsReplyMsg bool        `json:"isReplyMsg,omitempty"`
	RepliedMsg *repliedMsg `json:"repliedMsg,omitempty"`
}

// repliedMsg is the quoted message. Of an interactive card only the metadata
// comes; its key is then in originalProcessQueryKey.
type repliedMsg struct {
	MsgType   string `json:"msgType"`
	MsgID     string `json:"msgId"`
	SenderID  string `json:"senderId"`
	CreatedAt int64  `json:"createdAt"`
	Content   any    `json:"content,omitempty"`
}

type pictureBody struct {
	DownloadCode        string `json:"downloadCode"`
	PictureDownloadCode string `json:"pictureDownloadCode"`
}

type richPart struct {
	Text                string `json:"text,omitempty"`
	Type                string `json:"type,omitempty"`
	DownloadCode        string `json:"downloadCode,omitempty"`
	PictureDownloadCode string `json:"pictureDownloadCode,omitempty"`
}

// Say implements sim.Backend. In a group only what @-s the bot is delivered, and
// of that only text, text with a picture, and pictures.
func (s *Server) Say(said sim.Said) {
	if !said.ToBot || (said.Group != nil && (said.Voice || hasOtherThanPictures(said.Files))) {
		return
	}
	s.mu.Lock()
	m := s.message(said)
	s.mu.Unlock()
	p := &push{kind: "CALLBACK", topic: topicMessage}
	p.data = func(withheld bool) (string, bool) {
		if !withheld {
			return encode(m), true
		}
		empty := *m
		empty.Text, empty.Content = nil, nil
		empty.ErrorCode, empty.ErrorMessage = "20001", "本月 Webhook 与 Stream 推送额度已用完"
		return encode(empty), true
	}
	s.mu.Lock()
	s.messages[said.Bubble.ID] = p
	s.mu.Unlock()
	s.deliver(p)
}

// message renders what was said. The caller holds s.mu.
func (s *Server) message(said sim.Said) *botMessage {
	now := s.now()
	m := &botMessage{
		ConversationID: s.conversation(said.Bubble.Chat), ConversationType: "1",
		MsgID: "msg" + s.newID()[:20] + "==", CreateAt: now.UnixMilli(),
		SenderID: encrypted(said.Person), SenderNick: said.Person.Shows(), SenderPlatform: "Android",
		ChatbotCorpID: s.opts.CorpID, ChatbotUserID: s.robotUser(), RobotCode: s.opts.ClientID,
	}
	if !said.Person.Outsider {
		m.SenderStaffID, m.SenderCorpID = string(said.Person.DingTalk), s.opts.CorpID
	}
	if said.Group != nil {
		m.ConversationType, m.ConversationTitle, m.IsInAtList = "2", said.Group.Title, true
		m.AtUsers = append([]atUser{{DingtalkID: s.robotUser()}}, atUsers(said.Mentions)...)
	}
	id := s.newID()
	s.sessions[id] = session{chat: said.Bubble.Chat, until: now.Add(sessionLife)}
	m.SessionWebhook = s.URL() + "/robot/sendBySession?session=" + id
	m.SessionWebhookExpiredTime = now.Add(sessionLife).UnixMilli()
	s.fill(m, said)
	return m
}

// fill puts in what the message says, by its kind.
func (s *Server) fill(m *botMessage, said sim.Said) {
	switch {
	case len(said.Files) > 0:
		s.fillFiles(m, said)
	case said.Voice:
		m.MsgType = "audio"
		code := s.attach(sim.SentFile{Name: "voice.amr"})
		m.Content = map[string]any{"duration": 4000, "downloadCode": code, "recognition": said.Text}
	default:
		m.MsgType = "text"
		m.Text = &textBody{Content: said.Text}
		if said.Group != nil {
			m.Text.Content = s.withoutBot(said.Text)
		}
		s.quote(m, said.Quote)
	}
}

func (s *Server) fillFiles(m *botMessage, said sim.Said) {
	first := said.Files[0]
	if !isPicture(first.Name) {
		code := s.attach(first)
		m.MsgType = "file"
		m.Content = map[string]any{"spaceId": "1", "fileName": first.Name, "fileId": s.newID()[:12], "downloadCode": code}
		if strings.EqualFold(path.Ext(first.Name), ".mp4") {
			m.MsgType = "video"
			m.Content = map[string]any{"duration": "4", "videoType": "mp4", "downloadCode": code}
		}
		return
	}
	if said.Text == "" && len(said.Files) == 1 {
		code := s.attach(first)
		m.MsgType, m.Content = "picture", pictureBody{DownloadCode: code, PictureDownloadCode: code}
		return
	}
	// The text of a rich text keeps the mention of the bot.
	m.MsgType = "richText"
	parts := []richPart{{Text: said.Text}}
	for _, f := range said.Files {
		code := s.attach(f)
		parts = append(parts, richPart{Type: "picture", DownloadCode: code, PictureDownloadCode: code})
	}
	m.Content = map[string]any{"richText": parts}
}

func (s *Server) quote(m *botMessage, quoted *sim.Bubble) {
	if quoted == nil {
		return
	}
	r := &repliedMsg{MsgType: "text", MsgID: "msg" + quoted.ID, CreatedAt: quoted.At.UnixMilli(), SenderID: s.robotUser()}
	if p, ok := s.world.Person(quoted.From); ok {
		r.SenderID = encrypted(p)
	}
	switch {
	case quoted.Card != nil:
		r.MsgType = "interactiveCard"
		m.OriginalProcessQueryKey = s.carriers[quoted.ID]
	case quoted.File != nil:
		r.MsgType = "file"
	default:
		r.Content = map[string]string{"text": quoted.Text}
	}
	m.OriginalMsgID = r.MsgID
	m.Text.IsReplyMsg, m.Text.RepliedMsg = true, r
}

// withoutBot takes the mention of the bot out of a text, as DingTalk does: the
// blank after it stays.
func (s *Server) withoutBot(text string) string {
	text = strings.ReplaceAll(text, "@"+s.world.BotName, "")
	return strings.ReplaceAll(text, "＠"+s.world.BotName, "")
}

// conversation is the id a chat has on the wire; a private chat has one of its
// own, which is not the person's user id.
func (s *Server) conversation(c bot.Chat) string {
	if !c.Private {
		return string(c.ID)
	}
	sum := sha256.Sum256([]byte("private" + c.ID))
	return "cid" + base64.StdEncoding.EncodeToString(sum[:16])
}

func (s *Server) robotUser() string { return "$:LWCP_v1:$simulatedrobot==" }

// encrypted is a sender's id as everyone may see it: no key to anything.
func encrypted(p sim.Person) string {
	sum := sha256.Sum256([]byte("sender" + p.DingTalk))
	return "$:LWCP_v1:$" + base64.StdEncoding.EncodeToString(sum[:16])
}

func atUsers(people []sim.Person) []atUser {
	var out []atUser
	for _, p := range people {
		u := atUser{DingtalkID: encrypted(p)}
		if !p.Outsider {
			u.StaffID = string(p.DingTalk)
		}
		out = append(out, u)
	}
	return out
}

func isPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".bmp":
		return true
	}
	return false
}

func hasOtherThanPictures(files []sim.SentFile) bool {
	for _, f := range files {
		if !isPicture(f.Name) {
			return true
		}
	}
	return false
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// Enter implements sim.Backend: DingTalk does not tell.
func (s *Server) Enter(sim.Person) {}
