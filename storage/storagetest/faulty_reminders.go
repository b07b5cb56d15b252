package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// The calls about reminders, each asked about first.

func (t faultyTx) PutReminder(ctx context.Context, r remind.Reminder) (v remind.Reminder, err error) {
	if err = t.before(ctx, "PutReminder"); err != nil {
		return v, err
	}
	return t.Tx.PutReminder(ctx, r)
}

func (t faultyTx) Reminder(ctx context.Context, id remind.ID) (v remind.Reminder, err error) {
	if err = t.before(ctx, "Reminder"); err != nil {
		return v, err
	}
	return t.Tx.Reminder(ctx, id)
}

func (t faultyTx) ReminderNumbered(ctx context.Context, owner bot.PersonID, number int) (v remind.Reminder, err error) {
	if err = t.before(ctx, "ReminderNumbered"); err != nil {
		return v, err
	}
	return t.Tx.ReminderNumbered(ctx, owner, number)
}

func (t faultyTx) RemindersOf(ctx context.Context, owner bot.PersonID) (v []remind.Reminder, err error) {
	if err = t.before(ctx, "RemindersOf"); err != nil {
		return v, err
	}
	return t.Tx.RemindersOf(ctx, owner)
}

func (t faultyTx) DueOwn(ctx context.Context, shard int, at time.Time, after remind.Position, limit int) (v []remind.Reminder, err error) {
	if err = t.before(ctx, "DueOwn"); err != nil {
		return v, err
	}
	return t.Tx.DueOwn(ctx, shard, at, after, limit)
}

func (t faultyTx) DueReminders(ctx context.Context, shard int, at time.Time, limit int) (v []remind.Reminder, err error) {
	if err = t.before(ctx, "DueReminders"); err != nil {
		return v, err
	}
	return t.Tx.DueReminders(ctx, shard, at, limit)
}

func (t faultyTx) DueOpenings(ctx context.Context, shard int, at time.Time, limit int) (v []remind.Reminder, err error) {
	if err = t.before(ctx, "DueOpenings"); err != nil {
		return v, err
	}
	return t.Tx.DueOpenings(ctx, shard, at, limit)
}

func (t faultyTx) PutOff(ctx context.Context, id remind.ID, until time.Time) error {
	if err := t.before(ctx, "PutOff"); err != nil {
		return err
	}
	return t.Tx.PutOff(ctx, id, until)
}

func (t faultyTx) Unfired(ctx context.Context, after time.Time) (v time.Time, err error) {
	if err = t.before(ctx, "Unfired"); err != nil {
		return v, err
	}
	return t.Tx.Unfired(ctx, after)
}

func (t faultyTx) AddNotices(ctx context.Context, notices ...remind.Notice) error {
	if err := t.before(ctx, "AddNotices"); err != nil {
		return err
	}
	return t.Tx.AddNotices(ctx, notices...)
}

func (t faultyTx) Notice(ctx context.Context, id string) (v remind.Notice, err error) {
	if err = t.before(ctx, "Notice"); err != nil {
		return v, err
	}
	return t.Tx.Notice(ctx, id)
}

func (t faultyTx) Waiting(ctx context.Context, shard int, at time.Time, limit int) (v []remind.Notice, err error) {
	if err = t.before(ctx, "Waiting"); err != nil {
		return v, err
	}
	return t.Tx.Waiting(ctx, shard, at, limit)
}

func (t faultyTx) WaitingFor(ctx context.Context, to ...remind.Recipient) (v []remind.Notice, err error) {
	if err = t.before(ctx, "WaitingFor"); err != nil {
		return v, err
	}
	return t.Tx.WaitingFor(ctx, to...)
}

func (t faultyTx) SettleNotices(ctx context.Context, notices ...remind.Notice) error {
	if err := t.before(ctx, "SettleNotices"); err != nil {
		return err
	}
	return t.Tx.SettleNotices(ctx, notices...)
}

func (t faultyTx) MoveReminders(ctx context.Context, reminders ...remind.Reminder) error {
	if err := t.before(ctx, "MoveReminders"); err != nil {
		return err
	}
	return t.Tx.MoveReminders(ctx, reminders...)
}

func (t faultyTx) ToldSince(ctx context.Context, since time.Time, to ...remind.Recipient) (v map[remind.Recipient]int, err error) {
	if err = t.before(ctx, "ToldSince"); err != nil {
		return v, err
	}
	return t.Tx.ToldSince(ctx, since, to...)
}

func (t faultyTx) LastTold(ctx context.Context, to remind.Recipient) (v remind.Notice, err error) {
	if err = t.before(ctx, "LastTold"); err != nil {
		return v, err
	}
	return t.Tx.LastTold(ctx, to)
}

func (t faultyTx) LastMessage(ctx context.Context, to remind.Recipient, since time.Time) (v []remind.Notice, err error) {
	if err = t.before(ctx, "LastMessage"); err != nil {
		return v, err
	}
	return t.Tx.LastMessage(ctx, to, since)
}

func (t faultyTx) ToldIn(ctx context.Context, to remind.Recipient, message string) (v []remind.Notice, err error) {
	if err = t.before(ctx, "ToldIn"); err != nil {
		return v, err
	}
	return t.Tx.ToldIn(ctx, to, message)
}

func (t faultyTx) ForgetNotices(ctx context.Context, before time.Time) error {
	if err := t.before(ctx, "ForgetNotices"); err != nil {
		return err
	}
	return t.Tx.ForgetNotices(ctx, before)
}

func (t faultyTx) NextReminding(ctx context.Context) (v [remind.Shards]remind.Upcoming, err error) {
	if err = t.before(ctx, "NextReminding"); err != nil {
		return v, err
	}
	return t.Tx.NextReminding(ctx)
}

func (t faultyTx) HoldShards(ctx context.Context, owner string, ttl time.Duration, shards ...int) (map[int]int64, error) {
	if err := t.before(ctx, "HoldShards"); err != nil {
		return nil, err
	}
	return t.Tx.HoldShards(ctx, owner, ttl, shards...)
}

func (t faultyTx) CheckShards(ctx context.Context, held map[int]int64) error {
	if err := t.before(ctx, "CheckShards"); err != nil {
		return err
	}
	return t.Tx.CheckShards(ctx, held)
}

func (t faultyTx) LeaveShards(ctx context.Context, owner string, shards ...int) error {
	if err := t.before(ctx, "LeaveShards"); err != nil {
		return err
	}
	return t.Tx.LeaveShards(ctx, owner, shards...)
}

func (t faultyTx) Habit(ctx context.Context, p bot.PersonID) (v remind.Habit, err error) {
	if err = t.before(ctx, "Habit"); err != nil {
		return v, err
	}
	return t.Tx.Habit(ctx, p)
}

func (t faultyTx) PutHabit(ctx context.Context, h remind.Habit) error {
	if err := t.before(ctx, "PutHabit"); err != nil {
		return err
	}
	return t.Tx.PutHabit(ctx, h)
}

func (t faultyTx) ToldEach(ctx context.Context, since time.Time) (v []remind.Telling, err error) {
	if err = t.before(ctx, "ToldEach"); err != nil {
		return v, err
	}
	return t.Tx.ToldEach(ctx, since)
}
