package talk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// TTL is how long a question waits: until the next day, so that an interrupted
// one can be taken up again.
const TTL = 24 * time.Hour

// Pending is a question the bot has asked one person in one chat.
type Pending struct {
	// Verb is the word it is about.
	Verb string `json:"verb"`
	// Template opens a new matter when Matter is empty.
	Template string       `json:"template,omitempty"`
	Matter   bot.MatterID `json:"matter,omitempty"`
	// Field is what was asked for; "matter" asks which one, of Options.
	Field   string         `json:"field"`
	Options []bot.MatterID `json:"options,omitempty"`
	// Act is what is known already, with its content.
	Act     procedure.Act     `json:"act"`
	Content map[string]string `json:"content,omitempty"`
	// Readings are whole sentences to choose from, when Field is WhichReading.
	Readings []string `json:"readings,omitempty"`
	// Ask repeats the question.
	Ask string `json:"ask,omitempty"`
}

// WhichMatter is the Field of a question with several matters to choose from.
const WhichMatter = "matter"

// WhichReading is the Field of "您是想：1 … 2 …？".
const WhichReading = "reading"

// Store keeps pending questions; it is the part of service.States that is needed
// here.
type Store interface {
	Get(ctx context.Context, key string) (value []byte, ok bool, err error)
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	Delete(ctx context.Context, key string) error
}

// Book is the pending questions of everybody.
type Book struct{ store Store }

// NewBook returns the questions kept in store.
func NewBook(store Store) Book { return Book{store} }

func key(chat bot.Chat, who bot.Account) string {
	return "talk:" + chat.Key() + ":" + who.String()
}

// Recall returns what somebody was last asked in a chat; nil if nothing, or if the
// state was lost.
func (b Book) Recall(ctx context.Context, chat bot.Chat, who bot.Account) (*Pending, error) {
	raw, ok, err := b.store.Get(ctx, key(chat, who))
	if err != nil || !ok {
		return nil, err
	}
	var p Pending
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("read pending question: %w", err)
	}
	p.Act.Content = p.Content
	return &p, nil
}

// Ask remembers a question.
func (b Book) Ask(ctx context.Context, chat bot.Chat, who bot.Account, p Pending) error {
	p.Content = p.Act.Content
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write pending question: %w", err)
	}
	return b.store.Set(ctx, key(chat, who), raw, TTL)
}

// Forget drops the question.
func (b Book) Forget(ctx context.Context, chat bot.Chat, who bot.Account) error {
	return b.store.Delete(ctx, key(chat, who))
}
