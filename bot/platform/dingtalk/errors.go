package dingtalk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"yiqun/bot"
)

// How long to wait when DingTalk does not say. A breach of the per-address limit
// bans the address for five minutes.
const (
	qpsWait = time.Second
	qpmWait = 20 * time.Second
	banWait = 5 * time.Minute
)

// errTokenExpired is inside the error of a call whose access token was refused;
// the call is then made once more with a fresh one.
var errTokenExpired = errors.New("access token refused")

// errScope says that the application lacks a permission.
var errScope = errors.New("permission missing")

// scopeError names the permissions that are missing; it is errScope.
type scopeError struct{ scopes []string }

func (e *scopeError) Error() string { return fmt.Sprintf("%v %.200q", errScope, e.scopes) }
func (e *scopeError) Unwrap() error { return errScope }

// errAddress says that this machine's address is not among those the application
// allows.
var errAddress = errors.New("address not listed")

// errCredentials says that the client id or secret is wrong.
var errCredentials = errors.New("credentials refused")

// errCardExists says that the card id was used before: for us, that an earlier
// attempt with an unknown outcome had arrived.
var errCardExists = errors.New("card exists already")

// errTemplate says that the card template cannot be used.
var errTemplate = errors.New("card template not usable")

// refusal is the body of a failed call, in either API's shape. Its texts may
// quote what we sent, so only codes and ids are ever printed.
type refusal struct {
	Code      string `json:"code"`
	RequestID string `json:"requestid"`
	Denied    struct {
		Scopes []string `json:"requiredScopes"`
	} `json:"accessdenieddetail"`
	ErrCode *int64 `json:"errcode"`
	Status  int    `json:"status"` // 1111: the address is banned
}

// readRefusal decodes a body; ok is false for one that is not a JSON object, such
// as the HTML page of a banned address or of a broken gateway.
func readRefusal(body []byte) (r refusal, ok bool) {
	err := json.Unmarshal(body, &r)
	var mistyped *json.UnmarshalTypeError
	return r, err == nil || errors.As(err, &mistyped) && mistyped.Field != ""
}

// refused turns a non-2xx answer to a call of the new API into a *bot.Error. DingTalk
// answers 403 for several things, so the code is read before the status.
func (a *Adapter) refused(path string, status int, header http.Header, body []byte) error {
	r, ok := readRefusal(body)
	if !ok || r.Status == 1111 {
		return unreadable(status)
	}
	cause := fmt.Errorf("refused with %d %.100q (request %.64q)", status, r.Code, r.RequestID)
	code := strings.ToLower(r.Code)
	has := func(part string) bool { return strings.Contains(code, part) }
	switch {
	case has("invalidauthentication"):
		return bot.Fault(bot.Retryable, fmt.Errorf("%w: %w", errTokenExpired, cause))
	case has("qpslimit"):
		return throttled(retryAfter(header), cause)
	case has("qpmlimit"):
		return throttled(max(qpmWait, retryAfter(header)), cause)
	case has("apicountlimit"):
		a.problems.set(quotaUsedUp, "钉钉本月的接口调用额度已用完，请在开放平台“资源管理”里查看")
		return bot.Fault(bot.QuotaGone, cause)
	case has("accesstokenpermissiondenied"):
		a.problems.set(missingScope(path), scopeSentence(a.cfg.ClientID, r.Denied.Scopes))
		return bot.Fault(bot.Rejected, fmt.Errorf("%w: %w", &scopeError{r.Denied.Scopes}, cause))
	case has("ipnotinwhitelist"):
		a.problems.set(unlistedIP, "钉钉应用设置了出口 IP 白名单，本机的公网 IP 不在里面")
		return bot.Fault(bot.Rejected, fmt.Errorf("%w: %w", errAddress, cause))
	case credentialCode(code), status == http.StatusUnauthorized:
		a.problems.set(badCredentials, "钉钉不认 Client ID 或 Client Secret，请核对设置")
		return bot.Fault(bot.Rejected, fmt.Errorf("%w: %w", errCredentials, cause))
	case has("templatenotexist"), has("templateunpublished"):
		return bot.Fault(bot.Unsupported, fmt.Errorf("%w: %w", errTemplate, cause))
	case has("cardalreadyexist"):
		return bot.Fault(bot.Rejected, fmt.Errorf("%w: %w", errCardExists, cause))
	case has("downloadcode"):
		return bot.Fault(bot.Expired, cause)
	case has("openspaceid"), has("useridnotexist"), has("staffid.notexist"), has("openconversationid"):
		return bot.Fault(bot.Unreachable, cause)
	case status == http.StatusTooManyRequests:
		return throttled(retryAfter(header), cause)
	case status >= 500, status == http.StatusRequestTimeout, has("system.busy"), has("serviceunavailable"):
		return bot.Fault(bot.Retryable, cause)
	}
	return bot.Fault(bot.Rejected, cause)
}

// credentialCode reports whether code, in lower case, says that the client id or
// secret is wrong: invalidClientIdOrSecret of the token call, authFailed of the
// gateway.
func credentialCode(code string) bool {
	return strings.Contains(code, "invalidclient") || strings.Contains(code, "authfailed") || strings.Contains(code, "invalidappkey")
}

// unreadable is an answer that is no JSON: a gateway's error page, or the page
// (or {"status":1111}) that a banned address gets.
func unreadable(status int) error {
	err := fmt.Errorf("status %d without a readable body", status)
	if status >= 500 {
		return bot.Fault(bot.Retryable, err)
	}
	return throttled(banWait, err)
}

// refusedOld turns an errcode of the old API into a *bot.Error.
func (a *Adapter) refusedOld(errcode int64) error {
	cause := fmt.Errorf("refused with errcode %d", errcode)
	switch errcode {
	case 40001, 40014, 42001:
		return bot.Fault(bot.Retryable, fmt.Errorf("%w: %w", errTokenExpired, cause))
	case -1, 15, 88:
		return bot.Fault(bot.Retryable, cause)
	case 90002, 90018, 130101, 410100:
		return throttled(qpsWait, cause)
	case 90020:
		a.problems.set(quotaUsedUp, "钉钉本月的接口调用额度已用完，请在开放平台“资源管理”里查看")
		return bot.Fault(bot.QuotaGone, cause)
	case 33012:
		return bot.Fault(bot.Unreachable, cause)
	}
	return bot.Fault(bot.Rejected, cause)
}

func throttled(wait time.Duration, err error) error {
	return &bot.Error{Code: bot.Throttled, After: wait, Err: err}
}

// waitOf is how long err asks to wait, 0 if it does not.
func waitOf(err error) time.Duration {
	if e, ok := errors.AsType[*bot.Error](err); ok {
		return e.After
	}
	return 0
}

// retryAfter reads a Retry-After header in seconds, at least one second. DingTalk
// documents none; gateways on the way to it may send one.
func retryAfter(h http.Header) time.Duration {
	wait, err := time.ParseDuration(h.Get("Retry-After") + "s")
	if err != nil {
		return qpsWait
	}
	return min(max(wait, qpsWait), time.Hour)
}

// failed wraps what stopped a call before an answer came: its outcome is
// unknown, unless there was not even a connection to send it on. Addresses are taken
// out of err, for they carry tokens.
func failed(what string, err error) error {
	code := bot.Retryable
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		code = bot.Offline
	}
	return bot.Fault(code, fmt.Errorf("%s: %w", what, bare(err)))
}

// bare returns err without the address that net/http and the websocket dialer
// put in.
func bare(err error) error {
	if withURL, ok := errors.AsType[*url.Error](err); ok {
		return withURL.Err
	}
	return err
}
