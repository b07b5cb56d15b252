package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiqun/bot/remind"
)

func noticePlace(id string) string { return "notice/" + clean(id) }

// The columns beside the state count: they change, and a merged person's notices are
// another's now.
const noticeColumns = `SELECT recipient, look_at, told, message, state, sealed FROM notices`

func (t *Tx) scanNotice(row scanner) (n remind.Notice, err error) {
	var to, message, state string
	var look, told int64
	var sealed []byte
	if err := row.Scan(&to, &look, &told, &message, &state, &sealed); err != nil {
		return n, err
	}
	if err := json.Unmarshal([]byte(state), &n); err != nil {
		return n, fmt.Errorf("decoding a notice: %w", err)
	}
	w, err := t.openWords(noticePlace(n.ID), sealed)
	n.To, n.Look, n.Told, n.Message, n.Text = remind.Recipient(to), instant(look), instant(told), message, w.Text
	return n, err
}

// Notice implements remind.Store.
func (t *Tx) Notice(ctx context.Context, id string) (remind.Notice, error) {
	return one(ctx, t, "a notice", noticeColumns+` WHERE id = $1`, t.scanNotice, id)
}

// Waiting implements remind.Store. The urgent are looked up apart, so that each query
// walks an index in order.
func (t *Tx) Waiting(ctx context.Context, shard int, at time.Time, limit int) ([]remind.Notice, error) {
	const q = noticeColumns + `
		WHERE look_at > 0 AND look_at <= $2 AND recipient IN (
			SELECT w.recipient FROM notices w
			WHERE w.shard = $1 AND w.urgent = $4 AND w.look_at > 0 AND w.look_at <= $2
			ORDER BY w.look_at, w.id LIMIT $3 + 0)
		ORDER BY look_at, id`
	for _, urgent := range []bool{true, false} {
		some, err := list(ctx, t, "what waits to be told", q, t.scanNotice, shard, nanos(at), limit, urgent)
		if err != nil || len(some) > 0 {
			return some, err
		}
	}
	return nil, nil
}

// WaitingFor implements remind.Store.
func (t *Tx) WaitingFor(ctx context.Context, to ...remind.Recipient) (out []remind.Notice, err error) {
	err = inChunks(to, func(some []remind.Recipient) error {
		in, ids := anyOf(1, some)
		found, err := recalledNone(ctx, t, "what waits for somebody",
			noticeColumns+` WHERE recipient IN (`+in+`) AND look_at > 0 ORDER BY look_at, id`, t.scanNotice, ids...)
		out = append(out, found...)
		return err
	})
	return out, err
}

type toldCount struct {
	to remind.Recipient
	n  int
}

// ToldSince implements remind.Store.
func (t *Tx) ToldSince(ctx context.Context, since time.Time, to ...remind.Recipient) (map[remind.Recipient]int, error) {
	out := map[remind.Recipient]int{}
	err := inChunks(to, func(some []remind.Recipient) error {
		in, ids := anyOf(2, some)
		counts, err := list(ctx, t, "how often recipients were told", `
			SELECT recipient, COUNT(DISTINCT message) FROM notices
			WHERE told > 0 AND told >= $1 AND recipient IN (`+in+`) GROUP BY recipient`,
			func(row scanner) (c toldCount, err error) {
				err = row.Scan(&c.to, &c.n)
				return c, err
			}, append([]any{nanos(since)}, ids...)...)
		for _, c := range counts {
			out[c.to] = c.n
		}
		return err
	})
	return out, err
}

// LastTold implements remind.Store.
func (t *Tx) LastTold(ctx context.Context, to remind.Recipient) (remind.Notice, error) {
	return one(ctx, t, "what somebody was told last", noticeColumns+`
		WHERE recipient = $1 AND told > 0 AND reminder <> '' ORDER BY told DESC, id DESC LIMIT 1`, t.scanNotice, to)
}

// LastMessage implements remind.Store.
func (t *Tx) LastMessage(ctx context.Context, to remind.Recipient, since time.Time) ([]remind.Notice, error) {
	return list(ctx, t, "the last message somebody was told", noticeColumns+`
		WHERE recipient = $1 AND told > 0 AND message = (
			SELECT message FROM notices WHERE recipient = $1 AND told > 0 AND told >= $2 ORDER BY told DESC, id DESC LIMIT 1)
		ORDER BY urgent DESC, due, reminder, id`, t.scanNotice, to, nanos(since))
}

// ToldIn implements remind.Store.
func (t *Tx) ToldIn(ctx context.Context, to remind.Recipient, message string) ([]remind.Notice, error) {
	return list(ctx, t, "what somebody was told in a message", noticeColumns+`
		WHERE recipient = $1 AND told > 0 AND message = $2 ORDER BY urgent DESC, due, reminder, id`, t.scanNotice, to, message)
}

// ForgetNotices implements remind.Store.
func (t *Tx) ForgetNotices(ctx context.Context, before time.Time) error {
	first, err := firstID(before)
	if err != nil {
		return err
	}
	return t.exec(ctx, "forgetting old notices",
		`DELETE FROM notices WHERE id < $1 AND due < $2 AND look_at = 0`, first, nanos(before))
}

// ToldEach implements remind.Store.
func (t *Tx) ToldEach(ctx context.Context, since time.Time) ([]remind.Telling, error) {
	return list(ctx, t, "who was told when",
		`SELECT recipient, MIN(told) FROM notices WHERE told > 0 AND told >= $1 GROUP BY recipient, message ORDER BY 2, 1`,
		func(row scanner) (n remind.Telling, err error) {
			var at int64
			err = row.Scan(&n.To, &at)
			n.At = instant(at)
			return n, err
		}, nanos(since))
}
