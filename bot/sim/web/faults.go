package web

import (
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// lateness is how late the switch 晚到 makes deliveries.
const lateness = 30 * time.Second

// statuses are the answers one can ask for.
var statuses = []int{403, 429, 500, 504}

// toggles set a fault on or off, by the name the page gives its switch.
var toggles = map[string]func(f *sim.Faults, on bool){
	"offline":          func(f *sim.Faults, on bool) { f.Offline = on },
	"twice":            func(f *sim.Faults, on bool) { f.Twice = on },
	"refuse_cards":     func(f *sim.Faults, on bool) { f.RefuseCards = on },
	"expire_tokens":    func(f *sim.Faults, on bool) { f.ExpireTokens = on },
	"quota_gone":       func(f *sim.Faults, on bool) { f.QuotaGone = on },
	"webhooks_expired": func(f *sim.Faults, on bool) { f.WebhooksExpired = on },
	"late": func(f *sim.Faults, on bool) {
		f.Late = 0
		if on {
			f.Late = lateness
		}
	},
}

type faultsBody struct {
	Platform bot.Platform `json:"platform"`
	// Switch is one of the toggles, or "status" for the next answer.
	Switch string `json:"switch"`
	On     bool   `json:"on"`
	// Status is answered to the next call when Switch is "status".
	Status int `json:"status"`
}

// faults changes one switch and leaves the others as they are.
func (s *server) faults(in faultsBody) (any, error) {
	backend := s.world.Backend(in.Platform)
	if backend == nil {
		return nil, refusal("没有这个平台。")
	}
	s.switches.Lock()
	defer s.switches.Unlock()
	f := backend.Faults()
	if err := in.apply(&f); err != nil {
		return nil, err
	}
	backend.SetFaults(f)
	return backend.Faults(), nil
}

func (in faultsBody) apply(f *sim.Faults) error {
	if in.Switch == "status" {
		if in.On && !slices.Contains(statuses, in.Status) {
			return refusal("没有这个状态码。")
		}
		f.Status, f.Next = 0, 0
		if in.On {
			f.Status, f.Next = in.Status, 1
		}
		return nil
	}
	set, ok := toggles[in.Switch]
	if !ok {
		return refusal("没有这个开关。")
	}
	set(f, in.On)
	return nil
}

type dropBody struct {
	Platform bot.Platform `json:"platform"`
}

// drop cuts the bot's connection once.
func (s *server) drop(in dropBody) (any, error) {
	backend := s.world.Backend(in.Platform)
	if backend == nil {
		return nil, refusal("没有这个平台。")
	}
	backend.Drop()
	return done, nil
}
