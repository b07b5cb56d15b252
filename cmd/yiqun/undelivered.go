package main

import (
	"context"
	"fmt"

	"yiqun/bot/app"
	"yiqun/bot/config"
)

// shownUndelivered bounds the list.
const shownUndelivered = 50

// undelivered prints what could not be delivered, newest first: where to, since
// when and why, never what it said.
func undelivered(ctx context.Context, e env) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	rows, err := app.Undelivered(ctx, cfg, shownUndelivered)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(e.stdout, "没有送不到的消息。")
		return err
	}
	for _, r := range rows {
		if _, err := fmt.Fprintf(e.stdout, "%s  %s  试了%d次  %s\n", r.Created.In(cfg.Timezone).Format("2006-01-02 15:04"), r.To.Key(), r.Tries, r.LastError); err != nil {
			return err
		}
	}
	return nil
}
