package callback

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
)

var (
	_ platform.Adapter = (*Adapter)(nil)
	_ platform.Called  = (*Adapter)(nil)
	_ deliver.Fetcher  = (*Adapter)(nil)
)

const (
	// maxWorkers and maxWaiting bound the handlers running and the events queued.
	maxWorkers = 16
	maxWaiting = 4096
	// grace is how long handlers may go on after Run was told to end.
	grace = 8 * time.Second
	// maxText is the most bytes of one answer (documents 101031 and 101138: 20 480),
	// with room for what rendering adds.
	maxText = 20000
)

// Adapter is one 智能机器人 by callback URL. Make it with New; its Handler serves the
// URL while Run runs, which may be called once.
type Adapter struct {
	cfg   Config
	door  *wecom.Door
	media *wecom.Media
	http  *http.Client // for late answers

	received, handled, lastEvent atomic.Int64

	mu         sync.Mutex
	running    bool
	handler    platform.Handler
	handling   context.Context // of the handlers; outlives Run's by a grace
	stopping   chan struct{}   // closed when Run ends: nobody waits for an answer
	dispatcher *platform.Dispatcher
	open       map[string]*exchange // calls that wait for their answer, by id

	used     platform.Memory[bool] // late answers given, by exchange
	progress platform.Progress     // of texts in pieces
}

// New makes an adapter; its Handler refuses everything before Run.
func New(cfg Config) (*Adapter, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	door, err := wecom.NewDoor(cfg.Token, cfg.AESKey, "", cfg.Clock)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		cfg: cfg, door: door,
		media:      wecom.NewMedia(cfg.MediaHosts, cfg.HTTP, cfg.Clock, cfg.AESKey),
		dispatcher: platform.NewDispatcher(maxWorkers, maxWaiting),
		stopping:   make(chan struct{}),
		open:       map[string]*exchange{},
	}
	late := *cfg.HTTP
	late.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a.http = &late
	return a, nil
}

// Platform is bot.WeCom.
func (a *Adapter) Platform() bot.Platform { return bot.WeCom }

// Capabilities are those of the long connection without files, and with longer
// texts, for there is no third message.
func (a *Adapter) Capabilities() bot.Capabilities {
	c := platform.WeCom()
	c.GroupFiles, c.PrivateFiles = false, false
	c.OnlyAnswers = true
	c.MaxText = maxText
	return c
}

// Status tells whether callbacks are taken. Whether WeCom can reach the URL is
// seen by LastEvent only.
func (a *Adapter) Status() platform.Status {
	a.mu.Lock()
	running := a.running
	a.mu.Unlock()
	s := platform.Status{Connected: running, Received: a.received.Load(), Handled: a.handled.Load()}
	if ns := a.lastEvent.Load(); ns != 0 {
		s.LastEvent = time.Unix(0, ns)
	}
	return s
}

// Run takes callbacks until ctx is done, lets what was begun end, and returns nil.
func (a *Adapter) Run(ctx context.Context, h platform.Handler) error {
	handling, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	a.mu.Lock()
	a.handler, a.handling, a.running = platform.Guard(h), handling, true
	a.mu.Unlock()
	a.cfg.Logger.Info("wecom callback open")
	<-ctx.Done()

	a.mu.Lock()
	a.running = false
	a.mu.Unlock()
	defer time.AfterFunc(grace, abort).Stop()
	a.dispatcher.Close()
	close(a.stopping)
	return nil
}

// Fetch downloads and decrypts what a member attached; see [wecom.Media.Fetch].
func (a *Adapter) Fetch(ctx context.Context, att bot.Attachment, limit int64) ([]byte, error) {
	return a.media.Fetch(ctx, att, limit)
}

// ShareNonces has replays refused among all instances that share claims; it must be
// called before the first callback.
func (a *Adapter) ShareNonces(claims wecom.Claims) { a.door.ShareNonces(claims) }

// Path is where WeCom calls.
const Path = "/wecom/callback"

// Routes adds the URL.
func (a *Adapter) Routes(mux *http.ServeMux) { mux.Handle(Path, a.Handler()) }

// Handler answers WeCom's verification and its callbacks.
func (a *Adapter) Handler() http.Handler { return a.door.Handler(a.cfg.Logger, a.take) }
