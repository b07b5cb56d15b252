package platformtest

import (
	"log/slog"
	"testing"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// Harness makes a fresh scripted server and an adapter pointed at it. It is
// called inside a synctest bubble, once per case.
type Harness func(t *testing.T, s Setup) Rig

// Setup is what a rig must build upon.
type Setup struct {
	// Net is where the scripted server listens; the adapter gets Net.Client().
	Net *Network
	// Logger is the adapter's logger: the suite reads it for secrets and
	// members' words.
	Logger *slog.Logger
}

// Rig is one adapter with the scripted server it talks to. Its methods are
// called from the test's goroutine only and return without waiting for the
// adapter.
type Rig interface {
	// Adapter is the adapter under test; the suite runs it.
	Adapter() platform.Adapter
	// Secrets are strings that must never show in an error or a log line:
	// credentials, tickets, tokens, reply tokens.
	Secrets() []string

	// Push sends a member's message over the newest connection, to nobody if that has
	// ended. The same ID again is a redelivery as the platform would make it.
	Push(m Message)
	// Press sends a button press.
	Press(p Press)
	// PushRaw sends one text frame as it is; the adapter may hang up on it.
	PushRaw(frame string)
	// Forge sends m, where the platform calls the adapter, as others call who know the
	// address and not the secret: without a signature, with that of another text, one made
	// with another secret, and a true one that is a day old.
	Forge(m Message)
	// Malformed are frames of this platform's shape that hold nonsense: no JSON,
	// wrong types, missing ids, unknown topics and events.
	Malformed() []string
	// Answers are the texts of the cards that came back for the press with this
	// ID, "" for an answer without a card, in order.
	Answers(id string) []string
	// Acked counts the acknowledgements of the message with this ID; known is
	// false where the platform has none.
	Acked(id string) (n int, known bool)

	// Drop cuts the newest connection without a goodbye.
	Drop()
	// Outage makes connection attempts fail as a broken platform does, or ends
	// that. It leaves a live connection alone.
	Outage(on bool)
	// RejectCredentials makes the platform refuse the adapter's credentials.
	RejectCredentials()
	// Connections counts the connections ever made and subscribed.
	Connections() int

	// FailSends makes every later push but the next spare ones fail in this platform's
	// way for code, or all succeed again for "". It reports false where no such failure
	// exists. For bot.Throttled, where the platform says how long to wait, that is Wait.
	FailSends(code bot.Code, spare int) bool
	// ExpireTokens makes the platform refuse every access token given out so far.
	ExpireTokens()
	// LoseAnswers makes every later message arrive without the adapter being told: the
	// platform takes it and says nothing, for as long as the adapter waits. Everything
	// else, a token or a ping, is answered.
	LoseAnswers(on bool)
	// Sent are the messages members got, in order.
	Sent() []Sent
	// Attach makes data fetchable, as if a member had just sent it. Its Ref occurs in
	// nothing else.
	Attach(data []byte) bot.Attachment
}

// Excused is implemented by a rig whose platform has nothing that some cases are
// about: no connection to cut, no message but an answer.
type Excused interface {
	// Excuse returns why the case with this name does not apply, "" if it does.
	Excuse(name string) (why string)
}

// Wait is what a platform that says how long to wait says in a test.
const Wait = 7 * time.Second

// Message is what a member says.
type Message struct {
	ID   string // the platform's message id
	Chat bot.Chat
	From bot.UserID
	Nick string // that From has chosen, where the platform tells
	Text string
}

// Press is a button pressed on a card.
type Press struct {
	ID   string // what becomes Event.ID
	Chat bot.Chat
	From bot.UserID
	Card string // cards.Card.ID
	Key  string // cards.Action.Key
}

// Sent is one message that reached a chat.
type Sent struct {
	Chat bot.Chat
	// Text is what members read: the text, or the card's title and the rest of it
	// in any form, or the file's name.
	Text string
}
