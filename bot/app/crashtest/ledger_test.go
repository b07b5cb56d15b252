package crashtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"yiqun/bot"
)

// event is something the bot was told.
type event struct {
	key      string
	platform bot.Platform
	body     string
	press    bool
	// answered: the platform got its acknowledgement, or (WeCom) the answer.
	answered bool
	at       time.Time // when that was seen
	// slot is where it was told last.
	slot *slot
}

// call is something the bot wanted sent.
type call struct {
	name, body string
	event      string
	slot       *slot
	// reached: the platform has answered it.
	reached bool
}

// ledger is what passed the taps. It is safe for concurrent use.
type ledger struct {
	mu     sync.Mutex
	events map[string]*event // by event id
	open   map[string]bool   // ids of events without an answer, told to a bot that lives
	fresh  []*event          // answered since the records were last looked at
	calls  map[string]*call  // begun and not answered, by slot and key
	cards  map[string]int    // cards that a platform took, by platform and what they say
	sent   []string          // what platforms were asked and did
	begun  map[bot.Platform]int
}

func newLedger() *ledger {
	return &ledger{events: map[string]*event{}, open: map[string]bool{}, calls: map[string]*call{}, cards: map[string]int{}, begun: map[bot.Platform]int{}}
}

// apology is in what chats are told while the database is away: that nothing was recorded.
const apology = "系统暂时记不了东西"

// note writes down what a tap lets pass. gone says that the bot was killed already.
func (l *ledger) note(s *slot, a *tap, p passing, v verdict, gone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := s.name + p.key
	switch p.place {
	case frameDown:
		if v != pass {
			return
		}
		e := l.events[p.key]
		if e == nil {
			e = &event{key: p.key, platform: a.platform, body: string(p.body), press: !strings.Contains(string(p.body), "msgtype") || strings.Contains(string(p.body), "template_card_event")}
			l.events[p.key] = e
		}
		e.slot = s
		if !e.answered {
			l.open[p.key] = true
		}
	case ackUp:
		if v == pass {
			l.answer(p.key)
		}
	case callBegun:
		if v != fail {
			l.begun[a.platform]++
			l.calls[id] = &call{name: p.name, body: string(p.body), event: p.event, slot: s}
		}
	case callDone:
		c := l.calls[id]
		if c == nil {
			return
		}
		c.reached = true
		l.sent = append(l.sent, string(a.platform)+" "+c.body)
		if c.event != "" && strings.Contains(string(p.body), `"errcode":0`) && !strings.Contains(c.body, apology) {
			l.answer(c.event)
		}
		l.took(a.platform, c, p.body)
		if v == pass && !gone {
			delete(l.calls, id)
		}
	}
}

// answer notes that an event has its answer. The caller holds l.mu.
func (l *ledger) answer(key string) {
	e := l.events[key]
	if e == nil || e.answered {
		return
	}
	e.answered, e.at = true, time.Now()
	delete(l.open, key)
	l.fresh = append(l.fresh, e)
}

// took notes a new card that a platform accepted. The caller holds l.mu.
func (l *ledger) took(p bot.Platform, c *call, answer []byte) {
	var in map[string]any
	if json.Unmarshal([]byte(c.body), &in) != nil {
		return
	}
	switch {
	case p == bot.DingTalk && c.name == http.MethodPost+" /v1.0/card/instances/createAndDeliver":
		if !strings.Contains(string(answer), `"success":true`) || strings.Contains(string(answer), `"success":false`) {
			return
		}
		delete(in, "outTrackId")
	case p == bot.WeCom && in["msgtype"] == "template_card":
		if !strings.Contains(string(answer), `"errcode":0`) {
			return
		}
		card, _ := in["template_card"].(map[string]any)
		delete(card, "task_id")
		in = card
	default:
		return
	}
	what, _ := json.Marshal(in)
	l.cards[string(p)+string(what)]++
}

// flight is what was on its way to and from one instance.
type flight struct {
	unanswered []*event
	calls      []*call
}

// callsOf are a slot's calls that were begun and not answered.
func (l *ledger) callsOf(s *slot) map[*call]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[*call]bool{}
	for _, c := range l.calls {
		if c.slot == s {
			out[c] = true
		}
	}
	return out
}

// inFlight returns what was on its way when a slot's program died, and forgets it.
func (l *ledger) inFlight(s *slot) (f flight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key := range l.open {
		if e := l.events[key]; e.slot == s {
			f.unanswered = append(f.unanswered, e)
			delete(l.open, key)
		}
	}
	for id, c := range l.calls {
		if c.slot == s {
			f.calls = append(f.calls, c)
			delete(l.calls, id)
		}
	}
	return f
}

// promised returns the events answered since the last call.
func (l *ledger) promised() []*event {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.fresh
	l.fresh = nil
	return out
}

// all returns every event.
func (l *ledger) all() []*event {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*event
	return slices.AppendSeq(out, maps.Values(l.events))
}

// doubled returns what cards say that were taken more than once, and how often.
func (l *ledger) doubled() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := maps.Clone(l.cards)
	maps.DeleteFunc(out, func(_ string, times int) bool { return times == 1 })
	return out
}

// count is how many calls have been begun.
func (l *ledger) count() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.begun {
		n += c
	}
	return n
}
