package service

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// standingPrefix begins the id and the owner of what lets matters of a template open
// themselves at a node. It is kept among the reminders, whose firing comes once.
const standingPrefix = remind.StandingPrefix

// standingOwner is whose numbers the standing openings of a node count in.
func standingOwner(node bot.NodeID) bot.PersonID { return bot.PersonID(standingPrefix + string(node)) }

func standingID(template string, node bot.NodeID) remind.ID {
	return remind.ID(standingPrefix + template + "/" + string(node))
}

// opensTemplate is the id of the template whose matters a standing opening opens.
func opensTemplate(r remind.Reminder) string {
	return strings.TrimSuffix(strings.TrimPrefix(string(r.ID), standingPrefix), "/"+string(r.Node))
}

// openBatch opens the matters of the held shards whose time has come, each in a
// transaction of its own, so that one that cannot be opened keeps no other waiting: where
// it is refused, its managers are told why, and it waits for its next time; where it fails,
// it is put off.
func (s *Service) openBatch(ctx context.Context, held heldShards) (n int, err error) {
	due := map[int][]remind.Reminder{}
	err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		for _, shard := range held.shards() {
			if due[shard], err = tx.DueOpenings(ctx, shard, s.clock.Now(), fireMost); err != nil {
				return err
			}
		}
		return nil
	})
	for _, shard := range held.shards() {
		for _, r := range due[shard] {
			if err != nil {
				return n, err
			}
			n++
			err = s.openDue(ctx, shard, held[shard], r.ID, nil)
			if why := refused(err); why != nil {
				err = s.openDue(ctx, shard, held[shard], r.ID, why)
			}
			if bad, ok := errors.AsType[*badReminder](err); ok {
				err = s.putOff(ctx, heldShards{shard: held[shard]}, bad)
			}
		}
	}
	return n, err
}

// openDue moves a standing opening on and opens its matter, in one transaction which an
// instance that has lost the shard cannot commit. Where why is given, it leaves a notice
// that the matter was not opened instead.
func (s *Service) openDue(ctx context.Context, shard int, token int64, id remind.ID, why error) error {
	se := &session{Service: s}
	err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		if err := tx.CheckShards(ctx, heldShards{shard: token}); err != nil {
			return err
		}
		r, err := tx.Reminder(ctx, id)
		if err != nil {
			return err
		}
		next, f, ok := r.Fire(se.place(r.Node), se.now)
		if !ok {
			return nil
		}
		if _, err := se.putReminder(next); err != nil {
			return err
		}
		if why != nil {
			return se.notOpened(r, f.Due, why)
		}
		err = guarded(func() error { return wrong(se.openStanding(r, f.Due)) })
		if err != nil && !isRefusal(err) {
			err = &badReminder{id, err}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("open what is due under %s: %w", id, err)
	}
	return nil
}

// openStanding opens the matter that was due at a time. The act is the clock's.
func (s *session) openStanding(r remind.Reminder, due time.Time) error {
	t := s.Templates().ByID(opensTemplate(r))
	if t == nil || !t.Enabled() || t.Opens == nil {
		return bot.Errorf(bot.Wrong, "这种做法现在没有启用，请找管理员。")
	}
	node, err := s.tx.Node(s.ctx, r.Node)
	if err != nil {
		return err
	}
	s.node = node
	act, err := t.OpeningAct(due.In(s.zone()), node.Name, r.Text)
	if err != nil {
		return err
	}
	if t, err = s.settingOut(t, &act); err != nil {
		return err
	}
	m, err := s.numbering(t, node.ID, &act, "")
	if err != nil {
		return err
	}
	return s.commit(t, m, node.ID, act)
}

// notOpened tells the managers, privately, that a matter did not open.
func (s *session) notOpened(r remind.Reminder, due time.Time, why error) error {
	posts := []string{weeklyPost}
	if t := s.Templates().ByID(opensTemplate(r)); t != nil {
		posts = t.Managers
	}
	people, err := s.holdersOf(r.Node, posts, 0)
	if err != nil {
		return err
	}
	said := "请找管理员看看。"
	if e, ok := errors.AsType[*bot.Error](why); ok {
		said = e.Message
	}
	var notices []remind.Notice
	for _, p := range people {
		notices = append(notices, remind.Notice{
			ID: s.newID(), To: remind.Person(p), Kind: remind.Duty, Key: fmt.Sprintf("%s/%d", r.ID, due.Unix()), Node: r.Node,
			Due: s.now, Look: s.now, Stale: s.now.Add(dutyFor), Text: fmt.Sprintf("定期的%s这次没有开始：%s", r.For.Call, said),
		})
	}
	return s.notify(notices...)
}
