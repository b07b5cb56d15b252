package roster

import (
	"context"

	"yiqun/bot"
)

// Store keeps the roster. All methods run inside one transaction. A missing row
// is a *bot.Error with code NotFound.
type Store interface {
	Node(ctx context.Context, id bot.NodeID) (Node, error)
	NodeNamed(ctx context.Context, name string) (Node, error)
	PutNode(ctx context.Context, n Node) error
	Nodes(ctx context.Context) ([]Node, error)

	Group(ctx context.Context, chat bot.Chat) (Group, error)
	PutGroup(ctx context.Context, g Group) error
	// GroupsOf returns the groups bound to a node.
	GroupsOf(ctx context.Context, node bot.NodeID) ([]Group, error)
	Groups(ctx context.Context) ([]Group, error)

	Person(ctx context.Context, id bot.PersonID) (Person, error)
	PutPerson(ctx context.Context, p Person) error
	// PeopleNamed returns everyone who goes by exactly this name or nickname.
	PeopleNamed(ctx context.Context, name string) ([]Person, error)
	// PeopleAt returns everyone who spoke in a node's groups or holds or held a
	// post there.
	PeopleAt(ctx context.Context, node bot.NodeID) ([]Person, error)
	// MergePeople makes everything of one person the other's: accounts, posts.
	// Acts keep the id they were made under; Alias resolves it.
	MergePeople(ctx context.Context, from, into bot.PersonID) error
	// Alias returns whom a merged person became; the id itself if never merged.
	Alias(ctx context.Context, id bot.PersonID) (bot.PersonID, error)
	// Was returns the ids that were merged into a person's; none for most.
	Was(ctx context.Context, id bot.PersonID) ([]bot.PersonID, error)

	Account(ctx context.Context, a bot.Account) (Account, error)
	PutAccount(ctx context.Context, a Account) error
	AccountsOf(ctx context.Context, p bot.PersonID) ([]Account, error)

	PostsOf(ctx context.Context, p bot.PersonID) ([]Post, error)
	PostsAt(ctx context.Context, node bot.NodeID) ([]Post, error)
	// PutPost adds a post or, by its ID, changes it.
	PutPost(ctx context.Context, p Post) error

	Proposal(ctx context.Context, id string) (Proposal, error)
	PutProposal(ctx context.Context, p Proposal) error
	// OpenProposals returns what waits for an answer at a node.
	OpenProposals(ctx context.Context, node bot.NodeID) ([]Proposal, error)
}
