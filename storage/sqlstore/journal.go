package sqlstore

import (
	"context"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/service"
)

func journalPlace(seq int) string { return fmt.Sprintf("journal/%d", seq) }

// Journal implements service.Events. Seq, Prev and Hash are given here.
func (t *Tx) Journal(ctx context.Context, j service.Record) error {
	last, _, err := maybe(ctx, t, "the end of the journal",
		`SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1`,
		func(row scanner) (r service.Record, err error) {
			err = row.Scan(&r.Seq, &r.Hash)
			return r, err
		})
	if err != nil {
		return err
	}
	// Cleaned before it is hashed: the hash is over what can be read again.
	j.What, j.Detail = clean(j.What), clean(j.Detail)
	j.By, j.Person = bot.PersonID(clean(string(j.By))), bot.PersonID(clean(string(j.Person)))
	j.Node = bot.NodeID(clean(string(j.Node)))
	j = j.Seal(last.Seq+1, last.Hash)
	return t.exec(ctx, "writing the journal", `
		INSERT INTO journal (seq, at, doer, what, node, person, sealed, prev, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		j.Seq, nanos(j.At), j.By, j.What, j.Node, j.Person,
		t.seal.Seal(journalPlace(j.Seq), []byte(j.Detail)), j.Prev, j.Hash)
}

// Journaled implements service.Events.
func (t *Tx) Journaled(ctx context.Context) ([]service.Record, error) {
	const q = `SELECT seq, at, doer, what, node, person, sealed, prev, hash FROM journal ORDER BY seq`
	return list(ctx, t, "the journal", q, func(row scanner) (r service.Record, err error) {
		var at int64
		var sealed []byte
		if err := row.Scan(&r.Seq, &at, &r.By, &r.What, &r.Node, &r.Person, &sealed, &r.Prev, &r.Hash); err != nil {
			return r, err
		}
		detail, err := t.seal.Open(journalPlace(r.Seq), sealed)
		if err != nil {
			return r, fmt.Errorf("opening the journal: %w", err)
		}
		r.At, r.Detail = instant(at), string(detail)
		return r, nil
	})
}
