package dingtalk

import (
	"net/http"
	"slices"
)

// The permission codes that the bot's calls need (open.dingtalk.com: 权限管理).
const (
	ScopeRobot = "qyapi_robot_sendmsg"
	ScopeCard  = "Card.Instance.Write"
)

// Console is what the developer console says of the app. The zero value is an app
// that is set up as it should be.
type Console struct {
	// Without are permission codes that were not granted.
	Without []string
	// SecretReset: the client secret was made anew, the old one is refused.
	SecretReset bool
	// OtherAddresses: outgoing addresses are listed, and the caller's is not.
	OtherAddresses bool
	// NoTemplates: no card template may be used by this organisation.
	NoTemplates bool
}

// SetConsole changes what the console says.
func (s *Server) SetConsole(c Console) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.console = c
}

func (s *Server) consoleNow() Console {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.console
}

// credentials reports whether a client id and secret are the app's.
func (s *Server) credentials(id, secret string) bool {
	return id == s.opts.ClientID && secret == s.opts.ClientSecret && !s.consoleNow().SecretReset
}

// scopes are the permissions that interfaces need.
var scopes = map[string]string{
	"POST /v1.0/robot/groupMessages/send":        ScopeRobot,
	"POST /v1.0/robot/oToMessages/batchSend":     ScopeRobot,
	"POST /v1.0/robot/groupMessages/recall":      ScopeRobot,
	"POST /v1.0/robot/otoMessages/batchRecall":   ScopeRobot,
	"POST /v1.0/robot/messageFiles/download":     ScopeRobot,
	"POST /v1.0/card/instances/createAndDeliver": ScopeCard,
	"POST /v1.0/card/instances":                  ScopeCard,
	"POST /v1.0/card/instances/deliver":          ScopeCard,
	"PUT /v1.0/card/instances":                   ScopeCard,
}

// permitted checks what the console has to do with an interface. DingTalk answers
// 403 for each, with its own code.
func (s *Server) permitted(name string) *refusal {
	c := s.consoleNow()
	if c.OtherAddresses {
		return &refusal{status: http.StatusForbidden, code: "Forbidden.AccessDenied.IpNotInWhiteList", message: "访问ip不在白名单之中"}
	}
	if scope := scopes[name]; scope != "" && slices.Contains(c.Without, scope) {
		return &refusal{
			status: http.StatusForbidden, code: "Forbidden.AccessDenied.AccessTokenPermissionDenied",
			message: "应用尚未开通所需的权限", scopes: []string{scope},
		}
	}
	return nil
}
