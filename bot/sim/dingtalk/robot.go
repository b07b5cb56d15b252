package dingtalk

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/reading"
)

// maxMsgParam is the longest msgParam, in bytes.
const maxMsgParam = 15_000

// msgFields are the fields each msgKey must have.
var msgFields = map[string][]string{
	"sampleText":        {"content"},
	"sampleMarkdown":    {"title", "text"},
	"sampleLink":        {"title", "text", "messageUrl"},
	"sampleImageMsg":    {"photoURL"},
	"sampleFile":        {"mediaId", "fileName", "fileType"},
	"sampleActionCard":  {"title", "text", "singleTitle", "singleURL"},
	"sampleActionCard2": {"title", "text", "actionTitle1", "actionURL1", "actionTitle2", "actionURL2"},
	"sampleActionCard6": {"title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"},
}

// fileTypes are what sampleFile takes.
var fileTypes = []string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}

// htmlEscapes keeps escaped brackets escaped: what Go's encoder makes of <, > and &
// inside msgParam does not come back as mark-up.
var htmlEscapes = strings.NewReplacer(`\u003c`, `\\u003c`, `\u003e`, `\\u003e`, `\u0026`, `\\u0026`)

type robotMessage struct {
	RobotCode          string   `json:"robotCode"`
	OpenConversationID string   `json:"openConversationId"`
	UserIDs            []string `json:"userIds"`
	MsgKey             string   `json:"msgKey"`
	MsgParam           string   `json:"msgParam"`
}

func (s *Server) groupSend(body []byte) (any, *refusal) {
	in, refused := decode[robotMessage](body)
	if refused != nil {
		return nil, refused
	}
	if in.RobotCode != s.opts.ClientID {
		return nil, badRequest("invalidParameter.robotCode.notExsit", "robotCode 不存在")
	}
	chat := bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(in.OpenConversationID)}
	if _, ok := s.world.Group(chat); !ok {
		return nil, badRequest("invalidParameter.openConversationId", "群不存在或机器人不在群内")
	}
	bubble, refused := s.sample(in)
	if refused != nil {
		return nil, refused
	}
	return map[string]string{"processQueryKey": s.post(bubble, chat)}, nil
}

func (s *Server) personalSend(body []byte) (any, *refusal) {
	in, refused := decode[robotMessage](body)
	if refused != nil {
		return nil, refused
	}
	if in.RobotCode != s.opts.ClientID {
		return nil, badRequest("invalidParameter.robotCode.notExsit", "robotCode 不存在")
	}
	if len(in.UserIDs) == 0 || len(in.UserIDs) > 20 {
		return nil, badRequest("invalidParameter.userIds", "userIds 为 1 到 20 个")
	}
	bubble, refused := s.sample(in)
	if refused != nil {
		return nil, refused
	}
	var chats []bot.Chat
	invalid := []string{}
	for _, id := range in.UserIDs {
		p, ok := s.world.ByUser(bot.DingTalk, bot.UserID(id))
		if !ok || p.Outsider {
			invalid = append(invalid, id)
			continue
		}
		chats = append(chats, bot.PrivateChat(bot.Account{Platform: bot.DingTalk, User: bot.UserID(id)}))
	}
	return map[string]any{
		"processQueryKey": s.post(bubble, chats...), "invalidStaffIdList": invalid, "flowControlledStaffIdList": []string{},
	}, nil
}

// post shows a message in chats and returns the key by which it can be recalled.
func (s *Server) post(b sim.Bubble, chats ...bot.Chat) string {
	var ids []string
	for _, chat := range chats {
		b.Chat = chat
		ids = append(ids, s.world.Post(b).ID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.newID()
	s.sent[key] = ids
	for _, id := range ids {
		s.carriers[id] = key
	}
	return key
}

// sample draws a msgKey with its msgParam. Nothing in it can @ anybody.
func (s *Server) sample(in robotMessage) (b sim.Bubble, refused *refusal) {
	fields, known := msgFields[in.MsgKey]
	if !known {
		return b, badRequest("invalidParameter.msgKey", "msgKey 不存在")
	}
	if len(in.MsgParam) > maxMsgParam {
		return b, badRequest("invalidParameter.msgParam.tooLong", "msgParam 超过15000字节")
	}
	var param map[string]string
	if json.Unmarshal([]byte(htmlEscapes.Replace(in.MsgParam)), &param) != nil {
		return b, badRequest("invalidParameter.msgParam", "msgParam 不是字符串值的 JSON")
	}
	for _, f := range fields {
		if param[f] == "" {
			return b, badRequest("invalidParameter.msgParam", "msgParam 缺少 "+f)
		}
	}
	b.Route = "push"
	switch in.MsgKey {
	case "sampleText":
		b.Text = param["content"]
	case "sampleMarkdown":
		b.Markdown, b.Text = param["text"], reading.Plain(param["text"])
	case "sampleFile":
		return s.sampleFile(b, param)
	case "sampleImageMsg":
		return s.sampleImage(b, param["photoURL"])
	default:
		b.Card = actionCard(param)
	}
	return b, nil
}

// sampleImage shows a picture by its media id; an address is shown as such, unread.
func (s *Server) sampleImage(b sim.Bubble, photo string) (sim.Bubble, *refusal) {
	if !strings.HasPrefix(photo, "@") {
		b.Text = "[图片]"
		return b, nil
	}
	s.mu.Lock()
	f, ok := s.uploads[photo]
	s.mu.Unlock()
	if !ok || !slices.Contains(mediaKinds["image"].extensions, strings.ToLower(path.Ext(f.Name))) {
		return b, badRequest("invalidParameter.photoURL", "图片不存在")
	}
	b.File, b.Picture = &f, true
	return b, nil
}

func (s *Server) sampleFile(b sim.Bubble, param map[string]string) (sim.Bubble, *refusal) {
	if !slices.Contains(fileTypes, param["fileType"]) {
		return b, badRequest("invalidParameter.msgParam", "fileType 不支持")
	}
	s.mu.Lock()
	f, ok := s.uploads[param["mediaId"]]
	s.mu.Unlock()
	if !ok {
		return b, badRequest("invalidParameter.mediaId", "mediaId 不存在")
	}
	b.File = &sim.SentFile{Name: param["fileName"], Size: f.Size, Data: f.Data}
	return b, nil
}

// actionCard draws the message cards whose buttons only open links.
func actionCard(param map[string]string) *sim.Shown {
	out := &sim.Shown{Form: "actionCard", Title: param["title"], Markdown: param["text"], Text: reading.Plain(param["text"])}
	for _, pair := range [][2]string{
		{"singleTitle", "singleURL"}, {"actionTitle1", "actionURL1"}, {"actionTitle2", "actionURL2"},
		{"buttonTitle1", "buttonUrl1"}, {"buttonTitle2", "buttonUrl2"}, {"title", "messageUrl"},
	} {
		if url := param[pair[1]]; url != "" {
			out.Buttons = append(out.Buttons, sim.ShownButton{Text: param[pair[0]], URL: url})
		}
	}
	return out
}

// recall takes messages back by the key they were sent under.
func (s *Server) recall(body []byte) (any, *refusal) {
	in, refused := decode[struct {
		RobotCode        string   `json:"robotCode"`
		ProcessQueryKeys []string `json:"processQueryKeys"`
	}](body)
	if refused != nil {
		return nil, refused
	}
	if in.RobotCode != s.opts.ClientID || len(in.ProcessQueryKeys) == 0 || len(in.ProcessQueryKeys) > 20 {
		return nil, badRequest("invalidParameter.robotCode.processQueryKeys", "robotCode 或 processQueryKeys 不合法")
	}
	done, failed := []string{}, map[string]string{}
	for _, key := range in.ProcessQueryKeys {
		s.mu.Lock()
		bubbles, ok := s.sent[key]
		delete(s.sent, key)
		s.mu.Unlock()
		if !ok {
			failed[key] = "processQueryKey 不存在"
			continue
		}
		done = append(done, key)
		for _, id := range bubbles {
			s.world.Change(id, func(b *sim.Bubble) {
				*b = sim.Bubble{ID: b.ID, Chat: b.Chat, At: b.At, Route: b.Route, Recalled: true}
			})
		}
	}
	return map[string]any{"successResult": done, "failedResult": failed}, nil
}
