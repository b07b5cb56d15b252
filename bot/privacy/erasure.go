package privacy

import (
	"time"

	"yiqun/bot"
)

// Erasure is somebody's wish to be forgotten (个人信息保护法 第47条). It stays open
// while something stands in its way, and is carried on by itself when that ends.
type Erasure struct {
	Person bot.PersonID
	Asked  time.Time
	Done   time.Time // zero while something is left
}

// Written is an act whose text still exists.
type Written struct {
	Matter bot.MatterID
	Seq    int
	Open   bool // the matter still runs
}

// Traces counts what is kept about a person besides what one reads elsewhere.
type Traces struct {
	Acts    int // done by or for them
	Ledger  int // entries: hours, points
	Ballots int // votes they took part in
	Voting  []bot.MatterID
}
