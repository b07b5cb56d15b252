package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

func rowPlace(id string) string { return "outbox/" + clean(id) }

// Enqueue implements deliver.Store. A replaced refresh is deleted, its successor
// queues at the end of the chat: a refresh that is being sent right now then
// settles nothing, and the newer one still goes out. An id used before is an error
// with code Duplicate.
func (t *Tx) Enqueue(ctx context.Context, rows ...deliver.Row) error {
	for _, r := range rows {
		body, err := json.Marshal(r.Body)
		if err != nil {
			return bot.Fault(bot.Internal, fmt.Errorf("encoding a message: %w", err))
		}
		sealed := t.seal.Seal(rowPlace(r.ID), body)
		if r.Body.File == nil && r.Refresh == "" { // neither large, nor mostly replaced
			t.lately.put(r.ID, sealed, r.Body)
		}
		w := Write{Doing: "queueing a message", Missed: errQueued, Query: queueing, Args: []any{
			r.ID, r.Lane(), r.To.Platform, r.To.ID, r.To.Private, r.Matter, r.Refresh, nanos(r.NotBefore),
			nanos(r.StaleAfter), nanos(r.Created), r.Tries, cmp.Or(r.State, deliver.Queued), r.LastError,
			sealed,
		}}
		if r.Refresh != "" {
			w.Query, w.Args = replacing, append(w.Args, int64(deliver.RefreshApart))
		}
		if err := t.later(ctx, w); err != nil {
			return err
		}
		if r.Refresh == "" {
			continue
		}
		if err := t.exec(ctx, "replacing a refresh",
			`DELETE FROM outbox WHERE state = 'queued' AND chat = $1 AND id <> $2`, r.Lane(), r.ID); err != nil {
			return err
		}
	}
	return nil
}

const (
	queueing = `
		INSERT INTO outbox (id, chat, platform, chat_id, private, matter, refresh, not_before, stale_after,
			created, tries, state, last_error, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING`
	// replacing is queueing for a refresh. It waits no longer than the one it replaces
	// would have; if that may be on its way already, RefreshApart ($15) from when that one
	// was queued.
	replacing = `
		INSERT INTO outbox (id, chat, platform, chat_id, private, matter, refresh, not_before, stale_after,
			created, tries, state, last_error, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, (
			SELECT CASE WHEN was.until < CAST($8 AS BIGINT) THEN was.until ELSE CAST($8 AS BIGINT) END
			FROM (
				SELECT COALESCE(MIN(CASE WHEN o.not_before > $10 THEN o.not_before ELSE o.created + CAST($15 AS BIGINT) END),
					CAST($8 AS BIGINT)) AS until
				FROM outbox o WHERE o.state = 'queued' AND o.chat = $2
			) was), $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING`
)

var errQueued = bot.Fault(bot.Duplicate, errors.New("this message is queued already"))

const rowColumns = `SELECT id, platform, chat_id, private, matter, refresh, not_before, stale_after,
	created, tries, state, last_error, sealed FROM outbox`

func (t *Tx) scanRow(row scanner) (r deliver.Row, err error) {
	var before, stale, created int64
	var sealed []byte
	if err := row.Scan(&r.ID, &r.To.Platform, &r.To.ID, &r.To.Private, &r.Matter, &r.Refresh, &before, &stale,
		&created, &r.Tries, &r.State, &r.LastError, &sealed); err != nil {
		return r, err
	}
	r.NotBefore, r.StaleAfter, r.Created = instant(before), instant(stale), instant(created)
	if sealed == nil {
		return r, nil
	}
	if body, ok := t.lately.take(r.ID, sealed); ok {
		r.Body = body
		return r, nil
	}
	body, err := t.seal.Open(rowPlace(r.ID), sealed)
	if err != nil {
		return r, fmt.Errorf("opening a message: %w", err)
	}
	if err := json.Unmarshal(body, &r.Body); err != nil {
		return r, fmt.Errorf("decoding a message: %w", err)
	}
	return r, nil
}

// waitingChats walks the chats that have a queue, one index look-up each, however
// long their queues are.
const waitingChats = `
	WITH RECURSIVE waiting (chat) AS (
		SELECT MIN(chat) FROM outbox WHERE state = 'queued'
		UNION ALL
		SELECT (SELECT MIN(o.chat) FROM outbox o WHERE o.state = 'queued' AND o.chat > w.chat)
		FROM waiting w WHERE w.chat IS NOT NULL
	)`

// afterAll sorts behind every id.
const afterAll = "\U0010FFFF"

// longestChats is waitingChats for a long queue: the chats of the rows that have waited
// longest, so many that a round is full, however many chats wait behind them.
const longestChats = `
	WITH waiting (chat) AS (
		SELECT DISTINCT few.chat FROM (
			SELECT o.chat FROM outbox o WHERE o.state = 'queued' ORDER BY o.id LIMIT ($2 + 0) * 8
		) few
	)`

// Ready implements deliver.Store. What has waited longest is read first: if nothing
// else is queued, or each row is another chat's, it is the answer. Otherwise a chat whose
// first row is held back costs one look; of any other at most limit rows are looked at,
// up to the first that is held back, and of those its share is taken. So the cost grows
// with the number of chats and with limit, but not with the length of the queues.
func (t *Tx) Ready(ctx context.Context, at time.Time, limit int) ([]deliver.Row, error) {
	return t.ready(ctx, "", nanos(at), limit, afterAll)
}

// ready reads what may be sent of the lanes that a further condition on w.chat leaves.
func (t *Tx) ready(ctx context.Context, condition string, args ...any) ([]deliver.Row, error) {
	at, limit := instant(args[0].(int64)), args[1].(int)
	oldest, err := list(ctx, t, "what has waited longest", rowColumns+` w
		WHERE state = 'queued' AND CAST($1 AS BIGINT) > 0 AND $3 <> '' `+condition+` ORDER BY id LIMIT $2 + 0`, t.scanRow, args...)
	if err != nil {
		return nil, err
	}
	if ready := mayGo(oldest, at, limit); len(oldest) < limit || eachAnother(ready, limit) {
		return ready, nil
	}
	rows, err := t.readyAmong(ctx, longestChats, condition, args...)
	if err != nil || eachAnother(rows, limit) {
		return rows, err
	}
	return t.readyAmong(ctx, waitingChats, condition, args...)
}

// mayGo is what may be sent at a time of the first rows of a queue: of each lane its
// share of limit, before the first row that is held back.
func mayGo(rows []deliver.Row, at time.Time, limit int) []deliver.Row {
	held, lanes := map[string]bool{}, map[string]int{}
	rows = slices.DeleteFunc(rows, func(r deliver.Row) bool {
		lane := r.Lane()
		if held[lane] = held[lane] || r.NotBefore.After(at); !held[lane] {
			lanes[lane] = 0
		}
		return held[lane]
	})
	share := limit / max(1, len(lanes))
	return slices.DeleteFunc(rows, func(r deliver.Row) bool {
		lanes[r.Lane()]++
		return lanes[r.Lane()] > share
	})
}

// eachAnother reports whether there are so many rows, all of different chats.
func eachAnother(rows []deliver.Row, limit int) bool {
	chats := map[string]bool{}
	for _, r := range rows {
		chats[r.Lane()] = true
	}
	return len(rows) == limit && len(chats) == limit
}

// readyAmong is ready among some waiting chats.
func (t *Tx) readyAmong(ctx context.Context, waiting, condition string, args ...any) ([]deliver.Row, error) {
	q := waiting + `,
	heads AS MATERIALIZED (
		SELECT w.chat, (
			SELECT o.id FROM outbox o WHERE o.state = 'queued' AND o.chat = w.chat ORDER BY o.id LIMIT 1) AS first
		FROM waiting w
		WHERE (
			SELECT o.not_before FROM outbox o WHERE o.state = 'queued' AND o.chat = w.chat ORDER BY o.id LIMIT 1) <= $1
			` + condition + `
		ORDER BY 2 LIMIT $2 + 0
	),
	share AS MATERIALIZED (
		SELECT CASE WHEN COUNT(*) BETWEEN 1 AND $2 + 0 THEN ($2 + 0) / COUNT(*) ELSE 1 END AS most FROM heads
	),
	reach AS MATERIALIZED (
		SELECT h.chat,
			(SELECT MAX(few.id) FROM (
				SELECT o.id FROM outbox o WHERE o.state = 'queued' AND o.chat = h.chat ORDER BY o.id LIMIT (SELECT most FROM share)
			) few) AS last,
			COALESCE((SELECT MIN(few.id) FROM (
				SELECT o.id, o.not_before FROM outbox o WHERE o.state = 'queued' AND o.chat = h.chat ORDER BY o.id LIMIT $2 + 0
			) few WHERE few.not_before > $1), $3) AS held
		FROM heads h
	),
	ready AS MATERIALIZED (
		SELECT o.id FROM reach r
		JOIN outbox o ON o.state = 'queued' AND o.chat = r.chat AND o.id <= r.last AND o.id < r.held
		ORDER BY o.id LIMIT $2 + 0
	)
	` + rowColumns + ` WHERE id IN (SELECT id FROM ready) ORDER BY id`
	return list(ctx, t, "what may be sent", q, t.scanRow, args...)
}

// NextReady implements deliver.Store. A row that was never held back may go since
// it was created.
func (t *Tx) NextReady(ctx context.Context) (time.Time, error) {
	const q = waitingChats + `
	SELECT COALESCE(MIN(
		(SELECT CASE WHEN o.not_before > o.created THEN o.not_before WHEN o.created > 0 THEN o.created ELSE 1 END
		FROM outbox o WHERE o.state = 'queued' AND o.chat = w.chat ORDER BY o.id LIMIT 1)), 0)
	FROM waiting w WHERE w.chat IS NOT NULL`
	return one(ctx, t, "when the next message may go", q, scanInstant)
}

// Settle implements deliver.Store. A refresh that was replaced while it was being
// sent has nothing left to settle, and that is no error.
func (t *Tx) Settle(ctx context.Context, rows ...deliver.Row) error {
	if err := t.checkFences(ctx, rows); err != nil {
		return err
	}
	written := make([][]any, len(rows))
	for i, r := range rows {
		over := r.State == deliver.Sent || r.State == deliver.Stale
		written[i] = []any{r.ID, r.State, r.Tries, nanos(r.NotBefore), r.LastError, over}
	}
	return t.writeAll(ctx, Write{Doing: "settling a message", Many: sentMany, Query: `
		UPDATE outbox SET state = $2, tries = $3, not_before = $4, last_error = $5,
			sealed = CASE WHEN $6 THEN NULL ELSE sealed END
		WHERE id = $1`}, written)
}

func sentMany(n int) string {
	return `
		UPDATE outbox SET state = few.column2, tries = few.column3, not_before = few.column4, last_error = few.column5,
			sealed = CASE WHEN few.column6 THEN NULL ELSE sealed END
		FROM (VALUES ` + typed{"TEXT", "TEXT", "BIGINT", "BIGINT", "TEXT", "BOOLEAN"}.rows(n) + `) AS few
		WHERE outbox.id = few.column1`
}

// Hasten implements deliver.Store.
func (t *Tx) Hasten(ctx context.Context, at time.Time) error {
	return t.exec(ctx, "letting messages wait less",
		`UPDATE outbox SET not_before = $1 WHERE state = 'queued' AND last_error <> '' AND not_before > $1`, nanos(at))
}

const failedLimit = 100

// FailedRows implements deliver.Store. A limit below 1 means 100.
func (t *Tx) FailedRows(ctx context.Context, limit int) ([]deliver.Row, error) {
	if limit < 1 {
		limit = failedLimit
	}
	return list(ctx, t, "failed messages",
		rowColumns+` WHERE state = 'failed' ORDER BY id DESC LIMIT $1 + 0`, t.scanRow, limit)
}

// Spend implements deliver.Store.
func (t *Tx) Spend(ctx context.Context, platform bot.Platform, month string, calls int) error {
	return t.exec(ctx, "counting calls", `
		INSERT INTO spending (platform, month, calls) VALUES ($1, $2, $3)
		ON CONFLICT (platform, month) DO UPDATE SET calls = spending.calls + excluded.calls`, platform, month, calls)
}

// Spent implements deliver.Store.
func (t *Tx) Spent(ctx context.Context, platform bot.Platform, month string) (int, error) {
	return one(ctx, t, "a month's calls", `SELECT COALESCE(SUM(calls), 0) FROM spending WHERE platform = $1 AND month = $2`,
		scanValue[int], platform, month)
}

// SentSince implements deliver.Store.
func (t *Tx) SentSince(ctx context.Context, since time.Time) ([]deliver.Sendings, error) {
	first, err := firstID(since)
	if err != nil {
		return nil, err
	}
	return list(ctx, t, "how much was sent", `
		SELECT platform, chat_id, private, COUNT(*) FROM outbox
		WHERE id >= $1 AND created >= $2 AND state = 'sent' AND refresh = ''
		GROUP BY platform, chat_id, private ORDER BY platform, chat_id`,
		func(row scanner) (n deliver.Sendings, err error) {
			err = row.Scan(&n.Chat.Platform, &n.Chat.ID, &n.Chat.Private, &n.Messages)
			return n, err
		}, first, nanos(since))
}
