package app

import (
	"crypto/rand"
	"log/slog"
	"os"
	"strings"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/redis"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

// amongOthers returns the Options by which an instance shares its work with others.
// Records in a SQLite file have one instance; it shares with nobody. Without Redis,
// instances share by the records alone, and each keeps the platforms' budgets for
// itself.
func amongOthers(cfg config.Config, store *sqlstore.Store, states service.States, clock bot.Clock, log *slog.Logger) Options {
	o := Options{Budget: embedded.NewShared(clock), Hearings: store}
	var shared *redis.Shared
	if s, ok := states.(*redis.States); ok {
		shared = s.Shared()
		o.Budget = shared
	}
	if strings.HasPrefix(cfg.DatabaseURL.Reveal(), sqlite.Scheme) {
		return o
	}
	o.Instance, o.Beats = InstanceName(), store
	o.Turns = map[bot.Platform]*Turn{bot.WeCom: NewTurn(store, bot.WeCom, o.Instance, log)}
	if shared != nil {
		o.Queue = shared
	}
	return o
}

// InstanceName makes a name that no other instance has: of another machine, or of
// another start of this one.
func InstanceName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unnamed"
	}
	return host + "/" + rand.Text()
}
