package wecomapp

import (
	"context"
	"time"

	"github.com/ArtisanCloud/PowerWeChat/v3/src/kernel"
	"golang.org/x/sync/singleflight"

	"yiqun/bot"
)

// tokenTimeout bounds the fetching of a token, whoever waits for it.
const tokenTimeout = 15 * time.Second

// tokens hands out the app's access token: cached until shortly before its end,
// and fetched once however many ask at the same time. WeCom throttles who fetches
// too often and bans an address for an hour that keeps trying a wrong secret.
type tokens struct {
	source *kernel.AccessToken
	flight singleflight.Group
}

// get returns a token other than refused, which is empty at first.
func (t *tokens) get(ctx context.Context, refused string) (string, error) {
	// Those who were refused the same token share a fetch; who has not asked yet
	// must not join it and then fetch again.
	done := t.flight.DoChan("token:"+refused, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenTimeout)
		defer cancel()
		return guarded(func() (string, error) { return t.fetch(ctx, refused) })
	})
	select {
	case r := <-done:
		token, _ := r.Val.(string)
		return token, r.Err
	case <-ctx.Done():
		return "", bot.Fault(bot.Retryable, ctx.Err())
	}
}

// fetch takes the token from the cache, unless that is the refused one.
func (t *tokens) fetch(ctx context.Context, refused string) (string, error) {
	got, err := t.source.GetToken(ctx, false)
	if err == nil && refused != "" && got.AccessToken == refused {
		got, err = t.source.GetToken(ctx, true)
	}
	if err != nil {
		return "", err
	}
	return got.AccessToken, nil
}
