package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"yiqun/bot"
)

var errNoToken = errors.New("the answer holds no access token")

// maxReply bounds the bodies of API answers.
const maxReply = 1 << 20

// call makes one call of the new API with the access token, and once more with a
// fresh one if the token was refused. It adds the calls made to *calls.
func (a *Adapter) call(ctx context.Context, calls *int, method, path string, body, into any) error {
	return a.withToken(ctx, func(token string) error {
		*calls++
		return a.exchange(ctx, method, path, token, body, into)
	})
}

// withToken runs do with the access token, and once more with a fresh one if the
// token was refused.
func (a *Adapter) withToken(ctx context.Context, do func(token string) error) error {
	if err := ctx.Err(); err != nil {
		return failed("not sent", err)
	}
	token, err := a.tokens.get(ctx)
	if err != nil {
		return err
	}
	err = do(token)
	if !errors.Is(err, errTokenExpired) {
		return err
	}
	a.tokens.drop(token)
	if token, err = a.tokens.get(ctx); err != nil {
		return err
	}
	return do(token)
}

// exchange sends body as JSON to a path of the new API and decodes the answer.
func (a *Adapter) exchange(ctx context.Context, method, path, token string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, a.api.String()+path, bytes.NewReader(encode(body)))
	if err != nil {
		return failed(path, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json") // without it the answer may be XML
	if token != "" {
		req.Header.Set("x-acs-dingtalk-access-token", token)
	}
	status, header, answer, err := a.roundTrip(req)
	if err != nil {
		return failed(path, err)
	}
	if status/100 != 2 {
		return named(path, a.refused(path, status, header, answer))
	}
	if r, ok := readRefusal(answer); !ok || r.Status == 1111 {
		return named(path, unreadable(status))
	}
	if err := lenient(json.Unmarshal(answer, into)); err != nil {
		return named(path, unreadable(status))
	}
	a.problems.clear(missingScope(path))
	return nil
}

// roundTrip sends req and reads the whole answer.
func (a *Adapter) roundTrip(req *http.Request) (status int, header http.Header, body []byte, err error) {
	resp, err := a.http.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxReply))
	return resp.StatusCode, resp.Header, body, err
}

// named puts the path of the call in front of a *bot.Error's cause.
func named(path string, err error) error {
	if e, ok := errors.AsType[*bot.Error](err); ok {
		return &bot.Error{Code: e.Code, Message: e.Message, After: e.After, Err: fmt.Errorf("%s: %w", path, e.Err)}
	}
	return err
}

// encode is json.Marshal without HTML escaping: a "\u003c" inside a string of
// JSON inside JSON keeps DingTalk from showing mentions and mark-up. Everything
// we send is made of types that always encode.
func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("dingtalk: encoding %T: %v", v, err))
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

// lenient forgives a field of an unexpected type: encoding/json has then decoded
// all the others, and the caller checks for what it needs.
func lenient(err error) error {
	if mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && mistyped.Field != "" {
		return nil
	}
	return err
}
