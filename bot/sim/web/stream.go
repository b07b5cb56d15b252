package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// writeWithin is how long a page may take to read one event.
	writeWithin = 15 * time.Second
	// quietFor is how long a stream may say nothing before a comment keeps it
	// open through proxies.
	quietFor = 15 * time.Second
	// gather is how long changes are gathered into one event: an answer from the
	// bot makes several at once.
	gather = 25 * time.Millisecond
)

// events streams the world as server-sent events: first everything, then each
// change. A page that lost its stream starts again with everything.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	out := &eventWriter{w: w, control: http.NewResponseController(w)}
	// The server's own read deadline would cancel the request's context.
	_ = out.control.SetReadDeadline(time.Time{}) // a recorder in a test has none
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")

	changed, unwatch := s.world.Watch()
	defer unwatch()
	tick := time.NewTicker(s.tick)
	defer tick.Stop()
	page := s.newReader()
	for {
		moved := s.world.Clock.Moved() // taken before reading, so that no jump is missed
		if err := out.send(page.read()); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.opts.Done.Done():
			return
		case <-tick.C:
		case <-moved:
		case <-changed:
			if !pause(r, gather) {
				return
			}
		}
	}
}

// pause waits a moment; it reports false when the reader went away.
func pause(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// eventWriter writes events and keeps the connection's deadline ahead of them.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	last    time.Time
}

func (e *eventWriter) send(n *news) error {
	if n.empty() {
		if time.Since(e.last) < quietFor {
			return nil
		}
		return e.write(": still here\n\n")
	}
	raw, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encoding an event: %w", err)
	}
	return e.write("data: " + string(raw) + "\n\n")
}

func (e *eventWriter) write(text string) error {
	e.last = time.Now()
	_ = e.control.SetWriteDeadline(e.last.Add(writeWithin)) // a recorder in a test has none
	if _, err := e.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	if err := e.control.Flush(); err != nil {
		return fmt.Errorf("flushing an event: %w", err)
	}
	return nil
}
