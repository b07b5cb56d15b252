package remind

import (
	"hash/fnv"
	"time"

	"yiqun/bot"
)

// Recipient is one person, or one node's groups.
type Recipient string

// Person is a person as a recipient.
func Person(p bot.PersonID) Recipient { return Recipient("p/" + p) }

// Groups is a node's groups as a recipient.
func Groups(n bot.NodeID) Recipient { return Recipient("n/" + n) }

// Person returns the person; false for a node's groups.
func (r Recipient) Person() (bot.PersonID, bool) {
	if len(r) > 2 && r[:2] == "p/" {
		return bot.PersonID(r[2:]), true
	}
	return "", false
}

// Node returns the node whose groups are meant; false for a person.
func (r Recipient) Node() (bot.NodeID, bool) {
	if len(r) > 2 && r[:2] == "n/" {
		return bot.NodeID(r[2:]), true
	}
	return "", false
}

// Shards is into how many parts the work is divided, each done by one instance at a
// time.
const Shards = 8

// Shard is the part a recipient's notices, or an owner's reminders, lie in.
func (r Recipient) Shard() int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r)) // a hash takes everything
	return int(h.Sum32() % Shards)
}

// Kind says where a notice comes from.
type Kind string

// The kinds of notice.
const (
	// Own is what somebody set for themselves: it comes to the minute, also in quiet
	// hours and beyond the budget.
	Own Kind = "own"
	// Asked is what somebody set for others.
	Asked Kind = "asked"
	// Duty is what a matter's procedure derives.
	Duty Kind = "duty"
	// News is a note that nobody waits for: the weekly one.
	News Kind = "news"
)

// Notice is one thing one recipient is to be told.
type Notice struct {
	ID   string    `json:"id"` // ULID
	To   Recipient `json:"to"`
	Kind Kind      `json:"kind"`
	// Key says what it is about; the same recipient is never told the same key twice.
	Key string `json:"key"`
	// Urgent breaks quiet hours and the budget. It follows from a rule, never from
	// somebody's wish.
	Urgent bool `json:"urgent,omitempty"`
	// Due is when it was meant, Stale when it is no longer worth telling; zero = never.
	Due   time.Time `json:"due"`
	Stale time.Time `json:"stale,omitzero"`
	// Reminder is what it comes from; empty for a procedure's.
	Reminder ID         `json:"reminder,omitempty"`
	Node     bot.NodeID `json:"node,omitempty"`
	// Matter, Step and Timer are what a procedure's is about; whether that still holds
	// is looked up when it is told. What is the word for it, opaque here.
	Matter bot.MatterID `json:"matter,omitempty"`
	Step   string       `json:"step,omitempty"`
	Timer  string       `json:"timer,omitempty"`
	What   string       `json:"what,omitempty"`
	// About are those who could not be told themselves.
	About []bot.PersonID `json:"about,omitempty"`
	// Open: the group may hear it where its recipient cannot be reached.
	Open bool `json:"open,omitempty"`
	// Look is when to look at it next; zero when it is settled.
	Look time.Time `json:"look,omitzero"`
	// Told and Message are set once it was put into the outbox.
	Told    time.Time `json:"told,omitzero"`
	Message string    `json:"message,omitempty"`
	// Text is what it says, in members' words; empty for a procedure's.
	Text string `json:"-"`
}

// Later is a notice told again at another time, as its recipient asked: 过一小时.
func (n Notice) Later(id string, at time.Time) Notice {
	n.ID, n.Kind, n.Due, n.Look = id, Own, at, at
	n.Key += "/" + at.UTC().Format(time.RFC3339)
	n.Stale = at.Add(fresh)
	n.Told, n.Message = time.Time{}, ""
	return n
}

// Settled is a notice that will not be told.
func (n Notice) Settled() Notice {
	n.Look = time.Time{}
	return n
}

// Exact reports whether it comes at its minute whatever the hour, and beyond the budget.
func (n Notice) Exact() bool { return n.Urgent || n.Kind == Own }
