package deliver

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/cards"
)

// Row is one entry of the outbox: a message committed together with the act it
// tells of, waiting to be sent.
type Row struct {
	ID   string // ULID; rows of one chat are sent in this order
	To   bot.Chat
	Body Body
	// Matter is what it tells of; empty if no matter.
	Matter bot.MatterID
	// Refresh is set for a change to a sent card: the card's id. A newer refresh
	// of the same card replaces one that was not sent yet, and waits no longer than that
	// one would have.
	Refresh string
	// NotBefore holds the row back (coalescing, retry).
	NotBefore time.Time
	// StaleAfter: not sent any more after this; zero = always worth sending.
	StaleAfter time.Time
	Created    time.Time
	Tries      int
	State      State
	LastError  string // code and chain, no text, no secret
	// Fence is the token of the claim under which the row was handed out; 0 for one
	// that was not claimed.
	Fence int64
}

// RefreshApart is how long after a refresh that could go at once the next one may go:
// what changed while that one was sent must not wait until the card changes again, and
// a burst of presses must not be a burst of calls.
const RefreshApart = 10 * time.Second

// Lane is what a row queues in: its chat, or for a refresh the card alone, so that
// a refresh held back for its ten minutes keeps no message waiting.
func (r Row) Lane() string {
	if r.Refresh == "" {
		return r.To.Key()
	}
	return r.To.Key() + "/refresh/" + r.Refresh
}

// Body is what a row says; stored encrypted, since it may hold names, text and a
// reply token.
type Body struct {
	Reply bot.Reply   `json:"reply,omitzero"`
	Card  *cards.Card `json:"card,omitempty"`
	Text  string      `json:"text,omitempty"`
	// Picture is the https address of a picture of ours, shown below Text on a platform
	// whose texts can show one; elsewhere it is left out.
	Picture  string        `json:"picture,omitempty"`
	Mentions []bot.Account `json:"mentions,omitempty"`
	// File is handed over; Text beside it is what is said where files cannot go.
	File *File `json:"file,omitempty"`
}

// State is where a row stands.
type State string

// The states of a row. A failed row stays for an administrator to see.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed"
	Stale  State = "stale"
)

// Store keeps the outbox. All methods run inside one transaction.
type Store interface {
	// Enqueue adds rows. A Refresh row replaces a queued one for the same card and takes
	// over its NotBefore if that is sooner; where that one may be on its way already, this
	// one waits until RefreshApart after it was queued.
	Enqueue(ctx context.Context, rows ...Row) error
	// Ready returns queued rows that may go at t, oldest first, at most one chat's
	// worth in order: no row is returned while an older one of the same chat is
	// queued but held back. Where several chats wait, each gives an equal share of
	// limit and at least one row, so that none keeps the others waiting, however
	// long its queue. A refresh stands outside that order: it waits for
	// nobody, and nobody waits for it.
	Ready(ctx context.Context, t time.Time, limit int) ([]Row, error)
	// NextReady returns when the next queued row may go; zero if none is queued.
	NextReady(ctx context.Context) (time.Time, error)
	// Settle stores the State, Tries, NotBefore and LastError of rows after an
	// attempt, and forgets the Body of what is Sent or Stale. A row with a Fence
	// whose claim has gone to another instance is an error with code Stale.
	Settle(ctx context.Context, rows ...Row) error
	// Hasten lets queued rows that failed before (LastError) be held back until at at most.
	Hasten(ctx context.Context, at time.Time) error
	// FailedRows returns what could not be delivered, newest first.
	FailedRows(ctx context.Context, limit int) ([]Row, error)

	// SentSince counts the messages that were sent to each chat, of those queued since an
	// instant; refreshes are none.
	SentSince(ctx context.Context, since time.Time) ([]Sendings, error)

	// Spend adds to a platform's calls of a month ("2026-11").
	Spend(ctx context.Context, platform bot.Platform, month string, calls int) error
	// Spent returns a platform's calls of a month.
	Spent(ctx context.Context, platform bot.Platform, month string) (int, error)
}

// Sendings is how many messages went to a chat.
type Sendings struct {
	Chat     bot.Chat
	Messages int
}

// Claims lets several instances drain one outbox. A claim is on a lane, so that the
// order of each chat is kept.
type Claims interface {
	// Claim is Ready for one of several instances: it leaves out the lanes that
	// others hold and the platforms in c.Except, and holds the lanes of what it
	// returns for c.Lease. Each row carries the claim's Fence. Claiming again what
	// one holds already makes the claim last longer.
	Claim(ctx context.Context, c Claimant, t time.Time, limit int) ([]Row, error)
	// Release gives lanes back before their time; those of others stay theirs.
	Release(ctx context.Context, owner string, lanes ...string) error
}

// Claimant is who claims.
type Claimant struct {
	Owner string        // the instance; no other has the same
	Lease time.Duration // by the database's clock
	// Except are platforms that this instance cannot send on now.
	Except []bot.Platform
}
