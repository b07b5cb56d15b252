package dingtalk_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
)

// play runs a case in virtual time, with the adapter connected and every event
// noted by heard.
func play(t *testing.T, test func(t *testing.T, r *rig, heard *heard)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, platformtest.Setup{Net: platformtest.NewNetwork(), Logger: slog.New(slog.DiscardHandler)})
		heard := &heard{}
		start(t, r, heard)
		require.True(t, r.adapter.Status().Connected)
		test(t, r, heard)
	})
}

// start runs the adapter until the case ends.
func start(t *testing.T, r *rig, h platform.Handler) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.adapter.Run(ctx, h)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	synctest.Wait()
}

// pass lets time pass and everything that follows happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// heard notes events. What do says, if set, is the handler's answer.
type heard struct {
	mu     sync.Mutex
	events []bot.Event
	do     func(context.Context, bot.Event) (platform.Answer, error)
}

func (h *heard) Handle(ctx context.Context, e bot.Event) (platform.Answer, error) {
	h.mu.Lock()
	h.events = append(h.events, e)
	do := h.do
	h.mu.Unlock()
	if do == nil {
		return platform.Answer{}, nil
	}
	return do(ctx, e)
}

// all settles and gives the events so far.
func (h *heard) all() []bot.Event {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]bot.Event(nil), h.events...)
}

var (
	group   = bot.Chat{Platform: bot.DingTalk, ID: "cidG1=="}
	private = bot.Chat{Platform: bot.DingTalk, ID: "bob02", Private: true}
)

func said(id string) platformtest.Message {
	return platformtest.Message{ID: id, Chat: group, From: "alice01", Text: "在"}
}
