package wecom_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
	"yiqun/bot/platform/wecom"
)

var (
	group = bot.Chat{Platform: bot.WeCom, ID: "wrkGroup_1"}
	alice = bot.UserID("alice")
	bob   = bot.UserID("Bob")
)

// play is one scripted case: the server, and the adapter running against it in
// virtual time, with a handler that notes events and answers as told.
type play struct {
	*rig
	t      *testing.T
	cancel context.CancelFunc
	ended  chan struct{}
	err    error // of Run, once ended

	mu     sync.Mutex
	events []bot.Event
	answer func(context.Context, bot.Event) (platform.Answer, error)
}

// scripted runs a case with a connected adapter.
func scripted(t *testing.T, run func(t *testing.T, p *play)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{})
		p.start()
		require.True(t, p.adapter.Status().Connected)
		run(t, p)
	})
}

func newPlay(t *testing.T, cfg wecom.Config) *play {
	return &play{
		t:     t,
		ended: make(chan struct{}),
		rig: newTestRig(t, platformtest.Setup{
			Net:    platformtest.NewNetwork(),
			Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		}, cfg),
	}
}

func (p *play) start() {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go func() {
		defer close(p.ended)
		p.err = p.adapter.Run(ctx, p)
	}()
	p.t.Cleanup(p.stop)
	synctest.Wait()
}

func (p *play) stop() {
	p.cancel()
	<-p.ended
}

func (p *play) Handle(ctx context.Context, e bot.Event) (platform.Answer, error) {
	p.mu.Lock()
	p.events = append(p.events, e)
	answer := p.answer
	p.mu.Unlock()
	if answer == nil {
		return platform.Answer{}, nil
	}
	return answer(ctx, e)
}

func (p *play) heard() []bot.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events
}

// pass lets time pass.
func (p *play) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// say has alice speak in the group and returns the event.
func (p *play) say(id string) bot.Event {
	p.t.Helper()
	p.Push(platformtest.Message{ID: id, Chat: group, From: alice, Text: "在吗"})
	synctest.Wait()
	events := p.heard()
	require.NotEmpty(p.t, events)
	return events[len(events)-1]
}

// text is a text in answer to e.
func text(id string, e bot.Event, words string) deliver.Outgoing {
	return deliver.Outgoing{ID: id, To: e.Chat, Reply: e.Reply, Text: words}
}

// result is how a Send ended.
type result struct {
	receipt deliver.Receipt
	err     error
}

// sendAside sends without waiting.
func (p *play) sendAside(out deliver.Outgoing) <-chan result {
	done := make(chan result, 1)
	go func() {
		r, err := p.adapter.Send(context.Background(), out)
		done <- result{r, err}
	}()
	synctest.Wait()
	return done
}

func (p *play) send(out deliver.Outgoing) (deliver.Receipt, error) {
	r, err := p.adapter.Send(context.Background(), out)
	synctest.Wait()
	return r, err
}

// texts are what members got, in order.
func (p *play) texts() []string {
	var all []string
	for _, s := range p.Sent() {
		all = append(all, s.Text)
	}
	return all
}

func code(t *testing.T, want bot.Code, err error) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, want, bot.CodeOf(err), "%v", err)
}
