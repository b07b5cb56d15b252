package sqlstore

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"yiqun/bot"
)

// dumpFormat heads each backup. A backup is gzip over lines of JSON: the head, a
// line for each row as [table, value, value…] (bytes as base64), and the tail.
// What is sealed stays sealed: a backup is of use only with the data key.
const dumpFormat = "yiqun-backup-1"

type dumpHead struct {
	Format string `json:"format"`
	Schema int64  `json:"schema"`
}

// Summary says what a set of records holds: rows by table, and a digest over every
// act's and journal record's place and hash. Two with the same digest tell the same
// story.
type Summary struct {
	Rows   map[string]int `json:"rows"`
	Digest string         `json:"digest"`
}

// story digests what must be the same on both sides of a move.
type story struct{ h hash.Hash }

func newStory() story { return story{sha256.New()} }

// row takes part of the story from a row of acts or journal.
func (s story) row(t table, values []any) {
	if t.name != "acts" && t.name != "journal" {
		return
	}
	fmt.Fprintf(s.h, "%s", t.name)
	for i, c := range t.columns {
		if c.name == "matter" || c.name == "seq" || c.name == "prev" || c.name == "hash" {
			fmt.Fprintf(s.h, " %v", values[i])
		}
	}
	s.h.Write([]byte{'\n'})
}

func (s story) sum() string { return hex.EncodeToString(s.h.Sum(nil)) }

// Dump writes all records to w, as they are at one moment, while others go on
// working.
func (s *Store) Dump(ctx context.Context, w io.Writer) (Summary, error) {
	var sum Summary
	packed := gzip.NewWriter(w)
	out := json.NewEncoder(packed)
	err := s.engine.Read(ctx, func(q Querier) error {
		if err := out.Encode(dumpHead{dumpFormat, s.engine.Schema()}); err != nil {
			return err
		}
		var err error
		sum, err = each(ctx, q, func(t table, values []any) error {
			return out.Encode(append([]any{t.name}, values...))
		})
		if err != nil {
			return err
		}
		return out.Encode(sum)
	})
	if err == nil {
		err = packed.Close() // after a failed write it would only repeat that
	}
	if err != nil {
		return sum, bot.Fault(bot.Internal, fmt.Errorf("writing a backup: %w", err))
	}
	return sum, nil
}

// Summary reads all records and says what they hold.
func (s *Store) Summary(ctx context.Context) (sum Summary, err error) {
	err = s.engine.Read(ctx, func(q Querier) error {
		sum, err = each(ctx, q, func(table, []any) error { return nil })
		return err
	})
	return sum, s.fault(err)
}

// each reads every row of every table, in order.
func each(ctx context.Context, q Querier, fn func(table, []any) error) (Summary, error) {
	sum, tale := Summary{Rows: map[string]int{}}, newStory()
	for _, t := range tables {
		err := eachRow(ctx, q, t, func(values []any) error {
			sum.Rows[t.name]++
			tale.row(t, values)
			return fn(t, values)
		})
		if err != nil {
			return sum, fmt.Errorf("reading %s: %w", t.name, err)
		}
	}
	sum.Digest = tale.sum()
	return sum, nil
}

func eachRow(ctx context.Context, q Querier, t table, fn func([]any) error) (err error) {
	rows, err := q.Query(ctx, "SELECT "+t.names()+" FROM "+t.name+" ORDER BY "+t.key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		values, err := t.scan(rows)
		if err != nil {
			return err
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// scan reads a row as values that JSON keeps.
func (t table) scan(rows scanner) ([]any, error) {
	into, values := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i, c := range t.columns {
		switch c.kind {
		case text:
			into[i] = new(string)
		case number:
			into[i] = new(int64)
		case truth:
			into[i] = new(bool)
		case bytea:
			into[i] = new([]byte)
		}
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i, v := range into {
		switch v := v.(type) {
		case *string:
			values[i] = *v
		case *int64:
			values[i] = *v
		case *bool:
			values[i] = *v
		case *[]byte:
			if *v != nil {
				values[i] = *v
			}
		}
	}
	return values, nil
}

// ErrNotEmpty is why a backup is not read into records that hold something.
var ErrNotEmpty = errors.New("the target holds records already")

// ErrDamaged is what any backup is that was not written to its end, or changed.
var ErrDamaged = errors.New("the backup is damaged")

// ErrNewer is why a backup is not read that a newer program made.
var ErrNewer = errors.New("the backup is newer than this program")

// Load reads a backup into empty records, all of it or nothing. open may be called
// more than once. It refuses a backup of a newer schema or under another data key,
// and one that is damaged.
func (s *Store) Load(ctx context.Context, open func() (io.ReadCloser, error)) (sum Summary, err error) {
	err = s.engine.Write(ctx, func(q Querier) (err error) {
		src, err := open()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, src.Close()) }()
		if err := s.empty(ctx, q); err != nil {
			return err
		}
		sum, err = s.load(ctx, q, src)
		return err
	})
	if err != nil {
		return Summary{}, bot.Fault(bot.Internal, fmt.Errorf("reading a backup: %w", err))
	}
	return sum, nil
}

// empty refuses records that hold anything but the check of their key.
func (s *Store) empty(ctx context.Context, q Querier) error {
	for _, t := range tables {
		condition := ""
		if t.name == "settings" {
			condition = ` WHERE name <> '` + keyCheck + `'`
		}
		n, err := one(ctx, &Tx{q: q}, "whether "+t.name+" is empty", `SELECT COUNT(*) FROM `+t.name+condition, scanValue[int])
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w (%s)", ErrNotEmpty, t.name)
		}
	}
	return nil
}

func (s *Store) load(ctx context.Context, q Querier, src io.Reader) (Summary, error) {
	packed, err := gzip.NewReader(src)
	if err != nil {
		return Summary{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	in := json.NewDecoder(bufio.NewReader(packed))
	var head dumpHead
	if err := in.Decode(&head); err != nil || head.Format != dumpFormat {
		return Summary{}, fmt.Errorf("%w: it does not begin like one", ErrDamaged)
	}
	if head.Schema > s.engine.Schema() {
		return Summary{}, fmt.Errorf("%w: it is of schema %d, this program knows %d", ErrNewer, head.Schema, s.engine.Schema())
	}
	byName := map[string]table{}
	for _, t := range tables {
		byName[t.name] = t
	}
	for {
		var line json.RawMessage
		if err := in.Decode(&line); err != nil {
			return Summary{}, fmt.Errorf("%w: it ends too early: %w", ErrDamaged, err)
		}
		if line[0] == '{' {
			return s.finish(ctx, q, line, packed)
		}
		if err := s.loadRow(ctx, q, byName, line, head.Schema < s.engine.Schema()); err != nil {
			return Summary{}, err
		}
	}
}

// finish compares what was read with what the tail says.
func (s *Store) finish(ctx context.Context, q Querier, tail json.RawMessage, rest io.Reader) (Summary, error) {
	var want Summary
	if err := json.Unmarshal(tail, &want); err != nil {
		return want, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// Reading to the end checks gzip's own sum.
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return want, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	have, err := each(ctx, q, func(table, []any) error { return nil })
	if err != nil {
		return have, err
	}
	for _, t := range tables {
		if have.Rows[t.name] != want.Rows[t.name] {
			return have, fmt.Errorf("%w: %s has %d rows, not %d", ErrDamaged, t.name, have.Rows[t.name], want.Rows[t.name])
		}
	}
	if have.Digest != want.Digest {
		return have, fmt.Errorf("%w: the acts are not those that were saved", ErrDamaged)
	}
	return have, nil
}

// loadRow restores a row. One of an older schema may lack the newest columns, which
// stand last and then get their defaults.
func (s *Store) loadRow(ctx context.Context, q Querier, byName map[string]table, line json.RawMessage, older bool) error {
	var fields []json.RawMessage
	var name string
	if err := json.Unmarshal(line, &fields); err != nil || len(fields) == 0 || json.Unmarshal(fields[0], &name) != nil {
		return fmt.Errorf("%w: a line is no row", ErrDamaged)
	}
	t, known := byName[name]
	if given := len(fields) - 1; known && older && given < len(t.columns) {
		t.columns = t.columns[:given]
	}
	if !known || len(fields) != len(t.columns)+1 {
		return fmt.Errorf("%w: a row of %q has %d columns", ErrDamaged, name, len(fields)-1)
	}
	values := make([]any, len(t.columns))
	for i, c := range t.columns {
		v, err := c.value(fields[i+1])
		if err != nil {
			return fmt.Errorf("%w: %s of %s: %w", ErrDamaged, c.name, name, err)
		}
		values[i] = v
	}
	if err := s.opens(t, values); err != nil {
		return fmt.Errorf("the backup was made under another data key: %w: %w", ErrOtherKey, err)
	}
	if name == "settings" && values[0] == keyCheck {
		return nil // the target has one of its own
	}
	return (&Tx{q: q}).exec(ctx, "restoring "+name, t.insert(), values...)
}

// value reads what scan made.
func (c column) value(raw json.RawMessage) (any, error) {
	switch c.kind {
	case number:
		return decoded[int64](raw)
	case truth:
		return decoded[bool](raw)
	case bytea:
		return decoded[[]byte](raw)
	default:
		return decoded[string](raw)
	}
}

func decoded[T any](raw json.RawMessage) (v T, err error) {
	err = json.Unmarshal(raw, &v)
	return v, err
}

func (t table) insert() string {
	marks := make([]string, len(t.columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + t.name + " (" + t.names() + ") VALUES (" + strings.Join(marks, ", ") + ")"
}
