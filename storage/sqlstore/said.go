package sqlstore

import (
	"context"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
)

// SealedSittings implements meeting.Store.
func (t *Tx) SealedSittings(ctx context.Context) ([]meeting.ID, error) {
	return list(ctx, t, "sealed meetings", `SELECT id FROM sittings WHERE phase = '' ORDER BY id`,
		func(row scanner) (meeting.ID, error) {
			var key string
			if err := row.Scan(&key); err != nil {
				return meeting.ID{}, err
			}
			return parseSittingKey(key)
		})
}

// EraseSaid implements meeting.Store.
func (t *Tx) EraseSaid(ctx context.Context, id meeting.ID, entries ...string) error {
	for _, e := range entries {
		if err := t.exec(ctx, "erasing what was said", `UPDATE sitting_entries SET sealed = $3 WHERE sitting = $1 AND id = $2`,
			sittingKey(id), e, []byte{}); err != nil {
			return err
		}
	}
	return nil
}

// gaveReason is a reason kept with a closed vote in which somebody acted for a voter.
type gaveReason struct {
	poll, voter string
	place       int
	sealed      []byte
}

// EraseReasons implements privacy.Store.
func (t *Tx) EraseReasons(ctx context.Context, p bot.PersonID) error {
	ids, err := t.allIDs(ctx, p)
	if err != nil {
		return err
	}
	for _, id := range ids {
		kept, err := list(ctx, t, "reasons", `
			SELECT e.poll, e.voter, r.place, r.sealed FROM poll_entries e JOIN poll_reasons r ON r.poll = e.poll
			WHERE e.doer = $1 ORDER BY e.poll, r.place`,
			func(row scanner) (g gaveReason, err error) {
				err = row.Scan(&g.poll, &g.voter, &g.place, &g.sealed)
				return g, err
			}, id)
		if err != nil {
			return err
		}
		for _, g := range kept {
			raw, err := t.seal.Open("poll_reason/"+g.poll, g.sealed)
			if err != nil {
				return fmt.Errorf("opening a reason: %w", err)
			}
			r, err := decoded[ballot.Reason](raw)
			if err != nil {
				return err
			}
			if string(r.Voter) != g.voter {
				continue
			}
			if err := t.exec(ctx, "erasing a reason", `DELETE FROM poll_reasons WHERE poll = $1 AND place = $2`, g.poll, g.place); err != nil {
				return err
			}
		}
	}
	return nil
}
