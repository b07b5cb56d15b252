package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/privacy"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
)

// Store is the records. It is the only thing whose loss is a loss.
type Store interface {
	// Update runs fn in one transaction and commits it durably, or leaves no
	// trace. fn may run more than once (after a conflict) and must have no other
	// effect. That a write of fn's came to nothing, because another was first (code
	// Stale) or had the same id (Duplicate), may come to light only at the end: then it
	// is Update's error.
	Update(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// View runs fn in one read-only transaction.
	View(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// Ping reports whether the records can be reached and their schema is current.
	Ping(ctx context.Context) error
}

// Tx is one transaction: every noun's small store at once.
type Tx interface {
	procedure.Store
	ballot.Store
	meeting.Store
	roster.Store
	privacy.Store
	deliver.Store
	deliver.Claims
	remind.Store
	Events
	Attachments
	Rolls
}

// Events remembers what was handled, so that the same event again changes
// nothing and gets the same answer.
type Events interface {
	// Handled returns the answer given to an event before. ok is false if it is
	// new.
	Handled(ctx context.Context, platform bot.Platform, id bot.EventID) (answer []byte, ok bool, err error)
	// MarkHandled remembers an event and the answer to its press; a second mark of
	// the same event is an error with code Duplicate.
	MarkHandled(ctx context.Context, platform bot.Platform, id bot.EventID, at time.Time, answer []byte) error
	// ForgetHandled drops what is older than before.
	ForgetHandled(ctx context.Context, before time.Time) error
	// LastPress returns the platform time of a person's last counted press in a
	// matter's step; zero if none.
	LastPress(ctx context.Context, m bot.MatterID, step string, p bot.PersonID) (time.Time, error)
	// SetLastPress stores it.
	SetLastPress(ctx context.Context, m bot.MatterID, step string, p bot.PersonID, at time.Time) error

	// Journal appends to the log of acts outside matters: 任命, 登记本群, 绑定. The
	// rows are chained by hash like acts; Seq, Prev and Hash are given by the store.
	Journal(ctx context.Context, j Record) error
	// Journaled returns them in order.
	Journaled(ctx context.Context) ([]Record, error)
}

// Record is one act outside any matter.
type Record struct {
	Seq    int
	At     time.Time
	By     bot.PersonID // empty: the operator, by setting or code
	What   string       // appoint, dismiss, register, bind, confirm, lend, claim_admin
	Node   bot.NodeID
	Person bot.PersonID
	Detail string // title, name; facts only
	Prev   string
	Hash   string
}

// Seal completes a record for the chain: its place, what it follows, and its hash.
func (r Record) Seal(seq int, prev string) Record {
	r.At = r.At.UTC().Truncate(time.Millisecond)
	r.Seq, r.Prev = seq, prev
	r.Hash = r.hash()
	return r
}

// Intact reports whether the record's hash is right and follows prev.
func (r Record) Intact(prev string) bool { return r.Prev == prev && r.Hash == r.hash() }

// hash is the hex SHA-256 of the record without its hash, as JSON.
func (r Record) hash() string {
	r.Hash = ""
	b, err := json.Marshal(r)
	if err != nil {
		panic("a record is plain data: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// States holds conversation state: fast, expiring, and no loss when it is gone.
type States interface {
	// Get returns the state under key; ok is false when there is none or it has
	// expired.
	Get(ctx context.Context, key string) (value []byte, ok bool, err error)
	// Set stores a state that expires after ttl.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Take returns a state and deletes it, in one step.
	Take(ctx context.Context, key string) (value []byte, ok bool, err error)
	// Delete forgets a state; a missing one is no error.
	Delete(ctx context.Context, key string) error
}
