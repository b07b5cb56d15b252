package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHushed(t *testing.T) {
	var out bytes.Buffer
	h := Hushed(slog.NewTextHandler(&out, nil))
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	write := func(h slog.Handler, level slog.Level, msg string, args ...any) (written string) {
		t.Helper()
		out.Reset()
		r := slog.NewRecord(now, level, msg, 0)
		r.Add(args...)
		require.NoError(t, h.Handle(context.Background(), r))
		return out.String()
	}
	refused := func(port int) error { return fmt.Errorf("read 127.0.0.1:%d: refused", port) }

	require.Contains(t, write(h, slog.LevelError, "outbox not drained", "error", refused(40001)), "40001")
	for n := range 20 {
		now = now.Add(2 * time.Second)
		require.Empty(t, write(h, slog.LevelError, "outbox not drained", "error", refused(40002+n), "event", n))
	}
	require.NotEmpty(t, write(h, slog.LevelError, "outbox not drained", "error", errors.New("disk full")), "another reason")
	require.NotEmpty(t, write(h, slog.LevelWarn, "turn not renewed", "error", refused(1)), "another complaint")
	require.NotEmpty(t, write(h.WithAttrs([]slog.Attr{slog.String("platform", "wecom")}), slog.LevelError, "outbox not drained", "error", refused(1)), "of another part")
	for range 3 {
		require.NotEmpty(t, write(h, slog.LevelInfo, "event"), "what is no complaint is always written")
	}
	now = now.Add(20 * time.Second)
	require.Contains(t, write(h, slog.LevelError, "outbox not drained", "error", refused(2)), "repeated=20")
	now = now.Add(hushFor)
	require.NotContains(t, write(h, slog.LevelError, "outbox not drained", "error", refused(2)), "repeated")

	for n := range 3 * hushMost {
		require.NotEmpty(t, write(h, slog.LevelWarn, strings.Repeat("a", n+1)))
	}
	require.LessOrEqual(t, len(h.(hushed).last.by), hushMost)
}
