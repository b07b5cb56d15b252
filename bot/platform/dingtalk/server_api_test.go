package dingtalk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"yiqun/bot"
	"yiqun/bot/platform/platformtest"
)

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
		if failure != "" && s.spare > 0 {
			failure, s.spare = "", s.spare-1
		}
		s.mu.Unlock()
		if got := r.Header.Get("x-acs-dingtalk-access-token"); got == "" || s.badToken && got != newest {
			answer(w, http.StatusBadRequest, `{"code":"InvalidAuthentication","message":"不合法的access_token","requestid":"R3"}`)
			return
		}
		if f, ok := failures[failure]; ok {
			if f.status == http.StatusTooManyRequests {
				w.Header().Set("Retry-After", fmt.Sprint(platformtest.Wait.Seconds()))
			}
			answer(w, f.status, f.body)
			return
		}
		h(w, r)
	}
}

// failures is how DingTalk says each code.
var failures = map[bot.Code]reply{
	bot.Retryable:   {503, "<html>service unavailable</html>"},
	bot.Throttled:   {429, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi","message":"3栋2单元声控灯坏了，电话13800001234","requestid":"R4"}`},
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
