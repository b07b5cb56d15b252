package service

import (
	"time"

	"yiqun/bot/privacy"
	"yiqun/bot/remind"
)

// withoutRefused leaves what may be told a recipient privately. Who does not want to be
// told hears only what they set for themselves: of the rest what is due goes the other
// way, and waits otherwise for its time.
func (s *session) withoutRefused(to remind.Recipient, waiting []remind.Notice, lines map[string]string, now time.Time) ([]remind.Notice, error) {
	p, ok := to.Person()
	if !ok || !s.refuses(p, privacy.Push) {
		return waiting, nil
	}
	var own, others []remind.Notice
	for _, n := range waiting {
		if n.Kind == remind.Own {
			own = append(own, n)
		} else {
			others = append(others, n)
		}
	}
	plan := s.policy.Plan(others, 0, now)
	s.settle(plan.Wait...)
	s.settled(plan.Stale, "")
	_, err := s.otherWay(p, plan.Say, lines)
	return own, err
}
