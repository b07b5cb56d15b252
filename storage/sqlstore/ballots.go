package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

func entryPlace(poll, voter string) string { return "poll_entry/" + poll + "/" + clean(voter) }

// PutEntry implements ballot.Store.
func (t *Tx) PutEntry(ctx context.Context, e ballot.Entry) error {
	poll := e.Poll.String()
	_, taken, err := maybe(ctx, t, "whose a receipt is",
		`SELECT voter FROM poll_entries WHERE poll = $1 AND receipt = $2 AND voter <> $3`,
		scanValue[string], poll, e.Receipt, e.Voter)
	if err != nil {
		return err
	}
	if taken {
		return bot.Fault(bot.Duplicate, errors.New("another ballot has this receipt"))
	}
	sealed := t.seal.Seal(entryPlace(poll, string(e.Voter)), []byte(plain(e)))
	query := `INSERT INTO poll_entries
		(poll, voter, doer, way, version, at, receipt, sealed, counted, heads, weight, area, choice)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`
	if e.Version > 1 {
		query = `UPDATE poll_entries SET doer = $3, way = $4, version = $5, at = $6, receipt = $7, sealed = $8,
			counted = $9, heads = $10, weight = $11, area = $12, choice = $13
			WHERE poll = $1 AND voter = $2 AND version = $5 - 1`
	}
	public := ""
	if e.Public != nil {
		public = plain(*e.Public)
	}
	return t.must(ctx, "storing a ballot", errBallotChanged, query,
		poll, e.Voter, e.By, e.Way, e.Version, nanos(e.At), e.Receipt, sealed,
		e.Counts(), e.Amount.Heads, e.Amount.Weight, int64(e.Amount.Area), public)
}

var errBallotChanged = bot.Fault(bot.Stale, errors.New("this ballot was changed meanwhile"))

// DropEntry implements ballot.Store.
func (t *Tx) DropEntry(ctx context.Context, id ballot.PollID, voter ballot.VoterID) error {
	return t.exec(ctx, "deleting a ballot", `DELETE FROM poll_entries WHERE poll = $1 AND voter = $2`, id.String(), voter)
}

func (t *Tx) scanEntry(row scanner) (e ballot.Entry, err error) {
	var poll, voter string
	var sealed []byte
	if err := row.Scan(&poll, &voter, &sealed); err != nil {
		return e, err
	}
	raw, err := t.seal.Open(entryPlace(poll, voter), sealed)
	if err != nil {
		return e, fmt.Errorf("opening a ballot's record: %w", err)
	}
	return e, json.Unmarshal(raw, &e)
}

// Entry implements ballot.Store.
func (t *Tx) Entry(ctx context.Context, id ballot.PollID, voter ballot.VoterID) (ballot.Entry, error) {
	return one(ctx, t, "a ballot", `SELECT poll, voter, sealed FROM poll_entries WHERE poll = $1 AND voter = $2`,
		t.scanEntry, id.String(), voter)
}

// EntriesIn implements ballot.Store.
func (t *Tx) EntriesIn(ctx context.Context, id ballot.PollID) ([]ballot.Entry, error) {
	return list(ctx, t, "the ballots of a vote",
		`SELECT poll, voter, sealed FROM poll_entries WHERE poll = $1 ORDER BY voter`, t.scanEntry, id.String())
}

// EntriesOf implements ballot.Store. What somebody cast under an id that was merged
// into theirs is theirs.
func (t *Tx) EntriesOf(ctx context.Context, p bot.PersonID, limit int) ([]ballot.Entry, error) {
	return list(ctx, t, "a person's ballots", `
		SELECT poll, voter, sealed FROM poll_entries WHERE way IN ('self', 'recused') AND doer IN
			(SELECT p.id FROM people p WHERE p.merged_into <> '' AND p.merged_into = $1 UNION ALL SELECT CAST($1 AS TEXT))
		ORDER BY at DESC, poll LIMIT $2 + 0`, t.scanEntry, p, limit)
}

// errUnweighed is why a vote cannot be added up without its ballots.
var errUnweighed = errors.New("a ballot of this vote does not say what it weighs")

// Standing implements ballot.Store.
func (t *Tx) Standing(ctx context.Context, id ballot.PollID) (s ballot.Standing, err error) {
	type sum struct {
		recused, counted bool
		choice           string
		entries, least   int64
		amount           ballot.Amount
	}
	sums, err := list(ctx, t, "how a vote stands", `
		SELECT way = 'recused', counted, choice, COUNT(*), MIN(heads),
			CAST(SUM(heads) AS BIGINT), CAST(SUM(weight) AS BIGINT), CAST(SUM(area) AS BIGINT)
		FROM poll_entries WHERE poll = $1 GROUP BY way = 'recused', counted, choice ORDER BY choice`,
		func(row scanner) (v sum, err error) {
			return v, row.Scan(&v.recused, &v.counted, &v.choice, &v.entries, &v.least,
				&v.amount.Heads, &v.amount.Weight, (*int64)(&v.amount.Area))
		}, id.String())
	if err != nil {
		return s, err
	}
	for _, v := range sums {
		if v.least < 0 {
			return s, bot.Fault(bot.NotFound, errUnweighed)
		}
		s.Entries += v.entries
		switch {
		case v.recused:
			s.Recused = s.Recused.Plus(v.amount)
		case v.counted:
			s.Cast = s.Cast.Plus(v.amount)
		}
		if v.choice == "" {
			continue
		}
		c, err := decoded[ballot.Choice]([]byte(v.choice))
		if err != nil {
			return s, t.broken("reading how a vote stands", err)
		}
		s.Choices = append(s.Choices, ballot.Share{Choice: c, Amount: v.amount})
	}
	return s, nil
}

// PutMandate implements ballot.Store.
func (t *Tx) PutMandate(ctx context.Context, m ballot.Mandate) error {
	poll := m.Poll.String()
	return t.exec(ctx, "storing a mandate", `
		INSERT INTO poll_mandates (poll, voter, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (poll, voter) DO UPDATE SET sealed = excluded.sealed`,
		poll, m.Voter, t.seal.Seal("poll_mandate/"+poll, []byte(plain(m))))
}

// Mandates implements ballot.Store.
func (t *Tx) Mandates(ctx context.Context, id ballot.PollID) ([]ballot.Mandate, error) {
	poll := id.String()
	return list(ctx, t, "mandates", `SELECT sealed FROM poll_mandates WHERE poll = $1 ORDER BY voter`,
		unsealed[ballot.Mandate](t, func() string { return "poll_mandate/" + poll }), poll)
}

// PutAttendance implements ballot.Store.
func (t *Tx) PutAttendance(ctx context.Context, a ballot.Attendance) error {
	return t.exec(ctx, "storing who is there", `
		INSERT INTO poll_attendances (poll, voter, at, doer) VALUES ($1, $2, $3, $4)
		ON CONFLICT (poll, voter) DO UPDATE SET at = excluded.at, doer = excluded.doer`,
		a.Poll.String(), a.Voter, nanos(a.At), a.By)
}

// Attendances implements ballot.Store.
func (t *Tx) Attendances(ctx context.Context, id ballot.PollID) ([]ballot.Attendance, error) {
	return list(ctx, t, "who is there", `SELECT voter, at, doer FROM poll_attendances WHERE poll = $1 ORDER BY voter`,
		func(row scanner) (a ballot.Attendance, err error) {
			var at int64
			err = row.Scan(&a.Voter, &at, &a.By)
			a.Poll, a.At = id, instant(at)
			return a, err
		}, id.String())
}

// PutTellers implements ballot.Store.
func (t *Tx) PutTellers(ctx context.Context, c ballot.TellerCount) error {
	return t.exec(ctx, "storing a tellers' count", `
		INSERT INTO poll_tellers (poll, state) VALUES ($1, $2)
		ON CONFLICT (poll) DO UPDATE SET state = excluded.state`, c.Poll.String(), plain(c))
}

// Tellers implements ballot.Store.
func (t *Tx) Tellers(ctx context.Context, id ballot.PollID) (ballot.TellerCount, error) {
	return one(ctx, t, "a tellers' count", `SELECT state FROM poll_tellers WHERE poll = $1`,
		scanPlain[ballot.TellerCount], id.String())
}
