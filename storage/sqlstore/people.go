package sqlstore

import (
	"context"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/roster"
)

const personColumns = `SELECT p.id, p.name_sealed, p.standing, p.member, p.since, p.probation FROM people p`

func personPlace(id bot.PersonID) string { return "person/" + clean(string(id)) }

func (t *Tx) scanPerson(row scanner) (p roster.Person, err error) {
	var name []byte
	var since int64
	if err := row.Scan(&p.ID, &name, &p.Standing, &p.Member, &since, &p.Probation); err != nil {
		return p, err
	}
	p.Since = instant(since)
	p.Name, err = t.openName(personPlace(p.ID), name)
	return p, err
}

// openName opens a sealed name or nickname.
func (t *Tx) openName(place string, sealed []byte) (string, error) {
	name, err := t.seal.Open(place, sealed)
	if err != nil {
		return "", fmt.Errorf("opening a name: %w", err)
	}
	return string(name), nil
}

// Person implements roster.Store. A merged person can still be read, for what was
// done under the old id.
func (t *Tx) Person(ctx context.Context, id bot.PersonID) (roster.Person, error) {
	return memo(ctx, t, "person", string(id), func() (roster.Person, error) {
		return one(ctx, t, "a person", personColumns+` WHERE p.id = $1`, t.scanPerson, id)
	})
}

// PutPerson implements roster.Store.
func (t *Tx) PutPerson(ctx context.Context, p roster.Person) error {
	name := clean(p.Name)
	return t.changeRoster(ctx, "storing a person", `
		INSERT INTO people (id, name_sealed, name_tag, standing, member, since, merged_into, probation)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7)
		ON CONFLICT (id) DO UPDATE SET name_sealed = excluded.name_sealed, name_tag = excluded.name_tag,
			standing = excluded.standing, member = excluded.member, since = excluded.since,
			probation = excluded.probation`,
		p.ID, t.seal.Seal(personPlace(p.ID), []byte(name)), t.seal.Tag(name), p.Standing, p.Member, nanos(p.Since), p.Probation)
}

// PeopleNamed implements roster.Store. Nobody goes by the empty name.
func (t *Tx) PeopleNamed(ctx context.Context, name string) ([]roster.Person, error) {
	if name == "" {
		return nil, nil
	}
	return list(ctx, t, "people by name", personColumns+`
		WHERE p.merged_into = '' AND p.id IN (
			SELECT n.id FROM people n WHERE n.name_tag IN ($1, $2)
			UNION SELECT a.person FROM accounts a WHERE a.nick_tag IN ($1, $2))
		ORDER BY p.id`, t.scanPerson, t.seal.Tag(clean(name)), t.seal.OldTag(clean(name)))
}

// PeopleAt implements roster.Store.
func (t *Tx) PeopleAt(ctx context.Context, node bot.NodeID) ([]roster.Person, error) {
	return memos(ctx, t, "people at", string(node), func() ([]roster.Person, error) {
		return list(ctx, t, "people at a node", personColumns+`
			WHERE p.merged_into = '' AND p.id IN (
				SELECT o.person FROM posts o WHERE o.node = $1
				UNION SELECT b.person FROM belongings b WHERE b.node = $1
				UNION SELECT a.person FROM chats c
					JOIN account_chats s ON s.chat = c.chat
					JOIN accounts a ON a.platform = s.platform AND a.user_id = s.user_id
					WHERE c.node = $1)
			ORDER BY p.id`, t.scanPerson, node)
	})
}

// MergePeople implements roster.Store. Open proposals and what an import entered
// follow too.
func (t *Tx) MergePeople(ctx context.Context, from, into bot.PersonID) error {
	into, err := t.Alias(ctx, into)
	if err != nil {
		return err
	}
	if from == into {
		return bot.Fault(bot.Invalid, fmt.Errorf("a person cannot be merged into themselves"))
	}
	for _, id := range []bot.PersonID{from, into} {
		if _, err := t.Person(ctx, id); err != nil {
			return err
		}
	}
	if err := t.mergeEntered(ctx, from, into); err != nil {
		return err
	}
	for _, q := range []string{
		`UPDATE accounts SET person = $2 WHERE person = $1`,
		`UPDATE posts SET person = $2 WHERE person = $1`,
		`UPDATE posts SET lent_by = $2 WHERE lent_by = $1`,
		`UPDATE proposals SET person = $2 WHERE person = $1`,
		`UPDATE people SET merged_into = $2 WHERE merged_into <> '' AND merged_into = $1`,
		`UPDATE people SET merged_into = $2 WHERE id = $1`,
	} {
		if err := t.changeRoster(ctx, "merging two people", q, from, into); err != nil {
			return err
		}
	}
	return t.mergeReminders(ctx, from, into)
}

// Alias implements roster.Store. Merging keeps every alias one step long.
func (t *Tx) Alias(ctx context.Context, id bot.PersonID) (bot.PersonID, error) {
	return memo(ctx, t, "alias", string(id), func() (bot.PersonID, error) {
		into, ok, err := maybe(ctx, t, "whom a person became",
			`SELECT merged_into FROM people WHERE id = $1 AND merged_into <> ''`, scanValue[bot.PersonID], id)
		if !ok || err != nil {
			return id, err
		}
		return into, nil
	})
}

// Was implements roster.Store.
func (t *Tx) Was(ctx context.Context, id bot.PersonID) ([]bot.PersonID, error) {
	return memos(ctx, t, "was", string(id), func() ([]bot.PersonID, error) {
		return list(ctx, t, "who a person was",
			`SELECT id FROM people WHERE merged_into <> '' AND merged_into = $1 ORDER BY id`, scanValue[bot.PersonID], id)
	})
}
