package app

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/service"
)

// bottomless are records whose outbox never comes to an end.
type bottomless struct{ service.Store }

func (bottomless) View(ctx context.Context, _ func(context.Context, service.Tx) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestAStopWithMessagesLeft ends well when its time is up, and says what became of them.
func TestAStopWithMessagesLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := New(Options{
			Store: bottomless{}, Clock: bot.SystemClock{}, Zone: time.UTC, Adapters: []platform.Adapter{&mouth{}},
			Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		began := time.Now()
		inTime, err := a.flush(t.Context())
		require.NoError(t, err)
		require.False(t, inTime, "nothing more is begun")
		require.Equal(t, drainFor, time.Since(began))
		require.Contains(t, log.String(), "stopped with messages left")
	})
}
