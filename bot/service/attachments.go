package service

import (
	"context"
	"time"

	"yiqun/bot"
)

// Attached is a picture, a video or a file that a member sent.
type Attached struct {
	ID     string // ULID: in the order they were sent
	Person bot.PersonID
	From   bot.Account
	Chat   bot.Chat
	Kind   bot.AttachmentKind
	Name   string // as the platform gave it; often empty
	// Ref is what the adapter needs to fetch it; empty once it was fetched or lost.
	Ref string
	At  time.Time
	// Matter and Seq are the act it belongs to; no matter while it waits for its
	// sentence. Below zero, Seq is an entry of a meeting's log.
	Matter bot.MatterID
	Seq    int
	// FetchAt is when its bytes are to be fetched; zero if there is nothing to fetch.
	FetchAt time.Time
	Tries   int
	// LookAt is when the clock looks at it; zero for never.
	LookAt time.Time
	// Asked: the sender was asked what it is for, or to send it again.
	Asked bool
	// Lost: its bytes could not be had.
	Lost bool
	// Hash is the SHA-256 of its bytes in hex, Size their number; empty and 0 until
	// they are there.
	Hash string
	Size int
}

// Loose reports whether it waits for the sentence that it belongs to.
func (a Attached) Loose() bool { return a.Matter == "" }

// Attachments keeps what members send. All methods run inside one transaction.
type Attachments interface {
	// PutAttached stores a, in the place of what was stored under its id.
	PutAttached(ctx context.Context, a Attached) error
	// Attachment returns one by its id; none is an error with code NotFound.
	Attachment(ctx context.Context, id string) (Attached, error)
	// AttachedTo returns what belongs to a matter, oldest first.
	AttachedTo(ctx context.Context, m bot.MatterID) ([]Attached, error)
	// AttachedBy returns what a person has sent, oldest first; LooseBy only what
	// belongs to no matter yet.
	AttachedBy(ctx context.Context, p bot.PersonID) ([]Attached, error)
	LooseBy(ctx context.Context, p bot.PersonID) ([]Attached, error)
	// AttachedDue returns what is to be fetched or looked at by t, at most limit of
	// them, oldest first.
	AttachedDue(ctx context.Context, t time.Time, limit int) ([]Attached, error)
	// NextAttached returns when the next one is to be fetched or looked at; zero if
	// none is.
	NextAttached(ctx context.Context) (time.Time, error)
	// DropAttached deletes one, and its bytes unless another has the same; a missing
	// one is no error.
	DropAttached(ctx context.Context, id string) error
	// PutBlob stores bytes under the hex SHA-256 of them; the same again is no error.
	PutBlob(ctx context.Context, hash string, data []byte) error
	// Blob returns bytes by their hash; none is an error with code NotFound.
	Blob(ctx context.Context, hash string) ([]byte, error)
}
