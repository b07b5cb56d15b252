package deliver

import (
	"context"

	"yiqun/bot"
	"yiqun/cards"
)

// Outgoing is one message on its way to one chat. Exactly one of Card, Text and
// File is set.
type Outgoing struct {
	// ID is the outbox row's id, a ULID. A send repeated after an unknown outcome
	// carries the same ID, and the adapter derives the platform's idempotency
	// handle from it where there is one (a card's own ID is Card.ID).
	ID string
	To bot.Chat
	// Reply, when usable, is the cheapest route; the adapter falls back to a push
	// by itself only when that costs no second message.
	Reply bot.Reply
	// Card is shown as an interactive card.
	Card *cards.Card
	// Text is plain untrusted text; line breaks are kept.
	Text string
	// Picture is the address of a picture of ours that belongs below Text, where the
	// platform shows one without a further call.
	Picture string
	// Mentions are people to @ in Text, in order, where the platform can; their
	// names are in Text already where it cannot.
	Mentions []bot.Account
	// File is a document to hand over.
	File *File
}

// File is a document to hand over: a ledger, minutes.
type File struct {
	Name string // with extension
	Data []byte
	// Picture: a PNG or JPEG to be shown in the chat where the platform can; else it
	// is a file like any other.
	Picture bool
}

// Receipt is what a successful send tells.
type Receipt struct {
	// Route says how it went, for logs and metrics: "card", "reply", "push",
	// "file", "text".
	Route string
	// Calls is how many platform calls were spent.
	Calls int
}

// Sender is one platform's way out. The error of each method is a *bot.Error whose Code
// says whether to retry (Retryable, Throttled with the wait), to wait for the platform to
// be there again (Offline), to take the next route (Expired, Unsupported) or to give up
// (Unreachable, QuotaGone, Rejected). Senders do not retry by themselves beyond one
// refresh of an expired token.
type Sender interface {
	Platform() bot.Platform
	Capabilities() bot.Capabilities
	// Send delivers one message. It must honour ctx.
	Send(ctx context.Context, out Outgoing) (Receipt, error)
}

// Refresher is implemented by senders that can change a sent card at any time.
type Refresher interface {
	// Refresh shows card to everyone who has the card with card.ID.
	Refresh(ctx context.Context, to bot.Chat, card cards.Card) (Receipt, error)
}

// Fetcher is implemented by adapters that can fetch what a member attached.
type Fetcher interface {
	// Fetch returns the attachment's bytes, at most limit of them; more is an
	// error with code Rejected.
	Fetch(ctx context.Context, a bot.Attachment, limit int64) ([]byte, error)
}
