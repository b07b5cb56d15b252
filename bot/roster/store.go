package roster

import (
	"context"
	"time"

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
	// GroupsStirred returns the groups in which somebody spoke last who was heard since an
	// instant.
	GroupsStirred(ctx context.Context, since time.Time) ([]Group, error)

	Person(ctx context.Context, id bot.PersonID) (Person, error)
	PutPerson(ctx context.Context, p Person) error
	// PeopleNamed returns everyone who goes by exactly this name or nickname.
	PeopleNamed(ctx context.Context, name string) ([]Person, error)
	// PeopleAt returns everyone who spoke in a node's groups, holds or held a post
	// there, or was entered there by an import.
	PeopleAt(ctx context.Context, node bot.NodeID) ([]Person, error)
	// MergePeople makes everything of one person the other's: accounts, posts.
	// Acts keep the id they were made under; Alias resolves it.
	MergePeople(ctx context.Context, from, into bot.PersonID) error
	// Alias returns whom a merged person became; the id itself if never merged.
	Alias(ctx context.Context, id bot.PersonID) (bot.PersonID, error)
	// KnownAs returns, for each of some ids, the person it means now: Person of Alias.
	// Ids that mean nobody are left out.
	KnownAs(ctx context.Context, ids ...bot.PersonID) (map[bot.PersonID]Person, error)
	// Was returns the ids that were merged into a person's; none for most.
	Was(ctx context.Context, id bot.PersonID) ([]bot.PersonID, error)

	Account(ctx context.Context, a bot.Account) (Account, error)
	PutAccount(ctx context.Context, a Account) error
	AccountsOf(ctx context.Context, p bot.PersonID) ([]Account, error)
	// AccountsOfAll is AccountsOf for many; those without any are left out.
	AccountsOfAll(ctx context.Context, people ...bot.PersonID) (map[bot.PersonID][]Account, error)

	PostsOf(ctx context.Context, p bot.PersonID) ([]Post, error)
	PostsAt(ctx context.Context, node bot.NodeID) ([]Post, error)
	// PutPost adds a post or, by its ID, changes it.
	PutPost(ctx context.Context, p Post) error

	Proposal(ctx context.Context, id string) (Proposal, error)
	PutProposal(ctx context.Context, p Proposal) error
	// OpenProposals returns what waits for an answer at a node.
	OpenProposals(ctx context.Context, node bot.NodeID) ([]Proposal, error)

	Imports
}

// Imports is the part of Store that imports from a sheet need. What it drops leaves
// no trace but in the journal and in acts.
type Imports interface {
	// Book returns the whole roster. Whoever was merged into another is left out.
	Book(ctx context.Context) (Book, error)

	// PutBelonging enters a person at a node; again changes nothing.
	PutBelonging(ctx context.Context, b Belonging) error
	DropBelonging(ctx context.Context, b Belonging) error
	// BelongingsOf returns the nodes a person was entered at.
	BelongingsOf(ctx context.Context, p bot.PersonID) ([]bot.NodeID, error)
	// PutPhone keeps a person's telephone number; an empty one forgets it.
	PutPhone(ctx context.Context, p bot.PersonID, phone string) error
	// Phone returns it; empty if none is kept.
	Phone(ctx context.Context, p bot.PersonID) (string, error)

	// The drops forget a row; a missing one is no error.
	DropPerson(ctx context.Context, id bot.PersonID) error
	DropAccount(ctx context.Context, a bot.Account) error
	DropPost(ctx context.Context, id string) error
	DropNode(ctx context.Context, id bot.NodeID) error

	// PutImport keeps what an import changed, or by its ID that it was undone.
	PutImport(ctx context.Context, i Import) error
	// LastImport returns the newest import that was not undone; NotFound if none.
	LastImport(ctx context.Context) (Import, error)
}
