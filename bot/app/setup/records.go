package setup

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"yiqun/bot/app"
)

const (
	databaseURL = "YIQUN_DATABASE_URL"
	dataKey     = "YIQUN_DATA_KEY"
	redisURL    = "YIQUN_REDIS_URL"
	sqlite      = "sqlite:"
)

// database asks where the records go, and makes a server's tables.
func (w *wizard) database(ctx context.Context) error {
	for {
		cfg, err := w.config()
		if err != nil {
			return err
		}
		fallback := 1
		if !strings.HasPrefix(cfg.DatabaseURL.Reveal(), sqlite) {
			fallback = 2
		}
		way, err := w.choose(ctx, "记录存在哪里？", fallback, "本机的一个文件（SQLite，一个社区足够）", "PostgreSQL（几台机器一起跑时用）")
		if err != nil {
			return err
		}
		ask := w.localFile
		if way == 2 {
			ask = w.server
		}
		o, err := ask(ctx)
		if err != nil || o != refill {
			return err
		}
	}
}

func (w *wizard) localFile(ctx context.Context) (outcome, error) {
	path := filepath.Join(w.Dir, "yiqun.db")
	cfg, err := w.config()
	if err != nil {
		return refill, err
	}
	if old, ok := strings.CutPrefix(cfg.DatabaseURL.Reveal(), sqlite); ok && filepath.IsAbs(old) {
		path = old
	}
	path, err = w.ask(ctx, "数据库文件", path)
	if err != nil {
		return refill, err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(w.Dir, path)
	}
	// A data key that is not set lies beside the file, and is made at the first start.
	ok, err := w.keep(sealed(databaseURL, ""), plain(databaseURL, sqlite+path))
	if err != nil || !ok {
		return refill, err
	}
	return w.until(ctx, "database", "disk")
}

func (w *wizard) server(ctx context.Context) (outcome, error) {
	url, err := w.secret(ctx, "地址，postgres://用户:密码@主机/库名")
	if err != nil {
		return refill, err
	}
	if !strings.HasPrefix(url, "postgres") {
		w.say("✗ 要写成 postgres://用户:密码@主机/库名。\n")
		return refill, nil
	}
	values := []value{plain(databaseURL, ""), sealed(databaseURL, url)}
	cfg, err := w.config()
	if err != nil {
		return refill, err
	}
	if cfg.DataKey == "" {
		key, err := newKey(w.Random)
		if err != nil {
			return refill, err
		}
		values = append(values, sealed(dataKey, key))
	}
	ok, err := w.keep(values...)
	if err != nil || !ok {
		return refill, err
	}
	if err := w.tables(ctx); err != nil {
		return refill, err
	}
	return w.until(ctx, "database")
}

// tables makes or renews the tables of a server that can be reached; what is wrong
// with one that cannot, the check says.
func (w *wizard) tables(ctx context.Context) error {
	cfg, err := w.config()
	if err != nil {
		return err
	}
	schema, err := app.Schema(ctx, cfg)
	if err != nil || schema.Pending == 0 || schema.Ahead {
		return ctx.Err()
	}
	now, err := w.yes(ctx, fmt.Sprintf("库里的表还差%d步，现在建吗？", schema.Pending), true)
	if err != nil || !now {
		return err
	}
	if _, err := app.Migrations(ctx, cfg, true); err != nil {
		w.say("✗ 没有建成：请检查这个用户有没有建表的权限。\n")
		return ctx.Err()
	}
	w.say("✓ 表建好了。\n")
	return nil
}

func newKey(random io.Reader) (string, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(random, key); err != nil {
		return "", fmt.Errorf("setup: making a data key: %w", err)
	}
	return hex.EncodeToString(key), nil
}

// redis asks for a Redis, which nobody needs on one machine.
func (w *wizard) redis(ctx context.Context) error {
	for {
		cfg, err := w.config()
		if err != nil {
			return err
		}
		fallback := 1
		if cfg.RedisURL != "" {
			fallback = 2
		}
		way, err := w.choose(ctx, "用 Redis 吗？几台机器一起跑时才要。", fallback, "不用", "用")
		if err != nil {
			return err
		}
		if way == 1 {
			_, err := w.keep(plain(redisURL, ""), sealed(redisURL, ""))
			return err
		}
		url, err := w.secret(ctx, "地址，redis://:密码@主机:6379")
		if err != nil {
			return err
		}
		ok, err := w.keep(plain(redisURL, ""), sealed(redisURL, url))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		o, err := w.until(ctx, "redis")
		if err != nil || o != refill {
			return err
		}
	}
}
