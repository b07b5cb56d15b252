package sqlstore

import (
	"context"
	"strings"
	"time"

	"yiqun/bot/service"
)

const (
	// beats begins the names of the leases by which instances say that they live.
	beats = "instance/"
	// beatFor is longer than anybody waits for the next one.
	beatFor = time.Hour
)

// beat is what an instance said last.
type beat struct {
	instance string
	at       int64
}

// Beat says that owner lives, and returns what every instance, owner too, said last:
// how far two of them lie apart is how long, in nanoseconds by the database's clock, lay
// between. life stays the same until somebody has buried owner.
func (s *Store) Beat(ctx context.Context, owner string) (life int64, last map[string]int64, err error) {
	err = s.Update(ctx, func(ctx context.Context, tx service.Tx) (err error) {
		t := tx.(*Tx)
		if life, _, err = t.acquire(ctx, beats+owner, owner, beatFor); err != nil {
			return err
		}
		all, err := list(ctx, t, "the instances", `SELECT name, until FROM leases WHERE name >= $1 AND name < $2`, scanBeat, beats, beats+afterAll)
		last = map[string]int64{}
		for _, b := range all {
			last[b.instance] = b.at
		}
		return err
	})
	return life, last, err
}

func scanBeat(row scanner) (b beat, err error) {
	err = row.Scan(&b.instance, &b.at)
	b.instance = strings.TrimPrefix(b.instance, beats)
	return b, err
}

// Bury ends what an instance holds of the outbox and of the reminders, and reports
// whether it did: not if the instance has said something other than last meanwhile.
// The leases lapse and are not forgotten, so that one that lives after all may store
// what it sent as long as nobody has taken over. The platforms' connections change
// hands in their own way.
func (s *Store) Bury(ctx context.Context, instance string, last int64) (gone bool, err error) {
	err = s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		t := tx.(*Tx)
		n, err := t.affect(ctx, "burying an instance", `DELETE FROM leases WHERE name = $1 AND until = $2`, beats+instance, last)
		if gone = n > 0; err != nil || !gone {
			return err
		}
		return t.exec(ctx, "freeing what an instance held", `
			UPDATE leases SET until = 0 WHERE owner = $1 AND (name >= $2 AND name < $3 OR name >= $4 AND name < $5)`,
			instance, laneLeases, laneLeases+afterAll, shardLeases, shardLeases+afterAll)
	})
	return gone && err == nil, err
}

// Leave says that owner is going, and holds nothing any more.
func (s *Store) Leave(ctx context.Context, owner string) error {
	return s.Release(ctx, beats+owner, owner)
}
