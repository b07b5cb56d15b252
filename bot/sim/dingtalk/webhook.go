package dingtalk

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
	"yiqun/bot/sim/internal/reading"
)

// session is one session webhook.
type session struct {
	chat  bot.Chat
	until time.Time
}

// trouble is an error of the old interfaces: HTTP 200 and an errcode.
type trouble struct {
	Code    int    `json:"errcode"`
	Message string `json:"errmsg"`
}

var fine = trouble{Message: "ok"}

type webhookMessage struct {
	MsgType    string            `json:"msgtype"`
	Text       *webhookText      `json:"text"`
	Markdown   *webhookText      `json:"markdown"`
	Link       map[string]string `json:"link"`
	ActionCard *webhookCard      `json:"actionCard"`
	At         at                `json:"at"`
}

type webhookText struct {
	Content string `json:"content"`
	Title   string `json:"title"`
	Text    string `json:"text"`
}

type webhookCard struct {
	Title       string `json:"title"`
	Text        string `json:"text"`
	SingleTitle string `json:"singleTitle"`
	SingleURL   string `json:"singleURL"`
	Btns        []struct {
		Title     string `json:"title"`
		ActionURL string `json:"actionURL"`
	} `json:"btns"`
}

type at struct {
	UserIDs []string `json:"atUserIds"`
	Mobiles []string `json:"atMobiles"`
	All     bool     `json:"isAtAll"`
}

// sendBySession serves a session webhook. Whatever goes wrong, HTTP says 200.
func (s *Server) sendBySession(w http.ResponseWriter, r *http.Request) {
	body, _ := readBody(r)
	call := sim.Call{Name: "POST /robot/sendBySession", Request: mask.Secrets(string(body))}
	status := s.spendFault()
	if status != 0 && status != http.StatusGatewayTimeout {
		s.fail(w, call, status)
		return
	}
	t := s.viaSession(r.URL.Query().Get("session"), body, &call)
	if status == http.StatusGatewayTimeout {
		s.fail(w, call, status)
		return
	}
	s.old(w, call, t, nil)
}

// old writes an answer of the old interfaces.
func (s *Server) old(w http.ResponseWriter, call sim.Call, t trouble, more map[string]any) {
	out := map[string]any{"errcode": t.Code, "errmsg": t.Message}
	maps.Copy(out, more)
	if t.Code != 0 {
		call.Result = strconv.Itoa(t.Code)
	}
	s.answer(w, call, out, nil)
}

func (s *Server) viaSession(id string, body []byte, call *sim.Call) trouble {
	f, now := s.Faults(), s.now()
	s.mu.Lock()
	session, ok := s.sessions[id]
	s.mu.Unlock()
	if !ok || f.WebhooksExpired || !now.Before(session.until) {
		return trouble{300001, "session 不存在"}
	}
	// Replies by webhook are taken to count as Webhook&Stream pushes.
	if f.QuotaGone || !s.month.Allow("pushes", now, s.opts.MonthPushes) {
		return trouble{90020, "本月 Webhook 与 Stream 推送额度已用完"}
	}
	call.Counts = sim.DingTalkPushes
	if len(body) > 20_000 {
		return trouble{460101, "消息体超过20000字节"}
	}
	var in webhookMessage
	if err := json.Unmarshal(body, &in); err != nil {
		return trouble{40035, "缺少参数或者参数不合法"}
	}
	bubble, t := s.webhookBubble(session.chat, in)
	if t.Code == 0 {
		s.world.Post(bubble)
	}
	return t
}

// webhookBubble draws a reply. Files, pictures and voice cannot be sent this way.
func (s *Server) webhookBubble(chat bot.Chat, in webhookMessage) (sim.Bubble, trouble) {
	b := sim.Bubble{Chat: chat, Route: "webhook"}
	missing := trouble{40035, "缺少参数 " + in.MsgType}
	if len(in.At.UserIDs)+len(in.At.Mobiles) > 50 {
		return b, trouble{40035, "at 超过50人"}
	}
	switch in.MsgType {
	case "text":
		if in.Text == nil || in.Text.Content == "" {
			return b, missing
		}
		b.Text, b.Mentions = s.atText(chat, in.Text.Content, in.At, true)
	case "markdown":
		if in.Markdown == nil || in.Markdown.Title == "" || in.Markdown.Text == "" {
			return b, missing
		}
		b.Markdown = in.Markdown.Text
		b.Text, b.Mentions = s.atText(chat, reading.Plain(in.Markdown.Text), in.At, false)
	case "actionCard":
		if in.ActionCard == nil || in.ActionCard.Title == "" || in.ActionCard.Text == "" {
			return b, missing
		}
		b.Card = in.ActionCard.shown()
		_, b.Mentions = s.atText(chat, in.ActionCard.Text, in.At, false)
	case "link":
		if in.Link["title"] == "" || in.Link["messageUrl"] == "" {
			return b, missing
		}
		b.Card = actionCard(in.Link)
	default:
		return b, trouble{40008, "不支持的消息类型 " + in.MsgType}
	}
	return b, fine
}

func (c *webhookCard) shown() *sim.Shown {
	out := &sim.Shown{Form: "actionCard", Title: c.Title, Markdown: c.Text, Text: reading.Plain(c.Text)}
	if c.SingleURL != "" {
		out.Buttons = append(out.Buttons, sim.ShownButton{Text: c.SingleTitle, URL: c.SingleURL})
	}
	for _, b := range c.Btns {
		out.Buttons = append(out.Buttons, sim.ShownButton{Text: b.Title, URL: b.ActionURL})
	}
	return out
}

// atText makes the mentions of a reply: each "@userId" in the text is shown as the
// name. In a text message an id that is missing from the text is put at its end;
// in markdown it @-s nobody.
func (s *Server) atText(chat bot.Chat, text string, a at, appended bool) (string, []string) {
	group, ok := s.world.Group(chat)
	if !ok {
		return text, nil
	}
	var names []string
	for _, id := range a.UserIDs {
		p, ok := s.world.ByUser(bot.DingTalk, bot.UserID(id))
		if !ok || !group.Has(p.Name) {
			continue
		}
		switch {
		case strings.Contains(text, "@"+id):
			text = strings.ReplaceAll(text, "@"+id, "@"+p.Shows())
		case appended:
			text += " @" + p.Shows()
		default:
			continue
		}
		names = append(names, p.Name)
	}
	if a.All {
		names = append(names, everyone)
		if appended {
			text += " @" + everyone
		}
	}
	return text, names
}
