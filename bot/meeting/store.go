package meeting

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// Sitting is a meeting as it is found again: where it is and how far it has come. It
// repeats what the entries say, so that a sentence finds its meeting without them.
type Sitting struct {
	ID       ID
	Node     bot.NodeID
	Phase    Phase
	Host     bot.PersonID
	Recorder bot.PersonID
}

// Store keeps meetings. All methods run inside one transaction. A missing row is a
// *bot.Error with code NotFound. Rolls and what was said are stored encrypted.
type Store interface {
	// PutSitting adds a meeting with its roll, or changes one that is not sealed; one
	// that is sealed is an error of code Stale. A nil roll leaves the stored one.
	PutSitting(ctx context.Context, s Sitting, roll *ballot.Roll) error
	// Sitting returns a meeting.
	Sitting(ctx context.Context, id ID) (Sitting, error)
	// SittingsAt returns the meetings of a node that are not sealed, newest first.
	SittingsAt(ctx context.Context, node bot.NodeID) ([]Sitting, error)
	// SittingsOf returns those that are not sealed and have a person as host or
	// recorder, newest first.
	SittingsOf(ctx context.Context, p bot.PersonID) ([]Sitting, error)
	// SittingRoll returns a meeting's roll.
	SittingRoll(ctx context.Context, id ID) (*ballot.Roll, error)
	// Log appends entries; to a sealed meeting is an error of code Stale. An entry
	// that is there already is left as it is.
	Log(ctx context.Context, id ID, entries ...Entry) error
	// Logged returns a meeting's entries in order, with their texts where they still
	// exist.
	Logged(ctx context.Context, id ID) ([]Entry, error)
	// SealSitting takes a meeting out of those that run; nothing is logged into it any
	// more. Once sealed, again is an error of code Stale.
	SealSitting(ctx context.Context, id ID) error
	// SealedSittings returns all meetings that are sealed. It reads the whole table:
	// somebody asks for it once in a long while.
	SealedSittings(ctx context.Context) ([]ID, error)
	// EraseSaid forgets the words of entries; their digests stay, and so does the hash.
	EraseSaid(ctx context.Context, id ID, entries ...string) error
}
