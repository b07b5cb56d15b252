package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/privacy"
	"yiqun/bot/roster"
)

// Book implements roster.Imports.
func (t *Tx) Book(ctx context.Context) (b roster.Book, err error) {
	if b.Nodes, err = t.Nodes(ctx); err != nil {
		return b, err
	}
	if b.Groups, err = t.Groups(ctx); err != nil {
		return b, err
	}
	if b.People, err = list(ctx, t, "all people", personColumns+` WHERE p.merged_into = '' ORDER BY p.id`, t.scanPerson); err != nil {
		return b, err
	}
	if b.Accounts, err = list(ctx, t, "all accounts", accountColumns+` ORDER BY platform, user_id`, t.scanAccount); err != nil {
		return b, err
	}
	if b.Posts, err = list(ctx, t, "all posts", postColumns+` ORDER BY starts, id`, scanPost); err != nil {
		return b, err
	}
	b.Belongings, err = list(ctx, t, "all belongings", `SELECT person, node FROM belongings ORDER BY person, node`,
		func(row scanner) (g roster.Belonging, err error) {
			err = row.Scan(&g.Person, &g.Node)
			return g, err
		})
	if err != nil {
		return b, err
	}
	if b.Withheld, err = t.Refused(ctx, privacy.Member); err != nil {
		return b, err
	}
	b.Phones, err = t.phones(ctx)
	return b, err
}

// PutBelonging implements roster.Imports.
func (t *Tx) PutBelonging(ctx context.Context, b roster.Belonging) error {
	return t.changeRoster(ctx, "entering somebody at a node",
		`INSERT INTO belongings (person, node) VALUES ($1, $2) ON CONFLICT (person, node) DO NOTHING`, b.Person, b.Node)
}

// DropBelonging implements roster.Imports.
func (t *Tx) DropBelonging(ctx context.Context, b roster.Belonging) error {
	return t.changeRoster(ctx, "taking somebody from a node", `DELETE FROM belongings WHERE person = $1 AND node = $2`, b.Person, b.Node)
}

// BelongingsOf implements roster.Imports.
func (t *Tx) BelongingsOf(ctx context.Context, p bot.PersonID) ([]bot.NodeID, error) {
	return list(ctx, t, "where a person belongs", `SELECT node FROM belongings WHERE person = $1 ORDER BY node`, scanValue[bot.NodeID], p)
}

func phonePlace(p bot.PersonID) string { return "phone/" + clean(string(p)) }

// PutPhone implements roster.Imports.
func (t *Tx) PutPhone(ctx context.Context, p bot.PersonID, phone string) error {
	phone = clean(phone)
	if phone == "" {
		return t.exec(ctx, "forgetting a telephone number", `DELETE FROM phones WHERE person = $1`, p)
	}
	return t.exec(ctx, "storing a telephone number", `
		INSERT INTO phones (person, sealed, tag) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, tag = excluded.tag`,
		p, t.seal.Seal(phonePlace(p), []byte(phone)), t.seal.Tag(phone))
}

// Phone implements roster.Imports.
func (t *Tx) Phone(ctx context.Context, p bot.PersonID) (string, error) {
	sealed, ok, err := maybe(ctx, t, "a telephone number", `SELECT sealed FROM phones WHERE person = $1`, scanValue[[]byte], p)
	if err != nil || !ok {
		return "", err
	}
	return t.openName(phonePlace(p), sealed)
}

func (t *Tx) phones(ctx context.Context) (map[bot.PersonID]string, error) {
	out := map[bot.PersonID]string{}
	_, err := list(ctx, t, "all telephone numbers", `SELECT person, sealed FROM phones`, func(row scanner) (p bot.PersonID, err error) {
		var sealed []byte
		if err := row.Scan(&p, &sealed); err != nil {
			return p, err
		}
		out[p], err = t.openName(phonePlace(p), sealed)
		return p, err
	})
	return out, err
}

// mergeEntered gives what an import entered for one person to another. A telephone
// number that the other has stays.
func (t *Tx) mergeEntered(ctx context.Context, from, into bot.PersonID) error {
	nodes, err := t.BelongingsOf(ctx, from)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if err := t.PutBelonging(ctx, roster.Belonging{Person: into, Node: n}); err != nil {
			return err
		}
		if err := t.DropBelonging(ctx, roster.Belonging{Person: from, Node: n}); err != nil {
			return err
		}
	}
	// What the other answered stays; what only this one did is theirs.
	for _, q := range []string{
		`UPDATE told SET person = $2 WHERE person = $1 AND NOT EXISTS (SELECT 1 FROM told o WHERE o.person = $2)`,
		`UPDATE consents SET person = $2 WHERE person = $1 AND NOT EXISTS (
			SELECT 1 FROM consents o WHERE o.person = $2 AND o.purpose = consents.purpose)`,
		`UPDATE erasures SET person = $2 WHERE person = $1 AND NOT EXISTS (SELECT 1 FROM erasures o WHERE o.person = $2)`,
	} {
		if err := t.changeRoster(ctx, "merging what two people answered", q, from, into); err != nil {
			return err
		}
	}
	phone, err := t.Phone(ctx, from)
	if err != nil || phone == "" {
		return err
	}
	if kept, err := t.Phone(ctx, into); err != nil {
		return err
	} else if kept == "" {
		if err := t.PutPhone(ctx, into, phone); err != nil {
			return err
		}
	}
	return t.PutPhone(ctx, from, "")
}

// DropPerson implements roster.Imports. What was merged into the person goes too.
func (t *Tx) DropPerson(ctx context.Context, id bot.PersonID) error {
	for _, q := range []string{
		`DELETE FROM belongings WHERE person = $1`,
		`DELETE FROM phones WHERE person = $1`,
		`DELETE FROM people WHERE merged_into <> '' AND merged_into = $1`,
		`DELETE FROM people WHERE id = $1`,
	} {
		if err := t.changeRoster(ctx, "dropping a person", q, id); err != nil {
			return err
		}
	}
	return nil
}

// DropAccount implements roster.Imports.
func (t *Tx) DropAccount(ctx context.Context, a bot.Account) error {
	for _, q := range []string{
		`DELETE FROM account_chats WHERE platform = $1 AND user_id = $2`,
		`DELETE FROM accounts WHERE platform = $1 AND user_id = $2`,
	} {
		if err := t.changeRoster(ctx, "dropping an account", q, a.Platform, a.User); err != nil {
			return err
		}
	}
	return nil
}

// DropPost implements roster.Imports.
func (t *Tx) DropPost(ctx context.Context, id string) error {
	return t.changeRoster(ctx, "dropping a post", `DELETE FROM posts WHERE id = $1`, id)
}

// DropNode implements roster.Imports.
func (t *Tx) DropNode(ctx context.Context, id bot.NodeID) error {
	return t.changeRoster(ctx, "dropping a node", `DELETE FROM nodes WHERE id = $1`, id)
}

func importPlace(id string) string { return "import/" + clean(id) }

// PutImport implements roster.Imports.
func (t *Tx) PutImport(ctx context.Context, i roster.Import) error {
	raw, err := json.Marshal(i)
	if err != nil {
		return bot.Fault(bot.Internal, fmt.Errorf("writing an import: %w", err))
	}
	return t.exec(ctx, "storing an import", `
		INSERT INTO imports (id, at, doer, undone, sealed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET undone = excluded.undone, sealed = excluded.sealed`,
		i.ID, nanos(i.At), i.By, nanos(i.Undone), t.seal.Seal(importPlace(i.ID), raw))
}

// LastImport implements roster.Imports.
func (t *Tx) LastImport(ctx context.Context) (roster.Import, error) {
	const q = `SELECT id, at, doer, sealed FROM imports WHERE undone = 0 ORDER BY at DESC, id DESC LIMIT 1`
	return one(ctx, t, "the last import", q, func(row scanner) (i roster.Import, err error) {
		var at int64
		var sealed []byte
		if err := row.Scan(&i.ID, &at, &i.By, &sealed); err != nil {
			return i, err
		}
		raw, err := t.seal.Open(importPlace(i.ID), sealed)
		if err != nil {
			return i, fmt.Errorf("opening an import: %w", err)
		}
		i.At = instant(at)
		return i, json.Unmarshal(raw, &i)
	})
}
