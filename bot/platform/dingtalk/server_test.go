package dingtalk_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/platform/platformtest"
)

// Hosts of the scripted DingTalk, and what must never be logged.
const (
	apiHost  = "api.dingtalk.test"
	oapiHost = "oapi.dingtalk.test"
	fileHost = "files.dingtalk.test"

	clientID     = "dingclient01"
	clientSecret = "s3cr3t-of-the-app"
)

// server is DingTalk as its documents describe it, as far as the adapter meets
// it. Everything it is told to do badly is a field or a reply.
type server struct {
	t   testing.TB
	net *platformtest.Network

	mu          sync.Mutex
	tickets     map[string]time.Time
	conns       []*serverConn
	frames      int
	acks        []ack
	messageOf   map[string]string // frame id → msgId
	sessions    map[string]bot.Chat
	files       map[string][]byte
	media       map[string]string // media id → file name
	tokens      int
	badToken    bool // refuse every access token but the newest
	cardIDs     map[string]bool
	outage      bool
	over        chan struct{} // closed when the test ends
	deaf        int           // this connection is accepted and then never read
	rejecting   bool
	failure     bot.Code
	replies     map[string]reply // path → what to answer instead
	calls       []call
	sent        []platformtest.Sent
	connections int
}

// serverConn is one accepted websocket.
type serverConn struct {
	ws     *websocket.Conn
	closed chan struct{}
}

// ack is one acknowledgement as it came.
type ack struct {
	conn    int
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

// call is one HTTP call that came in.
type call struct {
	method, path, body string
}

// reply is a prepared answer.
type reply struct {
	status int
	body   string
}

func newServer(t testing.TB, n *platformtest.Network) *server {
	s := &server{
		t: t, net: n, tickets: map[string]time.Time{}, messageOf: map[string]string{}, sessions: map[string]bot.Chat{},
		files: map[string][]byte{}, media: map[string]string{}, cardIDs: map[string]bool{}, replies: map[string]reply{},
		over: make(chan struct{}),
	}
	t.Cleanup(func() { close(s.over) })
	n.Serve(t, apiHost, s.routes(map[string]http.HandlerFunc{
		"POST /v1.0/gateway/connections/open":        s.open,
		"GET /connect":                               s.connect,
		"POST /v1.0/oauth2/accessToken":              s.accessToken,
		"POST /v1.0/robot/groupMessages/send":        s.withToken(s.groupSend),
		"POST /v1.0/robot/oToMessages/batchSend":     s.withToken(s.batchSend),
		"POST /v1.0/card/instances/createAndDeliver": s.withToken(s.createCard),
		"PUT /v1.0/card/instances":                   s.withToken(s.updateCard),
		"POST /v1.0/robot/messageFiles/download":     s.withToken(s.downloadCode),
	}))
	n.Serve(t, oapiHost, s.routes(map[string]http.HandlerFunc{
		"POST /robot/sendBySession": s.sendBySession,
		"POST /media/upload":        s.upload,
	}))
	n.Serve(t, fileHost, http.HandlerFunc(s.file))
	return s
}

// routes logs each call, gives prepared answers and serves the rest.
func (s *server) routes(handlers map[string]http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range handlers {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				h(w, r)
				return
			}
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			s.mu.Lock()
			s.calls = append(s.calls, call{r.Method, r.URL.Path, string(body)})
			prepared, ok := s.replies[r.URL.Path]
			s.mu.Unlock()
			if ok {
				answer(w, prepared.status, prepared.body)
				return
			}
			h(w, r)
		})
	}
	return mux
}

func answer(w http.ResponseWriter, status int, body string) {
	if strings.HasPrefix(body, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// answerTo prepares the answer to every call of path; an empty body ends that.
func (s *server) answerTo(path string, status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if body == "" {
		delete(s.replies, path)
		return
	}
	s.replies[path] = reply{status, body}
}

// made are the bodies of the calls of path.
func (s *server) made(path string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var bodies []string
	for _, c := range s.calls {
		if c.path == path {
			bodies = append(bodies, c.body)
		}
	}
	return bodies
}

func (s *server) open(w http.ResponseWriter, r *http.Request) {
	var req struct {
		ClientID      string `json:"clientId"`
		ClientSecret  string `json:"clientSecret"`
		Subscriptions []struct{ Type, Topic string }
	}
	_ = json.NewDecoder(r.Body).Decode(&req)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.outage:
		answer(w, http.StatusBadGateway, "<html>502</html>")
	case r.Header.Get("Accept") != "application/json":
		answer(w, http.StatusOK, "<xml/>")
	case s.rejecting || req.ClientID != clientID || req.ClientSecret != clientSecret:
		answer(w, http.StatusUnauthorized, `{"code":"authFailed","message":"`+req.ClientSecret+`","requestid":"R1"}`)
	default:
		assert.Len(s.t, req.Subscriptions, 3)
		ticket := fmt.Sprintf("ticket+/%d==", len(s.tickets)+1)
		s.tickets[ticket] = time.Now()
		answer(w, http.StatusOK, `{"endpoint":"ws://`+apiHost+`/connect","ticket":"`+ticket+`"}`)
	}
}

func (s *server) connect(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	made, ok := s.tickets[ticket]
	s.tickets[ticket] = time.Time{} // single use
	s.mu.Unlock()
	if !ok || time.Since(made) > 90*time.Second {
		answer(w, http.StatusUnauthorized, "bad ticket")
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	ws.SetReadLimit(1 << 20)
	c := &serverConn{ws: ws, closed: make(chan struct{})}
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.connections++
	index := s.connections
	s.mu.Unlock()
	defer close(c.closed)
	if index == s.deaf {
		<-s.over
		_ = ws.CloseNow()
		return
	}
	for {
		_, data, err := ws.Read(r.Context())
		if err != nil {
			_ = ws.CloseNow()
			return
		}
		a := ack{conn: index}
		assert.NoError(s.t, json.Unmarshal(data, &a), "acknowledgements are JSON")
		s.mu.Lock()
		s.acks = append(s.acks, a)
		s.mu.Unlock()
	}
}

func (s *server) newest() *serverConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[len(s.conns)-1]
}

func (s *server) accessToken(w http.ResponseWriter, r *http.Request) {
	var req struct{ AppKey, AppSecret string }
	_ = json.NewDecoder(r.Body).Decode(&req)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rejecting || req.AppKey != clientID || req.AppSecret != clientSecret {
		answer(w, http.StatusBadRequest, `{"code":"invalidClientIdOrSecret","message":"no","requestid":"R2"}`)
		return
	}
	s.tokens++
	answer(w, http.StatusOK, fmt.Sprintf(`{"accessToken":"access-token-%d","expireIn":7200}`, s.tokens))
}

// withToken checks the access token and gives the failure that is ordered.
func (s *server) withToken(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		newest := fmt.Sprintf("access-token-%d", s.tokens)
		failure := s.failure
		s.mu.Unlock()
		if got := r.Header.Get("x-acs-dingtalk-access-token"); got == "" || s.badToken && got != newest {
			answer(w, http.StatusBadRequest, `{"code":"InvalidAuthentication","message":"不合法的access_token","requestid":"R3"}`)
			return
		}
		if f, ok := failures[failure]; ok {
			answer(w, f.status, f.body)
			return
		}
		h(w, r)
	}
}

// failures is how DingTalk says each code.
var failures = map[bot.Code]reply{
	bot.Retryable:   {503, "<html>service unavailable</html>"},
	bot.Throttled:   {403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi","message":"3栋2单元声控灯坏了，电话13800001234","requestid":"R4"}`},
	bot.QuotaGone:   {403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg","message":"m","requestid":"R5"}`},
	bot.Unreachable: {400, `{"code":"invalidParameter.openConversationId.notExist","message":"m","requestid":"R6"}`},
	bot.Rejected:    {403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","message":"m","requestid":"R7","accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`},
}

func (s *server) deliver(to bot.Chat, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, platformtest.Sent{Chat: to, Text: text})
}

// robotMessage is the common part of group and one-to-one sends.
type robotMessage struct {
	RobotCode          string   `json:"robotCode"`
	OpenConversationID string   `json:"openConversationId"`
	UserIDs            []string `json:"userIds"`
	MsgKey             string   `json:"msgKey"`
	MsgParam           string   `json:"msgParam"`
}

// shown is what members read of it; ok is false for what DingTalk refuses.
func (s *server) shown(m robotMessage) (string, bool) {
	var p struct{ Content, Title, Text, MediaID, FileName, FileType string }
	if m.RobotCode != clientID || len(m.MsgParam) > 15000 || json.Unmarshal([]byte(m.MsgParam), &p) != nil {
		return "", false
	}
	switch m.MsgKey {
	case "sampleText":
		return p.Content, p.Content != ""
	case "sampleMarkdown":
		return p.Text, p.Title != "" && p.Text != ""
	case "sampleFile":
		s.mu.Lock()
		defer s.mu.Unlock()
		return p.FileName, s.media[p.MediaID] == p.FileName && strings.HasSuffix(p.FileName, "."+p.FileType)
	}
	return "", false
}

func (s *server) groupSend(w http.ResponseWriter, r *http.Request) {
	var m robotMessage
	_ = json.NewDecoder(r.Body).Decode(&m)
	text, ok := s.shown(m)
	if !ok || m.OpenConversationID == "" {
		answer(w, http.StatusBadRequest, `{"code":"invalidParameter.msgParam","message":"m","requestid":"R8"}`)
		return
	}
	s.deliver(bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(m.OpenConversationID)}, text)
	answer(w, http.StatusOK, `{"processQueryKey":"k"}`)
}

func (s *server) batchSend(w http.ResponseWriter, r *http.Request) {
	var m robotMessage
	_ = json.NewDecoder(r.Body).Decode(&m)
	text, ok := s.shown(m)
	if !ok || len(m.UserIDs) != 1 {
		answer(w, http.StatusBadRequest, `{"code":"invalidParameter.msgParam","message":"m","requestid":"R8"}`)
		return
	}
	s.deliver(bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(m.UserIDs[0]), Private: true}, text)
	answer(w, http.StatusOK, `{"processQueryKey":"k","invalidStaffIdList":[],"flowControlledStaffIdList":[]}`)
}

func (s *server) createCard(w http.ResponseWriter, r *http.Request) {
	var req struct {
		CardTemplateID string `json:"cardTemplateId"`
		OutTrackID     string `json:"outTrackId"`
		CallbackType   string `json:"callbackType"`
		OpenSpaceID    string `json:"openSpaceId"`
		CardData       struct {
			CardParamMap map[string]json.RawMessage `json:"cardParamMap"`
		} `json:"cardData"`
		ImGroupOpenDeliverModel *struct {
			RobotCode string `json:"robotCode"`
		} `json:"imGroupOpenDeliverModel"`
		ImRobotOpenDeliverModel *struct {
			SpaceType string `json:"spaceType"`
		} `json:"imRobotOpenDeliverModel"`
	}
	_ = json.NewDecoder(r.Body).Decode(&req)
	s.mu.Lock()
	known := s.cardIDs[req.OutTrackID]
	s.cardIDs[req.OutTrackID] = true
	s.mu.Unlock()
	if known {
		answer(w, http.StatusBadRequest, `{"code":"param.cardAlreadyExist","message":"m","requestid":"R9"}`)
		return
	}
	var text strings.Builder
	for name, raw := range req.CardData.CardParamMap {
		var value string
		if json.Unmarshal(raw, &value) != nil {
			answer(w, http.StatusBadRequest, `{"code":"MissingStringValue","message":"`+name+`","requestid":"R10"}`)
			return
		}
		text.WriteString(value + "\n")
	}
	group, isGroup := strings.CutPrefix(req.OpenSpaceID, "dtv1.card//IM_GROUP.")
	user, isRobot := strings.CutPrefix(req.OpenSpaceID, "dtv1.card//IM_ROBOT.")
	switch {
	case req.CallbackType != "STREAM":
		answer(w, http.StatusBadRequest, `{"code":"param.error","message":"m","requestid":"R11"}`)
		return
	case isGroup && req.ImGroupOpenDeliverModel != nil && req.ImGroupOpenDeliverModel.RobotCode == clientID:
		s.deliver(bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(group)}, text.String())
	case isRobot && req.ImRobotOpenDeliverModel != nil && !strings.HasPrefix(user, "cid"):
		s.deliver(bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(user), Private: true}, text.String())
	default:
		answer(w, http.StatusOK, `{"success":true,"result":{"outTrackId":"x","deliverResults":[{"success":false,"errorMsg":"spaceId is illegal"}]}}`)
		return
	}
	answer(w, http.StatusOK, `{"success":true,"result":{"outTrackId":"x","deliverResults":[{"spaceType":"IM_GROUP","success":true,"carrierId":"c","errorMsg":""}]}}`)
}

func (s *server) updateCard(w http.ResponseWriter, r *http.Request) {
	var req struct {
		OutTrackID string `json:"outTrackId"`
	}
	_ = json.NewDecoder(r.Body).Decode(&req)
	s.mu.Lock()
	known := s.cardIDs[req.OutTrackID]
	s.mu.Unlock()
	if !known {
		answer(w, http.StatusBadRequest, `{"code":"param.cardNotExist","message":"m","requestid":"R12"}`)
		return
	}
	answer(w, http.StatusOK, `{"success":true,"result":true}`)
}

func (s *server) sendBySession(w http.ResponseWriter, r *http.Request) {
	var m struct {
		MsgType  string `json:"msgtype"`
		Text     struct{ Content string }
		Markdown struct{ Title, Text string }
	}
	_ = json.NewDecoder(r.Body).Decode(&m)
	s.mu.Lock()
	to, ok := s.sessions[r.URL.Query().Get("session")]
	s.mu.Unlock()
	if !ok {
		answer(w, http.StatusOK, `{"errcode":300001,"errmsg":"token is not exist"}`)
		return
	}
	s.deliver(to, m.Text.Content+m.Markdown.Text)
	answer(w, http.StatusOK, `{"errcode":0,"errmsg":"ok"}`)
}

func (s *server) upload(w http.ResponseWriter, r *http.Request) {
	file, header, err := r.FormFile("media")
	if err != nil || r.URL.Query().Get("type") != "file" || !strings.HasPrefix(r.URL.Query().Get("access_token"), "access-token-") {
		answer(w, http.StatusOK, `{"errcode":40014,"errmsg":"不合法的access_token"}`)
		return
	}
	_ = file.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("@media%d", len(s.media)+1)
	s.media[id] = header.Filename
	answer(w, http.StatusOK, `{"errcode":0,"errmsg":"ok","media_id":"`+id+`","created_at":1700000000000,"type":"file"}`)
}

func (s *server) downloadCode(w http.ResponseWriter, r *http.Request) {
	var req struct{ DownloadCode, RobotCode string }
	_ = json.NewDecoder(r.Body).Decode(&req)
	s.mu.Lock()
	_, ok := s.files[req.DownloadCode]
	s.mu.Unlock()
	if !ok || req.RobotCode != clientID {
		answer(w, http.StatusBadRequest, `{"code":"invalidParameter.robotCode.downloadCode","message":"m","requestid":"R13"}`)
		return
	}
	answer(w, http.StatusOK, `{"downloadUrl":"http://`+fileHost+`/`+req.DownloadCode+`?sign=abc"}`)
}

func (s *server) file(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	data, ok := s.files[strings.TrimPrefix(r.URL.Path, "/")]
	s.mu.Unlock()
	if target, isRedirect := strings.CutPrefix(string(data), "redirect:"); isRedirect {
		http.Redirect(w, r, target, http.StatusFound)
		return
	}
	if !ok {
		answer(w, http.StatusForbidden, "expired")
		return
	}
	_, _ = w.Write(data)
}
