package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// batch is how many matters one round of the clock takes on.
const batch = 100

// clockChannel is the channel of acts of the clock.
const clockChannel = "clock"

// notYet is how long the clock waits when a timer that the records call due did not
// fire: it failed, or the calendar it was reckoned by has changed since.
const notYet = time.Minute

// Tick carries out everything that time has done by now, and returns when it must
// be called next; zero if nothing is pending. It may be called at any moment and
// any number of times: each timer fires once, because firing is an act. What fails
// in one matter does not keep the others waiting.
func (s *Service) Tick(ctx context.Context) (time.Time, error) {
	var failed []error
	seen := map[bot.MatterID]bool{}
	for fresh := true; fresh; {
		due, err := s.due(ctx)
		if err != nil {
			return time.Time{}, fmt.Errorf("find due matters: %w", err)
		}
		fresh = false
		for _, id := range due {
			if seen[id] {
				continue
			}
			seen[id], fresh = true, true
			if err := s.tickMatter(ctx, id); err != nil {
				failed = append(failed, fmt.Errorf("carry out timers of matter %s: %w", id, err))
			}
		}
		fresh = fresh && len(due) == batch
	}
	var next time.Time
	err := s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		next, err = tx.NextDue(ctx)
		return err
	})
	cadence, late := s.warnOfCadence(ctx)
	reminding, wrong := s.remindAll(ctx)
	next = bot.Soonest(next, reminding, cadence)
	if now := s.clock.Now(); !next.IsZero() && !next.After(now) {
		next = now.Add(notYet)
	}
	return next, errors.Join(append(failed, err, late, wrong)...)
}

func (s *Service) due(ctx context.Context) (due []bot.MatterID, err error) {
	err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		due, err = tx.Due(ctx, s.clock.Now(), batch)
		return err
	})
	return due, err
}

// TickMatter is Tick for one matter, and returns when its next timer is due; zero if
// it has none, or if there is no such matter.
func (s *Service) TickMatter(ctx context.Context, id bot.MatterID) (time.Time, error) {
	err := s.tickMatter(ctx, id)
	if err == nil {
		var next time.Time
		err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
			m, err := tx.Matter(ctx, id)
			if err != nil {
				return err
			}
			se := &session{Service: s, ctx: ctx, tx: tx}
			t, err := se.template(m)
			if err == nil {
				next = procedure.NextDue(se.env(t, m, procedure.Actor{}), m)
			}
			return err
		})
		if err == nil {
			return next, nil
		}
	}
	if bot.CodeOf(err) == bot.NotFound {
		return time.Time{}, nil
	}
	return time.Time{}, fmt.Errorf("carry out timers of matter %s: %w", id, err)
}

// tickMatter fires the due timers of one matter, each as an act of its own.
func (s *Service) tickMatter(ctx context.Context, id bot.MatterID) error {
	for range 32 { // a firing may bring the next timer into the past
		se := &session{Service: s}
		fired := false
		err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
			var err error
			fired, err = se.fireOne(ctx, tx, id)
			return err
		})
		if err != nil || !fired {
			return err
		}
	}
	return nil
}

func (s *session) fireOne(ctx context.Context, tx Tx, id bot.MatterID) (bool, error) {
	s.ctx, s.tx, s.now = ctx, tx, s.clock.Now()
	m, err := tx.Matter(ctx, id)
	if err != nil {
		return false, err
	}
	t, err := s.template(m)
	if err != nil {
		return false, err
	}
	env := s.env(t, m, procedure.Actor{})
	var first *procedure.Timer
	for _, timer := range procedure.Due(env, m) {
		if !timer.At.After(s.now) && (first == nil || timer.At.Before(first.At)) {
			first = &timer
		}
	}
	if first == nil || first.Op == procedure.Expire && s.cfg.Unsettled() {
		return false, nil
	}
	s.verb = "clock"
	act := procedure.Act{Step: first.Step, Op: first.Op, Key: first.Key}
	if step := t.Step(act.Step); step.Ballots() && act.Op == procedure.Expire {
		if act.Tally, err = s.sealBox(m, step); err != nil {
			return false, err
		}
	}
	if step := t.Step(act.Step); isMeeting(t, step) && act.Op == procedure.Expire {
		if act.Sealing, err = s.sealMeeting(t, m); err != nil {
			return false, err
		}
	}
	next, effects, err := s.applyClock(t, m, &act)
	if err != nil {
		return false, err
	}
	return true, s.carry(t, m, next, act, effects)
}

func (s *session) applyClock(t *procedure.Template, m procedure.Matter, act *procedure.Act) (procedure.Matter, []procedure.Effect, error) {
	act.At, act.Channel = s.now, clockChannel
	next, done, effects, err := procedure.Apply(s.envAt(t, m, procedure.Actor{}, *act), m, *act)
	if err != nil {
		return m, nil, err
	}
	*act = done
	return next, effects, nil
}
