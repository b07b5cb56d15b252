package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// laneLeases begins the names of the leases on lanes of the outbox.
const laneLeases = "outbox/"

func laneLease(lane string) string { return laneLeases + lane }

// Claim implements deliver.Claims. Claims are leases by the database's clock.
func (t *Tx) Claim(ctx context.Context, c deliver.Claimant, at time.Time, limit int) ([]deliver.Row, error) {
	condition := `AND NOT EXISTS (
				SELECT 1 FROM leases l WHERE l.name = 'outbox/' || w.chat AND l.owner <> $4 AND l.until > ` + t.clock + `)`
	args := []any{nanos(at), limit, afterAll, c.Owner}
	for _, p := range c.Except {
		args = append(args, string(p)+"/")
		condition += fmt.Sprintf(`
			AND SUBSTR(w.chat, 1, LENGTH(CAST($%[1]d AS TEXT))) <> $%[1]d`, len(args))
	}
	rows, err := t.ready(ctx, condition, args...)
	if err != nil {
		return nil, err
	}
	tokens := map[string]int64{}
	for i := range rows {
		lane := rows[i].Lane()
		if _, asked := tokens[lane]; !asked {
			if tokens[lane], _, err = t.acquire(ctx, laneLease(lane), c.Owner, c.Lease); err != nil {
				return nil, err
			}
		}
		rows[i].Fence = tokens[lane]
	}
	return slices.DeleteFunc(rows, func(r deliver.Row) bool { return r.Fence == 0 }), nil
}

// Release implements deliver.Claims.
func (t *Tx) Release(ctx context.Context, owner string, lanes ...string) error {
	for _, lane := range lanes {
		if err := t.release(ctx, laneLease(lane), owner); err != nil {
			return err
		}
	}
	return nil
}

// checkFence refuses to settle a row whose lane has gone to another instance.
func (t *Tx) checkFence(ctx context.Context, r deliver.Row) error {
	if r.Fence == 0 {
		return nil
	}
	_, held, err := maybe(ctx, t, "a claim", `SELECT token FROM leases WHERE name = $1 AND token = $2`,
		scanValue[int64], laneLease(r.Lane()), r.Fence)
	if err == nil && !held {
		err = bot.Fault(bot.Stale, errors.New("another instance has taken over this chat's messages"))
	}
	return err
}
