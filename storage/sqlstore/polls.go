package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// SaveRule implements ballot.Store.
func (t *Tx) SaveRule(ctx context.Context, hash, id string, source []byte) error {
	return t.exec(ctx, "storing a rule",
		`INSERT INTO rules (hash, id, source) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`, hash, id, source)
}

// RuleSource implements ballot.Store.
func (t *Tx) RuleSource(ctx context.Context, hash string) ([]byte, error) {
	return one(ctx, t, "a rule", `SELECT source FROM rules WHERE hash = $1`, scanValue[[]byte], hash)
}

// OpenPoll implements ballot.Store.
func (t *Tx) OpenPoll(ctx context.Context, p ballot.Poll, roll *ballot.Roll, key []byte) error {
	id := p.ID.String()
	err := t.must(ctx, "opening a vote", bot.Fault(bot.Duplicate, errors.New("this vote is open already")),
		`INSERT INTO polls (id, state, closed) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
		id, plain(p), false)
	if err != nil {
		return err
	}
	if roll != nil {
		err := t.exec(ctx, "storing a roll", `INSERT INTO poll_rolls (poll, sealed) VALUES ($1, $2)`,
			id, t.seal.Seal("poll_roll/"+id, []byte(plain(roll))))
		if err != nil {
			return err
		}
	}
	if key == nil {
		return nil
	}
	return t.exec(ctx, "storing the key of a vote", `INSERT INTO poll_keys (poll, sealed) VALUES ($1, $2)`,
		id, t.seal.Seal("poll_key/"+id, key))
}

// Poll implements ballot.Store.
func (t *Tx) Poll(ctx context.Context, id ballot.PollID) (ballot.Poll, error) {
	return one(ctx, t, "a vote", `SELECT state FROM polls WHERE id = $1`, scanPlain[ballot.Poll], id.String())
}

// AnyPoll implements ballot.Store.
func (t *Tx) AnyPoll(ctx context.Context) (bool, error) {
	open, err := recalledNone(ctx, t, "whether any vote runs", `SELECT 1 FROM polls WHERE closed = false LIMIT 1`, scanValue[int])
	return len(open) > 0, err
}

// MovePoll implements ballot.Store.
func (t *Tx) MovePoll(ctx context.Context, p ballot.Poll) error {
	kept, err := t.Poll(ctx, p.ID)
	if err != nil {
		return err
	}
	kept.Closes, kept.Extended = p.Closes, p.Extended
	return t.pollOpen(ctx, "moving a vote", kept, false)
}

var errVoteClosed = bot.Fault(bot.Stale, errors.New("this vote has closed"))

// pollOpen writes a vote that has not closed.
func (t *Tx) pollOpen(ctx context.Context, doing string, p ballot.Poll, closed bool) error {
	return t.must(ctx, doing, errVoteClosed, `UPDATE polls SET state = $2, closed = $3 WHERE id = $1 AND NOT closed`,
		p.ID.String(), plain(p), closed)
}

// Roll implements ballot.Store.
func (t *Tx) Roll(ctx context.Context, id ballot.PollID) (*ballot.Roll, error) {
	place := id.String()
	roll, ok, err := maybe(ctx, t, "a roll", `SELECT sealed FROM poll_rolls WHERE poll = $1`,
		unsealed[ballot.Roll](t, func() string { return "poll_roll/" + place }), place)
	if !ok || err != nil {
		return nil, err
	}
	return &roll, nil
}

// Key implements ballot.Store.
func (t *Tx) Key(ctx context.Context, id ballot.PollID) ([]byte, error) {
	return one(ctx, t, "the key of a vote", `SELECT sealed FROM poll_keys WHERE poll = $1`,
		func(row scanner) ([]byte, error) {
			sealed, err := scanValue[[]byte](row)
			if err != nil {
				return nil, err
			}
			return t.seal.Open("poll_key/"+id.String(), sealed)
		}, id.String())
}

// plain is a value as JSON. Polls and what belongs to them are plain data.
func plain(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("a vote is plain data: " + err.Error())
	}
	return string(b)
}

// scanPlain reads rows of one column that holds plain.
func scanPlain[T any](row scanner) (v T, err error) {
	raw, err := scanValue[string](row)
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(raw), &v)
}

// unsealed reads rows of one column that holds a sealed plain.
func unsealed[T any](t *Tx, place func() string) func(scanner) (T, error) {
	return func(row scanner) (v T, err error) {
		sealed, err := scanValue[[]byte](row)
		if err != nil {
			return v, err
		}
		raw, err := t.seal.Open(place(), sealed)
		if err != nil {
			return v, fmt.Errorf("opening part of a vote: %w", err)
		}
		return v, json.Unmarshal(raw, &v)
	}
}
