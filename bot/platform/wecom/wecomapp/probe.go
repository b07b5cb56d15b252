package wecomapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"yiqun/bot"
)

// nobody is a user id that no corporation has: an app that may write finds nobody to
// write to.
const nobody = "yiqun-doctor-nobody"

// Codes that mean the call was let through and found nobody (document 90313).
var foundNobody = map[int]bool{0: true, 60111: true, 81013: true, 82001: true, 60011: true}

// ProbeError is a probe that WeCom refused.
type ProbeError struct {
	Code int
	// SeenIP is this machine's address as WeCom sees it, where it says so (60020).
	SeenIP string
	// Say is what to do, one Chinese sentence; empty if the code is none of those an
	// operator can mend.
	Say string
}

func (e *ProbeError) Error() string { return fmt.Sprintf("wecom refused with %d", e.Code) }

// seenIP finds the address in the errmsg of 60020.
var seenIP = regexp.MustCompile(`from ip: ?([0-9A-Fa-f.:]+)`)

// Probe finds out whether the app may write to people: it fetches a token, and sends
// a message to nobody. It does not go through PowerWeChat, which keeps what WeCom
// says about addresses to itself. The error is a *ProbeError, or one of code
// Retryable when WeCom could not be reached.
func Probe(ctx context.Context, cfg Config) error {
	agent, err := cfg.agent()
	if err != nil {
		return err
	}
	p := probe{cfg}
	var got struct {
		Token string `json:"access_token"`
	}
	query := url.Values{"corpid": {cfg.CorpID}, "corpsecret": {string(cfg.Secret)}}
	if err := p.ask(ctx, http.MethodGet, "gettoken", query, nil, &got); err != nil {
		return err
	}
	body := outgoing{To: nobody, Agent: agent, Kind: "text", Text: &content{Content: "体检"}}
	err = p.ask(ctx, http.MethodPost, "message/send", url.Values{tokenParameter: {got.Token}}, body, &struct{}{})
	if refused, ok := errors.AsType[*ProbeError](err); ok && foundNobody[refused.Code] {
		return nil
	}
	return err
}

type probe struct{ cfg Config }

func (p probe) ask(ctx context.Context, method, path string, query url.Values, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	data, err := json.Marshal(body)
	if err != nil {
		return bot.Fault(bot.Internal, fmt.Errorf("encoding probe: %w", err))
	}
	address := strings.TrimSuffix(p.cfg.APIURL, "/") + "/cgi-bin/" + path + "?" + query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(data))
	if err != nil {
		return bot.Fault(bot.Internal, errors.New("the API address cannot be read"))
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.cfg.HTTP.Do(req)
	if err != nil {
		return bot.Fault(bot.Retryable, fmt.Errorf("calling wecom: %w", withoutURL(err)))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return bot.Fault(bot.Retryable, fmt.Errorf("reading answer of wecom: %w", withoutURL(err)))
	}
	var judged struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if err := json.Unmarshal(answer, &judged); err != nil || judged.Code == nil {
		return bot.Fault(bot.Retryable, fmt.Errorf("answer of wecom with status %d cannot be read", resp.StatusCode))
	}
	if *judged.Code != 0 {
		e := &ProbeError{Code: *judged.Code, Say: problems[*judged.Code]}
		if m := seenIP.FindStringSubmatch(judged.Message); m != nil {
			e.SeenIP = m[1]
		}
		return e
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return bot.Fault(bot.Retryable, errors.New("answer of wecom is not of the expected shape"))
	}
	return nil
}
