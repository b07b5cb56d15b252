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
	// of the same card replaces one that was not sent yet.
	Refresh string
	// NotBefore holds the row back (coalescing, retry).
	NotBefore time.Time
	// StaleAfter: not sent any more after this; zero = always worth sending.
	StaleAfter time.Time
	Created    time.Time
	Tries      int
	State      State
	LastError  string // code and chain, no text, no secret
}

// Body is what a row says; stored encrypted, since it may hold names, text and a
// reply token.
type Body struct {
	Reply    bot.Reply     `json:"reply,omitzero"`
	Card     *cards.Card   `json:"card,omitempty"`
	Text     string        `json:"text,omitempty"`
	Mentions []bot.Account `json:"mentions,omitempty"`
	File     *File         `json:"file,omitempty"`
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
	// Enqueue adds rows. A Refresh row replaces a queued one for the same card.
	Enqueue(ctx context.Context, rows ...Row) error
	// Ready returns queued rows that may go at t, oldest first, at most one chat's
	// worth in order: no row is returned while an older one of the same chat is
	// queued but held back. A refresh stands outside that order: it waits for
	// nobody, and nobody waits for it.
	Ready(ctx context.Context, t time.Time, limit int) ([]Row, error)
	// NextReady returns when the next queued row may go; zero if none is queued.
	NextReady(ctx context.Context) (time.Time, error)
	// Settle stores a row's State, Tries, NotBefore and LastError after an
	// attempt, and forgets its Body once it is Sent or Stale.
	Settle(ctx context.Context, row Row) error
	// FailedRows returns what could not be delivered, newest first.
	FailedRows(ctx context.Context, limit int) ([]Row, error)

	// Spend adds to a platform's calls of a month ("2026-11") and returns the sum.
	Spend(ctx context.Context, platform bot.Platform, month string, calls int) (int, error)
}
