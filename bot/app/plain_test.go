package app_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/storage/redis"
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

func TestPlainAboutRedis(t *testing.T) {
	states, err := redis.Open("redis://127.0.0.1:1")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, states.Close()) })
	require.Contains(t, app.PlainRedis(states.Ping(t.Context())), "连不上：请检查它有没有启动")
	require.Contains(t, app.PlainRedis(errors.New("of another kind")), "请核对 YIQUN_REDIS_URL")
}
