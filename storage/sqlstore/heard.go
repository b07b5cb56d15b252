package sqlstore

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
)

const (
	// hearings begins the names of the rows that say until when an instance heard a
	// platform. They stand among the leases because they belong to running instances as
	// those do, and are not carried to another database.
	hearings = "heard/"
	// hearingFor is how long they are kept once somebody hears the platform again.
	hearingFor = time.Hour
)

func hearingOf(p bot.Platform) string { return hearings + string(p) + "/" }

// Hear notes that owner hears some platforms now.
func (s *Store) Hear(ctx context.Context, owner string, on ...bot.Platform) error {
	return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		t := tx.(*Tx)
		for _, p := range on {
			name := hearingOf(p)
			if err := t.exec(ctx, "noting that a platform is heard", `
				INSERT INTO leases (name, owner, token, until) VALUES ($1, $2, 0, `+t.clock+`)
				ON CONFLICT (name) DO UPDATE SET until = excluded.until`, name+owner, owner); err != nil {
				return err
			}
			if err := t.exec(ctx, "forgetting when a platform was heard",
				`DELETE FROM leases WHERE name >= $1 AND name < $2 AND until < `+t.clock+` - $3`, name, name+afterAll, int64(hearingFor)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unheard returns how long ago anybody but owner heard a platform last; ok is false if
// nobody did that is known of.
func (s *Store) Unheard(ctx context.Context, p bot.Platform, owner string) (ago time.Duration, ok bool, err error) {
	err = s.View(ctx, func(ctx context.Context, tx service.Tx) error {
		t := tx.(*Tx)
		var passed int64
		passed, ok, err = maybe(ctx, t, "when a platform was heard", `
			SELECT `+t.clock+` - until FROM leases WHERE name >= $1 AND name < $2 AND owner <> $3 ORDER BY until DESC LIMIT 1`,
			scanValue[int64], hearingOf(p), hearingOf(p)+afterAll, owner)
		ago = time.Duration(max(0, passed))
		return err
	})
	return ago, ok && err == nil, err
}
