package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// sealedColumn is a column that holds texts under the data key. place makes of the
// row's key, in the order of table.key, the place that its text was sealed for; tag
// is the column by which the text is found, if it has one.
type sealedColumn struct {
	table, column, tag string
	place              func(key []any) string
	batch              int
}

// rotateBatch is how many rows are sealed anew in one transaction.
const rotateBatch = 200

// sealedColumns are all of them. A test compares the list with the tables: what is
// missing here could not be read any more after a change of key.
var sealedColumns = []sealedColumn{
	{table: "contents", column: "sealed", place: func(k []any) string { return contentPlace(bot.MatterID(str(k[0])), int(num(k[1]))) }},
	{table: "people", column: "name_sealed", tag: "name_tag", place: func(k []any) string { return personPlace(bot.PersonID(str(k[0]))) }},
	{table: "accounts", column: "nick_sealed", tag: "nick_tag", place: func(k []any) string {
		return accountPlace(bot.Account{Platform: bot.Platform(str(k[0])), User: bot.UserID(str(k[1]))})
	}},
	{table: "proposals", column: "name_sealed", place: func(k []any) string { return proposalPlace(str(k[0])) }},
	{table: "phones", column: "sealed", tag: "tag", place: func(k []any) string { return phonePlace(bot.PersonID(str(k[0]))) }},
	{table: "imports", column: "sealed", place: func(k []any) string { return importPlace(str(k[0])) }},
	{table: "outbox", column: "sealed", place: func(k []any) string { return rowPlace(str(k[0])) }},
	{table: "handled", column: "sealed", place: func(k []any) string { return eventPlace(bot.Platform(str(k[0])), bot.EventID(str(k[1]))) }},
	{table: "poll_rolls", column: "sealed", place: func(k []any) string { return "poll_roll/" + str(k[0]) }},
	{table: "poll_keys", column: "sealed", place: func(k []any) string { return "poll_key/" + str(k[0]) }},
	{table: "poll_entries", column: "sealed", place: func(k []any) string { return entryPlace(str(k[0]), str(k[1])) }},
	{table: "poll_mandates", column: "sealed", place: func(k []any) string { return "poll_mandate/" + str(k[0]) }},
	{table: "poll_reasons", column: "sealed", place: func(k []any) string { return "poll_reason/" + str(k[0]) }},
	{table: "reminders", column: "sealed", place: func(k []any) string { return reminderPlace(remind.ID(str(k[0]))) }},
	{table: "notices", column: "sealed", place: func(k []any) string { return noticePlace(str(k[0])) }},
	{table: "rolls", column: "sealed", place: func(k []any) string { return rollPlace(bot.NodeID(str(k[0])), str(k[1])) }},
	{table: "blobs", column: "sealed", batch: 4, place: func(k []any) string { return blobPlace(str(k[0])) }},
	{table: "attachments", column: "sealed", place: func(k []any) string { return attachedPlace(str(k[0])) }},
	{table: "sittings", column: "sealed", place: func(k []any) string { return "sitting/" + str(k[0]) }},
	{table: "sitting_entries", column: "sealed", place: func(k []any) string { return "sitting_entry/" + str(k[0]) + "/" + str(k[1]) }},
	{table: "journal", column: "sealed", place: func(k []any) string { return journalPlace(int(num(k[0]))) }},
	{table: "settings", column: "value", place: func(k []any) string {
		if str(k[0]) == keyCheck {
			return keyCheck
		}
		return "" // nothing else there is sealed
	}},
}

func str(v any) string { s, _ := v.(string); return s }
func num(v any) int64  { n, _ := v.(int64); return n }

// Rotate seals everything anew that was sealed under the key before, in batches, so
// that others can work meanwhile. It may be stopped at any moment and begun again:
// what is done is known by its key's id. done is told how many rows each step did.
func (s *Store) Rotate(ctx context.Context, done func(rows int)) error {
	if len(s.sealer().ring) < maxKeys {
		return ErrOneKey
	}
	for {
		n := 0
		for _, c := range sealedColumns {
			did, err := s.rotateColumn(ctx, c, done)
			if err != nil {
				return bot.Fault(bot.Internal, fmt.Errorf("sealing %s anew: %w", c.table, err))
			}
			n += did
		}
		if n == 0 { // once more after the last change: somebody may have written under the old key
			return nil
		}
	}
}

func (s *Store) rotateColumn(ctx context.Context, c sealedColumn, done func(int)) (total int, err error) {
	t := tableNamed(c.table)
	keys := t.keyColumns()
	var last []any
	for {
		var n int
		var next []any
		err := s.engine.Write(ctx, func(q Querier) error {
			n = 0
			rows, err := c.old(ctx, &Tx{q: q}, s.sealer(), t, keys, last)
			if err != nil {
				return err
			}
			for _, row := range rows {
				next = row[:len(keys)]
				did, err := c.reseal(ctx, &Tx{q: q}, s.sealer(), keys, row)
				if err != nil {
					return err
				}
				n += did
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		if next == nil {
			return total, nil
		}
		last = next
		total += n
		done(n)
	}
}

// old returns the next rows that are not under the present key, as their key columns
// and the sealed text.
func (c sealedColumn) old(ctx context.Context, t *Tx, seal *Sealer, from table, keys []column, after []any) ([][]any, error) {
	var names, marks []string
	args := []any{seal.ring[0].id}
	for i, k := range keys {
		names = append(names, k.name)
		if after != nil {
			args = append(args, after[i])
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
	}
	where := ""
	if after != nil {
		where = " AND (" + strings.Join(names, ", ") + ") > (" + strings.Join(marks, ", ") + ")"
	}
	some := table{name: from.name, columns: append(append([]column{}, keys...), column{c.column, bytea})}
	q := fmt.Sprintf(`SELECT %s FROM %s WHERE length(%s) > 0 AND substr(%s, 1, %d) <> $1%s ORDER BY %s LIMIT %d`,
		some.names(), from.name, c.column, c.column, keyIDSize, where, from.key, c.size())
	return list(ctx, t, "what is under an old key", q, func(row scanner) ([]any, error) { return some.scan(row) }, args...)
}

func (c sealedColumn) size() int {
	if c.batch > 0 {
		return c.batch
	}
	return rotateBatch
}

// reseal seals one row's text anew, unless somebody has just written another.
func (c sealedColumn) reseal(ctx context.Context, t *Tx, seal *Sealer, keys []column, row []any) (int, error) {
	place := c.place(row)
	if place == "" {
		return 0, nil
	}
	was, _ := row[len(keys)].([]byte)
	text, err := seal.Open(place, was)
	if err != nil {
		return 0, err
	}
	args := []any{seal.Seal(place, text), was}
	set := c.column + " = $1"
	if c.tag != "" {
		args = append(args, seal.Tag(string(text)))
		set += ", " + c.tag + " = $3"
	}
	var where strings.Builder
	where.WriteString(c.column + " = $2")
	for i, k := range keys {
		args = append(args, row[i])
		fmt.Fprintf(&where, " AND %s = $%d", k.name, len(args))
	}
	n, err := t.affect(ctx, "sealing a text anew", "UPDATE "+c.table+" SET "+set+" WHERE "+where.String(), args...)
	return int(n), err
}

// opens refuses a row of a backup whose text no key here opens.
func (s *Store) opens(t table, values []any) error {
	for _, c := range sealedColumns {
		if c.table != t.name || c.place(values) == "" {
			continue
		}
		for i, col := range t.columns {
			sealed, ok := values[i].([]byte)
			if col.name != c.column || !ok || len(sealed) == 0 { // nothing was sealed there
				continue
			}
			if _, known := s.sealer().keyOf(sealed); !known {
				return errOtherKey
			}
		}
	}
	return nil
}

func tableNamed(name string) table {
	for _, t := range tables {
		if t.name == name {
			return t
		}
	}
	panic("no table " + name)
}

// keyColumns are the columns of a table's key, in its order.
func (t table) keyColumns() (out []column) {
	for name := range strings.SplitSeq(t.key, ", ") {
		for _, c := range t.columns {
			if c.name == name {
				out = append(out, c)
			}
		}
	}
	return out
}

// lookEvery is how often a store looks whether the data key has been changed.
const lookEvery = time.Second

// KeyChangeSeen is how long it takes at most until a running program knows of a new
// key in the key file.
const KeyChangeSeen = 2 * lookEvery

// keyWatch is where a store looks for a new key.
type keyWatch struct {
	mu     sync.Mutex
	read   func() ([]byte, error)
	last   []byte
	looked time.Time
}

// WatchKeys has the store look for new keys, so that a program that runs while the
// key is changed can read what has been sealed anew. A key that cannot be read
// changes nothing.
func (s *Store) WatchKeys(read func() ([]byte, error)) {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	s.keys.read = read
}

// sealer returns the keys as they are now.
func (s *Store) sealer() *Sealer {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	w := &s.keys
	if w.read == nil || time.Since(w.looked) < lookEvery {
		return s.seal.Load()
	}
	w.looked = time.Now()
	keys, err := w.read()
	if err != nil || bytes.Equal(keys, w.last) {
		return s.seal.Load()
	}
	if seal, err := NewSealer(keys); err == nil {
		w.last = keys
		s.seal.Store(seal)
	}
	return s.seal.Load()
}

// ErrOneKey is why nothing can be sealed anew: there is no key before the present one.
var ErrOneKey = errors.New("there is one data key only")
