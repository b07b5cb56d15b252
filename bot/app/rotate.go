package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"yiqun/bot/config"
	"yiqun/storage/sqlstore"
)

// ErrNoNextKey says what has to be done first where the key is a setting.
var ErrNoNextKey = errors.New("密钥写在 YIQUN_DATA_KEY 里：请用 openssl rand -hex 32 生成一个新的，把设置改成“新密钥,旧密钥”，重启机器人，再运行一次")

// KeyChange says how a change of the data key went.
type KeyChange struct {
	Rows int
	// File is the key file, which now holds the new key alone; empty where the key is
	// a setting, from which the operator takes the old one.
	File string
}

// ChangeKey gives the records a new data key, while the bot may be running: a key file
// gets the new key before the old one, running programs on this machine notice, and
// everything is sealed anew in batches. Stopped at any moment, it goes on when it is
// called again. done is told of every batch.
func ChangeKey(ctx context.Context, cfg config.Config, done func(rows int)) (c KeyChange, err error) {
	store, err := OpenAsIs(ctx, cfg) // under the present keys: it is the right database
	if err != nil {
		return c, fmt.Errorf("open records: %w", err)
	}
	if err := store.Close(); err != nil {
		return c, err
	}
	if path, ok := config.KeyFile(cfg); ok {
		c.File = path
		if _, err := config.BeginKeyChange(path, rand.Reader); err != nil {
			return c, err
		}
		if err := wait(ctx, sqlstore.KeyChangeSeen); err != nil {
			return c, err
		}
	}
	if store, err = OpenAsIs(ctx, cfg); err != nil {
		return c, fmt.Errorf("open records: %w", err)
	}
	err = store.Rotate(ctx, func(n int) {
		c.Rows += n
		done(n)
	})
	if errors.Is(err, sqlstore.ErrOneKey) {
		err = ErrNoNextKey
	}
	if err = errors.Join(err, store.Close()); err != nil || c.File == "" {
		return c, err
	}
	return c, config.EndKeyChange(c.File)
}

// wait lets running programs notice.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// watchKeys has a running program notice a change of the key in its file.
func watchKeys(cfg config.Config, store *sqlstore.Store) {
	if _, ok := config.KeyFile(cfg); ok {
		store.WatchKeys(func() ([]byte, error) { return config.DataKey(cfg, config.Disk{}, rand.Reader) })
	}
}
