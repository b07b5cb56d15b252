package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
)

const (
	// fireMost is how many reminders come due, and how many recipients are told, in one
	// transaction.
	fireMost = 500
	// holdFor is how long an instance holds a shard at a time. Whoever stalls longer
	// loses it, and what it commits then is refused.
	holdFor = 15 * time.Second
	// shardPrefix begins the key of a shard among what is due.
	shardPrefix = "remind/"
)

// shardKey is what a shard is called among what is due; see TickKeys.
func shardKey(shard int) string { return shardPrefix + strconv.Itoa(shard) }

// Shared reports whether many things are due under a key, each at its own time: a
// shard of reminders is, a matter is not.
func Shared(key string) bool { return strings.HasPrefix(key, shardPrefix) }

// TickKeys carries out what is due under keys that Config.Scheduled told of: timers of
// matters, and shards of reminders, whatever is due in any of them before anybody is
// told. It returns when each is due next, zero if never, and which failed.
func (s *Service) TickKeys(ctx context.Context, keys ...string) (next map[string]time.Time, failed map[string]error) {
	next, failed = map[string]time.Time{}, map[string]error{}
	var shards []string
	for _, key := range keys {
		if Shared(key) {
			shards = append(shards, key)
			continue
		}
		var err error
		if next[key], err = s.TickMatter(ctx, bot.MatterID(key)); err != nil {
			failed[key] = err
		}
	}
	if len(shards) == 0 {
		return next, failed
	}
	_, err := s.remindRound(ctx)
	coming, late := s.Reminding(ctx)
	for _, key := range shards {
		next[key] = coming[key]
		if err := errors.Join(err, late); err != nil {
			failed[key] = err
		}
	}
	return next, failed
}

// Reminding returns when each key of reminders is due next, for the queue to be
// compared with; keys without anything to come are left out.
func (s *Service) Reminding(ctx context.Context) (map[string]time.Time, error) {
	next, err := s.nextReminding(ctx)
	out := map[string]time.Time{}
	for shard, u := range next {
		if at := u.First(); !at.IsZero() {
			out[shardKey(shard)] = at
		}
	}
	return out, err
}

// upcoming is what is to be looked at next in each shard.
type upcoming [remind.Shards]remind.Upcoming

func (s *Service) nextReminding(ctx context.Context) (next upcoming, err error) {
	err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		next, err = tx.NextReminding(ctx)
		return err
	})
	return next, err
}

// first is the earliest in any shard.
func (u upcoming) first() time.Time {
	var times []time.Time
	for _, shard := range u {
		times = append(times, shard.First())
	}
	return bot.Soonest(times...)
}

// due reports whether some of a kind has come due in shards that are held.
func (u upcoming) due(held heldShards, now time.Time, kind func(remind.Upcoming) time.Time) bool {
	return slices.ContainsFunc(held.shards(), func(shard int) bool {
		at := kind(u[shard])
		return !at.IsZero() && !at.After(now)
	})
}

// remindAll carries out all reminders that are due and returns when to look again.
func (s *Service) remindAll(ctx context.Context) (time.Time, error) {
	var failed error
	for range remindRounds {
		next, err := s.nextReminding(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if at := next.first(); at.IsZero() || at.After(s.clock.Now()) {
			break
		}
		worked, err := s.remindRound(ctx)
		if failed = err; err != nil || !worked {
			break
		}
	}
	next, err := s.nextReminding(ctx)
	at := next.first()
	if again := s.clock.Now().Add(heldBackFor); !at.IsZero() && at.Before(again) && s.bundle.waits() {
		at = again
	}
	return at, errors.Join(failed, err)
}

const (
	// remindRounds bounds how often one look goes on: telling somebody may leave a
	// notice for somebody else.
	remindRounds = 4
	// heldBackFor is when to look again at what waits for others; see bundle.
	heldBackFor = time.Second
)

// heldShards are the shards that an instance works on, each with the token that fences it.
type heldShards map[int]int64

// shards are those held, in order.
func (h heldShards) shards() []int { return slices.Sorted(maps.Keys(h)) }

// check fails with code Stale once one of the shards has gone to another instance.
func (h heldShards) check(ctx context.Context, tx Tx) error { return tx.CheckShards(ctx, h) }

// remindRound works on all shards that no other instance holds: what opens itself is
// opened, reminders come due, and then people are told, so that what one person is to
// hear goes in one message. It reports whether there was anything to do.
func (s *Service) remindRound(ctx context.Context) (worked bool, err error) {
	if err := s.rounds.Acquire(ctx, 1); err != nil {
		return false, fmt.Errorf("waiting to remind: %w", err)
	}
	defer s.rounds.Release(1)
	held, next, err := s.holdShards(ctx)
	if err != nil || len(held) == 0 {
		return false, err
	}
	for _, work := range s.dueWork(held, next) {
		n, failed := work.all(ctx, held)
		if worked, err = worked || n > 0, failed; err != nil {
			break
		}
	}
	leave := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.LeaveShards(ctx, s.cfg.Instance, held.shards()...)
	})
	if err = errors.Join(err, leave); err != nil {
		return worked, fmt.Errorf("remind: %w", err)
	}
	return worked, nil
}

// holdShards takes the shards that no other instance holds, if anything is due, and
// tells what.
func (s *Service) holdShards(ctx context.Context) (held heldShards, next upcoming, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		held = nil
		if next, err = tx.NextReminding(ctx); err != nil {
			return err
		}
		if at := next.first(); at.IsZero() || at.After(s.clock.Now()) {
			return nil
		}
		held, err = tx.HoldShards(ctx, s.cfg.Instance, holdFor, allShards()...)
		return err
	})
	return held, next, err
}

func allShards() []int {
	shards := make([]int, remind.Shards)
	for i := range shards {
		shards[i] = i
	}
	return shards
}

// dueWork is the work there is in held shards, in order: what came due for others leaves
// something to tell.
func (s *Service) dueWork(held heldShards, next upcoming) (work []shardWork) {
	due := func(kind func(remind.Upcoming) time.Time) bool { return next.due(held, s.clock.Now(), kind) }
	others := due(func(u remind.Upcoming) time.Time { return u.Others })
	if others {
		work = append(work, s.openBatch, s.fireBatch)
	}
	if due(func(u remind.Upcoming) time.Time { return u.Own }) {
		work = append(work, s.ownDue)
	}
	if others || due(func(u remind.Upcoming) time.Time { return u.Waiting }) {
		work = append(work, s.tellBatch)
	}
	return work
}

// shardWork does some of one kind of work in held shards and reports how much; less than
// fireMost when nothing is left of it.
type shardWork func(context.Context, heldShards) (int, error)

// all works until nothing is left.
func (work shardWork) all(ctx context.Context, held heldShards) (done int, err error) {
	for n := fireMost; n >= fireMost && err == nil; done += n {
		n, err = work(ctx, held)
	}
	return done, err
}
