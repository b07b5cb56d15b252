package web

import (
	"context"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"yiqun/bot/sim"
)

// China is the time zone of every group the page shows. It has no summer time, so
// that a fixed offset is right and no zone database is needed.
var China = time.FixedZone("CST", 8*60*60)

// Options adjusts the page. The zero value is what `make run` shows.
type Options struct {
	// Title heads the page; 议群 when empty.
	Title string
	// Hints are the sentences offered above the keyboard, by what a person is
	// about (sim.Person.About); [DefaultHints] when nil.
	Hints []Hints
	// Hosts are names, besides localhost and bare IP addresses, under which the
	// page may be opened. A page of another name that merely resolves to this
	// machine is refused (DNS rebinding).
	Hosts []string
	// Done ends the open event streams, which http.Server.Shutdown would
	// otherwise wait for. May be nil.
	Done context.Context
	// Assets replaces the embedded files while one works on them.
	Assets fs.FS
}

// server holds what the handlers share.
type server struct {
	world *sim.World
	opts  Options
	tick  time.Duration // how often a stream looks at the clock and the switches
	// switches guards the read-change-write of a backend's faults.
	switches sync.Mutex
}

// New returns the page for a world. Every path it links to is relative, so that
// it may be mounted under a prefix with http.StripPrefix.
func New(w *sim.World, opts Options) http.Handler {
	return newServer(w, opts).handler()
}

func newServer(w *sim.World, opts Options) *server {
	if opts.Title == "" {
		opts.Title = "议群"
	}
	if opts.Hints == nil {
		opts.Hints = DefaultHints()
	}
	if opts.Done == nil {
		opts.Done = context.Background()
	}
	if opts.Assets == nil {
		opts.Assets = embedded()
	}
	return &server{world: w, opts: opts, tick: time.Second}
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /assets/{name}", s.asset)
	mux.HandleFunc("GET /api/state", s.state)
	mux.HandleFunc("GET /api/events", s.events)
	mux.HandleFunc("GET /api/calls/{seq}", s.call)
	mux.HandleFunc("GET /api/files/{bubble}", s.file)
	mux.HandleFunc("POST /api/say", post(s.say))
	mux.HandleFunc("POST /api/press", post(s.press))
	mux.HandleFunc("POST /api/enter", post(s.enter))
	mux.HandleFunc("POST /api/redeliver", post(s.redeliver))
	mux.HandleFunc("POST /api/clock", post(s.clock))
	mux.HandleFunc("POST /api/faults", post(s.faults))
	mux.HandleFunc("POST /api/drop", post(s.drop))
	return guard(s.opts.Hosts, mux)
}
