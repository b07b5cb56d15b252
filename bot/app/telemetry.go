package app

import (
	"cmp"
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

// Readiness is the body of /readyz: how a running bot is.
type Readiness struct {
	Status    string            `json:"status"`          // Ready, Degraded or Failing
	Database  string            `json:"database"`        // Fine, or a Chinese sentence
	Redis     string            `json:"redis,omitempty"` // empty when fine or not used
	Platforms map[string]string `json:"platforms"`       // Fine or a Chinese sentence, by platform
	// Standby are the platforms that another instance is connected to.
	Standby []string `json:"standby,omitempty"`
	// Strangers counts, by platform, presses on cards that no record knows, since the
	// start: another program may be using the same robot.
	Strangers map[string]int `json:"strangers,omitempty"`
	// Gaps says, by platform, when nobody was connected last, if that was within a day:
	// a Chinese sentence.
	Gaps    map[string]string `json:"gaps,omitempty"`
	Version string            `json:"version,omitempty"`
}

// What Readiness says.
const (
	Ready    = "ready"
	Degraded = "degraded"
	Failing  = "failing"
	Fine     = "ok"
)

// Telemetry serves /healthz (the process is up), /readyz (the records can be
// reached and written; a platform or Redis that is down degrades but does not fail) and
// /metrics.
func (a *App) Telemetry(g prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ready := a.ready(r.Context())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if ready.Status == Failing {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(ready)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{}))
	return mux
}

func (a *App) ready(ctx context.Context) Readiness {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r := Readiness{Status: Ready, Database: Fine, Platforms: map[string]string{}, Strangers: a.metrics.strange(), Gaps: a.gaps.recent(a.opts.Clock.Now(), a.opts.Zone), Version: ThisBuild().Version}
	for _, ad := range a.opts.Adapters {
		s := ad.Status()
		turn := a.opts.Turns[ad.Platform()]
		switch {
		case s.Problem != "":
			r.Platforms[string(ad.Platform())] = s.Problem
			r.Status = Degraded
		case !s.Connected && turn != nil && !turn.Held():
			r.Platforms[string(ad.Platform())] = "由另一个实例连着，这里待命。"
			r.Standby = append(r.Standby, string(ad.Platform()))
		case !s.Connected:
			r.Platforms[string(ad.Platform())] = "没有连上，正在重试。"
			r.Status = Degraded
		default:
			r.Platforms[string(ad.Platform())] = Fine
		}
	}
	if err := a.pingStates(ctx); err != nil {
		a.opts.Logger.WarnContext(ctx, "redis not reachable", "error", err)
		r.Status, r.Redis = Degraded, PlainRedis(err)
	}
	if err := a.opts.Store.Ping(ctx); err != nil {
		a.opts.Logger.ErrorContext(ctx, "database not reachable", "error", err)
		r.Status, r.Database = Failing, cmp.Or(Plain(err), "连不上数据库。")
	} else if a.hearing != nil {
		if err := a.hearing.failed.Load(); err != nil {
			r.Status, r.Database = Failing, cmp.Or(Plain(*err), "数据库写不进，可能是磁盘满了。")
		}
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
