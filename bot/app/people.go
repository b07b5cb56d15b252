package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
)

// onRecords runs a use case on the records, beside a bot that may be running on them.
// Members may be imported before the bot has ever run: then it makes the database.
func onRecords(ctx context.Context, cfg config.Config, do func(*service.Service) error) error {
	store, err := OpenAsIs(ctx, cfg)
	if errors.Is(err, fs.ErrNotExist) {
		var key []byte
		if key, err = config.DataKey(cfg, config.Disk{}, rand.Reader); err == nil {
			store, err = OpenStore(ctx, cfg.DatabaseURL.Reveal(), key)
		}
	}
	if err != nil {
		return fmt.Errorf("open records: %w", err)
	}
	set, err := Templates(cfg)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	clock := bot.SystemClock{}
	svc := service.New(store, embedded.New(clock), clock, set, service.Config{BotName: cfg.BotName, Zone: cfg.Timezone, Random: rand.Reader})
	return errors.Join(do(svc), store.Close())
}

// ImportMembers puts a sheet of members into the roster; dry only says what it would
// change.
func ImportMembers(ctx context.Context, cfg config.Config, data []byte, dry bool) (plan roster.Plan, err error) {
	err = onRecords(ctx, cfg, func(s *service.Service) error {
		plan, err = s.Import(ctx, data, dry)
		return err
	})
	return plan, err
}

// UndoImport takes the last import back and says what that did.
func UndoImport(ctx context.Context, cfg config.Config) (said string, err error) {
	err = onRecords(ctx, cfg, func(s *service.Service) error {
		undo, last, err := s.UndoImport(ctx)
		said = undo.Summary(last)
		return err
	})
	return said, err
}

// ExportPerson writes everything that is kept about one person into a workbook.
func ExportPerson(ctx context.Context, cfg config.Config, who string) (data []byte, err error) {
	err = onRecords(ctx, cfg, func(s *service.Service) error {
		data, err = s.ExportPerson(ctx, who)
		return err
	})
	return data, err
}
