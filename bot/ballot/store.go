package ballot

import (
	"context"

	"yiqun/bot"
)

// Store keeps votes. All methods run inside one transaction. A missing row is a
// *bot.Error with code NotFound. Names on a roll, keys and sealed ballots are stored
// encrypted; nothing of this package may be logged.
type Store interface {
	// SaveRule keeps a rule's source by its content hash; saving the same again
	// changes nothing.
	SaveRule(ctx context.Context, hash, id string, source []byte) error
	// RuleSource returns what SaveRule kept.
	RuleSource(ctx context.Context, hash string) ([]byte, error)

	// OpenPoll keeps a new vote with its roll, which is nil where there is none, and
	// in a secret vote its key. A poll of the same id is an error of code Duplicate.
	OpenPoll(ctx context.Context, p Poll, roll *Roll, key []byte) error
	// Poll returns a vote.
	Poll(ctx context.Context, id PollID) (Poll, error)
	// AnyPoll reports whether any vote runs.
	AnyPoll(ctx context.Context) (bool, error)
	// MovePoll changes Closes and Extended of a vote that has not closed; one that
	// has is an error of code Stale.
	MovePoll(ctx context.Context, p Poll) error
	// Roll returns a vote's roll; nil if it has none.
	Roll(ctx context.Context, id PollID) (*Roll, error)
	// Key returns the key of a secret vote; NotFound after the close.
	Key(ctx context.Context, id PollID) ([]byte, error)

	// PutEntry adds or replaces a voter's entry. If the stored version is not
	// e.Version-1 (0 if there is none) the error has code Stale; if another voter of
	// the poll has the same receipt, Duplicate. Either way nothing is written, and
	// the caller begins again from Entry.
	PutEntry(ctx context.Context, e Entry) error
	// DropEntry deletes a voter's entry.
	DropEntry(ctx context.Context, id PollID, voter VoterID) error
	// Entry returns one voter's entry.
	Entry(ctx context.Context, id PollID, voter VoterID) (Entry, error)
	// EntriesIn returns all of them, by voter.
	EntriesIn(ctx context.Context, id PollID) ([]Entry, error)
	// EntriesOf returns what a person cast themselves, newest first, at most limit.
	EntriesOf(ctx context.Context, p bot.PersonID, limit int) ([]Entry, error)

	// Standing adds a running vote up without opening its ballots; NotFound if one of
	// them was stored by an older program and does not say what it weighs.
	Standing(ctx context.Context, id PollID) (Standing, error)

	PutMandate(ctx context.Context, m Mandate) error
	Mandates(ctx context.Context, id PollID) ([]Mandate, error)
	PutAttendance(ctx context.Context, a Attendance) error
	Attendances(ctx context.Context, id PollID) ([]Attendance, error)
	// PutTellers keeps a tellers' count, replacing one not yet confirmed.
	PutTellers(ctx context.Context, t TellerCount) error
	// Tellers returns it.
	Tellers(ctx context.Context, id PollID) (TellerCount, error)

	// Abandon forgets a vote that was opened by a slip, with its roll, its key and all
	// that came in. One that has closed is an error of code Stale; one that is not
	// there is none.
	Abandon(ctx context.Context, id PollID) error

	// Seal writes a closing: the poll with its count and hash, the entries in place
	// of the old ones, the anonymous ballots; and it overwrites and then deletes the
	// key, and every sealed ballot, so that as little as the engine allows remains in
	// free pages (SQLite: PRAGMA secure_delete). The ballots are written in the order
	// of their rows, with no other key. A vote already closed is an error of code
	// Stale.
	Seal(ctx context.Context, c Closing) error
	// Closing returns what Seal wrote, with its Hash.
	Closing(ctx context.Context, id PollID) (Closing, error)
}
