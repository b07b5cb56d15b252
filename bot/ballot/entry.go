package ballot

import (
	"time"

	"yiqun/bot"
)

// Way is how a ballot came.
type Way string

// The ways. Which platform the press came from is the act's business.
const (
	Self     Way = "self"
	ByProxy  Way = "proxy" // 委托
	ByPhone  Way = "phone" // 代录
	Conflict Way = "recused"
)

// Entry is what is kept of one voter in one poll. There is at most one, whatever the
// channel; voting again replaces it.
type Entry struct {
	Poll  PollID  `json:"poll"`
	Voter VoterID `json:"voter"`
	// Version counts the replacements from 1; storage refuses one that does not
	// follow.
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Way     Way       `json:"way"`
	// By is who pressed: the voter, the proxy, or who took the call.
	By bot.PersonID `json:"by"`
	// Post is by which post a call was taken, Checker who checked it. An unchecked
	// one is not counted.
	Post    string       `json:"post,omitempty"`
	Checker bot.PersonID `json:"checker,omitempty"`
	// Channel is how the voter told who took the call: 电话, 上门.
	Channel string `json:"channel,omitempty"`
	// Choice is what was chosen in an open vote; nil in a secret one, before the
	// close and after.
	Choice *Choice `json:"choice,omitempty"`
	// Sealed is the choice of a secret vote until the close, nil after.
	Sealed []byte `json:"sealed,omitempty"`
	// Receipt is the code by which the voter finds the ballot in the published list.
	// It stays the same when the choice changes.
	Receipt string `json:"receipt"`
	// Amount is what the ballot weighs, and Public what it says without its reason
	// where everybody may see the numbers while the vote runs, else nil. They are for
	// Store.PutEntry, which keeps them beside the entry, and are not read back.
	Amount Amount  `json:"-"`
	Public *Choice `json:"-"`
}

// Recused reports whether the voter declared a conflict.
func (e Entry) Recused() bool { return e.Way == Conflict }

// Counts reports whether the entry is a ballot that is counted.
func (e Entry) Counts() bool {
	return !e.Recused() && (e.Way != ByPhone || e.Checker != "")
}

// Mandate lets a person vote for a voter.
type Mandate struct {
	Poll    PollID       `json:"poll"`
	Voter   VoterID      `json:"voter"`
	To      bot.PersonID `json:"to"`
	Written bool         `json:"written,omitempty"`
	// Text is the writing itself, as the voter sent it.
	Text string `json:"text,omitempty"`
	// Kin is how they are related, where the rule asks for near relatives.
	Kin string       `json:"kin,omitempty"`
	At  time.Time    `json:"at"`
	By  bot.PersonID `json:"by"`
	// Revoked is when it was taken back; zero while it holds.
	Revoked time.Time `json:"revoked,omitzero"`
}

// Attendance is one voter's presence in the room.
type Attendance struct {
	Poll  PollID       `json:"poll"`
	Voter VoterID      `json:"voter"`
	At    time.Time    `json:"at"`
	By    bot.PersonID `json:"by"` // the voter, or who called the roll
}
