package sqlstore

import (
	"context"
	"errors"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// counted is what a closing has beside the vote, its entries and its ballots.
type counted struct {
	Count    ballot.Count `json:"count"`
	Receipts []string     `json:"receipts"`
}

// Seal implements ballot.Store. What is replaced is overwritten first; SQLite also
// overwrites what is deleted (secure_delete), PostgreSQL leaves it to VACUUM.
func (t *Tx) Seal(ctx context.Context, c ballot.Closing) error {
	if c.Poll.Closed.IsZero() {
		return bot.Fault(bot.Invalid, errors.New("a closing of a vote that has not closed"))
	}
	id := c.Poll.ID.String()
	if err := t.pollOpen(ctx, "closing a vote", c.Poll, true); err != nil {
		return err
	}
	for _, q := range []string{
		`UPDATE poll_keys SET sealed = '' WHERE poll = $1`,
		`DELETE FROM poll_keys WHERE poll = $1`,
		`DELETE FROM poll_entries WHERE poll = $1`,
	} {
		if err := t.exec(ctx, "destroying the key of a vote", q, id); err != nil {
			return err
		}
	}
	for _, e := range c.Entries {
		if err := t.exec(ctx, "storing who voted", `
			INSERT INTO poll_entries (poll, voter, doer, way, version, at, receipt, sealed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, e.Voter, e.By, e.Way, e.Version, nanos(e.At), e.Receipt,
			t.seal.Seal(entryPlace(id, string(e.Voter)), []byte(plain(e)))); err != nil {
			return err
		}
	}
	for _, b := range c.Ballots {
		if err := t.exec(ctx, "storing an anonymous ballot",
			`INSERT INTO poll_ballots (poll, place, choice) VALUES ($1, $2, $3)`, id, b.Row, plain(b.Choice)); err != nil {
			return err
		}
	}
	for i, r := range c.Reasons {
		if err := t.exec(ctx, "storing a reason", `INSERT INTO poll_reasons (poll, place, sealed) VALUES ($1, $2, $3)`,
			id, i+1, t.seal.Seal("poll_reason/"+id, []byte(plain(r)))); err != nil {
			return err
		}
	}
	if c.Tellers != nil {
		if err := t.PutTellers(ctx, *c.Tellers); err != nil {
			return err
		}
	}
	t.done.scrub = t.done.scrub || c.Poll.Secret
	return t.exec(ctx, "storing a closing", `INSERT INTO poll_closings (poll, hash, facts) VALUES ($1, $2, $3)`,
		id, c.Hash, plain(counted{c.Count, c.Receipts}))
}

// Closing implements ballot.Store.
func (t *Tx) Closing(ctx context.Context, id ballot.PollID) (c ballot.Closing, err error) {
	type row struct {
		hash string
		counted
	}
	kept, err := one(ctx, t, "a closing", `SELECT hash, facts FROM poll_closings WHERE poll = $1`,
		func(r scanner) (v row, err error) {
			var facts string
			if err := r.Scan(&v.hash, &facts); err != nil {
				return v, err
			}
			v.counted, err = decoded[counted]([]byte(facts))
			return v, err
		}, id.String())
	if err != nil {
		return c, err
	}
	c.Hash, c.Count, c.Receipts = kept.hash, kept.Count, kept.Receipts
	if c.Poll, err = t.Poll(ctx, id); err != nil {
		return c, err
	}
	if c.Entries, err = t.EntriesIn(ctx, id); err != nil {
		return c, err
	}
	if c.Ballots, err = t.anonymous(ctx, id); err != nil {
		return c, err
	}
	if c.Reasons, err = t.reasons(ctx, id.String()); err != nil {
		return c, err
	}
	return c, t.tellersOf(ctx, &c)
}

func (t *Tx) reasons(ctx context.Context, poll string) ([]ballot.Reason, error) {
	return list(ctx, t, "reasons", `SELECT sealed FROM poll_reasons WHERE poll = $1 ORDER BY place`,
		unsealed[ballot.Reason](t, func() string { return "poll_reason/" + poll }), poll)
}

// Abandon implements ballot.Store. What could open a ballot is overwritten before it
// is deleted.
func (t *Tx) Abandon(ctx context.Context, id ballot.PollID) error {
	p, err := t.Poll(ctx, id)
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		return nil
	case err != nil:
		return err
	case !p.Closed.IsZero():
		return errVoteClosed
	}
	for _, q := range []string{
		`UPDATE poll_keys SET sealed = '' WHERE poll = $1`,
		`DELETE FROM poll_keys WHERE poll = $1`,
		`DELETE FROM poll_entries WHERE poll = $1`,
		`DELETE FROM poll_mandates WHERE poll = $1`,
		`DELETE FROM poll_attendances WHERE poll = $1`,
		`DELETE FROM poll_tellers WHERE poll = $1`,
		`DELETE FROM poll_rolls WHERE poll = $1`,
		`DELETE FROM polls WHERE id = $1`,
	} {
		if err := t.exec(ctx, "forgetting a vote", q, id.String()); err != nil {
			return err
		}
	}
	t.done.scrub = t.done.scrub || p.Secret
	return nil
}

// tellersOf adds a confirmed tellers' count, which replaced the vote.
func (t *Tx) tellersOf(ctx context.Context, c *ballot.Closing) error {
	tellers, err := t.Tellers(ctx, c.Poll.ID)
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		return nil
	case err != nil:
		return err
	case c.Count.ByTellers:
		c.Tellers = &tellers
	}
	return nil
}

func (t *Tx) anonymous(ctx context.Context, id ballot.PollID) ([]ballot.Ballot, error) {
	return list(ctx, t, "anonymous ballots", `SELECT place, choice FROM poll_ballots WHERE poll = $1 ORDER BY place`,
		func(row scanner) (b ballot.Ballot, err error) {
			var choice string
			if err := row.Scan(&b.Row, &choice); err != nil {
				return b, err
			}
			b.Poll = id
			b.Choice, err = decoded[ballot.Choice]([]byte(choice))
			return b, err
		}, id.String())
}
