package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
)

// fireBatch lets reminders for others come due.
func (s *Service) fireBatch(ctx context.Context, held heldShards) (n int, err error) {
	return s.fireApart(ctx, held, forOthers)
}

// forOthers is Tx.DueReminders as a dueOf.
func forOthers(ctx context.Context, tx Tx, shard int, at time.Time, limit int) ([]remind.Reminder, error) {
	return tx.DueReminders(ctx, shard, at, limit)
}

// dueOf reads reminders of a shard that are due.
type dueOf func(ctx context.Context, tx Tx, shard int, at time.Time, limit int) ([]remind.Reminder, error)

// fireApart lets reminders of the held shards come due, for people to be told apart:
// their next time and the notices are one transaction, which an instance that has lost a
// shard cannot commit. One that cannot come due is put off and keeps no other waiting.
func (s *Service) fireApart(ctx context.Context, held heldShards, which dueOf) (n int, err error) {
	for {
		n, err = s.fireOnce(ctx, held, which)
		bad, ok := errors.AsType[*badReminder](err)
		if !ok {
			break
		}
		if off := s.putOff(ctx, held, bad); off != nil {
			return n, off
		}
	}
	if n > 0 && err == nil {
		s.bundle.moved()
	}
	return n, err
}

// badReminder is a reminder that cannot come due.
type badReminder struct {
	id  remind.ID
	err error
}

func (e *badReminder) Error() string { return fmt.Sprintf("reminder %s: %v", e.id, e.err) }
func (e *badReminder) Unwrap() error { return e.err }

// putOff lets a reminder that cannot come due be looked at again in a while.
func (s *Service) putOff(ctx context.Context, held heldShards, bad *badReminder) error {
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := held.check(ctx, tx); err != nil {
			return err
		}
		return tx.PutOff(ctx, bad.id, s.clock.Now().Add(notYet))
	})
	if err != nil {
		return errors.Join(bad, err)
	}
	s.log.ErrorContext(ctx, "a reminder put off", "reminder", bad.id, "error", bad.err)
	return nil
}

func (s *Service) fireOnce(ctx context.Context, held heldShards, which dueOf) (n int, err error) {
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		due, err := se.dueIn(held, which, se.now)
		if n = len(due); err != nil || n == 0 {
			return err
		}
		moved, notices, err := se.comeDue(due)
		if err != nil {
			return err
		}
		if err := tx.MoveReminders(ctx, moved...); err != nil {
			return err
		}
		return se.notify(notices...)
	})
	return n, err
}

// dueIn reads what is due in the held shards, if they still are.
func (s *session) dueIn(held heldShards, which dueOf, at time.Time) (due []remind.Reminder, err error) {
	if err := held.check(s.ctx, s.tx); err != nil {
		return nil, err
	}
	for _, shard := range held.shards() {
		some, err := which(s.ctx, s.tx, shard, at, fireMost-len(due))
		if err != nil {
			return nil, err
		}
		if due = append(due, some...); len(due) >= fireMost {
			break
		}
	}
	return due, nil
}

// comeDue is reminders after they have come due, and a notice for each of their
// recipients. It writes nothing.
func (s *session) comeDue(due []remind.Reminder) (moved []remind.Reminder, notices []remind.Notice, err error) {
	if err := s.lookUp(due); err != nil {
		return nil, nil, err
	}
	moved, notices = make([]remind.Reminder, 0, len(due)), make([]remind.Notice, 0, len(due))
	for _, r := range due {
		err := guarded(func() error {
			next, some, err := s.comesDue(r)
			moved, notices = append(moved, next), append(notices, some...)
			return err
		})
		if err != nil {
			return nil, nil, &badReminder{r.ID, err}
		}
	}
	return moved, notices, nil
}

// lookUp finds out at once who is named in reminders.
func (s *session) lookUp(due []remind.Reminder) error {
	ids := make([]bot.PersonID, 0, 2*len(due))
	for _, r := range due {
		ids = append(append(ids, r.Owner), r.For.People...)
	}
	slices.Sort(ids)
	known, err := s.tx.KnownAs(s.ctx, slices.Compact(ids)...)
	s.lookedUp = known
	return err
}

// comesDue is a reminder after it has come due, and what that leaves for each of its
// recipients.
func (s *session) comesDue(r remind.Reminder) (remind.Reminder, []remind.Notice, error) {
	next, f, ok := r.Fire(s.place(r.Node), s.now)
	if !ok {
		return r, nil, errNotDue
	}
	notices, err := s.noticesOf(r)
	if err != nil {
		return r, nil, err
	}
	for i := range notices {
		n := &notices[i]
		n.ID, n.Reminder, n.Node = s.newID(), r.ID, r.Node
		n.Open = r.Open && !r.For.NotVoted // who has not voted is never said in a group
		n.Key = fmt.Sprintf("r/%s/%d", r.ID, f.Due.Unix())
		n.Due, n.Look, n.Stale = f.Due, f.Due, next.Fresh(f)
	}
	return next, notices, nil
}

// errNotDue is of a reminder that the records call due and that is not.
var errNotDue = errors.New("it is not due")

// notify keeps notices and remembers which shards have something to tell.
func (s *session) notify(notices ...remind.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	for _, n := range notices {
		s.remindAt(n.To, n.Look)
	}
	return s.tx.AddNotices(s.ctx, notices...)
}

// remindAt remembers that a shard has something to do at a time.
func (s *session) remindAt(r remind.Recipient, at time.Time) {
	if was, ok := s.shards[r.Shard()]; !ok || at.Before(was) {
		s.shards[r.Shard()] = at
	}
	s.wrote = true
}

// noticesOf finds out whom a reminder is for now, and what each is told.
func (s *session) noticesOf(r remind.Reminder) ([]remind.Notice, error) {
	switch {
	case strings.HasPrefix(string(r.ID), weeklyPrefix):
		return s.weeklyNotices(r)
	case r.For.NotVoted:
		return s.noticesToVote(r)
	}
	var out []remind.Notice
	if r.For.Everybody && r.Node != "" {
		out = append(out, remind.Notice{To: remind.Groups(r.Node), Kind: remind.Asked, Text: fmt.Sprintf("提醒%s：%s", called(r.For), r.Text)})
	}
	people, err := s.present(r.For.People)
	if err != nil {
		return nil, err
	}
	if len(r.For.Posts) > 0 {
		holders, err := s.calledAt(r.Node, r.For)
		if err != nil {
			return nil, err
		}
		if len(holders) == 0 && len(people) == 0 {
			note := fmt.Sprintf("现在没有人担任%s，这条提醒没有送出：%s", strings.Join(r.For.Posts, "、"), r.Text)
			return append(out, remind.Notice{To: remind.Person(r.Owner), Kind: remind.Asked, Text: note}), nil
		}
		people = append(people, holders...)
	}
	slices.Sort(people)
	for _, p := range slices.Compact(people) {
		if slices.Contains(r.Muted, p) {
			continue
		}
		n := remind.Notice{To: remind.Person(p), Kind: remind.Asked, Text: s.name(r.Owner) + "提醒您：" + r.Text}
		if p == r.Owner {
			n.Text = "提醒您：" + r.Text
			if r.For.Only(p) {
				n.Kind = remind.Own
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// calledAt are those who hold now, at a node, an office that a reminder is for.
func (s *session) calledAt(node bot.NodeID, a remind.Audience) (out []bot.PersonID, err error) {
	posts, err := s.tx.PostsAt(s.ctx, node)
	for _, p := range posts {
		if p.Holds(s.now) && a.Calls(p.Title) {
			out = append(out, p.Person)
		}
	}
	return out, err
}

// called is how a group is addressed.
func called(a remind.Audience) string {
	if a.Call != "" {
		return a.Call
	}
	return "大家"
}

// present are the ids under which people are known now.
func (s *session) present(people []bot.PersonID) (out []bot.PersonID, err error) {
	for _, p := range people {
		if who, ok := s.lookedUp[p]; ok {
			out = append(out, who.ID)
			continue
		}
		id, err := s.tx.Alias(s.ctx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// noticesToVote is for those who have not voted yet in the votes that run at the
// reminder's node: each is told privately, the group never.
func (s *session) noticesToVote(r remind.Reminder) ([]remind.Notice, error) {
	node, err := s.tx.Node(s.ctx, r.Node)
	if err != nil {
		return nil, err
	}
	lines := map[bot.PersonID][]string{}
	at := *s
	at.node = node
	running, err := at.runningVotes()
	if err != nil {
		return nil, err
	}
	for _, m := range running {
		people, line, err := s.notVoted(m)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if !slices.Contains(r.Muted, p) {
				lines[p] = append(lines[p], line)
			}
		}
	}
	var out []remind.Notice
	for p, l := range lines {
		text := "还等您投一票：" + strings.Join(l, "；")
		if r.Text != "" {
			text += "。" + r.Text
		}
		out = append(out, remind.Notice{To: remind.Person(p), Kind: remind.Asked, Text: text})
	}
	slices.SortFunc(out, func(a, b remind.Notice) int { return strings.Compare(string(a.To), string(b.To)) })
	return out, nil
}

// notVoted lists who has a vote in a running vote and has not cast it, and says in a
// line which vote it is.
func (s *session) notVoted(m procedure.Matter) ([]bot.PersonID, string, error) {
	t, err := s.template(m)
	if err != nil {
		return nil, "", err
	}
	step := t.Vote()
	b, err := s.box(pollID(m, step))
	if err != nil {
		return nil, "", err
	}
	var ids []bot.PersonID
	for _, v := range b.Waiting() {
		ids = append(ids, v.People...)
	}
	people, err := s.present(ids)
	if err != nil {
		return nil, "", err
	}
	people = slices.DeleteFunc(people, func(p bot.PersonID) bool {
		who, err := s.tx.Person(s.ctx, p)
		return err != nil || who.Standing != roster.Confirmed
	})
	env := s.env(t, m, procedure.Actor{})
	return people, fmt.Sprintf("%s %s，%s截止", m.Ref(), env.Title(m, s.lookup(t, m, true)), env.Moment(m.Steps[step.ID].Due)), nil
}
