package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"yiqun/bot"
	"yiqun/bot/platform"
)

const (
	workers    = 32
	maxWaiting = 4096
	// steady is how long a connection must have lived for the next to be opened
	// without a pause.
	steady = 10 * time.Second
	// shortestGap is the shortest loss of connection that members are told of.
	shortestGap = 5 * time.Second
	// leaveAfter is how long an old connection is kept for its last
	// acknowledgements. The server cuts it after 10 s.
	leaveAfter = 5 * time.Second
	// stopGrace is how long handlers may take to finish once Run is to end.
	stopGrace = 5 * time.Second
)

// session is one Run.
type session struct {
	*Adapter
	handler platform.Handler
	jobs    *platform.Dispatcher
	work    context.Context // of handlers: outlives Run's by stopGrace
	pace    pace
	retired sync.WaitGroup // old connections on their way out
	closing signal
}

// Run connects and serves until ctx is done, or until DingTalk refuses the
// credentials.
func (a *Adapter) Run(ctx context.Context, h platform.Handler) error {
	work, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	s := &session{
		Adapter: a, handler: platform.Guard(h), work: work,
		jobs: platform.NewDispatcher(workers, maxWaiting), pace: newPace(), closing: newSignal(),
	}
	last, err := s.serve(ctx)
	grace := time.AfterFunc(stopGrace, abandon)
	defer grace.Stop()
	s.jobs.Close()
	s.closing.set()
	if last != nil {
		last.shut()
	}
	s.retired.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// serve keeps one connection up. It returns the last one, still open, so that
// what was begun on it can be acknowledged.
func (s *session) serve(ctx context.Context) (last *link, err error) {
	var old *link
	for {
		l, err := s.open(ctx)
		if err != nil {
			return old, err
		}
		s.current.Store(l)
		s.log.Info("connected")
		if old != nil {
			s.tellGap(old.lostFor())
			s.retire(old)
		}
		select {
		case <-ctx.Done():
			return l, nil
		case <-l.leaving.ch:
		case <-l.ended.ch:
		}
		s.pace.lived(l.age())
		old = l
	}
}

// open tries until a connection is up. It fails when ctx is done and when no
// retry can help.
func (s *session) open(ctx context.Context) (*link, error) {
	for {
		if err := sleep(ctx, s.pace.next); err != nil {
			return nil, err
		}
		conn, err := s.dial(ctx)
		switch {
		case err == nil:
			s.problems.clear(badCredentials, unlistedIP)
			return newLink(conn, s.log, s.frame), nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		// An unknown refusal is tried again: a pause too many is better than a bot
		// that has left.
		case errors.Is(err, errCredentials):
			return nil, fmt.Errorf("connecting to DingTalk: %w", err)
		}
		s.pace.failed(err)
		s.log.Warn("not connected", "error", err, "retry_in", s.pace.next.Round(time.Second))
	}
}

// sleep waits for d, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// retire lets an old connection write its last acknowledgements.
func (s *session) retire(old *link) {
	s.retired.Go(func() {
		wait := time.NewTimer(leaveAfter)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-old.ended.ch:
		case <-s.closing.ch:
		}
		old.shut()
	})
}

// tellGap hands on that nothing came for so long, if that was enough for someone
// to have spoken in vain.
func (s *session) tellGap(lost time.Duration) {
	if lost < shortestGap {
		return
	}
	s.log.Warn("connection was down", "for", lost)
	until := s.cfg.Clock.Now()
	from := until.Add(-lost)
	s.submit(bot.Event{
		ID:       bot.EventID(fmt.Sprintf("gap-%d", from.UnixMilli())),
		Platform: bot.DingTalk,
		At:       until,
		Gap:      &bot.Gap{From: from, Until: until},
	}, messageTimeout, func(platform.Answer, error) {})
}

// pace is the back-off between connections: one second doubled up to a minute,
// with jitter, as in DingTalk's own clients.
type pace struct {
	policy *backoff.ExponentialBackOff
	next   time.Duration // pause before the next attempt
}

func newPace() pace {
	return pace{policy: &backoff.ExponentialBackOff{
		InitialInterval: time.Second, Multiplier: 2, MaxInterval: time.Minute, RandomizationFactor: 0.5,
	}}
}

// failed sets the pause after an attempt that failed.
func (p *pace) failed(err error) {
	p.next = max(p.policy.NextBackOff(), waitOf(err))
}

// lived sets the pause after a connection that lived for d: none if it was a
// good one, for the server ends connections as a matter of course.
func (p *pace) lived(d time.Duration) {
	if d >= steady {
		p.policy.Reset()
		p.next = 0
		return
	}
	p.next = p.policy.NextBackOff()
}
