package dingtalk

import (
	"net/http"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
)

// How long the parts of a registration last, and how often may be asked.
const (
	nonceLife      = 300 * time.Second
	deviceCodeLife = 7200 * time.Second
	pollEvery      = 5 * time.Second
)

// registration is one app being made by a scanned code.
type registration struct {
	until  time.Time
	status string // WAITING, SUCCESS, FAIL
	reason string
	asked  time.Time
	polls  int
}

// Scanned is what the person with the phone does: nothing before Polls questions,
// then they agree, or decline for a reason.
type Scanned struct {
	Polls  int
	Reason string // of FAIL; empty means that they agree
	Never  bool
}

// SetScanned decides what becomes of registrations.
func (s *Server) SetScanned(p Scanned) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scanned = p
}

// registrationRoutes serves the making of an app by scanning a code
// (/app/registration of oapi.dingtalk.com): no token, and errcode in every answer.
func (s *Server) registrationRoutes(mux *http.ServeMux) {
	for path, serve := range map[string]func(body []byte) map[string]any{
		"/app/registration/init": s.registrationInit, "/app/registration/begin": s.registrationBegin,
		"/app/registration/poll": s.registrationPoll,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			body, refused := readBody(r)
			answer := oldError(40035, "不合法的参数")
			if refused == nil {
				answer = serve(body)
			}
			s.answer(w, sim.Call{Name: "POST " + path, Request: mask.Secrets(string(body))}, answer, nil)
		})
	}
}

// oldError is a refusal of the old interfaces. Which codes registration gives is not
// documented.
func oldError(code int, message string) map[string]any {
	return map[string]any{"errcode": code, "errmsg": message}
}

func (s *Server) registrationInit([]byte) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	nonce := s.newID()
	s.nonces[nonce] = s.now().Add(nonceLife)
	return map[string]any{"errcode": 0, "errmsg": "ok", "nonce": nonce}
}

func (s *Server) registrationBegin(body []byte) map[string]any {
	in, refused := decode[struct {
		Nonce string `json:"nonce"`
	}](body)
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	until, known := s.nonces[in.Nonce]
	delete(s.nonces, in.Nonce)
	if refused != nil || !known || !now.Before(until) {
		return oldError(40035, "nonce 无效或已过期")
	}
	code := s.newID()
	s.registrations[code] = &registration{until: now.Add(deviceCodeLife), status: "WAITING"}
	uri := s.URL() + "/app/registration/verify"
	return map[string]any{
		"errcode": 0, "errmsg": "ok", "device_code": code, "user_code": "ABCD-EFGH-JKLM",
		"verification_uri": uri, "verification_uri_complete": uri + "?user_code=ABCD-EFGH-JKLM",
		"expires_in": int(deviceCodeLife.Seconds()), "interval": int(pollEvery.Seconds()),
	}
}

func (s *Server) registrationPoll(body []byte) map[string]any {
	in, refused := decode[struct {
		DeviceCode string `json:"device_code"`
	}](body)
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.registrations[in.DeviceCode]
	switch {
	case refused != nil || r == nil:
		return oldError(40035, "device_code 无效")
	case !now.Before(r.until):
		return map[string]any{"errcode": 0, "errmsg": "ok", "status": "EXPIRED"}
	case !r.asked.IsZero() && now.Sub(r.asked) < pollEvery:
		return oldError(90018, "请求过于频繁")
	}
	r.asked = now
	r.polls++
	if r.status == "WAITING" && !s.scanned.Never && r.polls > s.scanned.Polls {
		r.status = "SUCCESS"
		if s.scanned.Reason != "" {
			r.status, r.reason = "FAIL", s.scanned.Reason
		}
	}
	out := map[string]any{"errcode": 0, "errmsg": "ok", "status": r.status}
	switch r.status {
	case "SUCCESS":
		out["client_id"], out["client_secret"] = s.opts.ClientID, s.opts.ClientSecret
	case "FAIL":
		out["fail_reason"] = r.reason
	}
	return out
}
