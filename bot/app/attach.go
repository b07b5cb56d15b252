package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/service"
)

// fetchers fetches what members send: at once, because WeCom's links die in five
// minutes, and several side by side, but no more than the machine has room for.
type fetchers struct {
	app  *App
	by   map[bot.Platform]deliver.Fetcher
	wake chan struct{}
}

// fetchSide is how many attachments, of up to twenty megabytes, are in memory at once.
const fetchSide = 3

func newFetchers(a *App, adapters []platform.Adapter) *fetchers {
	f := &fetchers{app: a, by: map[bot.Platform]deliver.Fetcher{}, wake: make(chan struct{}, 1)}
	for _, ad := range adapters {
		if by, ok := ad.(deliver.Fetcher); ok {
			f.by[ad.Platform()] = by
		}
	}
	return f
}

// look lets the loop look again. It never blocks.
func (f *fetchers) look() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// run fetches what there is to fetch, and does what time has done to what was
// fetched, until ctx is done.
func (f *fetchers) run(ctx context.Context) {
	for {
		next, err := f.round(ctx)
		if err != nil && ctx.Err() == nil {
			f.app.opts.Logger.ErrorContext(ctx, "attachments not looked at", "error", err)
		}
		wait := lookAgain
		if err == nil && !next.IsZero() {
			wait = min(wait, max(time.Millisecond, next.Sub(f.app.opts.Clock.Now())))
		}
		fired, stop := f.app.opts.Clock.Timer(wait)
		select {
		case <-ctx.Done():
			stop()
			return
		case <-f.wake:
		case <-fired:
		}
		stop()
	}
}

// round does everything that is due, and returns when something is due next.
func (f *fetchers) round(ctx context.Context) (next time.Time, err error) {
	for {
		claimed, err := f.app.Service.ClaimAttached(ctx)
		if err != nil {
			return next, err
		}
		if len(claimed) == 0 {
			return f.app.Service.TickAttached(ctx)
		}
		var some errgroup.Group
		some.SetLimit(fetchSide)
		for _, a := range claimed {
			some.Go(func() error { return f.fetch(ctx, a) })
		}
		if err := some.Wait(); err != nil {
			return next, err
		}
	}
}

// errNoFetcher says that a platform's adapter fetches nothing.
var errNoFetcher = errors.New("this platform's files cannot be fetched")

// fetch fetches one attachment and keeps what came of it.
func (f *fetchers) fetch(ctx context.Context, a service.Attached) error {
	var data []byte
	var cause error = bot.Fault(bot.Unsupported, errNoFetcher)
	if by := f.by[a.Chat.Platform]; by != nil {
		data, cause = by.Fetch(ctx, bot.Attachment{Kind: a.Kind, Name: a.Name, Ref: a.Ref}, service.MaxAttachment)
	}
	if cause != nil {
		// No reference in it: adapters leave out what is a secret.
		f.app.opts.Logger.WarnContext(ctx, "attachment not fetched", "platform", a.Chat.Platform, "try", a.Tries, "code", bot.CodeOf(cause))
	}
	if err := f.app.Service.Fetched(context.WithoutCancel(ctx), a.ID, data, cause); err != nil {
		return fmt.Errorf("attachment %s: %w", a.ID, err)
	}
	return nil
}
