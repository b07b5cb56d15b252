package sqlstore

import (
	"context"
	"time"

	"yiqun/bot/service"
)

// Acquire takes the lease of a name for owner, or makes it last longer, by ttl from
// now by the database's clock. held is false while another owner's lease lasts.
// token grows whenever the lease changes hands or had lapsed.
func (s *Store) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error) {
	err = s.Update(ctx, func(ctx context.Context, tx service.Tx) (err error) {
		token, held, err = tx.(*Tx).acquire(ctx, name, owner, ttl)
		return err
	})
	return token, held && err == nil, err
}

// Release gives owner's lease of a name back. One that is another's stays.
func (s *Store) Release(ctx context.Context, name, owner string) error {
	return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		return tx.(*Tx).release(ctx, name, owner)
	})
}

// Supersede ends what others hold under a prefix of names, for whoever has taken
// over what those leases rest on.
func (s *Store) Supersede(ctx context.Context, prefix, owner string) error {
	return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		return tx.(*Tx).exec(ctx, "ending the leases of others",
			`DELETE FROM leases WHERE name >= $1 AND name < $2 AND owner <> $3`, prefix, prefix+afterAll, owner)
	})
}

// acquire does what Acquire says. A row that lapsed is taken over where it lies, so
// that its token keeps growing; of one that was released the clock, or the lapsed
// row, keeps the next one's token above it.
func (t *Tx) acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error) {
	q := `
		INSERT INTO leases (name, owner, token, until) VALUES ($1, $2, ` + t.clock + `, ` + t.clock + ` + $3)
		ON CONFLICT (name) DO UPDATE SET
			token = CASE
				WHEN leases.owner = excluded.owner AND leases.until > ` + t.clock + ` THEN leases.token
				WHEN leases.token >= excluded.token THEN leases.token + 1
				ELSE excluded.token END,
			owner = excluded.owner, until = excluded.until
		WHERE leases.owner = excluded.owner OR leases.until <= ` + t.clock + `
		RETURNING token`
	return maybe(ctx, t, "a lease", q, scanValue[int64], name, owner, int64(ttl))
}

// release ends a lease. A row whose token the clock has not passed yet (SQLite's
// counts milliseconds) is left lapsed instead of deleted, or the next owner within
// the same millisecond would get the same token.
func (t *Tx) release(ctx context.Context, name, owner string) error {
	const what = "giving a lease back"
	if err := t.exec(ctx, what,
		`DELETE FROM leases WHERE name = $1 AND owner = $2 AND token < `+t.clock, name, owner); err != nil {
		return err
	}
	return t.exec(ctx, what, `UPDATE leases SET until = 0 WHERE name = $1 AND owner = $2`, name, owner)
}
