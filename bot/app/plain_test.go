package app_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
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
