package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// SaveTemplate implements procedure.Store.
func (t *Tx) SaveTemplate(ctx context.Context, hash, id string, source []byte) error {
	if t.keptTemplate(hash) {
		return nil
	}
	t.done.templates = append(t.done.templates, hash)
	return t.exec(ctx, "saving a template",
		`INSERT INTO templates (hash, id, source) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`,
		hash, id, source)
}

// TemplateSource implements procedure.Store.
func (t *Tx) TemplateSource(ctx context.Context, hash string) ([]byte, error) {
	return one(ctx, t, "a template", `SELECT source FROM templates WHERE hash = $1`, scanValue[[]byte], hash)
}

// NextNumber implements procedure.Store.
func (t *Tx) NextNumber(ctx context.Context, series bot.NodeID, year int) (int, error) {
	key := fmt.Sprintf("counter/%d/%s", year, series)
	last, _, err := byKey(ctx, t, "the last number", key,
		`SELECT last FROM counters WHERE series = $1 AND year = $2`, scanValue[int], series, year)
	if err != nil {
		return 0, err
	}
	return last + 1, t.later(ctx, Write{
		Doing: "counting a number",
		Query: `
			INSERT INTO counters (series, year, last) VALUES ($1, $2, $3)
			ON CONFLICT (series, year) DO UPDATE SET last = excluded.last WHERE counters.last = excluded.last - 1`,
		Args:   []any{series, year, last + 1},
		Missed: bot.Fault(bot.Stale, fmt.Errorf("number %d is another matter's", last+1)),
		Key:    key, Value: last + 1,
	})
}

// Append implements procedure.Store.
func (t *Tx) Append(ctx context.Context, m procedure.Matter, act procedure.Act, next time.Time) error {
	if m.ID != act.Matter || m.Version != act.Seq || act.Seq < 1 {
		return bot.Fault(bot.Internal, fmt.Errorf("act %d does not lead to version %d of this matter", act.Seq, m.Version))
	}
	had, err := t.concerned(ctx, m)
	if err != nil {
		return err
	}
	if err := t.putMatter(ctx, m, next); err != nil {
		return err
	}
	if err := t.addAct(ctx, act); err != nil {
		return err
	}
	return t.putPeople(ctx, m.ID, had, concerns(m))
}

// putMatter stores the state if the stored version is the one before.
func (t *Tx) putMatter(ctx context.Context, m procedure.Matter, next time.Time) error {
	state, err := json.Marshal(m)
	if err != nil {
		return bot.Fault(bot.Internal, fmt.Errorf("encoding a matter: %w", err))
	}
	const insert = `
		INSERT INTO matters (id, template, node, series, year, number, version, open, opened, next_at, state)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10)
		ON CONFLICT (id) DO NOTHING`
	const update = `
		UPDATE matters SET node = $1, version = $2, open = $3, next_at = $4, state = $5
		WHERE id = $6 AND version = $2 - 1`
	stale := bot.Fault(bot.Stale, fmt.Errorf("the matter is not at version %d any more", m.Version-1))
	if m.Version == 1 {
		return t.must(ctx, "opening a matter", stale, insert, m.ID, m.Template, m.Node, m.Series, m.Year, m.Number,
			m.IsOpen(), nanos(m.Opened), nanos(next), string(state))
	}
	return t.must(ctx, "storing a matter", stale, update, m.Node, m.Version, m.IsOpen(), nanos(next), string(state), m.ID)
}

func scanMatter(row scanner) (m procedure.Matter, err error) {
	state, err := scanValue[string](row)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(state), &m); err != nil {
		return m, fmt.Errorf("decoding a matter: %w", err)
	}
	return m, nil
}

// Matter implements procedure.Store.
func (t *Tx) Matter(ctx context.Context, id bot.MatterID) (procedure.Matter, error) {
	return one(ctx, t, "a matter", `SELECT state FROM matters WHERE id = $1`, scanMatter, id)
}

// Numbered implements procedure.Store.
func (t *Tx) Numbered(ctx context.Context, series bot.NodeID, number int) ([]procedure.Matter, error) {
	return list(ctx, t, "matters by number",
		`SELECT state FROM matters WHERE number > 0 AND series = $1 AND number = $2 ORDER BY year DESC`, scanMatter, series, number)
}

// Due implements procedure.Store.
func (t *Tx) Due(ctx context.Context, at time.Time, limit int) ([]bot.MatterID, error) {
	return list(ctx, t, "what is due",
		`SELECT id FROM matters WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at, id LIMIT $2 + 0`,
		scanValue[bot.MatterID], nanos(at), limit)
}

// NextDue implements procedure.Store.
func (t *Tx) NextDue(ctx context.Context) (time.Time, error) {
	return one(ctx, t, "what is due next",
		`SELECT COALESCE(MIN(next_at), 0) FROM matters WHERE next_at > 0`, scanInstant)
}

// eachPage is how many ids EachMatter reads at once.
const eachPage = 500

type createdMatter struct {
	opened int64
	id     bot.MatterID
}

// EachMatter implements procedure.Store. Matters that were opened in the same
// millisecond come by id. fn may use the transaction.
func (t *Tx) EachMatter(ctx context.Context, fn func(bot.MatterID) error) error {
	const q = `
		SELECT opened, id FROM matters
		WHERE opened > $1 OR (opened = $1 AND id > $2)
		ORDER BY opened, id LIMIT $3 + 0`
	last := createdMatter{opened: -1}
	for {
		page, err := list(ctx, t, "the matters", q, func(row scanner) (m createdMatter, err error) {
			err = row.Scan(&m.opened, &m.id)
			return m, err
		}, last.opened, last.id, eachPage)
		if err != nil {
			return err
		}
		for _, m := range page {
			if err := fn(m.id); err != nil {
				return err
			}
		}
		if len(page) < eachPage {
			return nil
		}
		last = page[len(page)-1]
	}
}
