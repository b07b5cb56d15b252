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

// ownBatch is people's own reminders that have come due, and what follows from them:
// made up by reading, and still to be written.
type ownBatch struct {
	se    *session
	moved []remind.Reminder
	// ends is up to where the batch goes in each shard.
	ends map[int]remind.Position
	// more: there may be others, which come after it.
	more bool

	writing errgroup.Group
}

// ownBehind is how many batches may be under way to the records while the next is made
// up: what one encodes and seals, the database writes of the other meanwhile.
const ownBehind = 2

// ownDue lets what people set for themselves come due and tells it, with everything
// else that waits for them, each batch in one transaction with the outbox, which an
// instance that has lost a shard cannot commit. While some are written the next is made
// up. What concerns others as well has come due before (see bundle), so nobody gets a
// second message. Where it cannot be done for one of them, or somebody changed one
// meanwhile, the reminders come due first and each is told by itself.
func (s *Service) ownDue(ctx context.Context, held heldShards) (done int, err error) {
	var line ownLine
	for more := true; more || len(line) > 0; {
		var failed error
		room := ownBehind
		if more {
			var b *ownBatch
			if b, failed = s.makeOwn(ctx, held, line); failed == nil {
				if more = b.more; len(b.moved) > 0 {
					line = append(line, b)
					b.writing.Go(func() error { return s.keepOwn(ctx, held, b) })
				} else {
					room = 0 // all that is left is with those under way: whether they get it written decides
				}
			}
		}
		if failed != nil || !more {
			room = 0
		}
		for len(line) > room {
			n, lost := line[0].wait()
			done, line = done+n, line[1:]
			if failed == nil || lost != nil && cannotBeTogether(failed) {
				failed = lost
			}
		}
		switch {
		case cannotBeTogether(failed):
			n, err := s.fireApart(ctx, held, ownOf)
			if done += n; err != nil {
				return done, err
			}
			more = true
		case failed != nil:
			return done, failed
		}
	}
	return done, nil
}

// ownOf is Tx.DueOwn as a dueOf.
func ownOf(ctx context.Context, tx Tx, shard int, at time.Time, limit int) ([]remind.Reminder, error) {
	return tx.DueOwn(ctx, shard, at, remind.Position{}, limit)
}

// cannotBeTogether reports whether a batch failed for one of its reminders alone.
func cannotBeTogether(err error) bool {
	_, reminder := errors.AsType[*badReminder](err)
	_, telling := errors.AsType[*badTelling](err)
	return reminder || telling || bot.CodeOf(err) == bot.Stale
}

// makeOwn makes up the batch that comes after others, which need not be in the records
// yet.
func (s *Service) makeOwn(ctx context.Context, held heldShards, before ownLine) (b *ownBatch, err error) {
	until, err := s.tellUntil(ctx)
	if err != nil {
		return nil, err
	}
	err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		b = &ownBatch{se: &session{Service: s}, ends: map[int]remind.Position{}}
		b.se.reset()
		b.se.ctx, b.se.tx, b.se.now, b.se.verb = ctx, tx, s.clock.Now(), "clock"
		return b.make(held, before, until)
	})
	return b, err
}

func (b *ownBatch) make(held heldShards, before ownLine, until time.Time) error {
	s := b.se
	due, err := b.read(held, before, until)
	if err != nil || len(due) == 0 {
		return err
	}
	var notices []remind.Notice
	if b.moved, notices, err = s.comeDue(due); err != nil {
		return err
	}
	return s.tellFresh(notices, until)
}

// read reads what has come due in the held shards, as much of each, that no other batch
// has.
func (b *ownBatch) read(held heldShards, before ownLine, until time.Time) (due []remind.Reminder, err error) {
	each := (fireMost + len(held) - 1) / len(held)
	due = make([]remind.Reminder, 0, each*len(held))
	for shard := range held {
		b.ends[shard] = before.end(shard)
		some, err := b.se.tx.DueOwn(b.se.ctx, shard, until, b.ends[shard], each)
		if err != nil {
			return nil, err
		}
		b.more = b.more || len(some) >= each
		owners := map[bot.PersonID]bool{}
		for _, r := range some {
			if !owners[r.Owner] {
				owners[r.Owner], b.ends[shard] = true, r.Position()
			}
		}
		due = append(due, some...)
	}
	slices.SortFunc(due, func(a, b remind.Reminder) int { return a.Position().Compare(b.Position()) })
	return before.without(due), nil
}

// wait waits until the batch is written and returns how many came due.
func (b *ownBatch) wait() (int, error) {
	if err := b.writing.Wait(); err != nil {
		return 0, err
	}
	return len(b.moved), nil
}

// ownLine are the batches that are under way to the records, the oldest first.
type ownLine []*ownBatch

// end is up to where the batches go in a shard.
func (l ownLine) end(shard int) remind.Position {
	if len(l) == 0 {
		return remind.Position{}
	}
	return l[len(l)-1].ends[shard]
}

// without leaves out what the batches have already.
func (l ownLine) without(due []remind.Reminder) []remind.Reminder {
	has := map[remind.ID]bool{}
	for _, b := range l {
		for _, r := range b.moved {
			has[r.ID] = true
		}
	}
	return slices.DeleteFunc(due, func(r remind.Reminder) bool { return has[r.ID] })
}

// keepOwn writes a batch.
func (s *Service) keepOwn(ctx context.Context, held heldShards, b *ownBatch) error {
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := held.check(ctx, tx); err != nil {
			return err
		}
		if err := tx.MoveReminders(ctx, b.moved...); err != nil {
			return err
		}
		return b.se.flush(ctx, tx)
	})
	if err == nil {
		s.committed(ctx, b.se)
	}
	return err
}

// tellFresh tells the recipients of notices that the records do not know yet, with what
// waits for them until then.
func (s *session) tellFresh(notices []remind.Notice, until time.Time) error {
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
	return s.tellAll(order, of)
}
