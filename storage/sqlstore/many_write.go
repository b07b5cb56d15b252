package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/remind"
)

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

// writeAll has a write carried out for each of several rows of arguments. The databases
// make few statements of them (see Write.Many).
func (t *Tx) writeAll(ctx context.Context, w Write, rows [][]any) error {
	for _, w.Args = range rows {
		if err := t.later(ctx, w); err != nil {
			return err
		}
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
		rows[i] = []any{r.ID, r.Version, nanos(r.Next), string(state), r.Own(), r.Owner}
	}
	return t.writeAll(ctx, Write{
		Doing: "moving reminders on", Missed: errMoved, Many: movedMany,
		Query: `UPDATE reminders SET version = $2, next_at = $3, state = $4, own = $5
			WHERE id = $1 AND version = $2 - 1 AND owner = $6`,
	}, rows)
}

func movedMany(n int) string {
	return `
		UPDATE reminders SET version = few.column2, next_at = few.column3, state = few.column4, own = few.column5
		FROM (VALUES ` + typed{"TEXT", "BIGINT", "BIGINT", "TEXT", "BOOLEAN", "TEXT"}.rows(n) + `) AS few
		WHERE reminders.id = few.column1 AND reminders.version = few.column2 - 1
			AND reminders.owner = few.column6`
}

var errMoved = bot.Fault(bot.Stale, errors.New("a reminder was changed meanwhile"))

// AddNotices implements remind.Store.
func (t *Tx) AddNotices(ctx context.Context, notices ...remind.Notice) error {
	var told, waiting [][]any
	for _, n := range notices {
		state, err := json.Marshal(n)
		if err != nil {
			return bot.Fault(bot.Internal, fmt.Errorf("encoding a notice: %w", err))
		}
		sealed, err := t.sealWords(noticePlace(n.ID), words{Text: n.Text})
		if err != nil {
			return err
		}
		row := []any{
			n.ID, n.To, n.Key, n.To.Shard(), n.Urgent, nanos(n.Due), nanos(n.Look), nanos(n.Told), n.Message, n.Reminder,
			string(state), sealed,
		}
		if n.Told.IsZero() {
			waiting = append(waiting, row)
		} else {
			told = append(told, row)
		}
	}
	if err := t.addNotices(ctx, errSettled, told); err != nil {
		return err
	}
	return t.addNotices(ctx, nil, waiting)
}

func (t *Tx) addNotices(ctx context.Context, missed error, rows [][]any) error {
	return t.writeAll(ctx, Write{Doing: "adding notices", Missed: missed, Query: `
		INSERT INTO notices (id, recipient, key, shard, urgent, due, look_at, told, message, reminder, state, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (recipient, key) DO NOTHING`}, rows)
}

// SettleNotices implements remind.Store.
func (t *Tx) SettleNotices(ctx context.Context, notices ...remind.Notice) error {
	rows := make([][]any, len(notices))
	for i, n := range notices {
		rows[i] = []any{n.ID, nanos(n.Look), nanos(n.Told), n.Message}
	}
	return t.writeAll(ctx, Write{
		Doing: "settling notices", Missed: errSettled, Many: settledMany,
		Query: `UPDATE notices SET look_at = $2, told = $3, message = $4 WHERE id = $1 AND look_at > 0`,
	}, rows)
}

func settledMany(n int) string {
	return `
		UPDATE notices SET look_at = few.column2, told = few.column3, message = few.column4
		FROM (VALUES ` + typed{"TEXT", "BIGINT", "BIGINT", "TEXT"}.rows(n) + `) AS few
		WHERE notices.id = few.column1 AND notices.look_at > 0`
}

var errSettled = bot.Fault(bot.Stale, errors.New("this notice is settled already"))
