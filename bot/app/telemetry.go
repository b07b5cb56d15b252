package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Server timeouts: bodies are small, and nobody may hold a connection open.
const (
	readHeader = 5 * time.Second
	readBody   = 10 * time.Second
	writeBody  = 15 * time.Second
	idleConn   = 60 * time.Second
)

// NewServer returns an HTTP server with its timeouts set.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: readHeader, ReadTimeout: readBody, WriteTimeout: writeBody, IdleTimeout: idleConn,
	}
}

// readiness is the body of /readyz.
type readiness struct {
	Status    string            `json:"status"` // ready, degraded, failing
	Database  string            `json:"database"`
	Redis     string            `json:"redis,omitempty"`
	Platforms map[string]string `json:"platforms"`
}

// Telemetry serves /healthz (the process is up), /readyz (the records can be
// reached; a platform or Redis that is down degrades but does not fail) and
// /metrics.
func (a *App) Telemetry(g prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ready := a.ready(r.Context())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if ready.Status == "failing" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(ready)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{}))
	return mux
}

func (a *App) ready(ctx context.Context) readiness {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r := readiness{Status: "ready", Database: "ok", Platforms: map[string]string{}}
	for _, ad := range a.opts.Adapters {
		s := ad.Status()
		turn := a.opts.Turns[ad.Platform()]
		switch {
		case s.Problem != "":
			r.Platforms[string(ad.Platform())] = s.Problem
			r.Status = "degraded"
		case !s.Connected && turn != nil && !turn.Held():
			r.Platforms[string(ad.Platform())] = "由另一个实例连着，这里待命。"
		case !s.Connected:
			r.Platforms[string(ad.Platform())] = "没有连上，正在重试。"
			r.Status = "degraded"
		default:
			r.Platforms[string(ad.Platform())] = "ok"
		}
	}
	if err := a.pingStates(ctx); err != nil {
		a.opts.Logger.WarnContext(ctx, "redis not reachable", "error", err)
		r.Status, r.Redis = "degraded", "连不上，没说完的对话要重新说，提醒可能晚一会儿。"
	}
	if err := a.opts.Store.Ping(ctx); err != nil {
		a.opts.Logger.ErrorContext(ctx, "database not reachable", "error", err)
		r.Status, r.Database = "failing", "连不上数据库。"
	}
	return r
}

// pingStates reports whether the keeper of conversation state can be reached, where
// it is not this process.
func (a *App) pingStates(ctx context.Context) error {
	if s, ok := a.opts.States.(interface{ Ping(context.Context) error }); ok {
		return s.Ping(ctx)
	}
	return nil
}
