package sqlstore

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/roster"
)

func scanNode(row scanner) (n roster.Node, err error) {
	err = row.Scan(&n.ID, &n.Parent, &n.Name, &n.Zone)
	return n, err
}

// Node implements roster.Store.
func (t *Tx) Node(ctx context.Context, id bot.NodeID) (roster.Node, error) {
	return memo(ctx, t, "node", string(id), func() (roster.Node, error) {
		return one(ctx, t, "a node", `SELECT id, parent, name, zone FROM nodes WHERE id = $1`, scanNode, id)
	})
}

// NodeNamed implements roster.Store. Of two with one name it returns the older.
func (t *Tx) NodeNamed(ctx context.Context, name string) (roster.Node, error) {
	return one(ctx, t, "a node", `SELECT id, parent, name, zone FROM nodes WHERE name = $1 ORDER BY id`, scanNode, name)
}

// PutNode implements roster.Store.
func (t *Tx) PutNode(ctx context.Context, n roster.Node) error {
	return t.changeRoster(ctx, "storing a node", `
		INSERT INTO nodes (id, parent, name, zone) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, name = excluded.name, zone = excluded.zone`,
		n.ID, n.Parent, n.Name, n.Zone)
}

// Nodes implements roster.Store. The oldest come first.
func (t *Tx) Nodes(ctx context.Context) ([]roster.Node, error) {
	return memos(ctx, t, "nodes", "", func() ([]roster.Node, error) {
		return list(ctx, t, "the nodes", `SELECT id, parent, name, zone FROM nodes ORDER BY id`, scanNode)
	})
}

const groupColumns = `SELECT platform, chat_id, private, node, title, since FROM chats`

func scanGroup(row scanner) (g roster.Group, err error) {
	var since int64
	err = row.Scan(&g.Chat.Platform, &g.Chat.ID, &g.Chat.Private, &g.Node, &g.Title, &since)
	g.Since = instant(since)
	return g, err
}

// Group implements roster.Store.
func (t *Tx) Group(ctx context.Context, chat bot.Chat) (roster.Group, error) {
	return memo(ctx, t, "group", chat.Key(), func() (roster.Group, error) {
		return one(ctx, t, "a group", groupColumns+` WHERE chat = $1`, scanGroup, chat.Key())
	})
}

// PutGroup implements roster.Store. A group that is registered again moves to the
// new node.
func (t *Tx) PutGroup(ctx context.Context, g roster.Group) error {
	return t.changeRoster(ctx, "storing a group", `
		INSERT INTO chats (chat, platform, chat_id, private, node, title, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (chat) DO UPDATE SET node = excluded.node, title = excluded.title, since = excluded.since`,
		g.Chat.Key(), g.Chat.Platform, g.Chat.ID, g.Chat.Private, g.Node, g.Title, nanos(g.Since))
}

// GroupsOf implements roster.Store.
func (t *Tx) GroupsOf(ctx context.Context, node bot.NodeID) ([]roster.Group, error) {
	return memos(ctx, t, "groups of", string(node), func() ([]roster.Group, error) {
		return list(ctx, t, "a node's groups", groupColumns+` WHERE node = $1 ORDER BY chat`, scanGroup, node)
	})
}

// Groups implements roster.Store.
func (t *Tx) Groups(ctx context.Context) ([]roster.Group, error) {
	return list(ctx, t, "the groups", groupColumns+` ORDER BY chat`, scanGroup)
}

// GroupsStirred implements roster.Store.
func (t *Tx) GroupsStirred(ctx context.Context, since time.Time) ([]roster.Group, error) {
	return list(ctx, t, "the groups where somebody spoke", groupColumns+`
		WHERE EXISTS (SELECT 1 FROM accounts a
			WHERE a.chat_id = chats.chat_id AND a.chat_on = chats.platform AND NOT a.chat_private AND a.seen >= $1)
		ORDER BY chat`, scanGroup, nanos(since))
}
