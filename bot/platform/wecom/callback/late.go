package callback

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

const (
	lateTimeout = 10 * time.Second
	maxLate     = 64 << 10 // bytes of WeCom's word on a late answer
)

// post sends the late answer. Its address is good for one, so it is spent once WeCom
// has seen it; the error is then Expired.
func (d *delivery) post(ctx context.Context, m message) error {
	if d.late == "" || d.used.Get(d.exchange) {
		return bot.Fault(bot.Expired, errSpent)
	}
	if !d.ours(d.late) {
		return bot.Fault(bot.Expired, errors.New("address for a late answer is on a foreign host"))
	}
	body, err := json.Marshal(m)
	if err != nil {
		return bot.Fault(bot.Rejected, fmt.Errorf("encoding answer: %w", err))
	}
	ctx, cancel := context.WithTimeout(ctx, lateTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.late, bytes.NewReader(body))
	if err != nil {
		return bot.Fault(bot.Expired, errors.New("address for a late answer is none"))
	}
	req.Header.Set("Content-Type", "application/json")
	d.calls++
	resp, err := d.http.Do(req)
	if err != nil {
		return bot.Fault(bot.Retryable, fmt.Errorf("sending late answer: %w", withoutURL(err)))
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxLate))
	if err != nil {
		return bot.Fault(bot.Retryable, fmt.Errorf("reading answer of wecom: %w", withoutURL(err)))
	}
	return d.judge(resp.StatusCode, data)
}

// withoutURL strips an HTTP error of its URL: a late answer's address is a secret.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

func (d *delivery) judge(status int, data []byte) error {
	switch {
	case status == http.StatusTooManyRequests:
		return &bot.Error{Code: bot.Throttled, After: time.Minute, Err: fmt.Errorf("late answer: status %d", status)}
	case status >= 500:
		return bot.Fault(bot.Retryable, fmt.Errorf("late answer: status %d", status))
	case status != http.StatusOK:
		return bot.Fault(bot.Expired, fmt.Errorf("late answer: status %d", status))
	}
	var word struct {
		Code    int    `json:"errcode"`
		Message string `json:"errmsg"`
	}
	// The document shows no body; one that is no JSON says nothing either.
	_ = json.Unmarshal(data, &word)
	err := wecom.Refused(word.Code, word.Message, d.late)
	if code := bot.CodeOf(err); code != bot.Retryable && code != bot.Throttled {
		d.used.Put(d.exchange, true)
	}
	return err
}

// ours keeps a forged reply from making the bot call elsewhere.
func (a *Adapter) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	api, err := url.Parse(a.cfg.APIURL)
	return err == nil && u.Scheme == api.Scheme && u.Host == api.Host
}
