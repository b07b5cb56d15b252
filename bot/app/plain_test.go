package app_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/storage/redis"
	"yiqun/storage/sqlite"
)

// TestPlain: whoever has a broken database at night is told what to do in their language.
func TestPlain(t *testing.T) {
	require.Empty(t, app.Plain(nil))
	require.Empty(t, app.Plain(errors.New("something else")))
	require.Contains(t, app.Plain(fmt.Errorf("write: %w", syscall.ENOSPC)), "磁盘满了")

	nobody := installation("postgres://nobody@127.0.0.1:1/none", newKey())
	_, err := app.Backup(t.Context(), nobody, filepath.Join(t.TempDir(), "b"))
	require.Contains(t, app.Plain(err), "连不上 PostgreSQL")

	key := newKey()
	from := installation(sqliteURL(t), key)
	live(t, from, key)
	other := installation(from.DatabaseURL.Reveal(), newKey())
	_, err = app.Verify(t.Context(), other)
	require.Contains(t, app.Plain(err), "数据密钥")
}

// TestPlainAboutAFile: a start that a file forbids says what is wrong with it.
func TestPlainAboutAFile(t *testing.T) {
	serve := func(url string) string {
		cfg := installation(url, newKey())
		cfg.WeCom.BotID, cfg.WeCom.BotSecret = "b", "s"
		return app.Plain(app.Serve(t.Context(), cfg, slog.New(slog.DiscardHandler)))
	}
	url := sqliteURL(t)
	release, err := sqlite.Alone(url)
	require.NoError(t, err)
	require.Contains(t, serve(url), "已经有一个议群在用")
	require.NoError(t, release())
	require.Contains(t, serve(sqlite.Scheme+filepath.Join(t.TempDir(), "none", "yiqun.db")), "文件夹不存在")
	junk := filepath.Join(t.TempDir(), "junk.db")
	require.NoError(t, os.WriteFile(junk, make([]byte, 5000), 0o600))
	require.Contains(t, serve(sqlite.Scheme+junk), "坏了")
	require.Contains(t, serve(sqlite.Scheme+t.TempDir()), "没有权限")
}

func TestPlainAboutRedis(t *testing.T) {
	states, err := redis.Open("redis://127.0.0.1:1")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, states.Close()) })
	require.Contains(t, app.PlainRedis(states.Ping(t.Context())), "连不上：请检查它有没有启动")
	require.Contains(t, app.PlainRedis(errors.New("of another kind")), "请核对 YIQUN_REDIS_URL")
}
