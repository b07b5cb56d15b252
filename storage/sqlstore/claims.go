package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// laneLeases begins the names of the leases on lanes of the outbox.
const laneLeases = "outbox/"

func laneLease(lane string) string { return laneLeases + lane }

// Claim implements deliver.Claims. Claims are leases by the database's clock.
func (t *Tx) Claim(ctx context.Context, c deliver.Claimant, at time.Time, limit int) ([]deliver.Row, error) {
	var condition strings.Builder
	condition.WriteString(`AND NOT EXISTS (
				SELECT 1 FROM leases l WHERE l.name = 'outbox/' || w.chat AND l.owner <> $4 AND l.until > ` + t.clock + `)`)
	args := []any{nanos(at), limit, afterAll, c.Owner}
	for _, p := range c.Except {
		args = append(args, string(p)+"/")
		fmt.Fprintf(&condition, `
			AND SUBSTR(w.chat, 1, LENGTH(CAST($%[1]d AS TEXT))) <> $%[1]d`, len(args))
	}
	rows, err := t.ready(ctx, condition.String(), args...)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = laneLease(r.Lane())
	}
	tokens, err := t.acquireAll(ctx, names, c.Owner, c.Lease)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Fence = tokens[names[i]]
	}
	return slices.DeleteFunc(rows, func(r deliver.Row) bool { return r.Fence == 0 }), nil
}

// Release implements deliver.Claims.
func (t *Tx) Release(ctx context.Context, owner string, lanes ...string) error {
	names := make([]string, len(lanes))
	for i, lane := range lanes {
		names[i] = laneLease(lane)
	}
	return t.releaseAll(ctx, names, owner)
}

// checkFences refuses to settle a row whose lane has gone to another instance.
func (t *Tx) checkFences(ctx context.Context, rows []deliver.Row) error {
	tokens := map[string]int64{}
	for _, r := range rows {
		if r.Fence != 0 {
			tokens[laneLease(r.Lane())] = r.Fence
		}
	}
	now, err := t.tokens(ctx, slices.Sorted(maps.Keys(tokens)))
	if err != nil {
		return err
	}
	for name, token := range tokens {
		if now[name] != token {
			return bot.Fault(bot.Stale, errors.New("another instance has taken over this chat's messages"))
		}
	}
	return nil
}
