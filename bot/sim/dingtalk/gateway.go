package dingtalk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
	"yiqun/bot/sim/internal/socket"
)

// A ticket opens one connection within 90 s.
const ticketLife = 90 * time.Second

// After a disconnect frame the server stays silent and cuts the connection.
const disconnectGrace = 10 * time.Second

type ticket struct {
	until  time.Time
	topics []string // "CALLBACK /v1.0/im/bot/messages/get"
}

// line is one Stream connection.
type line struct {
	id     string
	socket *socket.Socket
	topics []string
	// leaving: told to disconnect or cut; gets no more pushes.
	leaving bool
}

func (l *line) takes(topic string) bool {
	return slices.Contains(l.topics, topic) || (strings.HasPrefix(topic, "EVENT ") && slices.Contains(l.topics, "EVENT *"))
}

// open serves POST /v1.0/gateway/connections/open.
func (s *Server) open(w http.ResponseWriter, r *http.Request) {
	const name = "POST /v1.0/gateway/connections/open"
	body, refused := readBody(r)
	var answer any
	if refused == nil {
		answer, refused = s.ticketFor(body)
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		// Without the header the gateway may answer in XML.
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write([]byte("<Response><endpoint/></Response>"))
		s.record(sim.Call{Name: name, Result: "xml", Request: mask.Secrets(string(body))})
		return
	}
	s.answer(w, sim.Call{Name: name, Request: mask.Secrets(string(body))}, answer, refused)
}

func (s *Server) ticketFor(body []byte) (any, *refusal) {
	var in struct {
		ClientID      string `json:"clientId"`
		ClientSecret  string `json:"clientSecret"`
		Subscriptions []struct {
			Type  string `json:"type"`
			Topic string `json:"topic"`
		} `json:"subscriptions"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, badRequest("param.error", "body is not JSON")
	}
	if !s.credentials(in.ClientID, in.ClientSecret) {
		return nil, &refusal{status: http.StatusUnauthorized, code: "authFailed", message: "鉴权失败"}
	}
	var topics []string
	for _, sub := range in.Subscriptions {
		if sub.Type == "EVENT" && sub.Topic != "*" {
			return nil, badRequest("param.error", "EVENT takes only the topic *")
		}
		topics = append(topics, sub.Type+" "+sub.Topic)
	}
	if len(topics) == 0 {
		return nil, badRequest("param.error", "subscriptions is empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// A ticket is base64-like: what looks like an escape in an address stands in it.
	id := s.newID()[:20] + "+/" + s.newID()[:8] + "=="
	s.tickets[id] = ticket{until: s.now().Add(ticketLife), topics: topics}
	return map[string]string{"endpoint": "ws://" + s.host.Address() + "/connect", "ticket": id}, nil
}

// connect serves the WebSocket.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	s.host.Work.Add(1)
	defer s.host.Work.Done()
	t, ok := s.redeem(r.URL)
	if !ok {
		s.record(sim.Call{Name: "CONNECT /connect", Result: "ticket refused"})
		http.Error(w, "ticket refused", http.StatusUnauthorized)
		return
	}
	l, err := s.accept(w, r, t)
	if err != nil {
		return
	}
	s.record(sim.Call{Name: "CONNECT /connect", Result: "ok"})
	l.socket.Send(s.systemFrame("REGISTERED", map[string]any{}))
	s.host.Work.Go(func() { s.keepAlive(l) })
	l.socket.Serve(s.host.Context(), func(data []byte) { s.acknowledged(l, data) })
	s.left(l)
}

// accept upgrades a request to a line. Nothing is pushed meanwhile: whoever knows that it
// is connected may count on hearing what is said from then on.
func (s *Server) accept(w http.ResponseWriter, r *http.Request, t ticket) (*line, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn, err := socket.Accept(w, r)
	if err != nil {
		return nil, err
	}
	l := &line{id: s.newID(), socket: conn, topics: t.topics}
	s.lines = append(s.lines, l)
	return l, nil
}

// redeem takes a ticket out of the address: single use, and only within its life.
// Of the platform's own clients the one for Python escapes it, and those for Go and
// Node send it as it is; all three get in, so a + is taken for itself, not a blank.
func (s *Server) redeem(u *url.URL) (ticket, bool) {
	id, err := url.PathUnescape(strings.TrimPrefix(u.RawQuery, "ticket="))
	if err != nil {
		return ticket{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tickets[id]
	delete(s.tickets, id)
	return t, ok && s.now().Before(t.until)
}

// keepAlive pings until the line is gone.
func (s *Server) keepAlive(l *line) {
	tick := time.NewTicker(s.opts.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.host.Context().Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		here, leaving := slices.Contains(s.lines, l), l.leaving
		opaque := s.newID()
		s.mu.Unlock()
		if !here {
			return
		}
		if !leaving {
			l.socket.Send(s.systemFrame("ping", map[string]any{"opaque": opaque}))
		}
	}
}

// left forgets a line. Presses it had not answered were delivered once and are
// lost.
func (s *Server) left(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = slices.DeleteFunc(s.lines, func(other *line) bool { return other == l })
	for p := range s.unsettled {
		if p.once && p.line == l {
			s.settle(p)
		}
	}
}

// abandon keeps a line from getting any more pushes; it reports whether it had
// been getting them.
func (s *Server) abandon(l *line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := !l.leaving
	l.leaving = true
	return was
}

// Drop tells every connection to disconnect, as the platform regularly does: a
// disconnect frame, silence, and ten seconds later the cut.
func (s *Server) Drop() {
	for _, l := range s.allLines() {
		if !s.abandon(l) {
			continue
		}
		l.socket.Send(s.systemFrame("disconnect", map[string]any{"reason": "connection is expired"}))
		s.record(sim.Call{Inbound: true, Name: "SYSTEM disconnect", Result: "ok"})
		s.world.Clock.AfterFunc(disconnectGrace, func(time.Time) { l.socket.Cut() })
	}
}

// Freeze makes every connection half-open: TCP lives and nothing comes through,
// pongs included. Only new connections work.
func (s *Server) Freeze() {
	for _, l := range s.allLines() {
		s.abandon(l)
		l.socket.Freeze()
	}
}

// Connections counts the connections that get pushes.
func (s *Server) Connections() int {
	n := 0
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines {
		if !l.leaving {
			n++
		}
	}
	return n
}

func (s *Server) allLines() []*line {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines)
}
