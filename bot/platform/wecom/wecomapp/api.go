package wecomapp

import (
	"context"

	wecomcards "yiqun/cards/wecom"
)

// API is the little of a self-built app that Yiqun uses. Every error is a
// *bot.Error whose code says what deliver is to do, and holds neither a secret
// nor what was to be said.
type API interface {
	// Send delivers a message to one member.
	Send(ctx context.Context, m Message) (Sent, error)
	// UpdateCard changes a card for whom it names. A response code can be used
	// once, within 72 hours; the error is Expired after that.
	UpdateCard(ctx context.Context, u Update) error
	// Upload hands over a file of 5 bytes to 20 MB; the media id is good for three
	// days.
	Upload(ctx context.Context, name string, data []byte) (mediaID string, err error)
	// UserIDs converts encrypted ids, at most 1 000; those it does not know are
	// missing from the result.
	UserIDs(ctx context.Context, open []string) (map[string]string, error)
}

// Message is one private message. Exactly one of Text, Markdown, Card and MediaID
// is set.
type Message struct {
	To       string // a plain user id
	Text     string // at most 2 048 bytes
	Markdown string // at most 2 048 bytes; WeChat's plugin does not show it
	Card     *wecomcards.TemplateCard
	MediaID  string // a file's
	// Again marks a repeat after an unknown outcome: WeCom then drops it if the
	// same went to the same member within half an hour.
	Again bool
}

// Sent is what WeCom says of a message it took.
type Sent struct {
	MessageID string
	// ResponseCode lets the card be changed once; empty for what is no card.
	ResponseCode string
}

// Update is a card's new look.
type Update struct {
	ResponseCode string
	To           []string // plain user ids
	Card         wecomcards.TemplateCard
}
