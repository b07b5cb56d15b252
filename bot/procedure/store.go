package procedure

import (
	"context"
	"time"

	"yiqun/bot"
)

// Store keeps matters and their acts. All methods run inside one transaction.
// A missing row is a *bot.Error with code NotFound.
type Store interface {
	// SaveTemplate keeps a template's source by its content hash; saving the same
	// again changes nothing.
	SaveTemplate(ctx context.Context, hash, id string, source []byte) error
	// TemplateSource returns what SaveTemplate kept.
	TemplateSource(ctx context.Context, hash string) ([]byte, error)

	// NextNumber takes the next number of a series and year: 1, 2, 3 …
	NextNumber(ctx context.Context, series bot.NodeID, year int) (int, error)
	// Append adds act and its content, and stores matter as its result. next is
	// when the matter's first timer fires; zero for never. matter.Version is
	// act.Seq; if the stored version is not act.Seq-1 the error has code Stale
	// and nothing is written.
	Append(ctx context.Context, matter Matter, act Act, next time.Time) error
	// Matter returns the state of one matter.
	Matter(ctx context.Context, id bot.MatterID) (Matter, error)
	// Numbered returns the matters that carry a number in a series, newest year
	// first.
	Numbered(ctx context.Context, series bot.NodeID, number int) ([]Matter, error)
	// Find returns matters, newest first.
	Find(ctx context.Context, f Filter) ([]Matter, error)
	// Due returns the ids of matters whose next timer is at or before t, earliest
	// first, at most limit.
	Due(ctx context.Context, t time.Time, limit int) ([]bot.MatterID, error)
	// NextDue returns the earliest next timer of all; zero if there is none.
	NextDue(ctx context.Context) (time.Time, error)
	// Acts returns a matter's acts in order, with content where it still exists.
	Acts(ctx context.Context, id bot.MatterID) ([]Act, error)
	// Text returns what was written in one act; nil if it was erased or there was
	// none.
	Text(ctx context.Context, id bot.MatterID, seq int) (map[string]string, error)
	// EachMatter calls fn for every matter id, in order of creation.
	EachMatter(ctx context.Context, fn func(bot.MatterID) error) error

	// AddEntry books a ledger entry; the same (book, matter, round) is booked once.
	AddEntry(ctx context.Context, e Entry) error
	// Entries returns a person's entries in a book, oldest first; an empty person
	// means everybody at node.
	Entries(ctx context.Context, book string, node bot.NodeID, person bot.PersonID) ([]Entry, error)
}

// Filter picks matters. Empty fields do not restrict.
type Filter struct {
	Node      bot.NodeID
	Templates []string     // of one of these
	Asker     bot.PersonID // asked or opened by
	Holder    bot.PersonID // taken on by
	Open      bool         // only matters that still run
	From, To  time.Time    // opened in [From, To)
	Limit     int          // 0 = 100
}

// Entry is one line of a ledger (明细账). Amount is in hundredths; an entry with a
// negative Round takes back the one of that round.
type Entry struct {
	Book   string
	Node   bot.NodeID
	Person bot.PersonID
	Matter bot.MatterID
	Round  int
	Amount int64
	At     time.Time
}
