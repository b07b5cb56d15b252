package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"yiqun/bot/service"
)

// Acquire takes the lease of a name for owner, or makes it last longer, by ttl from
// now by the database's clock. held is false while another owner's lease lasts.
// token grows whenever the lease changes hands or had lapsed. One that reaches twice as
// far as it could was given before that clock was put back, and has lapsed.
func (s *Store) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error) {
	err = s.Update(ctx, func(ctx context.Context, tx service.Tx) (err error) {
		t := tx.(*Tx)
		if err := t.exec(ctx, "ending a lease of a clock that was put back",
			`UPDATE leases SET until = 0 WHERE name = $1 AND until > `+t.clock+` + $2`, name, int64(2*ttl)); err != nil {
			return err
		}
		token, held, err = t.acquire(ctx, name, owner, ttl)
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

// acquire does what Acquire says.
func (t *Tx) acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error) {
	tokens, err := t.acquireAll(ctx, []string{name}, owner, ttl)
	token, held = tokens[name]
	return token, held, err
}

// lease is a lease's name and token.
type lease struct {
	name  string
	token int64
}

func scanLease(row scanner) (l lease, err error) {
	err = row.Scan(&l.name, &l.token)
	return l, err
}

// acquireAll is acquire for several names, and returns the tokens of those it got. A row
// that lapsed is taken over where it lies, so that its token keeps growing; of one that
// was released the clock, or the lapsed row, keeps the next one's token above it. The
// names go in order, so that two instances that want the same wait for each other
// instead of both giving up.
func (t *Tx) acquireAll(ctx context.Context, names []string, owner string, ttl time.Duration) (map[string]int64, error) {
	tokens := make(map[string]int64, len(names))
	err := inChunks(distinct(names), func(some []string) error {
		in, args := anyOf(3, some)
		got, err := list(ctx, t, "leases", `
			INSERT INTO leases (name, owner, token, until)
			SELECT few.column1, CAST($1 AS TEXT), `+t.clock+`, `+t.clock+` + $2
			FROM (SELECT DISTINCT column1 FROM (VALUES (`+strings.ReplaceAll(in, ", ", "), (")+`)) AS named ORDER BY 1) AS few WHERE true
			ON CONFLICT (name) DO UPDATE SET
				token = CASE
					WHEN leases.owner = excluded.owner AND leases.until > `+t.clock+` THEN leases.token
					WHEN leases.token >= excluded.token THEN leases.token + 1
					ELSE excluded.token END,
				owner = excluded.owner, until = excluded.until
			WHERE leases.owner = excluded.owner OR leases.until <= `+t.clock+`
			RETURNING name, token`, scanLease, append([]any{owner, int64(ttl)}, args...)...)
		for _, l := range got {
			tokens[l.name] = l.token
		}
		return err
	})
	return tokens, err
}

// tokens returns the tokens of leases, held or lapsed; those nobody has are left out.
func (t *Tx) tokens(ctx context.Context, names []string) (map[string]int64, error) {
	tokens := make(map[string]int64, len(names))
	err := inChunks(names, func(some []string) error {
		in, args := anyOf(1, some)
		found, err := list(ctx, t, "the tokens of leases", `SELECT name, token FROM leases WHERE name IN (`+in+`)`, scanLease, args...)
		for _, l := range found {
			tokens[l.name] = l.token
		}
		return err
	})
	return tokens, err
}

// distinct are names in order, each once.
func distinct(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// release ends a lease.
func (t *Tx) release(ctx context.Context, name, owner string) error {
	return t.releaseAll(ctx, []string{name}, owner)
}

// releaseAll ends leases. A row whose token the clock has not passed yet (SQLite's
// counts milliseconds) is left lapsed instead of deleted, or the next owner within
// the same millisecond would get the same token.
func (t *Tx) releaseAll(ctx context.Context, names []string, owner string) error {
	return inChunks(distinct(names), func(some []string) error {
		const what = "giving leases back"
		in, args := anyOf(2, some)
		args = append([]any{owner}, args...)
		if err := t.exec(ctx, what,
			`DELETE FROM leases WHERE owner = $1 AND token < `+t.clock+` AND name IN (`+in+`)`, args...); err != nil {
			return err
		}
		return t.exec(ctx, what, `UPDATE leases SET until = 0 WHERE owner = $1 AND name IN (`+in+`)`, slices.Clone(args)...)
	})
}
