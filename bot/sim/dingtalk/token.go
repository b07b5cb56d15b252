package dingtalk

import (
	"net/http"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
)

const tokenLife = 7200 * time.Second

type token struct {
	value string
	until time.Time
}

// accessToken serves POST /v1.0/oauth2/accessToken. It is free, and gives the
// same token again within its life.
func (s *Server) accessToken(w http.ResponseWriter, r *http.Request) {
	body, refused := readBody(r)
	call := sim.Call{Name: "POST /v1.0/oauth2/accessToken", Request: mask.Secrets(string(body))}
	if status := s.spendFault(); status != 0 {
		s.fail(w, call, status)
		return
	}
	var answer any
	if refused == nil {
		answer, refused = s.issueToken(body)
	}
	s.answer(w, call, answer, refused)
}

func (s *Server) issueToken(body []byte) (any, *refusal) {
	in, refused := decode[struct {
		AppKey    string `json:"appKey"`
		AppSecret string `json:"appSecret"`
	}](body)
	if refused != nil {
		return nil, refused
	}
	if !s.credentials(in.AppKey, in.AppSecret) {
		return nil, badRequest("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
	}
	value, left := s.currentToken()
	return map[string]any{"accessToken": value, "expireIn": int(left.Seconds())}, nil
}

// oldToken serves GET /gettoken of the old host, which gives out the same token;
// the platform's client for Node asks there.
func (s *Server) oldToken(w http.ResponseWriter, r *http.Request) {
	call := sim.Call{Name: "GET /gettoken"}
	if status := s.spendFault(); status != 0 {
		s.fail(w, call, status)
		return
	}
	if in := r.URL.Query(); in.Get("appkey") != s.opts.ClientID || in.Get("appsecret") != s.opts.ClientSecret {
		s.old(w, call, trouble{40089, "不合法的corpid或corpsecret"}, nil)
		return
	}
	value, left := s.currentToken()
	s.old(w, call, fine, map[string]any{"access_token": value, "expires_in": int(left.Seconds())})
}

// currentToken returns the token of the moment and how long it will do.
func (s *Server) currentToken() (value string, left time.Duration) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !now.Before(s.token.until) {
		s.token = token{value: s.newID(), until: now.Add(tokenLife)}
	}
	return s.token.value, s.token.until.Sub(now)
}

func (s *Server) validToken(value string) bool {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return value != "" && value == s.token.value && now.Before(s.token.until)
}
