package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/privacy"
	"yiqun/bot/remind"
)

// PutTold implements privacy.Store.
func (t *Tx) PutTold(ctx context.Context, v privacy.Told) error {
	return t.changeRoster(ctx, "storing what somebody was told", `
		INSERT INTO told (person, version, at) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET version = excluded.version, at = excluded.at`, v.Person, v.Version, nanos(v.At))
}

// ToldOf implements privacy.Store.
func (t *Tx) ToldOf(ctx context.Context, p bot.PersonID) (privacy.Told, error) {
	return memo(ctx, t, "told", string(p), func() (privacy.Told, error) {
		v, _, err := maybe(ctx, t, "what somebody was told", `SELECT person, version, at FROM told WHERE person = $1`,
			func(row scanner) (v privacy.Told, err error) {
				var at int64
				err = row.Scan(&v.Person, &v.Version, &at)
				v.At = instant(at)
				return v, err
			}, p)
		v.Person = p
		return v, err
	})
}

// PutConsent implements privacy.Store.
func (t *Tx) PutConsent(ctx context.Context, c privacy.Consent) error {
	return t.changeRoster(ctx, "storing a consent", `
		INSERT INTO consents (person, purpose, version, given, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person, purpose) DO UPDATE SET version = excluded.version, given = excluded.given, at = excluded.at`,
		c.Person, c.Purpose, c.Version, c.Given, nanos(c.At))
}

// ConsentsOf implements privacy.Store.
func (t *Tx) ConsentsOf(ctx context.Context, p bot.PersonID) ([]privacy.Consent, error) {
	const q = `SELECT person, purpose, version, given, at FROM consents WHERE person = $1 ORDER BY purpose`
	return list(ctx, t, "a person's consents", q, func(row scanner) (c privacy.Consent, err error) {
		var at int64
		err = row.Scan(&c.Person, &c.Purpose, &c.Version, &c.Given, &at)
		c.At = instant(at)
		return c, err
	}, p)
}

// Refused implements privacy.Store.
func (t *Tx) Refused(ctx context.Context, purpose string) ([]bot.PersonID, error) {
	return memos(ctx, t, "refused", purpose, func() ([]bot.PersonID, error) {
		return list(ctx, t, "who refused a purpose",
			`SELECT person FROM consents WHERE purpose = $1 AND given = FALSE ORDER BY person`, scanValue[bot.PersonID], purpose)
	})
}

// PutErasure implements privacy.Store.
func (t *Tx) PutErasure(ctx context.Context, e privacy.Erasure) error {
	return t.exec(ctx, "storing an erasure", `
		INSERT INTO erasures (person, asked, done) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET done = excluded.done`, e.Person, nanos(e.Asked), nanos(e.Done))
}

// OpenErasures implements privacy.Store.
func (t *Tx) OpenErasures(ctx context.Context) ([]privacy.Erasure, error) {
	const q = `SELECT person, asked FROM erasures WHERE done = 0 ORDER BY person`
	return list(ctx, t, "open erasures", q, func(row scanner) (e privacy.Erasure, err error) {
		var asked int64
		err = row.Scan(&e.Person, &asked)
		e.Asked = instant(asked)
		return e, err
	})
}

// ofPerson finds the acts done by or for somebody: $1 and $2 are what the facts
// then contain.
const ofPerson = ` (a.facts LIKE $1 OR a.facts LIKE $2)`

func ofPersonArgs(p bot.PersonID) []any {
	return []any{fmt.Sprintf(`%%"by":%q%%`, string(p)), fmt.Sprintf(`%%"on_behalf":%q%%`, string(p))}
}

// WrittenBy implements privacy.Store.
func (t *Tx) WrittenBy(ctx context.Context, p bot.PersonID) (out []privacy.Written, err error) {
	ids, err := t.allIDs(ctx, p)
	if err != nil {
		return nil, err
	}
	const q = `SELECT c.matter, c.seq, m.open FROM contents c
		JOIN acts a ON a.matter = c.matter AND a.seq = c.seq
		JOIN matters m ON m.id = c.matter
		WHERE` + ofPerson + ` ORDER BY c.matter, c.seq`
	for _, id := range ids {
		some, err := list(ctx, t, "what a person wrote", q, func(row scanner) (w privacy.Written, err error) {
			err = row.Scan(&w.Matter, &w.Seq, &w.Open)
			return w, err
		}, ofPersonArgs(id)...)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// allIDs are the ids under which somebody acted: their own and those merged into it.
func (t *Tx) allIDs(ctx context.Context, p bot.PersonID) ([]bot.PersonID, error) {
	was, err := list(ctx, t, "whom a person was",
		`SELECT id FROM people WHERE merged_into <> '' AND merged_into = $1 ORDER BY id`, scanValue[bot.PersonID], p)
	return append([]bot.PersonID{p}, was...), err
}

// EraseText implements privacy.Store.
func (t *Tx) EraseText(ctx context.Context, m bot.MatterID, seq int) error {
	return t.exec(ctx, "erasing a text", `DELETE FROM contents WHERE matter = $1 AND seq = $2`, m, seq)
}

// TracesOf implements privacy.Store.
func (t *Tx) TracesOf(ctx context.Context, p bot.PersonID) (v privacy.Traces, err error) {
	ids, err := t.allIDs(ctx, p)
	if err != nil {
		return v, err
	}
	for _, id := range ids {
		for _, c := range []struct {
			into  *int
			query string
			args  []any
		}{
			{&v.Acts, `SELECT COUNT(*) FROM acts a WHERE` + ofPerson, ofPersonArgs(id)},
			{&v.Ledger, `SELECT COUNT(*) FROM entries WHERE person = $1`, []any{id}},
			{&v.Ballots, `SELECT COUNT(*) FROM poll_entries WHERE doer = $1`, []any{id}},
		} {
			n, err := one(ctx, t, "a person's traces", c.query, scanValue[int], c.args...)
			if err != nil {
				return v, err
			}
			*c.into += n
		}
		open, err := list(ctx, t, "the votes somebody is part of", `
			SELECT e.poll FROM poll_entries e JOIN polls p ON p.id = e.poll
			WHERE e.doer = $1 AND p.closed = FALSE ORDER BY e.poll`, scanValue[string], id)
		if err != nil {
			return v, err
		}
		for _, poll := range open {
			// A poll's id begins with its matter's: see ballot.PollID.String.
			m, _, _ := strings.Cut(poll, "/")
			v.Voting = append(v.Voting, bot.MatterID(m))
		}
	}
	return v, nil
}

// Scrub implements privacy.Store.
func (t *Tx) Scrub(ctx context.Context, p bot.PersonID) error {
	accounts, err := t.AccountsOf(ctx, p)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := t.exec(ctx, "forgetting messages not delivered", `DELETE FROM outbox WHERE chat = $1 AND state = 'failed'`,
			bot.PrivateChat(a.Account).Key()); err != nil {
			return err
		}
		a.Nick, a.Chat = "", bot.Chat{}
		if err := t.PutAccount(ctx, a); err != nil {
			return err
		}
		if err := t.changeRoster(ctx, "forgetting where somebody spoke",
			`DELETE FROM account_chats WHERE platform = $1 AND user_id = $2`, a.Account.Platform, a.Account.User); err != nil {
			return err
		}
	}
	ids, err := t.allIDs(ctx, p)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for _, q := range []string{
			`DELETE FROM proposals WHERE person = $1`, `DELETE FROM told WHERE person = $1`, `DELETE FROM consents WHERE person = $1`,
			`DELETE FROM reminders WHERE owner = $1`, `DELETE FROM reminder_habits WHERE person = $1`,
		} {
			if err := t.changeRoster(ctx, "scrubbing a person", q, id); err != nil {
				return err
			}
		}
		if err := t.exec(ctx, "scrubbing what a person was told", `DELETE FROM notices WHERE recipient = $1`, remind.Person(id)); err != nil {
			return err
		}
	}
	return nil
}

// closedMatter is a matter that has text and no longer runs, by its place in order.
type closedMatter struct {
	id     bot.MatterID
	opened int64
}

// ForgetTexts implements privacy.Store. When a matter closed stands in its state
// alone; that it opened before is what the index knows.
func (t *Tx) ForgetTexts(ctx context.Context, before time.Time, limit int) (n int, err error) {
	const q = `SELECT m.id, m.opened FROM matters m
		WHERE m.open = FALSE AND (m.opened, m.id) > ($1, $2) AND m.opened < $3
			AND EXISTS (SELECT 1 FROM contents c WHERE c.matter = m.id)
		ORDER BY m.opened, m.id LIMIT $4`
	var last closedMatter
	for {
		batch, err := list(ctx, t, "matters that closed long ago", q, func(row scanner) (c closedMatter, err error) {
			err = row.Scan(&c.id, &c.opened)
			return c, err
		}, last.opened, last.id, nanos(before), limit)
		if err != nil || len(batch) == 0 {
			return n, err
		}
		for _, c := range batch {
			last = c
			done, err := t.forgetText(ctx, c, before)
			if err != nil {
				return n, err
			}
			if n += done; n == limit {
				return n, nil
			}
		}
	}
}

func (t *Tx) forgetText(ctx context.Context, c closedMatter, before time.Time) (int, error) {
	m, err := t.Matter(ctx, c.id)
	if err != nil {
		return 0, err
	}
	if m.Closed.IsZero() || !m.Closed.Before(before) {
		return 0, nil
	}
	sent, err := t.AttachedTo(ctx, c.id)
	if err != nil {
		return 0, err
	}
	for _, a := range sent {
		if err := t.DropAttached(ctx, a.ID); err != nil {
			return 0, err
		}
	}
	return 1, t.exec(ctx, "forgetting what was written", `DELETE FROM contents WHERE matter = $1`, c.id)
}

// ForgetIntroductions implements privacy.Store.
func (t *Tx) ForgetIntroductions(ctx context.Context, before time.Time) error {
	return t.exec(ctx, "forgetting introductions", `DELETE FROM proposals WHERE at < $1`, nanos(before))
}

// ForgetFailed implements privacy.Store.
func (t *Tx) ForgetFailed(ctx context.Context, before time.Time) error {
	return t.exec(ctx, "forgetting messages not delivered", `DELETE FROM outbox WHERE state = 'failed' AND created < $1`, nanos(before))
}

// ForgetDelivered implements privacy.Store.
func (t *Tx) ForgetDelivered(ctx context.Context, before time.Time) error {
	first, err := firstID(before)
	if err != nil {
		return err
	}
	return t.exec(ctx, "forgetting messages", `
		DELETE FROM outbox WHERE id < $1 AND created < $2 AND state IN ('sent', 'stale')`, first, nanos(before))
}

// ForgetImports implements privacy.Store.
func (t *Tx) ForgetImports(ctx context.Context, before time.Time) error {
	return t.exec(ctx, "forgetting imports", `DELETE FROM imports WHERE at < $1`, nanos(before))
}

// Silent implements privacy.Store.
func (t *Tx) Silent(ctx context.Context, before time.Time, limit int) ([]bot.PersonID, error) {
	const q = `SELECT p.id FROM people p
		WHERE p.standing = '' AND p.merged_into = '' AND p.since < $1
			AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND (a.seen >= $1 OR a.private_at >= $1))
			AND NOT EXISTS (SELECT 1 FROM matter_people m WHERE m.person = p.id)
			AND NOT EXISTS (SELECT 1 FROM posts o WHERE o.person = p.id)
		ORDER BY p.id LIMIT $2`
	return list(ctx, t, "people not heard for long", q, scanValue[bot.PersonID], nanos(before), limit)
}
