package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// written is what stands in contents: erased as one, so that a digest whose text
// is gone cannot be guessed either. The texts are bytes because JSON would repair
// broken UTF-8 in strings, and the digest is over what was really written.
type written struct {
	Salt    []byte            `json:"salt"`
	Content map[string][]byte `json:"content"`
}

func writtenIn(act procedure.Act) written {
	w := written{Salt: act.Salt, Content: map[string][]byte{}}
	for field, text := range act.Content {
		w.Content[field] = []byte(text)
	}
	return w
}

// texts is what was written; nil if nothing is left.
func (w written) texts() map[string]string {
	if w.Content == nil {
		return nil
	}
	out := make(map[string]string, len(w.Content))
	for field, text := range w.Content {
		out[field] = string(text)
	}
	return out
}

// contentPlace is where the content of an act is sealed.
func contentPlace(id bot.MatterID, seq int) string { return fmt.Sprintf("content/%s/%d", id, seq) }

func (t *Tx) addAct(ctx context.Context, act procedure.Act) error {
	facts, err := json.Marshal(act)
	if err != nil {
		return bot.Fault(bot.Internal, fmt.Errorf("encoding an act: %w", err))
	}
	err = t.exec(ctx, "adding an act",
		`INSERT INTO acts (matter, seq, facts, hash) VALUES ($1, $2, $3, $4)`,
		act.Matter, act.Seq, string(facts), act.Hash)
	if err != nil || len(act.Content) == 0 {
		return err
	}
	text, err := json.Marshal(writtenIn(act))
	if err != nil {
		return bot.Fault(bot.Internal, fmt.Errorf("encoding what was written: %w", err))
	}
	return t.exec(ctx, "storing what was written",
		`INSERT INTO contents (matter, seq, sealed) VALUES ($1, $2, $3)`,
		act.Matter, act.Seq, t.seal.Seal(contentPlace(act.Matter, act.Seq), text))
}

// unsealed opens what was written in one act; nil if it is gone.
func (t *Tx) unsealed(id bot.MatterID, seq int, sealed []byte) (w written, err error) {
	if sealed == nil {
		return w, nil
	}
	text, err := t.seal.Open(contentPlace(id, seq), sealed)
	if err != nil {
		return w, fmt.Errorf("opening what was written: %w", err)
	}
	if err := json.Unmarshal(text, &w); err != nil {
		return w, fmt.Errorf("decoding what was written: %w", err)
	}
	return w, nil
}

// Acts implements procedure.Store. The facts decode to the act they were made
// from, so that its hash can be computed again.
func (t *Tx) Acts(ctx context.Context, id bot.MatterID) ([]procedure.Act, error) {
	const q = `
		SELECT a.facts, a.hash, c.sealed FROM acts a
		LEFT JOIN contents c ON c.matter = a.matter AND c.seq = a.seq
		WHERE a.matter = $1 ORDER BY a.seq`
	return list(ctx, t, "a matter's acts", q, func(row scanner) (act procedure.Act, err error) {
		var facts, hash string
		var sealed []byte
		if err := row.Scan(&facts, &hash, &sealed); err != nil {
			return act, err
		}
		if err := json.Unmarshal([]byte(facts), &act); err != nil {
			return act, fmt.Errorf("decoding an act: %w", err)
		}
		w, err := t.unsealed(act.Matter, act.Seq, sealed)
		act.Hash, act.Salt, act.Content = hash, w.Salt, w.texts()
		return act, err
	}, id)
}

// Text implements procedure.Store.
func (t *Tx) Text(ctx context.Context, id bot.MatterID, seq int) (map[string]string, error) {
	const q = `SELECT sealed FROM contents WHERE matter = $1 AND seq = $2`
	w, _, err := maybe(ctx, t, "what was written", q, func(row scanner) (w written, err error) {
		sealed, err := scanValue[[]byte](row)
		if err != nil {
			return w, err
		}
		return t.unsealed(id, seq, sealed)
	}, id, seq)
	return w.texts(), err
}
