package talk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/intents"
)

// TTL is how long a question waits: past the end of the next day whenever it was
// asked, so that an interrupted one can be taken up again.
const TTL = 48 * time.Hour

// Pending is a question the bot has asked one person in one chat.
type Pending struct {
	// Verb is the word it is about.
	Verb string `json:"verb"`
	// Template opens a new matter when Matter is empty.
	Template string       `json:"template,omitempty"`
	Matter   bot.MatterID `json:"matter,omitempty"`
	// Field is what was asked for: a field of the step, or one of the constants
	// below.
	Field string `json:"field"`
	// Act is what is known already, with its content.
	Act     procedure.Act     `json:"act"`
	Content map[string]string `json:"content,omitempty"`
	// Choices are the ids of the answers in the order they were numbered, when
	// Field is a choice.
	Choices []string `json:"choices,omitempty"`
	// Readings are what may have been meant, in the order they were numbered: the
	// whole sentence each time, so that the choice carries on with all of it.
	Readings []intents.Intent `json:"readings,omitempty"`
	// Says are sentences that may have been meant, in the order they were numbered.
	Says []string `json:"says,omitempty"`
	// At is when it was said; kept where Field is Told.
	At time.Time `json:"at,omitzero"`
	// Until is when the question lapses; zero for the end of the next day.
	Until time.Time `json:"until,omitzero"`
	// Read is a sentence about several matters that all lack Field.
	Read *intents.Intent `json:"read,omitempty"`
	// Said is the sentence as typed, without the mention of the bot.
	Said string `json:"said,omitempty"`
	// For is the question that the Readings answer; nil when they are sentences of
	// their own.
	For *Pending `json:"for,omitempty"`
	// Ask repeats the question.
	Ask string `json:"ask,omitempty"`
}

// WhichMatter is the Field of a question whose Readings differ in the matter and
// are chosen by its number.
const WhichMatter = "matter"

// WhichReading is the Field of "您是想：1 … 2 …？": Readings are chosen by their
// place.
const WhichReading = "reading"

// WhichSaying is the Field of a question whose Says are chosen by their place. What is
// chosen may end or send something, so only a number or a plain 是 chooses.
const WhichSaying = "saying"

// Rest is the Field of a question whose answer goes on where Said ended.
const Rest = "rest"

// Told is the Field of what is no question: something somebody was told, kept so that a
// number which comes next is not taken for the answer to anything older.
const Told = "told"

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
