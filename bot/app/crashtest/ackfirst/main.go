//go:build crashbroken

// Command ackfirst is the bot, broken on purpose: it acknowledges an event and then
// commits it. The crash tests must catch it.
package main

import (
	"context"
	"crypto/rand"
	"log"
	"log/slog"
	"os"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/platform"
)

// hasty acknowledges first.
type hasty struct{ platform.Adapter }

// Run implements platform.Adapter.
func (h hasty) Run(ctx context.Context, next platform.Handler) error {
	return h.Adapter.Run(ctx, platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		go func() { _, _ = next.Handle(context.WithoutCancel(ctx), e) }()
		return platform.Answer{}, nil
	}))
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	clock := bot.SystemClock{}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	if err != nil {
		return err
	}
	store, err := app.OpenStore(ctx, cfg.DatabaseURL.Reveal(), key)
	if err != nil {
		return err
	}
	states, _, err := app.OpenStates("", clock)
	if err != nil {
		return err
	}
	adapters, err := app.Adapters(cfg, clock, logger, nil)
	if err != nil {
		return err
	}
	for i, a := range adapters {
		adapters[i] = hasty{a}
	}
	templates, err := app.Templates(cfg)
	if err != nil {
		return err
	}
	a := app.New(app.Options{
		Store: store, States: states, Adapters: adapters, Templates: templates, Clock: clock,
		Zone: cfg.Timezone, BotName: cfg.BotName, Logger: logger,
	})
	code, err := a.Service.OfferClaim(ctx)
	if err != nil {
		return err
	}
	logger.WarnContext(ctx, "claim", "code", code)
	return a.Run(ctx)
}
