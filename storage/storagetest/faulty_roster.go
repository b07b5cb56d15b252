package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// The calls about the roster, each asked about first.

func (t faultyTx) Node(ctx context.Context, id bot.NodeID) (v roster.Node, err error) {
	if err = t.before(ctx, "Node"); err != nil {
		return v, err
	}
	return t.Tx.Node(ctx, id)
}

func (t faultyTx) NodeNamed(ctx context.Context, name string) (v roster.Node, err error) {
	if err = t.before(ctx, "NodeNamed"); err != nil {
		return v, err
	}
	return t.Tx.NodeNamed(ctx, name)
}

func (t faultyTx) PutNode(ctx context.Context, n roster.Node) error {
	if err := t.before(ctx, "PutNode"); err != nil {
		return err
	}
	return t.Tx.PutNode(ctx, n)
}

func (t faultyTx) Nodes(ctx context.Context) (v []roster.Node, err error) {
	if err = t.before(ctx, "Nodes"); err != nil {
		return v, err
	}
	return t.Tx.Nodes(ctx)
}

func (t faultyTx) Group(ctx context.Context, chat bot.Chat) (v roster.Group, err error) {
	if err = t.before(ctx, "Group"); err != nil {
		return v, err
	}
	return t.Tx.Group(ctx, chat)
}

func (t faultyTx) PutGroup(ctx context.Context, g roster.Group) error {
	if err := t.before(ctx, "PutGroup"); err != nil {
		return err
	}
	return t.Tx.PutGroup(ctx, g)
}

func (t faultyTx) GroupsOf(ctx context.Context, node bot.NodeID) (v []roster.Group, err error) {
	if err = t.before(ctx, "GroupsOf"); err != nil {
		return v, err
	}
	return t.Tx.GroupsOf(ctx, node)
}

func (t faultyTx) Groups(ctx context.Context) (v []roster.Group, err error) {
	if err = t.before(ctx, "Groups"); err != nil {
		return v, err
	}
	return t.Tx.Groups(ctx)
}

func (t faultyTx) GroupsStirred(ctx context.Context, since time.Time) (v []roster.Group, err error) {
	if err = t.before(ctx, "GroupsStirred"); err != nil {
		return v, err
	}
	return t.Tx.GroupsStirred(ctx, since)
}

func (t faultyTx) Person(ctx context.Context, id bot.PersonID) (v roster.Person, err error) {
	if err = t.before(ctx, "Person"); err != nil {
		return v, err
	}
	return t.Tx.Person(ctx, id)
}

func (t faultyTx) KnownAs(ctx context.Context, ids ...bot.PersonID) (v map[bot.PersonID]roster.Person, err error) {
	if err = t.before(ctx, "KnownAs"); err != nil {
		return v, err
	}
	return t.Tx.KnownAs(ctx, ids...)
}

func (t faultyTx) AccountsOfAll(ctx context.Context, people ...bot.PersonID) (v map[bot.PersonID][]roster.Account, err error) {
	if err = t.before(ctx, "AccountsOfAll"); err != nil {
		return v, err
	}
	return t.Tx.AccountsOfAll(ctx, people...)
}

func (t faultyTx) PutPerson(ctx context.Context, p roster.Person) error {
	if err := t.before(ctx, "PutPerson"); err != nil {
		return err
	}
	return t.Tx.PutPerson(ctx, p)
}

func (t faultyTx) PeopleNamed(ctx context.Context, name string) (v []roster.Person, err error) {
	if err = t.before(ctx, "PeopleNamed"); err != nil {
		return v, err
	}
	return t.Tx.PeopleNamed(ctx, name)
}

func (t faultyTx) PeopleAt(ctx context.Context, node bot.NodeID) (v []roster.Person, err error) {
	if err = t.before(ctx, "PeopleAt"); err != nil {
		return v, err
	}
	return t.Tx.PeopleAt(ctx, node)
}

func (t faultyTx) MergePeople(ctx context.Context, from, into bot.PersonID) error {
	if err := t.before(ctx, "MergePeople"); err != nil {
		return err
	}
	return t.Tx.MergePeople(ctx, from, into)
}

func (t faultyTx) Alias(ctx context.Context, id bot.PersonID) (v bot.PersonID, err error) {
	if err = t.before(ctx, "Alias"); err != nil {
		return v, err
	}
	return t.Tx.Alias(ctx, id)
}

func (t faultyTx) Was(ctx context.Context, id bot.PersonID) (v []bot.PersonID, err error) {
	if err = t.before(ctx, "Was"); err != nil {
		return v, err
	}
	return t.Tx.Was(ctx, id)
}

func (t faultyTx) Account(ctx context.Context, a bot.Account) (v roster.Account, err error) {
	if err = t.before(ctx, "Account"); err != nil {
		return v, err
	}
	return t.Tx.Account(ctx, a)
}

func (t faultyTx) PutAccount(ctx context.Context, a roster.Account) error {
	if err := t.before(ctx, "PutAccount"); err != nil {
		return err
	}
	return t.Tx.PutAccount(ctx, a)
}

func (t faultyTx) AccountsOf(ctx context.Context, p bot.PersonID) (v []roster.Account, err error) {
	if err = t.before(ctx, "AccountsOf"); err != nil {
		return v, err
	}
	return t.Tx.AccountsOf(ctx, p)
}

func (t faultyTx) PostsOf(ctx context.Context, p bot.PersonID) (v []roster.Post, err error) {
	if err = t.before(ctx, "PostsOf"); err != nil {
		return v, err
	}
	return t.Tx.PostsOf(ctx, p)
}

func (t faultyTx) PostsAt(ctx context.Context, node bot.NodeID) (v []roster.Post, err error) {
	if err = t.before(ctx, "PostsAt"); err != nil {
		return v, err
	}
	return t.Tx.PostsAt(ctx, node)
}

func (t faultyTx) PutPost(ctx context.Context, p roster.Post) error {
	if err := t.before(ctx, "PutPost"); err != nil {
		return err
	}
	return t.Tx.PutPost(ctx, p)
}

func (t faultyTx) Proposal(ctx context.Context, id string) (v roster.Proposal, err error) {
	if err = t.before(ctx, "Proposal"); err != nil {
		return v, err
	}
	return t.Tx.Proposal(ctx, id)
}

func (t faultyTx) PutProposal(ctx context.Context, p roster.Proposal) error {
	if err := t.before(ctx, "PutProposal"); err != nil {
		return err
	}
	return t.Tx.PutProposal(ctx, p)
}

func (t faultyTx) OpenProposals(ctx context.Context, node bot.NodeID) (v []roster.Proposal, err error) {
	if err = t.before(ctx, "OpenProposals"); err != nil {
		return v, err
	}
	return t.Tx.OpenProposals(ctx, node)
}
