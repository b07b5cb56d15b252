package main

import (
	"context"
	"errors"
	"fmt"

	"yiqun/bot/app"
	"yiqun/bot/config"
)

// healthcheck asks the bot that runs with the same settings how it is, for
// containers without a shell: 0 while it can work, 1 when it cannot.
func healthcheck(ctx context.Context, e env) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	r, err := app.Probe(ctx, cfg.TelemetryListen)
	if err != nil {
		return err
	}
	if r.Status == app.Failing {
		return errors.New(r.Database)
	}
	_, err = fmt.Fprintln(e.stdout, r.Status)
	return err
}

// version prints what the program was made from.
func version(_ context.Context, e env) error {
	_, err := fmt.Fprintln(e.stdout, app.ThisBuild())
	return err
}
