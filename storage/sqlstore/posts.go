package sqlstore

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/roster"
)

const postColumns = `SELECT id, person, node, title, starts, ends, lent_by, given_by FROM posts`

func scanPost(row scanner) (p roster.Post, err error) {
	var starts, ends int64
	err = row.Scan(&p.ID, &p.Person, &p.Node, &p.Title, &starts, &ends, &p.LentBy, &p.By)
	p.From, p.Until = instant(starts), instant(ends)
	return p, err
}

// PostsOf implements roster.Store. Ended ones are among them.
func (t *Tx) PostsOf(ctx context.Context, p bot.PersonID) ([]roster.Post, error) {
	return memos(ctx, t, "posts of", string(p), func() ([]roster.Post, error) {
		return list(ctx, t, "a person's posts", postColumns+` WHERE person = $1 ORDER BY starts, id`, scanPost, p)
	})
}

// PostsAt implements roster.Store. Ended ones are among them.
func (t *Tx) PostsAt(ctx context.Context, node bot.NodeID) ([]roster.Post, error) {
	return memos(ctx, t, "posts at", string(node), func() ([]roster.Post, error) {
		return list(ctx, t, "a node's posts", postColumns+` WHERE node = $1 ORDER BY starts, id`, scanPost, node)
	})
}

// PutPost implements roster.Store.
func (t *Tx) PutPost(ctx context.Context, p roster.Post) error {
	return t.changeRoster(ctx, "storing a post", `
		INSERT INTO posts (id, person, node, title, starts, ends, lent_by, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, node = excluded.node, title = excluded.title,
			starts = excluded.starts, ends = excluded.ends, lent_by = excluded.lent_by, given_by = excluded.given_by`,
		p.ID, p.Person, p.Node, p.Title, nanos(p.From), nanos(p.Until), p.LentBy, p.By)
}

const proposalColumns = `SELECT id, person, name_sealed, node, at, decided, decided_by, accepted FROM proposals`

func proposalPlace(id string) string { return "proposal/" + clean(id) }

func (t *Tx) scanProposal(row scanner) (p roster.Proposal, err error) {
	var name []byte
	var at, decided int64
	if err := row.Scan(&p.ID, &p.Person, &name, &p.Node, &at, &decided, &p.By, &p.Accepted); err != nil {
		return p, err
	}
	p.At, p.Decided = instant(at), instant(decided)
	p.Name, err = t.openName(proposalPlace(p.ID), name)
	return p, err
}

// Proposal implements roster.Store.
func (t *Tx) Proposal(ctx context.Context, id string) (roster.Proposal, error) {
	return one(ctx, t, "a proposal", proposalColumns+` WHERE id = $1`, t.scanProposal, id)
}

// PutProposal implements roster.Store.
func (t *Tx) PutProposal(ctx context.Context, p roster.Proposal) error {
	return t.exec(ctx, "storing a proposal", `
		INSERT INTO proposals (id, person, name_sealed, node, at, decided, decided_by, accepted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, name_sealed = excluded.name_sealed,
			node = excluded.node, at = excluded.at, decided = excluded.decided,
			decided_by = excluded.decided_by, accepted = excluded.accepted`,
		p.ID, p.Person, t.seal.Seal(proposalPlace(p.ID), []byte(clean(p.Name))), p.Node,
		nanos(p.At), nanos(p.Decided), p.By, p.Accepted)
}

// OpenProposals implements roster.Store. The oldest come first.
func (t *Tx) OpenProposals(ctx context.Context, node bot.NodeID) ([]roster.Proposal, error) {
	return list(ctx, t, "open proposals",
		proposalColumns+` WHERE node = $1 AND decided = 0 ORDER BY at, id`, t.scanProposal, node)
}
