package sim

import (
	"yiqun/bot"
)

// Backend plays one platform's servers.
type Backend interface {
	Platform() bot.Platform
	// Say delivers what a person typed to the bot, if the platform would: a group
	// message without the bot's mention is never delivered. It returns without
	// waiting for the bot.
	Say(said Said)
	// Press delivers a press on a card.
	Press(p Pressed)
	// Enter delivers the opening of a private chat, where the platform says so.
	Enter(p Person)
	// Drop cuts the bot's connection, as the platform does for load balancing.
	Drop()
	// Redeliver sends the event of a bubble a second time, if this platform ever
	// does; it reports whether it did.
	Redeliver(bubbleID string) bool
	// Pending counts what was delivered and has neither been acknowledged nor
	// given up, so that a test can wait for quiet. Where the platform has no
	// acknowledgements it counts nothing.
	Pending() int
	// Delivered counts the events sent to the bot so far, repeats included; the
	// adapter's Status().Received catches up with it.
	Delivered() int64
	// SetFaults changes how badly it behaves.
	SetFaults(f Faults)
	Faults() Faults
	Close()
}

// Said is something a person typed or sent.
type Said struct {
	Bubble   *Bubble
	Person   Person
	Group    *Group // nil in a private chat
	Text     string // as typed, "@议群 接单 1"
	Mentions []Person
	// ToBot: the bot is @-ed (in a private chat always true).
	ToBot bool
	// Quote is the bubble replied to.
	Quote *Bubble
	Voice bool
	Files []SentFile
}

// Pressed is a press on a card.
type Pressed struct {
	Bubble *Bubble
	Person Person
	Key    string
	// Picked are the option ids chosen, by question key.
	Picked map[string][]string
}
