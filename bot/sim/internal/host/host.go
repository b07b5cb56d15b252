// Package host is the machine that a played platform runs on: an address, the HTTP
// server behind it, and whatever lives as long as that does.
//
// It owns listening, being offline and closing, and refuses to know what is served.
// Start at [Open].
package host

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Host serves one platform, from Open until Close.
type Host struct {
	// Work is what Close waits for; connections that were upgraded belong in it, since
	// the HTTP server does not wait for those.
	Work sync.WaitGroup

	listener net.Listener
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	http     *http.Server
}

// Open listens on an address; on a free port of 127.0.0.1 where it is empty.
func Open(address string) (*Host, error) {
	ctx, stop := context.WithCancel(context.Background())
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cmp.Or(address, "127.0.0.1:0"))
	if err != nil {
		stop()
		return nil, fmt.Errorf("listen for a played platform: %w", err)
	}
	return &Host{listener: listener, ctx: ctx, stop: stop}, nil
}

// Address is host and port.
func (h *Host) Address() string { return h.listener.Addr().String() }

// Context ends with Close.
func (h *Host) Context() context.Context { return h.ctx }

// Serve begins to answer, with the time of now, so that a machine whose clock is wrong can
// be played. While the host is offline every connection ends unanswered.
func (h *Host) Serve(handler http.Handler, offline func() bool, now func() time.Time) {
	h.http = &http.Server{
		ReadHeaderTimeout: 5 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if offline() {
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Date", now().UTC().Format(http.TimeFormat))
			handler.ServeHTTP(w, r)
		}),
	}
	h.Work.Go(func() { _ = h.http.Serve(h.listener) })
}

// Close ends the context, lets cut end the upgraded connections, and waits until nothing
// of the host runs.
func (h *Host) Close(cut func()) {
	h.stop()
	cut()
	patience, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if h.http.Shutdown(patience) != nil {
		_ = h.http.Close()
	}
	h.Work.Wait()
}
