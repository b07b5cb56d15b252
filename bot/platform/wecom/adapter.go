package wecom

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
)

var (
	_ platform.Adapter = (*Adapter)(nil)
	_ deliver.Fetcher  = (*Adapter)(nil)
)

// Adapter is one 智能机器人 on its long connection. Make it with New; Run may be
// called once.
type Adapter struct {
	cfg   Config
	media *Media

	handler    platform.Handler
	handling   context.Context // of the handlers; outlives Run's by a grace
	abort      context.CancelFunc
	dispatcher *platform.Dispatcher
	answers    sync.WaitGroup // acknowledgements of answers still awaited
	draining   atomic.Bool    // stopping: callbacks are no longer taken

	received, handled atomic.Int64
	lastEvent         atomic.Int64 // unix nanoseconds, 0 = never

	mu      sync.Mutex
	state   state
	fails   int           // connection attempts failed in a row
	session *session      // the live one; nil while there is none
	changed chan struct{} // closed and replaced when session changes

	progress platform.Progress     // of texts in pieces
	doubted  platform.Memory[bool] // what may have arrived, and was not acknowledged
}

// New makes an adapter; it does not connect before Run.
func New(cfg Config) (*Adapter, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		cfg:        cfg,
		dispatcher: platform.NewDispatcher(maxWorkers, maxWaiting),
		changed:    make(chan struct{}),
	}
	a.media = NewMedia(cfg.MediaHosts, cfg.HTTP, cfg.Clock, "")
	return a, nil
}

// Platform is bot.WeCom.
func (a *Adapter) Platform() bot.Platform { return bot.WeCom }

// Capabilities are those of platform.WeCom.
func (a *Adapter) Capabilities() bot.Capabilities { return platform.WeCom() }

// Status tells how the connection is.
func (a *Adapter) Status() platform.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := platform.Status{
		Connected: a.session != nil,
		Received:  a.received.Load(),
		Handled:   a.handled.Load(),
		Problem:   a.state.problem(a.fails),
	}
	if ns := a.lastEvent.Load(); ns != 0 {
		s.LastEvent = time.Unix(0, ns)
	}
	return s
}

// state is where the connection stands.
type state string

const (
	idle        state = ""
	waiting     state = "waiting" // another instance is connected
	connecting  state = "connecting"
	subscribing state = "subscribing"
	live        state = "live"
	backingOff  state = "backoff"
	kicked      state = "kicked"
	authFailed  state = "auth_failed"
)

// worryAfter is how many attempts in a row may fail before it is a problem.
const worryAfter = 3

// problem is what an operator must mend.
func (s state) problem(fails int) string {
	switch {
	case s == kicked:
		return "企业微信机器人已在别处连接，这里已停下；请确认只有一处在运行，再重新启动。"
	case s == authFailed:
		return "企业微信不认这个机器人的 Bot ID 或 Secret，请到管理后台核对后重新启动。"
	case fails >= worryAfter:
		return "连不上企业微信，正在自动重试；请检查网络能否访问长连接地址。"
	}
	return ""
}

func (a *Adapter) setState(s state) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state = s
	switch s {
	case live:
		a.fails = 0
	case backingOff:
		a.fails++
	}
}

// setSession makes s the live session; nil says there is none.
func (a *Adapter) setSession(s *session) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.session = s
	close(a.changed)
	a.changed = make(chan struct{})
}

// current returns the live session, nil if there is none, and a channel closed
// when that changes.
func (a *Adapter) current() (*session, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session, a.changed
}

// resubscribeWait is how long a refused frame waits for the new subscription.
const resubscribeWait = 10 * time.Second

// after waits for a live session other than old.
func (a *Adapter) after(ctx context.Context, old *session) (*session, error) {
	timeout, stop := a.cfg.Clock.Timer(resubscribeWait)
	defer stop()
	for {
		s, changed := a.current()
		if s != nil && s != old {
			return s, nil
		}
		select {
		case <-changed:
		case <-timeout:
			return nil, errDown
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
