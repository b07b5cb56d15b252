package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// ownHalves is ownBatch for two halves of the shards side by side: while one is being
// written, the next is made up.
func (s *Service) ownHalves(ctx context.Context, held heldShards) (int, error) {
	halves := [2]heldShards{{}, {}}
	for i, shard := range held.shards() {
		halves[i%2][shard] = held[shard]
	}
	var done [len(halves)]int
	var g errgroup.Group
	for i, half := range halves {
		g.Go(func() (err error) {
			done[i], err = shardWork(s.ownBatch).all(ctx, half)
			return err
		})
	}
	err := g.Wait()
	return done[0] + done[1], err
}

// ownBatch lets what people set for themselves come due and tells it, with everything
// else that waits for them, in one transaction with the outbox, which an instance that
// has lost a shard cannot commit. What concerns others as well has come due before (see
// bundle), so nobody gets a second message. Where that cannot be done for one of them,
// the reminders come due first and each is told by itself.
func (s *Service) ownBatch(ctx context.Context, held heldShards) (int, error) {
	until, err := s.tellUntil(ctx)
	if err != nil {
		return 0, err
	}
	n, err := s.ownOnce(ctx, held, until)
	_, reminder := errors.AsType[*badReminder](err)
	_, telling := errors.AsType[*badTelling](err)
	if !reminder && !telling && bot.CodeOf(err) != bot.Stale {
		return n, err
	}
	return s.fireApart(ctx, held, Tx.DueOwn)
}

func (s *Service) ownOnce(ctx context.Context, held heldShards, until time.Time) (n int, err error) {
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		due, err := se.dueIn(held, Tx.DueOwn, until)
		if n = len(due); err != nil || n == 0 {
			return err
		}
		return se.fireAndTell(due, until)
	})
	return n, err
}

// fireAndTell moves people's own reminders on and tells their owners, with what waits
// for them until then.
func (s *session) fireAndTell(due []remind.Reminder, until time.Time) error {
	moved, notices, err := s.comeDue(due)
	if err != nil {
		return err
	}
	of := map[remind.Recipient][]remind.Notice{}
	order := byRecipient(notices, of)
	waiting, err := s.tx.WaitingFor(s.ctx, order...)
	if err != nil {
		return err
	}
	byRecipient(slices.DeleteFunc(waiting, func(n remind.Notice) bool { return n.Look.After(until) }), of)
	s.fresh = map[string]bool{}
	for _, n := range notices {
		s.fresh[n.ID] = true
	}
	if err := s.tellAll(order, of); err != nil {
		return err
	}
	return s.tx.MoveReminders(s.ctx, moved...)
}
