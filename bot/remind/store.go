package remind

import (
	"cmp"
	"context"
	"time"

	"yiqun/bot"
)

// Store keeps reminders and the notices that wait. All methods run inside one
// transaction. A missing row is a *bot.Error with code NotFound.
type Store interface {
	// PutReminder stores a reminder whose Version is one above the stored one; 1 for a
	// new one. Any other is an error with code Stale. A new one without a Number gets
	// the owner's next, which is returned.
	PutReminder(ctx context.Context, r Reminder) (Reminder, error)
	// MoveReminders is PutReminder for several, each given once, whose words are as they
	// were. One that has another owner by now is an error with code Stale.
	MoveReminders(ctx context.Context, reminders ...Reminder) error
	Reminder(ctx context.Context, id ID) (Reminder, error)
	// ReminderNumbered returns an owner's reminder by its number.
	ReminderNumbered(ctx context.Context, owner bot.PersonID, number int) (Reminder, error)
	// RemindersOf returns an owner's reminders that are not over, by number.
	RemindersOf(ctx context.Context, owner bot.PersonID) ([]Reminder, error)
	// DueReminders returns reminders of a shard that have come due, the earliest
	// first; people's own and those that open a matter are left out.
	DueReminders(ctx context.Context, shard int, at time.Time, limit int) ([]Reminder, error)
	// DueOwn returns people's own reminders of a shard that have come due, the earliest
	// first: the first limit of those that come after a position, and everything else
	// that has come due for their owners. A reminder that was set before the records told
	// them apart may be missing; DueReminders has it.
	DueOwn(ctx context.Context, shard int, at time.Time, after Position, limit int) ([]Reminder, error)
	// DueOpenings is DueReminders for those that open a matter.
	DueOpenings(ctx context.Context, shard int, at time.Time, limit int) ([]Reminder, error)
	// PutOff lets a reminder that cannot come due be looked at again at a time. It is
	// not changed otherwise: what it was due for stays what it says.
	PutOff(ctx context.Context, id ID, until time.Time) error
	// Unfired returns when the first reminder of any shard, or timer of any matter, is
	// due after an instant; zero if there is none. One that was put off counts from then,
	// people's own do not count: they concern nobody else.
	Unfired(ctx context.Context, after time.Time) (time.Time, error)

	// AddNotices adds what recipients are to be told. One whose recipient had a notice
	// of the same Key before is left out, unless it says that it was told already: then
	// that is an error with code Stale.
	AddNotices(ctx context.Context, notices ...Notice) error
	Notice(ctx context.Context, id string) (Notice, error)
	// Waiting returns the notices to be looked at by then of some recipients of a shard:
	// at most limit recipients, those with something urgent first, then those who have
	// waited longest, and everything of theirs.
	Waiting(ctx context.Context, shard int, at time.Time, limit int) ([]Notice, error)
	// WaitingFor returns all notices of recipients that are not settled.
	WaitingFor(ctx context.Context, to ...Recipient) ([]Notice, error)
	// SettleNotices stores Look, Told and Message of notices that were waiting, each given
	// once. One that was settled by another is an error with code Stale.
	SettleNotices(ctx context.Context, notices ...Notice) error
	// ToldSince counts the messages of recipients since an instant; those who had none
	// are left out.
	ToldSince(ctx context.Context, since time.Time, to ...Recipient) (map[Recipient]int, error)
	// LastTold returns the notice of a reminder that a recipient was told last.
	LastTold(ctx context.Context, to Recipient) (Notice, error)
	// LastMessage returns what a recipient was told in their last message since an
	// instant, as ToldIn has it; nothing if there was none.
	LastMessage(ctx context.Context, to Recipient, since time.Time) ([]Notice, error)
	// ToldIn returns what a recipient was told in one message, the urgent first, then what
	// was meant earlier, as Plan has it.
	ToldIn(ctx context.Context, to Recipient, message string) ([]Notice, error)
	// ToldEach returns every message to every recipient since an instant, in order.
	ToldEach(ctx context.Context, since time.Time) ([]Telling, error)
	// ForgetNotices drops what is settled, and was made and due before an instant.
	ForgetNotices(ctx context.Context, before time.Time) error

	// NextReminding returns, by shard, when something is to be looked at next.
	NextReminding(ctx context.Context) ([Shards]Upcoming, error)
	// HoldShards takes shards for owner, by the database's clock, so that one instance
	// works on each at a time. It returns those that no other holds, each with the token
	// that fences what is done under it.
	HoldShards(ctx context.Context, owner string, ttl time.Duration, shards ...int) (map[int]int64, error)
	// CheckShards is an error with code Stale once one of the shards that were held under
	// these tokens has gone to another.
	CheckShards(ctx context.Context, held map[int]int64) error
	// LeaveShards gives shards back.
	LeaveShards(ctx context.Context, owner string, shards ...int) error

	// Habit returns how somebody wants to be reminded; the zero Habit if they never
	// said.
	Habit(ctx context.Context, p bot.PersonID) (Habit, error)
	PutHabit(ctx context.Context, h Habit) error
}

// Position is a place in the order in which reminders come due: when one does, and which.
// The zero Position is before all.
type Position struct {
	Due time.Time
	ID  ID
}

// Position is where a reminder stands in that order.
func (r Reminder) Position() Position { return Position{r.Next, r.ID} }

// Compare is negative for a position before another, positive for one after it.
func (p Position) Compare(o Position) int {
	return cmp.Or(p.Due.Compare(o.Due), cmp.Compare(p.ID, o.ID))
}

// Upcoming is when something of a shard is to be looked at next, by kind; zero where
// there is nothing.
type Upcoming struct {
	// Own are people's own reminders, Others the others, those that open a matter among
	// them, and Waiting the notices.
	Own, Others, Waiting time.Time
}

// First is the earliest of them.
func (u Upcoming) First() time.Time { return bot.Soonest(u.Own, u.Others, u.Waiting) }

// Telling is one message of reminders to one recipient.
type Telling struct {
	To Recipient
	At time.Time
}

// Habit is how somebody wants to be reminded.
type Habit struct {
	Person bot.PersonID
	// Platform is where they want to be told, if they have been there; empty = where
	// they last spoke.
	Platform bot.Platform
	// NoWeekly: they do not want the weekly note.
	NoWeekly bool
}
