package procedure

import "yiqun/bot"

// EffectKind is what follows from an act.
type EffectKind string

// The effects. Reminders are not among them: Due derives those.
const (
	Opened    EffectKind = "opened"   // a step opened: a new card for the chats
	Reopened  EffectKind = "reopened" // an earlier step is open again
	ClosedNow EffectKind = "closed"   // the matter has ended
	Tell      EffectKind = "tell"     // tell people privately
	Book      EffectKind = "book"     // a ledger entry
	Joins     EffectKind = "joins"    // Other waited for this matter, which has ended
)

// Effect is one thing that follows from an act; the service carries it out in the
// act's transaction.
type Effect struct {
	Kind   EffectKind
	Step   string
	Notice Notice
	People []bot.PersonID
	// Posts at the matter's node, or Up levels above it, are told.
	Posts []string
	Up    int
	// Book, Amount (hundredths) and Round are a ledger entry's. A negative Round
	// takes back what the round of that number booked.
	Book   string
	Amount int64
	Round  int
	// Other is the matter that has waited.
	Other bot.MatterID
}

// Notice says what a person is told; Env.Say puts it into words.
type Notice string

// The notices.
const (
	NoticeAssigned Notice = "assigned" // you have been given a matter
	NoticeReturned Notice = "returned" // a matter has nobody any more
	NoticeReopened Notice = "reopened" // your matter is to be done again
	NoticeUp       Notice = "up"       // a matter came up a level
	NoticeLetter   Notice = "letter"   // a letter is drafted for you
	NoticeLate     Notice = "late"     // the deadline has passed
	NoticeLater    Notice = "later"    // and a working day more
	NoticeWaiting  Notice = "waiting"  // a step waits for you; only where no group is told
	NoticeEnded    Notice = "ended"    // your matter has ended; only where no group is told
	NoticeUndone   Notice = "undone"   // what made you a holder was taken back
)
