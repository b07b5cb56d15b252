package apptest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/sim"
)

// answering counts what a WeCom adapter has handled, and the presses that it
// answers with a card: on that platform nothing else tells when something is done.
type answering struct {
	*wecom.Adapter
	*answers
}

type answers struct {
	cards   atomic.Int64
	handled atomic.Int64
	more    chan struct{} // gets a value soon after handled has grown
}

// Run implements platform.Adapter.
func (a answering) Run(ctx context.Context, h platform.Handler) error {
	return a.Adapter.Run(ctx, platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		answer, err := h.Handle(ctx, e)
		if err == nil && e.Press != nil && answer.Card != nil {
			a.cards.Add(1)
		}
		a.handled.Add(1)
		select {
		case a.more <- struct{}{}:
		default:
		}
		return answer, err
	}))
}

// tally follows the wire log as far as it was read.
type tally struct {
	mu                      sync.Mutex
	seq                     int
	presses, acked, updates int
}

// shown reports whether every press has been answered and the answer shown: on
// DingTalk each is acknowledged, on WeCom cards of them were changed.
func (t *tally) shown(w *sim.World, cards int) bool {
	t.read(w)
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.acked >= t.presses && t.updates >= cards
}

// read follows the log to its end and returns the last call's number.
func (t *tally) read(w *sim.World) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range w.Calls(t.seq) {
		t.seq = c.Seq
		press := strings.HasSuffix(c.Name, "/card/instances/callback")
		switch {
		case press && c.Inbound && c.Result == "ok":
			t.presses++
		case press && strings.HasPrefix(c.Name, "ACK "):
			t.acked++
		case c.Name == "aibot_respond_update_msg":
			t.updates++
		}
	}
	return t.seq
}
