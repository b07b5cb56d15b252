package dingtalk

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"yiqun/bot"
)

// botMessage is the data of a frame of topic /v1.0/im/bot/messages/get. The
// SDK's type lacks what we need of it: union ids, the replied message, errorCode.
type botMessage struct {
	ConversationID    string   `json:"conversationId"`
	ConversationType  string   `json:"conversationType"` // "1" one-to-one, "2" group
	ConversationTitle string   `json:"conversationTitle"`
	MsgID             string   `json:"msgId"`
	MsgType           string   `json:"msgtype"`
	CreateAt          int64    `json:"createAt"` // ms
	SenderID          string   `json:"senderId"` // encrypted, differs per robot
	SenderStaffID     string   `json:"senderStaffId"`
	SenderUnionID     string   `json:"senderUnionId"`
	SenderNick        string   `json:"senderNick"`
	SenderCorpID      string   `json:"senderCorpId"`
	ChatbotCorpID     string   `json:"chatbotCorpId"`
	ChatbotUserID     string   `json:"chatbotUserId"`
	AtUsers           []atUser `json:"atUsers"`
	SessionWebhook    string   `json:"sessionWebhook"`
	WebhookExpires    int64    `json:"sessionWebhookExpiredTime"` // ms
	Text              struct {
		Content string  `json:"content"`
		Replied replied `json:"repliedMsg"`
	} `json:"text"`
	Content   json.RawMessage `json:"content"`
	ErrorCode json.RawMessage `json:"errorCode"` // "20001" or 20001: quota used up
	// OriginalProcessQueryKey names the quoted message; for a card it is the carrier
	// id of its delivery, and all that a quote of a card tells.
	OriginalProcessQueryKey string `json:"originalProcessQueryKey"`
}

type atUser struct {
	DingTalkID string `json:"dingtalkId"` // encrypted
	StaffID    string `json:"staffId"`    // empty for outsiders
	UnionID    string `json:"unionId"`
}

var (
	errNotJSON    = errors.New("not a JSON object")
	errNoID       = errors.New("an id is missing")
	errIDTooLong  = errors.New("an id is too long")
	errNoAction   = errors.New("no action is named")
	errNotOurKind = errors.New("not an action")
)

// maxID bounds the ids we take in; DingTalk's have under a hundred bytes.
const maxID = 512

// usableIDs checks ids that an event cannot be without.
func usableIDs(ids ...string) error {
	for _, id := range ids {
		switch {
		case id == "":
			return errNoID
		case len(id) > maxID:
			return errIDTooLong
		}
	}
	return nil
}

// message reads the data of a message frame.
func (a *Adapter) message(data string) (bot.Event, error) {
	var m botMessage
	if lenient(json.Unmarshal([]byte(data), &m)) != nil {
		return bot.Event{}, errNotJSON
	}
	from, outsider := m.sender()
	if err := usableIDs(m.MsgID, m.ConversationID, string(from.User)); err != nil {
		return bot.Event{}, err
	}
	a.notePublication(m)
	e := bot.Event{
		ID:       bot.EventID(m.MsgID),
		Platform: bot.DingTalk,
		Chat:     bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(m.ConversationID)},
		From:     from,
		Nick:     m.SenderNick,
		Outsider: outsider,
		At:       instant(m.CreateAt),
		Reply:    a.reply(m),
		Message:  m.body(),
	}
	e.Message.Quoted = cmp.Or(e.Message.Quoted, a.refs.Get(m.OriginalProcessQueryKey))
	if m.ConversationType == "1" {
		e.Chat = bot.PrivateChat(from)
	} else {
		e.ChatTitle = m.ConversationTitle
	}
	return e, nil
}

// sender is who speaks, and whether from outside the organisation. Outsiders have
// no staff id, or one of their own organisation, where it may be that of a member
// here.
func (m *botMessage) sender() (bot.Account, bool) {
	foreign := m.SenderCorpID != "" && m.ChatbotCorpID != "" && m.SenderCorpID != m.ChatbotCorpID
	if foreign {
		return account("", m.SenderUnionID, m.SenderID, m.SenderStaffID), true
	}
	return account(m.SenderStaffID, m.SenderUnionID, m.SenderID), m.SenderStaffID == ""
}

// outside marks the account of someone without a staff id, so that no union id
// can pass for the staff id of a member.
const outside = "outside:"

// account names a person by the staff id, or by the first other id there is.
func account(staffID string, others ...string) bot.Account {
	user := staffID
	for _, id := range others {
		if user == "" && id != "" {
			user = outside + id
		}
	}
	return bot.Account{Platform: bot.DingTalk, User: bot.UserID(user)}
}

// notePublication tells the operator of an application whose version was never
// published: DingTalk then sends no staff ids, and everybody seems an outsider.
func (a *Adapter) notePublication(m botMessage) {
	switch {
	case m.SenderStaffID != "":
		a.problems.clear(unpublished)
	case m.SenderCorpID != "" && m.SenderCorpID == m.ChatbotCorpID:
		a.problems.set(unpublished, "钉钉没有给出成员编号，请在开放平台的“版本管理与发布”里发布应用")
	}
}

// reply is the session webhook, if it is on a host we were told to trust.
func (a *Adapter) reply(m botMessage) bot.Reply {
	if !a.ownWebhook(m.SessionWebhook) {
		return bot.Reply{}
	}
	expires := instant(m.WebhookExpires)
	if expires.IsZero() {
		expires = a.cfg.Clock.Now().Add(time.Hour) // 90 minutes were seen
	}
	return bot.Reply{Token: m.SessionWebhook, Expires: expires}
}

// ownWebhook reports whether address is on the configured hosts and scheme.
func (a *Adapter) ownWebhook(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	return u.Scheme == a.oapi.Scheme && u.Host == a.oapi.Host || u.Scheme == a.api.Scheme && u.Host == a.api.Host
}
