package storagetest

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// The calls about imports, each asked about first.

func (t faultyTx) Book(ctx context.Context) (v roster.Book, err error) {
	if err = t.before(ctx, "Book"); err != nil {
		return v, err
	}
	return t.Tx.Book(ctx)
}

func (t faultyTx) PutBelonging(ctx context.Context, b roster.Belonging) error {
	if err := t.before(ctx, "PutBelonging"); err != nil {
		return err
	}
	return t.Tx.PutBelonging(ctx, b)
}

func (t faultyTx) DropBelonging(ctx context.Context, b roster.Belonging) error {
	if err := t.before(ctx, "DropBelonging"); err != nil {
		return err
	}
	return t.Tx.DropBelonging(ctx, b)
}

func (t faultyTx) BelongingsOf(ctx context.Context, p bot.PersonID) (v []bot.NodeID, err error) {
	if err = t.before(ctx, "BelongingsOf"); err != nil {
		return v, err
	}
	return t.Tx.BelongingsOf(ctx, p)
}

func (t faultyTx) PutPhone(ctx context.Context, p bot.PersonID, phone string) error {
	if err := t.before(ctx, "PutPhone"); err != nil {
		return err
	}
	return t.Tx.PutPhone(ctx, p, phone)
}

func (t faultyTx) Phone(ctx context.Context, p bot.PersonID) (v string, err error) {
	if err = t.before(ctx, "Phone"); err != nil {
		return v, err
	}
	return t.Tx.Phone(ctx, p)
}

func (t faultyTx) DropPerson(ctx context.Context, id bot.PersonID) error {
	if err := t.before(ctx, "DropPerson"); err != nil {
		return err
	}
	return t.Tx.DropPerson(ctx, id)
}

func (t faultyTx) DropAccount(ctx context.Context, a bot.Account) error {
	if err := t.before(ctx, "DropAccount"); err != nil {
		return err
	}
	return t.Tx.DropAccount(ctx, a)
}

func (t faultyTx) DropPost(ctx context.Context, id string) error {
	if err := t.before(ctx, "DropPost"); err != nil {
		return err
	}
	return t.Tx.DropPost(ctx, id)
}

func (t faultyTx) DropNode(ctx context.Context, id bot.NodeID) error {
	if err := t.before(ctx, "DropNode"); err != nil {
		return err
	}
	return t.Tx.DropNode(ctx, id)
}

func (t faultyTx) PutImport(ctx context.Context, i roster.Import) error {
	if err := t.before(ctx, "PutImport"); err != nil {
		return err
	}
	return t.Tx.PutImport(ctx, i)
}

func (t faultyTx) LastImport(ctx context.Context) (v roster.Import, err error) {
	if err = t.before(ctx, "LastImport"); err != nil {
		return v, err
	}
	return t.Tx.LastImport(ctx)
}
