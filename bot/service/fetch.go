package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
)

const (
	// MaxAttachment is the most bytes of a picture or file that are kept.
	MaxAttachment = 20 << 20
	// fetchLease is how long an attempt to fetch may take before another is made.
	fetchLease = 90 * time.Second
	// fetchUntil is how long it is tried: WeCom's links die in five minutes.
	fetchUntil = 5 * time.Minute
	// fetchAgain is the first pause between two attempts; it doubles.
	fetchAgain = 2 * time.Second
	// fetchMost is how many are taken on at once.
	fetchMost = 8
)

// ClaimAttached returns what is to be fetched now. No other instance gets the same
// until fetchLease is over.
func (s *Service) ClaimAttached(ctx context.Context) (claimed []Attached, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := s.clock.Now()
		due, err := tx.AttachedDue(ctx, now, fetchMost)
		if err != nil {
			return err
		}
		claimed = claimed[:0]
		for _, a := range due {
			if a.FetchAt.IsZero() || a.FetchAt.After(now) {
				continue
			}
			a.FetchAt = now.Add(fetchLease)
			a.Tries++
			if err := tx.PutAttached(ctx, a); err != nil {
				return err
			}
			claimed = append(claimed, a)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim attachments: %w", err)
	}
	return claimed, nil
}

// Fetched keeps the bytes of an attachment, or what came of an attempt to fetch them:
// it is tried again while that makes sense, and else the sender will be asked.
func (s *Service) Fetched(ctx context.Context, id string, data []byte, cause error) error {
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.Attachment(ctx, id)
		if bot.CodeOf(err) == bot.NotFound {
			return nil // forgotten meanwhile
		}
		if err != nil || a.FetchAt.IsZero() {
			return err
		}
		now := s.clock.Now()
		switch {
		case cause == nil && len(data) > 0:
			sum := sha256.Sum256(data)
			a.Hash, a.Size, a.Ref, a.FetchAt = hex.EncodeToString(sum[:]), len(data), "", time.Time{}
			if err := tx.PutBlob(ctx, a.Hash, data); err != nil {
				return err
			}
			if a.Kind == bot.File {
				a.LookAt = now
			}
		case cause != nil && again(cause) && now.Sub(a.At) < fetchUntil:
			a.FetchAt = now.Add(min(fetchAgain<<min(a.Tries-1, 8), time.Minute))
		default:
			a.Lost, a.Ref, a.FetchAt, a.LookAt, a.Asked = true, "", time.Time{}, now, false
		}
		return tx.PutAttached(ctx, a)
	})
	if err != nil {
		return fmt.Errorf("keep attachment: %w", err)
	}
	return nil
}

// again reports whether fetching may succeed later.
func again(err error) bool {
	switch bot.CodeOf(err) {
	case bot.Retryable, bot.Throttled, bot.Internal:
		return true
	}
	return errors.Is(err, context.DeadlineExceeded)
}

// TickAttached asks what lone photos are about, asks for those that were lost, reads
// the files that have come, and returns when it or ClaimAttached must be called next;
// zero if nothing is pending.
func (s *Service) TickAttached(ctx context.Context) (next time.Time, err error) {
	for {
		var due []Attached
		err := s.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
			now := s.clock.Now()
			due, err = tx.AttachedDue(ctx, now, batch)
			due = slices.DeleteFunc(due, func(a Attached) bool { return a.LookAt.IsZero() || a.LookAt.After(now) })
			if err == nil && len(due) == 0 {
				next, err = tx.NextAttached(ctx)
			}
			return err
		})
		if err != nil {
			return time.Time{}, fmt.Errorf("find attachments that are due: %w", err)
		}
		if len(due) == 0 {
			return next, nil
		}
		// One at a time: what is asked about one may settle the others.
		if err := s.lookAt(ctx, due[0].ID); err != nil {
			return time.Time{}, fmt.Errorf("look at an attachment: %w", err)
		}
	}
}

// lookAt does what time has done to one attachment. What a member did wrong in a file
// is answered, as in Handle.
func (s *Service) lookAt(ctx context.Context, id string) error {
	se := &session{Service: s}
	err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error { return se.attend(ctx, tx, id, nil) })
	if why := refused(err); why != nil {
		se = &session{Service: s}
		err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error { return se.attend(ctx, tx, id, why) })
	}
	return err
}

// attend looks at one attachment, as the one who sent it, in the chat where they did.
// A refusal is what the first look ended with.
func (s *session) attend(ctx context.Context, tx Tx, id string, refusal error) error {
	a, err := tx.Attachment(ctx, id)
	if bot.CodeOf(err) == bot.NotFound {
		return nil
	}
	now := s.clock.Now()
	if err != nil || a.LookAt.IsZero() || a.LookAt.After(now) {
		return err // another instance has been here
	}
	s.e = bot.Event{Platform: a.Chat.Platform, Chat: a.Chat, From: a.From}
	s.ctx, s.tx, s.now = ctx, tx, now
	if err := s.meet(); err != nil {
		return err
	}
	if err := s.locate(); err != nil {
		return err
	}
	same, err := s.sameFate(a)
	if err != nil {
		return err
	}
	switch {
	case a.Lost && !a.Asked:
		return s.askAgain(same)
	case a.Kind == bot.File && a.Hash != "" && !a.Asked && refusal != nil:
		s.reply(bot.MessageOf(refusal))
		return tx.DropAttached(ctx, a.ID)
	case a.Kind == bot.File && a.Hash != "" && !a.Asked:
		return wrong(s.readFile(a))
	case a.Loose() && !a.Asked:
		return s.askWhatFor(same)
	case a.Loose():
		return tx.DropAttached(ctx, a.ID)
	}
	a.LookAt = time.Time{}
	return s.attach(a)
}

// sameFate are those that the sender is asked about in one message with a: lost or
// waiting like it, for the same matter, in the same chat.
func (s *session) sameFate(a Attached) ([]Attached, error) {
	all, err := s.tx.AttachedBy(s.ctx, a.Person)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(b Attached) bool {
		return b.ID != a.ID && (b.Lost != a.Lost || b.Asked || b.Matter != a.Matter || b.Chat != a.Chat || (b.Kind == bot.File) != (a.Kind == bot.File))
	}), nil
}
