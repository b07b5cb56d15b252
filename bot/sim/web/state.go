package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// recentCalls bounds the wire log that a page starts with.
const recentCalls = 500

// news is the world, or what changed in it: absent parts are as before. People,
// groups, platforms and meters come whole; bubbles and calls one by one.
type news struct {
	// Whole is true for the complete state: what the page holds is replaced.
	Whole     bool              `json:"whole,omitempty"`
	Title     string            `json:"title,omitempty"`
	Bot       string            `json:"bot,omitempty"`
	Hints     []Hints           `json:"hints,omitempty"`
	Now       string            `json:"now,omitempty"` // wall time in China, to the second
	Platforms json.RawMessage   `json:"platforms,omitempty"`
	People    json.RawMessage   `json:"people,omitempty"`
	Groups    json.RawMessage   `json:"groups,omitempty"`
	Meters    json.RawMessage   `json:"meters,omitempty"`
	Bubbles   []json.RawMessage `json:"bubbles,omitempty"`
	Calls     []callLine        `json:"calls,omitempty"`
}

func (n *news) empty() bool {
	return !n.Whole && n.Now == "" && n.Platforms == nil && n.People == nil && n.Groups == nil &&
		n.Meters == nil && len(n.Bubbles)+len(n.Calls) == 0
}

// platformState is one platform's switches and how busy it is.
type platformState struct {
	Platform  bot.Platform `json:"platform"`
	Name      string       `json:"name"`
	Faults    sim.Faults   `json:"faults"`
	Pending   int          `json:"pending"`
	Delivered int64        `json:"delivered"`
}

// callLine is a call without its bodies, which are fetched when someone looks.
type callLine struct {
	Seq      int          `json:"seq"`
	At       string       `json:"at"`
	Platform bot.Platform `json:"platform"`
	Inbound  bool         `json:"inbound,omitempty"`
	Name     string       `json:"name"`
	Counts   sim.Quota    `json:"counts,omitempty"`
	Result   string       `json:"result"`
}

// reader remembers what one page has been told.
type reader struct {
	server  *server
	started bool
	told    map[string][]byte // JSON last sent, by part or bubble id
	calls   int
}

func (s *server) newReader() *reader { return &reader{server: s, told: map[string][]byte{}} }

// read returns what the page has not been told yet; everything at first.
func (r *reader) read() *news {
	s, w := r.server, r.server.world
	n := &news{}
	if !r.started {
		r.started = true
		n.Whole, n.Title, n.Bot, n.Hints = true, s.opts.Title, w.BotName, s.opts.Hints
	}
	now := w.Clock.Now()
	if raw := r.fresh("now", wall(now)); raw != nil {
		n.Now = wall(now)
	}
	n.Platforms = r.fresh("platforms", platforms(w))
	n.People = r.fresh("people", w.People())
	n.Groups = r.fresh("groups", w.Groups())
	n.Bubbles = r.bubbles()
	calls := w.Calls(0)
	n.Meters = r.fresh("meters", metersAt(calls, now))
	n.Calls = lines(calls[max(r.calls, len(calls)-recentCalls):])
	r.calls = len(calls)
	return n
}

// fresh returns a part's JSON if it differs from what was last told.
func (r *reader) fresh(part string, v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil || bytes.Equal(raw, r.told[part]) {
		return nil
	}
	r.told[part] = raw
	return raw
}

func (r *reader) bubbles() []json.RawMessage {
	var out []json.RawMessage
	for _, b := range r.server.world.Bubbles(nil) {
		b.At = b.At.In(China)
		if raw := r.fresh("bubble "+b.ID, b); raw != nil {
			out = append(out, raw)
		}
	}
	return out
}

func platforms(w *sim.World) []platformState {
	out := []platformState{}
	for _, b := range w.Backends() {
		out = append(out, platformState{
			Platform: b.Platform(), Name: b.Platform().Spoken(),
			Faults: b.Faults(), Pending: b.Pending(), Delivered: b.Delivered(),
		})
	}
	return out
}

func lines(calls []sim.Call) []callLine {
	out := make([]callLine, 0, len(calls))
	for _, c := range calls {
		out = append(out, callLine{
			Seq: c.Seq, At: wall(c.At), Platform: c.Platform, Inbound: c.Inbound,
			Name: c.Name, Counts: c.Counts, Result: c.Result,
		})
	}
	return out
}

// wall writes a time as the page shows it, so that no browser converts it to the
// zone it happens to be in.
func wall(t time.Time) string { return t.In(China).Format("2006-01-02T15:04:05") }

// state answers with the complete world.
func (s *server) state(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, s.newReader().read())
}

// call answers with one exchange, bodies included.
func (s *server) call(w http.ResponseWriter, r *http.Request) {
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil || seq < 1 {
		fail(w, http.StatusNotFound, "没有这一条。")
		return
	}
	calls := s.world.Calls(seq - 1)
	if len(calls) == 0 {
		fail(w, http.StatusNotFound, "没有这一条。")
		return
	}
	reply(w, http.StatusOK, calls[0])
}
