package sqlstore

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// AddEntry implements procedure.Store. Several people may share a (book, matter,
// round), as the five who stood at the bins do: each is booked once.
func (t *Tx) AddEntry(ctx context.Context, e procedure.Entry) error {
	return t.exec(ctx, "booking an entry", `
		INSERT INTO entries (book, matter, round, person, node, amount, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (book, matter, round, person) DO NOTHING`,
		e.Book, e.Matter, e.Round, e.Person, e.Node, e.Amount, nanos(e.At))
}

// Entries implements procedure.Store. A person's entries include those of ids that
// were merged into theirs.
func (t *Tx) Entries(ctx context.Context, book string, node bot.NodeID, person bot.PersonID) ([]procedure.Entry, error) {
	const columns = `SELECT book, matter, round, person, node, amount, at FROM entries WHERE book = $1 AND `
	const order = ` ORDER BY at, matter, round, person`
	if person == "" {
		return list(ctx, t, "entries", columns+`node = $2`+order, scanEntry, book, node)
	}
	const own = `person IN (SELECT p.id FROM people p WHERE p.merged_into <> '' AND p.merged_into = $2 UNION ALL SELECT CAST($2 AS TEXT))`
	return list(ctx, t, "entries", columns+own+order, scanEntry, book, person)
}

func scanEntry(row scanner) (e procedure.Entry, err error) {
	var at int64
	err = row.Scan(&e.Book, &e.Matter, &e.Round, &e.Person, &e.Node, &e.Amount, &at)
	e.At = instant(at)
	return e, err
}
