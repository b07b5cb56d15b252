package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// mostWritten is how many rows are written in one statement.
const mostWritten = 32

// typed are placeholders of a row, each with the type it is cast to where a database
// cannot see it from a column: TEXT, BIGINT, or empty.
type typed []string

// rows makes the VALUES list for n rows.
func (c typed) rows(n int) string {
	var q strings.Builder
	at := 1
	for i := range n {
		for j, kind := range c {
			switch {
			case j > 0:
				q.WriteString(", ")
			case i > 0:
				q.WriteString("), (")
			default:
				q.WriteString("(")
			}
			if kind == "" {
				fmt.Fprintf(&q, "$%d", at)
			} else {
				fmt.Fprintf(&q, "CAST($%d AS %s)", at, kind)
			}
			at++
		}
	}
	return q.String() + ")"
}

// fewRows are rows as one command writes them.
const fewRows = 8

// writeAll writes rows, each of which has to touch one unless missed is nil. A few are
// left to the engine, to be written with what others write; many go by as few
// statements as do, each of a power of two of rows, so that there are few statements
// altogether.
func (t *Tx) writeAll(ctx context.Context, doing string, missed error, before string, of typed, after string, rows [][]any) error {
	size := mostWritten
	if len(rows) <= fewRows {
		size = 1
	}
	for len(rows) > 0 {
		for size > len(rows) {
			size /= 2
		}
		w := Write{Query: before + of.rows(size) + after, Args: slices.Concat(rows[:size]...), Doing: doing, Missed: missed}
		if missed != nil {
			w.Least = int64(size)
		}
		if err := t.later(ctx, w); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

// MoveReminders implements remind.Store.
func (t *Tx) MoveReminders(ctx context.Context, reminders ...remind.Reminder) error {
	rows := make([][]any, len(reminders))
	for i, r := range reminders {
		state, err := json.Marshal(r)
		if err != nil {
			return bot.Fault(bot.Internal, fmt.Errorf("encoding a reminder: %w", err))
		}
		rows[i] = []any{r.ID, r.Version, nanos(r.Next), string(state)}
	}
	return t.writeAll(ctx, "moving reminders on", errMoved, `
		UPDATE reminders SET version = few.column2, next_at = few.column3, state = few.column4
		FROM (VALUES `, typed{"TEXT", "BIGINT", "BIGINT", "TEXT"}, `) AS few
		WHERE reminders.id = few.column1 AND reminders.version = few.column2 - 1`, rows)
}

var errMoved = bot.Fault(bot.Stale, errors.New("a reminder was changed meanwhile"))

// AddNotices implements remind.Store.
func (t *Tx) AddNotices(ctx context.Context, notices ...remind.Notice) error {
	rows := make([][]any, len(notices))
	for i, n := range notices {
		state, err := json.Marshal(n)
		if err != nil {
			return bot.Fault(bot.Internal, fmt.Errorf("encoding a notice: %w", err))
		}
		sealed, err := t.sealWords(noticePlace(n.ID), words{Text: n.Text})
		if err != nil {
			return err
		}
		rows[i] = []any{
			n.ID, n.To, n.Key, n.To.Shard(), n.Urgent, nanos(n.Due), nanos(n.Look), nanos(n.Told), n.Message, n.Reminder,
			string(state), sealed,
		}
	}
	return t.writeAll(ctx, "adding notices", nil, `
		INSERT INTO notices (id, recipient, key, shard, urgent, due, look_at, told, message, reminder, state, sealed)
		VALUES `, make(typed, 12), ` ON CONFLICT (recipient, key) DO NOTHING`, rows)
}

// SettleNotices implements remind.Store.
func (t *Tx) SettleNotices(ctx context.Context, notices ...remind.Notice) error {
	rows := make([][]any, len(notices))
	for i, n := range notices {
		rows[i] = []any{n.ID, nanos(n.Look), nanos(n.Told), n.Message}
	}
	return t.writeAll(ctx, "settling notices", errSettled, `
		UPDATE notices SET look_at = few.column2, told = few.column3, message = few.column4
		FROM (VALUES `, typed{"TEXT", "BIGINT", "BIGINT", "TEXT"}, `) AS few
		WHERE notices.id = few.column1 AND notices.look_at > 0`, rows)
}

var errSettled = bot.Fault(bot.Stale, errors.New("this notice is settled already"))
