package dingtalk

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
)

var (
	_ platform.Adapter  = (*Adapter)(nil)
	_ deliver.Refresher = (*Adapter)(nil)
	_ deliver.Fetcher   = (*Adapter)(nil)
)

// Adapter connects one DingTalk application robot. Its methods may be called
// from many goroutines; Run from one at a time.
type Adapter struct {
	cfg       Config
	api, oapi *url.URL
	http      *http.Client
	log       *slog.Logger
	tokens    *tokens
	problems  problems
	progress  platform.Progress         // of texts in pieces
	cards     platform.Memory[bot.Chat] // that members have, by id
	flat      platform.Memory[bool]     // that were sent as markdown instead
	refs      platform.Memory[string]   // carrier id of a card in a chat → its "#12"
	cardsOff  pause

	current           atomic.Pointer[link]
	lastEvent         atomic.Int64 // Unix nanoseconds, 0 = never
	received, handled atomic.Int64
}

// New checks cfg and returns an Adapter that has not connected yet.
func New(cfg Config) (*Adapter, error) {
	cfg = cfg.withDefaults()
	if cfg.ClientID == "" || cfg.ClientSecret == "" {
		return nil, fmt.Errorf("dingtalk: %w", errNoCredentials)
	}
	api, err := base("the API address", cfg.APIURL)
	if err != nil {
		return nil, fmt.Errorf("dingtalk: %w", err)
	}
	oapi, err := base("the old API's address", cfg.OAPIURL)
	if err != nil {
		return nil, fmt.Errorf("dingtalk: %w", err)
	}
	a := &Adapter{
		cfg: cfg, api: api, oapi: oapi, http: cfg.HTTP,
		log: cfg.Logger.With("platform", bot.DingTalk),
	}
	a.tokens = &tokens{fetch: a.fetchToken, now: cfg.Clock.Now}
	return a, nil
}

// Platform is bot.DingTalk.
func (a *Adapter) Platform() bot.Platform { return bot.DingTalk }

// Capabilities are platform.DingTalk's.
func (a *Adapter) Capabilities() bot.Capabilities { return platform.DingTalk() }

// Status tells the adapter's health without blocking.
func (a *Adapter) Status() platform.Status {
	l := a.current.Load()
	s := platform.Status{
		Connected: l != nil && l.live(),
		Received:  a.received.Load(),
		Handled:   a.handled.Load(),
		Problem:   a.problems.String(),
	}
	if ns := a.lastEvent.Load(); ns != 0 {
		s.LastEvent = time.Unix(0, ns)
	}
	return s
}
