package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/service"
)

func rollPlace(n bot.NodeID, name string) string {
	return "roll/" + clean(string(n)) + "/" + clean(name)
}

// sealedRoll is what of a roll does not lie readable.
type sealedRoll struct {
	By   bot.PersonID `json:"by"`
	Roll *ballot.Roll `json:"roll"`
}

// PutRoll implements service.Rolls.
func (t *Tx) PutRoll(ctx context.Context, r service.KeptRoll) error {
	sealed := t.seal.Seal(rollPlace(r.Node, r.Name), []byte(plain(sealedRoll{r.By, r.Roll})))
	return t.exec(ctx, "storing a roll", `
		INSERT INTO rolls (node, name, at, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (node, name) DO UPDATE SET at = excluded.at, sealed = excluded.sealed`, r.Node, r.Name, nanos(r.At), sealed)
}

// KeptRolls implements service.Rolls.
func (t *Tx) KeptRolls(ctx context.Context, n bot.NodeID) ([]service.KeptRoll, error) {
	return list(ctx, t, "rolls", `SELECT name, at, sealed FROM rolls WHERE node = $1 ORDER BY at DESC, name`,
		func(row scanner) (service.KeptRoll, error) {
			r := service.KeptRoll{Node: n}
			var at int64
			var sealed []byte
			if err := row.Scan(&r.Name, &at, &sealed); err != nil {
				return r, err
			}
			text, err := t.seal.Open(rollPlace(n, r.Name), sealed)
			if err != nil {
				return r, fmt.Errorf("opening a roll: %w", err)
			}
			var v sealedRoll
			if err := json.Unmarshal(text, &v); err != nil {
				return r, fmt.Errorf("decoding a roll: %w", err)
			}
			r.At, r.By, r.Roll = instant(at), v.By, v.Roll
			return r, nil
		}, n)
}
