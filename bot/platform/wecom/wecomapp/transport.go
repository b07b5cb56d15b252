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
	"strings"
	"time"

	"github.com/ArtisanCloud/PowerLibs/v3/http/contract"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

const (
	// callTimeout bounds one call, uploads included.
	callTimeout = 20 * time.Second
	// maxAnswer is the most bytes of an answer; the longest converts 1 000 ids.
	maxAnswer = 1 << 20

	tokenParameter = "access_token"
)

// The codes of a token that is not good, or not any more: one refresh may help
// (documents 91039 and 90313).
const (
	codeBadToken     = 40001
	codeInvalidToken = 40014
	codeExpiredToken = 42001
)

// transport is the HTTP client that PowerWeChat gets. It judges every answer
// itself: what WeCom refused comes out as an error, so that PowerWeChat, whose own
// handling of some codes panics, only ever decodes success.
type transport struct {
	http    *http.Client
	secrets []string
	token   func(ctx context.Context, refused string) (string, error) // nil: the call needs none
}

var _ contract.ClientInterface = (*transport)(nil)

// SetConfig does nothing: the client is ours.
func (t *transport) SetConfig(*contract.ClientConfig) {}

// GetConfig returns nothing.
func (t *transport) GetConfig() contract.ClientConfig { return contract.ClientConfig{} }

// DoRequest sends a request with the token it needs, and once more with a fresh
// one if WeCom does not take it.
func (t *transport) DoRequest(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	refused := ""
	for {
		token := ""
		if t.token != nil {
			if token, err = t.token(r.Context(), refused); err != nil {
				return nil, err
			}
		}
		resp, err := t.once(r, body, token)
		if token == "" || refused != "" || !isTokenFault(err) {
			return resp, err
		}
		refused = token
	}
}

func isTokenFault(err error) bool {
	switch wecom.RefusalCode(err) {
	case codeBadToken, codeInvalidToken, codeExpiredToken:
		return true
	}
	return false
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading request: %w", err)
	}
	return body, nil
}

// once sends the request one time. The answer's body is in memory.
func (t *transport) once(r *http.Request, body []byte, token string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), callTimeout)
	defer cancel()
	r = r.Clone(ctx)
	if token != "" {
		q := r.URL.Query()
		q.Set(tokenParameter, token)
		r.URL.RawQuery = q.Encode()
	}
	if body != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	resp, err := t.http.Do(r)
	if err != nil {
		return nil, bot.Fault(bot.Retryable, fmt.Errorf("calling wecom: %w", withoutURL(err)))
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, bot.Fault(bot.Retryable, fmt.Errorf("reading answer of wecom: %w", withoutURL(err)))
	}
	if err := t.judge(resp.StatusCode, data, token); err != nil {
		return nil, err
	}
	// PowerWeChat chooses a decoder by this header; some proxies set another.
	resp.Header.Set("Content-Type", "application/json")
	resp.Body = io.NopCloser(bytes.NewReader(data))
	return resp, nil
}

// withoutURL strips an HTTP error of its URL, which holds the token or the secret.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// judge returns the error in an answer.
func (t *transport) judge(status int, data []byte, token string) error {
	switch {
	case status == http.StatusTooManyRequests:
		return &bot.Error{Code: bot.Throttled, After: time.Minute, Err: fmt.Errorf("wecom answered with status %d", status)}
	case status >= 500:
		return bot.Fault(bot.Retryable, fmt.Errorf("wecom answered with status %d", status))
	case status != http.StatusOK:
		return bot.Fault(bot.Rejected, fmt.Errorf("wecom answered with status %d", status))
	case len(data) > maxAnswer:
		return bot.Fault(bot.Retryable, errors.New("answer of wecom is too long"))
	}
	var answer struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if err := json.Unmarshal(data, &answer); err != nil || answer.Code == nil {
		return bot.Fault(bot.Retryable, errors.New("answer of wecom is not of the expected shape"))
	}
	return wecom.Refused(*answer.Code, firstPart(answer.Message), append([]string{token}, t.secrets...)...)
}

// firstPart is an errmsg without its hint and the addresses behind it.
func firstPart(message string) string {
	message, _, _ = strings.Cut(message, ", hint")
	return message
}
