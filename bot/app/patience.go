package app

import (
	"context"
	"log/slog"
	"time"

	"yiqun/storage/postgres"
	"yiqun/storage/sqlstore"
)

const (
	// startsWithin is how long a start waits for a database that is not up yet: after a
	// power cut both start together, and the database has a log to read first. Whoever
	// supervises the bot (systemd, compose) gives up on one that ends again and again.
	startsWithin = 2 * time.Minute
	// asksAgain is how long it is left alone in between.
	asksAgain = 2 * time.Second
)

// patiently opens records, and waits for a database that nobody reaches yet. Any other
// trouble is the operator's to mend, and ends the start at once.
func patiently(ctx context.Context, log *slog.Logger, open func() (*sqlstore.Store, error)) (*sqlstore.Store, error) {
	deadline := time.Now().Add(startsWithin)
	for told := false; ; told = true {
		store, err := open()
		trouble := postgres.TroubleOf(err)
		if trouble != postgres.Unreachable && trouble != postgres.Starting || time.Now().After(deadline) {
			return store, err
		}
		if !told {
			log.WarnContext(ctx, "waiting for the database", "problem", Plain(err), "most", startsWithin)
		}
		pause := time.NewTimer(asksAgain)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, err
		case <-pause.C:
		}
	}
}
