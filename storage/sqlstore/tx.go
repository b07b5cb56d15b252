package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/service"
)

// Tx is one transaction on the records. It is over when the function that was
// given it returns, and is not safe for concurrent use.
type Tx struct {
	q     Querier
	seal  *Sealer
	clock string // Engine.Clock
	// memory is what the store remembers of the roster, and stamp under which it may
	// be used here: nil before it was looked up. restamped: this transaction changed it.
	memory    *remembered
	stamp     *string
	restamped bool
	lately    *lately // what was queued lately
	// failed is the first statement that went wrong: the transaction cannot be
	// trusted after it, on either database.
	failed error
	// done is for when it is durable.
	done aftermath
	// keptTemplate reports whether a template is certainly kept already.
	keptTemplate func(hash string) bool
}

var _ service.Tx = (*Tx)(nil)

var errOver = errors.New("the transaction is over")

// scanner is a row: Rows.
type scanner interface{ Scan(dest ...any) error }

// exec has a statement run before anything is read that comes after it.
func (t *Tx) exec(ctx context.Context, doing, query string, args ...any) error {
	return t.must(ctx, doing, nil, query, args...)
}

// must is exec for a statement that has to touch a row; missed is the transaction's
// error if it does not.
func (t *Tx) must(ctx context.Context, doing string, missed error, query string, args ...any) error {
	return t.later(ctx, Write{Query: query, Args: args, Doing: doing, Missed: missed})
}

// later has a write carried out.
func (t *Tx) later(ctx context.Context, w Write) error {
	if t.q == nil {
		return bot.Fault(bot.Internal, fmt.Errorf("%s: %w", w.Doing, errOver))
	}
	cleaned(w.Args)
	if err := t.q.Later(ctx, w); err != nil {
		return t.broken(w.Doing, err)
	}
	return nil
}

// affect runs a statement for a caller who needs to know now how many rows it
// touched.
func (t *Tx) affect(ctx context.Context, doing, query string, args ...any) (int64, error) {
	if t.q == nil {
		return 0, bot.Fault(bot.Internal, fmt.Errorf("%s: %w", doing, errOver))
	}
	n, err := t.q.Exec(ctx, query, cleaned(args)...)
	if err != nil {
		return 0, t.broken(doing, err)
	}
	return n, nil
}

// byKey is maybe for a row of which all writes have its key. A write that has not run
// yet is the answer.
func byKey[T any](ctx context.Context, t *Tx, what, key, query string, scan func(scanner) (T, error), args ...any) (v T, ok bool, err error) {
	if t.q == nil {
		return v, false, bot.Fault(bot.Internal, fmt.Errorf("reading %s: %w", what, errOver))
	}
	if w, ok := t.q.Pending(key); ok {
		return w.Value.(T), true, nil
	}
	rows, err := t.q.Ask(ctx, key, query, cleaned(args)...)
	got, err := all(t, "reading "+what, rows, err, scan)
	if err != nil || len(got) == 0 {
		return v, false, err
	}
	return got[0], true, nil
}

// list returns all rows of a query. They are read to the end before anything else
// is asked: a connection answers one question at a time.
func list[T any](ctx context.Context, t *Tx, what, query string, scan func(scanner) (T, error), args ...any) (out []T, err error) {
	doing := "reading " + what
	if t.q == nil {
		return nil, bot.Fault(bot.Internal, fmt.Errorf("%s: %w", doing, errOver))
	}
	rows, err := t.q.Query(ctx, query, cleaned(args)...)
	return all(t, doing, rows, err, scan)
}

// recalled is list for what is asked with nearly every sentence and seldom changes.
// The rows hold no pointers: everybody gets a copy of their own.
func recalled[T any](ctx context.Context, t *Tx, what, query string, scan func(scanner) (T, error), args ...any) ([]T, error) {
	if t.q == nil {
		return list(ctx, t, what, query, scan, args...)
	}
	of := subject(args)
	if v, ok := t.q.Recall(query, of); ok {
		return slices.Clone(v.([]T)), nil
	}
	got, err := list(ctx, t, what, query, scan, args...)
	if err == nil {
		t.q.Keep(query, of, slices.Clone(got))
	}
	return got, err
}

// recalledNone is recalled for what mostly is nothing; only that is kept.
func recalledNone[T any](ctx context.Context, t *Tx, what, query string, scan func(scanner) (T, error), args ...any) ([]T, error) {
	if t.q == nil {
		return list(ctx, t, what, query, scan, args...)
	}
	of := subject(args)
	if _, ok := t.q.Recall(query, of); ok {
		return nil, nil
	}
	got, err := list(ctx, t, what, query, scan, args...)
	if err == nil && len(got) == 0 {
		t.q.Keep(query, of, nil)
	}
	return got, err
}

// subject is what a query is asked of. Its arguments are strings.
func subject(args []any) string {
	var b strings.Builder
	for _, a := range cleaned(args) {
		b.WriteString(a.(string))
		b.WriteByte(0)
	}
	return b.String()
}

// all reads rows to the end.
func all[T any](t *Tx, doing string, rows Rows, failed error, scan func(scanner) (T, error)) (out []T, err error) {
	if failed != nil {
		return nil, t.broken(doing, failed)
	}
	defer func() {
		if e := rows.Close(); e != nil && err == nil {
			err = t.broken(doing, e)
		}
	}()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, t.broken(doing, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, t.broken(doing, err)
	}
	return out, nil
}

// one returns the first row of a query; none is an error with code NotFound.
func one[T any](ctx context.Context, t *Tx, what, query string, scan func(scanner) (T, error), args ...any) (T, error) {
	got, err := list(ctx, t, what, query, scan, args...)
	return first(what, got, err)
}

// first returns the first of the rows that were found.
func first[T any](what string, got []T, err error) (zero T, _ error) {
	if err != nil {
		return zero, err
	}
	if len(got) == 0 {
		return zero, bot.Fault(bot.NotFound, fmt.Errorf("%s: %w", what, sql.ErrNoRows))
	}
	return got[0], nil
}

// maybe is one for callers to whom no row is an answer.
func maybe[T any](ctx context.Context, t *Tx, what, query string, scan func(scanner) (T, error), args ...any) (v T, ok bool, err error) {
	v, err = one(ctx, t, what, query, scan, args...)
	if bot.CodeOf(err) == bot.NotFound {
		return v, false, nil
	}
	return v, err == nil, err
}

// broken remembers and returns a failure of the database itself, or of a write that
// missed and came to light now.
func (t *Tx) broken(doing string, err error) error {
	code := bot.Internal
	if e, ok := errors.AsType[*bot.Error](err); ok {
		code = e.Code
	}
	fault := bot.Fault(code, fmt.Errorf("%s: %w", doing, err))
	if t.failed == nil {
		t.failed = fault
	}
	return fault
}
