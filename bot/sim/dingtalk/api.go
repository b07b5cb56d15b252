package dingtalk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
	"yiqun/bot/sim/internal/meter"
)

// bodyLimit is the largest request taken, in bytes: a 20 MB file and its form.
const bodyLimit = 21 << 20

// refusal is an error answer of the new interfaces.
type refusal struct {
	status  int
	code    string
	message string
	scopes  []string
}

func badRequest(code, message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: code, message: message}
}

// endpoint serves one interface: body in, answer or refusal out.
type endpoint func(body []byte) (any, *refusal)

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1.0/gateway/connections/open", s.open)
	mux.HandleFunc("GET /connect", s.connect)
	mux.HandleFunc("POST /v1.0/oauth2/accessToken", s.accessToken)
	for pattern, serve := range map[string]endpoint{
		"POST /v1.0/robot/groupMessages/send":          s.groupSend,
		"POST /v1.0/robot/oToMessages/batchSend":       s.personalSend,
		"POST /v1.0/robot/groupMessages/recall":        s.recall,
		"POST /v1.0/robot/otoMessages/batchRecall":     s.recall,
		"POST /v1.0/robot/messageFiles/download":       s.downloadURL,
		"POST /v1.0/card/instances/createAndDeliver":   s.createAndDeliver,
		"POST /v1.0/card/instances":                    s.createCard,
		"POST /v1.0/card/instances/deliver":            s.deliverCard,
		"PUT /v1.0/card/instances":                     s.updateCard,
		"POST /v1.0/im/sceneGroups/members/batchQuery": s.members,
	} {
		mux.HandleFunc(pattern, s.api(pattern, serve))
	}
	mux.HandleFunc("GET /gettoken", s.oldToken)
	mux.HandleFunc("POST /robot/sendBySession", s.sendBySession)
	mux.HandleFunc("POST /media/upload", s.upload)
	mux.HandleFunc("GET /files/{id}", s.file)
	s.registrationRoutes(mux)
	mux.HandleFunc("/", s.unknown)
	return mux
}

// api wraps an interface of api.dingtalk.com that wants a token: faults, token,
// rate, month, then the interface itself.
func (s *Server) api(name string, serve endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, refused := readBody(r)
		call := sim.Call{Name: name, Request: mask.Secrets(string(body))}
		status := s.spendFault()
		if status != 0 && status != http.StatusGatewayTimeout {
			s.fail(w, call, status)
			return
		}
		if refused == nil {
			refused = s.admit(name, r.Header.Get("x-acs-dingtalk-access-token"))
		}
		var answer any
		if refused == nil {
			call.Counts = sim.DingTalkAPI
			answer, refused = serve(body)
		}
		if status == http.StatusGatewayTimeout {
			// The gateway gave up waiting; what was asked for happened all the same.
			s.fail(w, call, status)
			return
		}
		s.answer(w, call, answer, refused)
	}
}

// admit checks what stands before every interface. Throttled calls do not count
// against the month; refused ones do.
func (s *Server) admit(name, token string) *refusal {
	now := s.now()
	if !s.validToken(token) {
		return badRequest("InvalidAuthentication", "不合法的access_token")
	}
	if refused := s.permitted(name); refused != nil {
		return refused
	}
	if !s.rates.Allow(name, now, meter.Limit{Most: 20, Span: time.Second}) {
		return &refusal{status: http.StatusForbidden, code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", message: "访问频率超过每秒20次"}
	}
	if s.Faults().QuotaGone || !s.month.Allow("calls", now, s.opts.MonthCalls) {
		return &refusal{status: http.StatusForbidden, code: "Forbidden.AccessDenied.ApiCountLimitForOrg", message: "本月调用量已用完"}
	}
	return nil
}

// spendFault takes one of the failures told, 0 if none is left.
func (s *Server) spendFault() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Next <= 0 || s.faults.Status == 0 {
		return 0
	}
	s.faults.Next--
	return s.faults.Status
}

// fail answers with a bare status, as the platform's gateways do.
func (s *Server) fail(w http.ResponseWriter, call sim.Call, status int) {
	r := &refusal{status: status, code: fmt.Sprintf("simulated.%d", status), message: http.StatusText(status)}
	switch status {
	case http.StatusForbidden:
		r.code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
		r.message, r.scopes = "应用尚未开通所需的权限", []string{"qyapi_robot_sendmsg"}
	case http.StatusTooManyRequests:
		r.code = "Forbidden.AccessDenied.QpsLimitForApi"
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		call.Result, call.Response = fmt.Sprint(status), "<html>"
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<html><body>"+http.StatusText(status)+"</body></html>")
		s.record(call)
		return
	}
	s.answer(w, call, nil, r)
}

// answer writes the answer or the refusal, and records the call.
func (s *Server) answer(w http.ResponseWriter, call sim.Call, answer any, refused *refusal) {
	call.Result = cmp.Or(call.Result, "ok")
	status, body := http.StatusOK, answer
	if refused != nil {
		call.Result, status = refused.code, refused.status
		out := map[string]any{"code": refused.code, "message": refused.message, "requestid": "simulated"}
		if refused.scopes != nil {
			out["accessdenieddetail"] = map[string]any{"requiredScopes": refused.scopes}
		}
		body = out
	}
	text := encode(body)
	call.Response = mask.Secrets(text)
	s.record(call) // before the answer, so that who got it finds it recorded
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// members serves the only member list there is, which knows no ordinary group.
func (s *Server) members([]byte) (any, *refusal) {
	return nil, badRequest("invalidParameter.openConversationId", "不是场景群")
}

// unknown serves every interface that is not there.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	s.answer(w, sim.Call{Name: r.Method + " " + r.URL.Path}, nil,
		&refusal{status: http.StatusNotFound, code: "InvalidAction.NotFound", message: "接口不存在"})
}

func readBody(r *http.Request) ([]byte, *refusal) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	if err != nil {
		return nil, badRequest("param.error", "body could not be read")
	}
	return body, nil
}

// decode reads a JSON body; a value of the wrong type is a refusal.
func decode[T any](body []byte) (in T, refused *refusal) {
	if err := json.Unmarshal(body, &in); err != nil {
		return in, badRequest("param.error", "body is not as documented: "+err.Error())
	}
	return in, nil
}
