package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/intents/zhtime"
)

const (
	// fireMost is how many reminders come due, and how many recipients are told, in one
	// transaction.
	fireMost = 100
	// holdFor is how long an instance holds a shard at a time. Whoever stalls longer
	// loses it, and what it commits then is refused.
	holdFor = 15 * time.Second
	// shardPrefix begins the key of a shard among what is due.
	shardPrefix = "remind/"
)

// shardKey is what a shard is called among what is due; see TickKey.
func shardKey(shard int) string { return shardPrefix + strconv.Itoa(shard) }

// Shared reports whether many things are due under a key, each at its own time: a
// shard of reminders is, a matter is not.
func Shared(key string) bool { return strings.HasPrefix(key, shardPrefix) }

// TickKey carries out what is due under a key that Config.Scheduled told of: a
// matter's timers or a shard of reminders. It returns when that is due next; zero if
// never.
func (s *Service) TickKey(ctx context.Context, key string) (time.Time, error) {
	n, isShard := strings.CutPrefix(key, shardPrefix)
	if !isShard {
		return s.TickMatter(ctx, bot.MatterID(key))
	}
	shard, err := strconv.Atoi(n)
	if err != nil || shard < 0 || shard >= remind.Shards {
		return time.Time{}, nil
	}
	next, err := s.tickShard(ctx, shard)
	if err != nil {
		return time.Time{}, fmt.Errorf("remind, shard %d: %w", shard, err)
	}
	return next, nil
}

// Reminding returns when each key of reminders is due next, for the queue to be
// compared with; keys without anything to come are left out.
func (s *Service) Reminding(ctx context.Context) (map[string]time.Time, error) {
	next, err := s.nextReminding(ctx)
	out := map[string]time.Time{}
	for shard, at := range next {
		if !at.IsZero() {
			out[shardKey(shard)] = at
		}
	}
	return out, err
}

func (s *Service) nextReminding(ctx context.Context) (next [remind.Shards]time.Time, err error) {
	err = s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		next, err = tx.NextReminding(ctx)
		return err
	})
	return next, err
}

// remindAll carries out all reminders that are due: those of every shard come due
// before anybody is told, so that what one person is to hear goes in one message. It
// returns when to look again.
func (s *Service) remindAll(ctx context.Context) (time.Time, error) {
	var failed []error
	works := []func(context.Context, int, int64) (int, error){s.openBatch, s.fireBatch, s.tellBatch}
	for range remindRounds {
		worked := false
		for _, work := range works {
			next, err := s.nextReminding(ctx)
			if err != nil {
				return time.Time{}, err
			}
			for shard, at := range next {
				if at.IsZero() || at.After(s.clock.Now()) {
					continue
				}
				held, err := s.onShard(ctx, shard, work)
				worked = worked || held && err == nil
				if err != nil {
					failed = append(failed, fmt.Errorf("remind, shard %d: %w", shard, err))
				}
			}
		}
		if !worked {
			break
		}
	}
	next, err := s.nextReminding(ctx)
	return soonest(next[:]), errors.Join(append(failed, err)...)
}

// remindRounds bounds how often one look goes on: telling somebody may leave a notice
// for somebody else.
const remindRounds = 4

func soonest(times []time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// tickShard carries out what is due in one shard.
func (s *Service) tickShard(ctx context.Context, shard int) (time.Time, error) {
	held, err := s.onShard(ctx, shard, s.openBatch, s.fireBatch, s.tellBatch)
	if err != nil {
		return time.Time{}, err
	}
	if !held {
		return s.clock.Now().Add(holdFor), nil // its holder may be gone by then
	}
	next, err := s.nextReminding(ctx)
	return next[shard], err
}

// onShard does some work on a shard, batch by batch, while this instance holds it.
func (s *Service) onShard(ctx context.Context, shard int, works ...func(context.Context, int, int64) (int, error)) (held bool, err error) {
	var token int64
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		token, held, err = tx.HoldShard(ctx, shard, s.cfg.Instance, holdFor)
		return err
	})
	if err != nil || !held {
		return held, err
	}
	for _, work := range works {
		for n := fireMost; n == fireMost && err == nil; {
			n, err = work(ctx, shard, token)
		}
	}
	leave := s.store.Update(ctx, func(ctx context.Context, tx Tx) error { return tx.LeaveShard(ctx, shard, s.cfg.Instance) })
	return true, errors.Join(err, leave)
}

// fireBatch lets reminders of a shard come due: their next time and the notices are
// one transaction, which an instance that has lost the shard cannot commit.
func (s *Service) fireBatch(ctx context.Context, shard int, token int64) (n int, err error) {
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		if err := tx.CheckShard(ctx, shard, token); err != nil {
			return err
		}
		due, err := tx.DueReminders(ctx, shard, se.now, fireMost)
		if err != nil {
			return err
		}
		n = len(due)
		for _, r := range due {
			if standing(r) {
				n-- // openBatch has seen to it
				continue
			}
			if err := se.fireReminder(r); err != nil {
				return fmt.Errorf("reminder %s: %w", r.ID, err)
			}
		}
		return nil
	})
	return n, err
}

// place is where rules are reckoned.
func (s *Service) place() remind.Place {
	return remind.Place{Zone: s.cfg.Zone, Calendar: zhtime.DefaultCalendar()}
}

// fireReminder moves one reminder on and leaves a notice for each of its recipients.
func (s *session) fireReminder(r remind.Reminder) error {
	next, f, ok := r.Fire(s.place(), s.now)
	if !ok {
		return nil
	}
	if _, err := s.tx.PutReminder(s.ctx, next); err != nil {
		return err
	}
	notices, err := s.noticesOf(r)
	if err != nil {
		return err
	}
	for i := range notices {
		n := &notices[i]
		n.ID, n.Reminder, n.Node = s.newID(), r.ID, r.Node
		n.Open = r.Open && !r.For.NotVoted // who has not voted is never said in a group
		n.Key = fmt.Sprintf("r/%s/%d", r.ID, f.Due.Unix())
		n.Due, n.Look, n.Stale = f.Due, f.Due, next.Fresh(f)
	}
	return s.notify(notices...)
}

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
		holders, err := s.holdersOf(r.Node, r.For.Posts, 0)
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
	env := s.env(t, procedure.Actor{})
	return people, fmt.Sprintf("%s %s，%s截止", m.Ref(), env.Title(m, s.lookup(t, m, true)), env.Moment(m.Steps[step.ID].Due)), nil
}
