package wecom

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
)

// App is the self-built app of the same corporation.
type App struct {
	CorpID, Secret string
	AgentID        int
}

// SeenIP is the address that the app's callers come from, as WeCom sees it.
const SeenIP = "203.0.113.7"

// The codes of the app's interfaces (documents 91039, 90236 and 90313).
const (
	codeNoCredential = 40001  // wrong secret
	codeNoCorp       = 40013  // wrong corp id
	codeNoToken      = 40014  // access_token not good
	codeOtherAgent   = 301002 // agent id and token are of two apps
	codeOtherIP      = 60020
	codeNobody       = 81013 // none of the receivers exists
	codeNoReceiver   = 82001
)

const appTokenLife = 7200 * time.Second

// maxAppBody bounds what is read of a request.
const maxAppBody = 1 << 20

// appRoutes serves the app's interfaces: the token, a message to single people, and
// the turning of encrypted ids into those in the clear.
func (s *Server) appRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /cgi-bin/gettoken", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		s.appAnswer(w, "gettoken", "", s.appToken(q.Get("corpid"), q.Get("corpsecret")))
	})
	for path, serve := range map[string]func(body []byte) map[string]any{
		"message/send": s.appSend, "batch/openuserid_to_userid": s.appUserIDs,
	} {
		mux.HandleFunc("POST /cgi-bin/"+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(io.LimitReader(r.Body, maxAppBody))
			answer := appError(codeBadParam, "invalid body")
			if err == nil {
				if answer = s.appAdmit(r.URL.Query().Get("access_token")); answer == nil {
					answer = serve(body)
				}
			}
			s.appAnswer(w, path, string(body), answer)
		})
	}
}

func appError(code int, message string) map[string]any {
	return map[string]any{"errcode": code, "errmsg": message}
}

func (s *Server) appAnswer(w http.ResponseWriter, name, request string, answer map[string]any) {
	result := "ok"
	if code, _ := answer["errcode"].(int); code != 0 {
		result = strconv.Itoa(code)
	}
	text := string(encode(answer))
	s.record(sim.Call{Name: name, Result: result, Request: mask.Secrets(request), Response: mask.Secrets(text)})
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_, _ = io.WriteString(w, text)
}

func (s *Server) appToken(corp, secret string) map[string]any {
	app := s.opts.App
	switch {
	case corp != app.CorpID || corp == "":
		return appError(codeNoCorp, "invalid corpid")
	case secret != app.Secret || s.consoleNow().SecretReset:
		return appError(codeNoCredential, "invalid credential")
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !now.Before(s.appUntil) {
		s.appAccess, s.appUntil = s.newID(), now.Add(appTokenLife)
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "access_token": s.appAccess, "expires_in": int(s.appUntil.Sub(now).Seconds())}
}

// appAdmit checks what stands before every interface; nil lets through.
func (s *Server) appAdmit(token string) map[string]any {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case token == "" || token != s.appAccess || !now.Before(s.appUntil):
		return appError(codeNoToken, "invalid access_token")
	case s.console.OtherAddresses:
		return appError(codeOtherIP, "not allow to access from your ip, hint: [1700000000000000000000000], from ip: "+SeenIP+
			", more info at https://open.work.weixin.qq.com/devtool/query?e=60020")
	}
	return nil
}

func (s *Server) appSend(body []byte) map[string]any {
	var in struct {
		To    string `json:"touser"`
		Agent int    `json:"agentid"`
		Kind  string `json:"msgtype"`
		Text  *struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	c := s.consoleNow()
	switch err := json.Unmarshal(body, &in); {
	case err != nil:
		return appError(codeBadParam, "invalid body")
	case c.AppForbidden:
		return appError(codeForbidden, "api forbidden, hint: [1]")
	case in.Agent != s.opts.App.AgentID || c.OtherAgent:
		return appError(codeOtherAgent, "not allow operate another agent with this accesstoken")
	case in.To == "":
		return appError(codeNoReceiver, "touser & toparty & totag is empty")
	case in.Kind != "text" || in.Text == nil:
		return appError(codeBadKind, "invalid message type")
	}
	var unknown []string
	var known []sim.Person
	for id := range strings.SplitSeq(in.To, "|") {
		if p, ok := s.world.ByUser(bot.WeCom, bot.UserID(id)); ok {
			known = append(known, p)
		} else {
			unknown = append(unknown, id)
		}
	}
	if len(known) == 0 {
		return appError(codeNobody, "user & party & tag all invalid")
	}
	for _, p := range known {
		s.show(drawn{Bubble: sim.Bubble{
			Chat: bot.Chat{Platform: bot.WeCom, ID: bot.ChatID(p.WeCom), Private: true}, Route: "app", Text: in.Text.Content,
		}})
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": "app", "invaliduser": strings.Join(unknown, "|")}
}

// appUserIDs knows no encrypted id: the played bot was made by a super administrator.
func (s *Server) appUserIDs(body []byte) map[string]any {
	var in struct {
		Open []string `json:"open_userid_list"`
	}
	if json.Unmarshal(body, &in) != nil || len(in.Open) == 0 || len(in.Open) > 1000 {
		return appError(codeBadParam, "open_userid_list invalid")
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "userid_list": []any{}, "invalid_open_userid_list": in.Open}
}
