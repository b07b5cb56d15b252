package dingtalk

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"yiqun/bot"
)

const (
	callTimeout = 15 * time.Second // DingTalk's own gateway gives up after 3 s
	tokenMargin = 5 * time.Minute  // a token is replaced this much before its end
)

// tokens caches the access token of one client id. Many callers cause one
// request.
type tokens struct {
	fetch func(ctx context.Context) (token string, life time.Duration, err error)
	now   func() time.Time

	flight singleflight.Group
	mu     sync.Mutex
	token  string
	until  time.Time
}

// get returns a token that is good for a while.
func (t *tokens) get(ctx context.Context) (string, error) {
	if token := t.cached(); token != "" {
		return token, nil
	}
	// The request belongs to all who wait for it, so it outlives the first one's
	// ctx.
	shared := context.WithoutCancel(ctx)
	got := t.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(shared, callTimeout)
		defer cancel()
		return t.renew(ctx)
	})
	select {
	case r := <-got:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil
	case <-ctx.Done():
		return "", failed("waiting for an access token", ctx.Err())
	}
}

func (t *tokens) cached() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now().Before(t.until) {
		return t.token
	}
	return ""
}

func (t *tokens) renew(ctx context.Context) (string, error) {
	if token := t.cached(); token != "" { // renewed between our look and our turn
		return token, nil
	}
	token, life, err := t.fetch(ctx)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token, t.until = token, t.now().Add(max(life-tokenMargin, life/2))
	return token, nil
}

// drop forgets token, if it is still the one in use.
func (t *tokens) drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == token {
		t.until = time.Time{}
	}
}

// fetchToken asks for an access token. Asked again within its life, DingTalk
// gives the same one.
func (a *Adapter) fetchToken(ctx context.Context) (string, time.Duration, error) {
	body := map[string]string{"appKey": a.cfg.ClientID, "appSecret": string(a.cfg.ClientSecret)}
	var got struct {
		AccessToken string `json:"accessToken"`
		ExpireIn    int64  `json:"expireIn"` // seconds
	}
	if err := a.exchange(ctx, http.MethodPost, "/v1.0/oauth2/accessToken", "", body, &got); err != nil {
		return "", 0, err
	}
	if got.AccessToken == "" {
		return "", 0, bot.Fault(bot.Retryable, errNoToken)
	}
	a.problems.clear(badCredentials)
	return got.AccessToken, time.Duration(min(max(got.ExpireIn, 60), 86400)) * time.Second, nil
}
