package dingtalk

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/mask"
)

// An unacknowledged bot message or event comes again after about 16 s and again
// after about 60 s (seen in logs of public projects; the documents promise
// nothing), and is then given up.
var repeatAfter = []time.Duration{16 * time.Second, 44 * time.Second}

const giveUpAfter = 16 * time.Second

// push is one thing the platform wants the bot to take, over all its attempts.
type push struct {
	kind, topic string
	headers     map[string]string // beside the usual ones
	// data renders the body; withheld says that the month's pushes are used up.
	data func(withheld bool) (body string, deliverable bool)
	// once: never sent again, and given up after window.
	once   bool
	window time.Duration
	// taken handles the data of a 200 ack; it may ask for a repeat.
	taken func(data string) (again bool)

	line    *line // of the last attempt
	settled bool
	timers  []func()
}

// settle ends a push and its timers. The caller holds s.mu.
func (s *Server) settle(p *push) {
	p.settled = true
	delete(s.unsettled, p)
	for _, stop := range p.timers {
		stop()
	}
	p.timers = nil
}

// deliver sends a push for the first time, late if so told.
func (s *Server) deliver(p *push) {
	f := s.Faults()
	send := func(time.Time) {
		if !s.attempt(p) {
			return
		}
		if f.Twice && !p.once {
			s.attempt(p)
		}
		s.repeat(p, repeatAfter)
	}
	if f.Late > 0 {
		s.world.Clock.AfterFunc(f.Late, send)
		return
	}
	send(s.now())
}

// repeat sends a push again while it is not acknowledged, and gives it up at last.
func (s *Server) repeat(p *push, waits []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.settled {
		return
	}
	if p.once || len(waits) == 0 {
		wait := giveUpAfter
		if p.once {
			wait = p.window
		}
		p.timers = append(p.timers, s.world.Clock.AfterFunc(wait, func(time.Time) { s.giveUp(p) }))
		return
	}
	p.timers = append(p.timers, s.world.Clock.AfterFunc(waits[0], func(time.Time) {
		if !s.isSettled(p) {
			s.attempt(p)
			s.repeat(p, waits[1:])
		}
	}))
}

func (s *Server) isSettled(p *push) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.settled
}

func (s *Server) giveUp(p *push) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(p)
}

// attempt sends a push once, to one of the connections that take its topic. It
// reports false when there was none: the push is then lost.
func (s *Server) attempt(p *push) bool {
	name := p.kind + " " + p.topic
	s.mu.Lock()
	l := s.pickLine(name)
	if l == nil {
		s.mu.Unlock()
		s.record(sim.Call{Inbound: true, Name: name, Result: "lost: no connection"})
		return false
	}
	withheld := s.faults.QuotaGone || !s.month.Allow("pushes", s.now(), s.opts.MonthPushes)
	body, deliverable := p.data(withheld)
	call := sim.Call{Inbound: true, Name: name, Result: "ok", Counts: sim.DingTalkPushes, Request: mask.Secrets(body)}
	if withheld {
		call.Result, call.Counts = "20001", sim.Free
	}
	if !deliverable {
		s.mu.Unlock()
		s.record(call)
		return false
	}
	id := s.newID()
	f := s.frame(p.kind, p.topic, id, body)
	maps.Copy(f.Headers, p.headers)
	p.line = l
	s.awaiting[id] = p
	if !p.settled {
		s.unsettled[p] = true
	}
	s.delivered++
	l.socket.Send(f)
	s.mu.Unlock()
	s.record(call)
	return true
}

// pickLine chooses at random among the connections that take a topic. The caller
// holds s.mu.
func (s *Server) pickLine(topic string) *line {
	fit := slices.DeleteFunc(slices.Clone(s.lines), func(l *line) bool { return l.leaving || !l.takes(topic) })
	if len(fit) == 0 {
		return nil
	}
	return fit[s.rand.IntN(len(fit))]
}

// acknowledged handles what the bot sent on a connection.
func (s *Server) acknowledged(_ *line, data []byte) {
	var a ack
	if err := json.Unmarshal(data, &a); err != nil {
		s.record(sim.Call{Name: "ACK", Result: "not JSON"})
		return
	}
	s.mu.Lock()
	p := s.awaiting[a.Headers["messageId"]]
	live := p != nil && !p.settled
	if live && a.Code == 200 {
		s.settle(p)
	}
	s.mu.Unlock()
	if p == nil {
		return // the answer to a ping, or to nothing
	}
	call := sim.Call{Name: "ACK " + p.topic, Result: "ok", Request: a.Data}
	switch {
	case a.Code != 200:
		call.Result = "refused by the bot"
	case !live && p.once:
		call.Result = "too late"
	case live && p.taken != nil && p.taken(a.Data):
		call.Result = "again"
		s.world.Clock.AfterFunc(repeatAfter[0], func(time.Time) { s.again(p) })
	}
	s.record(call)
}

// again sends what was settled once more and waits for its ack anew.
func (s *Server) again(p *push) bool {
	s.mu.Lock()
	s.settle(p) // ends the timers of earlier attempts
	p.settled = false
	s.mu.Unlock()
	if !s.attempt(p) {
		s.giveUp(p)
		return false
	}
	s.repeat(p, repeatAfter)
	return true
}

// Pending implements sim.Backend: pushes that reached a connection and are neither
// acknowledged nor given up.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.unsettled)
}

// Delivered implements sim.Backend.
func (s *Server) Delivered() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delivered
}

// Redeliver implements sim.Backend: the bot message of a bubble comes again, with
// the same msgId in a new frame. Presses are never repeated.
func (s *Server) Redeliver(bubbleID string) bool {
	s.mu.Lock()
	p := s.messages[bubbleID]
	s.mu.Unlock()
	return p != nil && s.again(p)
}

// Event pushes an organisation event. The bot answers with SUCCESS, or with LATER
// to have it again.
func (s *Server) Event(eventType string, data any) {
	s.mu.Lock()
	id := s.newID()
	s.mu.Unlock()
	body := encode(data)
	s.deliver(&push{
		kind: "EVENT", topic: "*",
		headers: map[string]string{
			"eventType": eventType, "eventId": id, "eventCorpId": s.opts.CorpID,
			"eventBornTime": millis(s.now()), "eventUnifiedAppId": "simulated-app",
		},
		data: func(bool) (string, bool) { return body, true },
		taken: func(data string) bool {
			var status struct {
				Status string `json:"status"`
			}
			return json.Unmarshal([]byte(data), &status) != nil || status.Status != "SUCCESS"
		},
	})
}
