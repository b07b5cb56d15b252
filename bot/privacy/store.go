package privacy

import (
	"context"
	"time"

	"yiqun/bot"
)

// Store keeps what people were told, agreed to and asked for. All methods run inside
// one transaction.
type Store interface {
	PutTold(ctx context.Context, t Told) error
	// ToldOf returns what somebody was shown; Version 0 if nothing.
	ToldOf(ctx context.Context, p bot.PersonID) (Told, error)
	PutConsent(ctx context.Context, c Consent) error
	ConsentsOf(ctx context.Context, p bot.PersonID) ([]Consent, error)
	// Refused returns who has refused a purpose.
	Refused(ctx context.Context, purpose string) ([]bot.PersonID, error)

	PutErasure(ctx context.Context, e Erasure) error
	// OpenErasures returns those that are not done.
	OpenErasures(ctx context.Context) ([]Erasure, error)
	// WrittenBy returns the acts done by or for a person whose text still exists. It
	// reads all acts: somebody asks for it once in a long while.
	WrittenBy(ctx context.Context, p bot.PersonID) ([]Written, error)
	// EraseText forgets what was written in an act; the chain stays whole.
	EraseText(ctx context.Context, m bot.MatterID, seq int) error
	TracesOf(ctx context.Context, p bot.PersonID) (Traces, error)
	// EraseReasons forgets the reasons that somebody gave in closed votes which keep
	// with a reason whose it is; those of secret votes have nobody's name.
	EraseReasons(ctx context.Context, p bot.PersonID) error
	// Scrub forgets the nicknames of a person's accounts and where they spoke, how
	// they introduced themselves, what they were told and answered, their reminders, and
	// messages to them that could not be delivered.
	Scrub(ctx context.Context, p bot.PersonID) error

	// ForgetTexts forgets what was written in matters that closed before t, and what
	// was sent along, of at most limit matters, and returns how many it was.
	ForgetTexts(ctx context.Context, t time.Time, limit int) (int, error)
	// ForgetIntroductions, ForgetFailed, ForgetDelivered and ForgetImports forget what is
	// older than t.
	ForgetIntroductions(ctx context.Context, t time.Time) error
	ForgetFailed(ctx context.Context, t time.Time) error
	ForgetDelivered(ctx context.Context, t time.Time) error
	ForgetImports(ctx context.Context, t time.Time) error
	// Silent returns people who were never confirmed, have no matter and have not been
	// heard since t, at most limit.
	Silent(ctx context.Context, t time.Time, limit int) ([]bot.PersonID, error)
}
