package dingtalk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"yiqun/bot"
)

// Why says what an operator must look at after a probe.
type Why string

// The outcomes of a probe.
const (
	WhyCredentials Why = "credentials" // client id or secret refused
	WhyScope       Why = "scope"       // a permission was not granted
	WhyAddress     Why = "address"     // this machine's address is not listed
	WhyQuota       Why = "quota"       // the month's calls are used up
	WhyTemplate    Why = "template"    // the card template cannot be used
	WhyBusy        Why = "busy"        // asked too often just now
	WhyUnreachable Why = "unreachable" // no answer that could be read
	WhyOther       Why = "other"
)

// ProbeError is a probe that DingTalk refused, or that never got there.
type ProbeError struct {
	Why    Why
	Scopes []string // of WhyScope
	Err    error
}

func (e *ProbeError) Error() string { return string(e.Why) + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ProbeError) Unwrap() error { return e.Err }

// probed sorts the error of a call.
func probed(err error) error {
	if err == nil {
		return nil
	}
	e := &ProbeError{Why: why(err), Err: err}
	if s, ok := errors.AsType[*scopeError](err); ok {
		e.Scopes = s.scopes
	}
	return e
}

func why(err error) Why {
	switch code := bot.CodeOf(err); {
	case errors.Is(err, errCredentials):
		return WhyCredentials
	case errors.Is(err, errScope):
		return WhyScope
	case errors.Is(err, errAddress):
		return WhyAddress
	case errors.Is(err, errTemplate):
		return WhyTemplate
	case code == bot.QuotaGone:
		return WhyQuota
	case code == bot.Throttled:
		return WhyBusy
	case code == bot.Retryable:
		return WhyUnreachable
	}
	return WhyOther
}

// ScopeLink is where a permission is applied for.
func ScopeLink(clientID, scope string) string {
	return "https://open-dev.dingtalk.com/appscope/apply?content=" + url.QueryEscape(clientID+"#"+scope)
}

// ProbeToken asks for an access token, which is free.
func (a *Adapter) ProbeToken(ctx context.Context) error {
	_, err := a.tokens.get(ctx)
	return probed(err)
}

// ProbeStream asks for a Stream ticket and calls at the host it names, without using
// the ticket: a connection of ours would take messages from the bot that runs.
func (a *Adapter) ProbeStream(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	opened, err := a.ticket(ctx)
	if err != nil {
		return probed(err)
	}
	address, err := a.socketAddress(opened)
	if err != nil {
		return probed(bot.Fault(bot.Retryable, err))
	}
	u, err := url.Parse(address)
	if err != nil {
		return probed(bot.Fault(bot.Retryable, errEndpoint))
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"wss": "443", "ws": "80"}[u.Scheme]
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return probed(failed("calling at the stream host", err))
	}
	return conn.Close()
}

// ProbeRobot finds out whether the robot's interfaces may be used, by asking for a
// file that is none. It costs one call of the month's.
func (a *Adapter) ProbeRobot(ctx context.Context) error {
	var calls int
	err := a.call(ctx, &calls, http.MethodPost, "/v1.0/robot/messageFiles/download",
		map[string]string{"downloadCode": "yiqun-doctor", "robotCode": a.cfg.ClientID}, &struct{}{})
	if err == nil || bot.CodeOf(err) == bot.Expired || why(err) == WhyOther {
		return nil // it looked for the file, so we may ask
	}
	return probed(err)
}

// ProbeCard finds out whether cards of the configured template can be made, by
// making one that is delivered to nobody. It costs one call of the month's.
func (a *Adapter) ProbeCard(ctx context.Context) error {
	var calls int
	err := a.call(ctx, &calls, http.MethodPost, "/v1.0/card/instances", map[string]any{
		"cardTemplateId": a.cfg.CardTemplate, "outTrackId": "yiqun-doctor-" + rand.Text(), "callbackType": "STREAM",
		"cardData": map[string]any{"cardParamMap": map[string]string{"title": "体检", "markdown": "体检"}},
	}, &struct{}{})
	if err != nil {
		return probed(fmt.Errorf("making a card: %w", err))
	}
	return nil
}
