package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
)

// The calls about attachments, each asked about first.

func (t faultyTx) PutAttached(ctx context.Context, a service.Attached) error {
	if err := t.before(ctx, "PutAttached"); err != nil {
		return err
	}
	return t.Tx.PutAttached(ctx, a)
}

func (t faultyTx) Attachment(ctx context.Context, id string) (v service.Attached, err error) {
	if err = t.before(ctx, "Attachment"); err != nil {
		return v, err
	}
	return t.Tx.Attachment(ctx, id)
}

func (t faultyTx) AttachedTo(ctx context.Context, m bot.MatterID) (v []service.Attached, err error) {
	if err = t.before(ctx, "AttachedTo"); err != nil {
		return v, err
	}
	return t.Tx.AttachedTo(ctx, m)
}

func (t faultyTx) AttachedBy(ctx context.Context, p bot.PersonID) (v []service.Attached, err error) {
	if err = t.before(ctx, "AttachedBy"); err != nil {
		return v, err
	}
	return t.Tx.AttachedBy(ctx, p)
}

func (t faultyTx) LooseBy(ctx context.Context, p bot.PersonID) (v []service.Attached, err error) {
	if err = t.before(ctx, "LooseBy"); err != nil {
		return v, err
	}
	return t.Tx.LooseBy(ctx, p)
}

func (t faultyTx) AttachedDue(ctx context.Context, at time.Time, limit int) (v []service.Attached, err error) {
	if err = t.before(ctx, "AttachedDue"); err != nil {
		return v, err
	}
	return t.Tx.AttachedDue(ctx, at, limit)
}

func (t faultyTx) NextAttached(ctx context.Context) (v time.Time, err error) {
	if err = t.before(ctx, "NextAttached"); err != nil {
		return v, err
	}
	return t.Tx.NextAttached(ctx)
}

func (t faultyTx) DropAttached(ctx context.Context, id string) error {
	if err := t.before(ctx, "DropAttached"); err != nil {
		return err
	}
	return t.Tx.DropAttached(ctx, id)
}

func (t faultyTx) PutBlob(ctx context.Context, hash string, data []byte) error {
	if err := t.before(ctx, "PutBlob"); err != nil {
		return err
	}
	return t.Tx.PutBlob(ctx, hash, data)
}

func (t faultyTx) Blob(ctx context.Context, hash string) (v []byte, err error) {
	if err = t.before(ctx, "Blob"); err != nil {
		return v, err
	}
	return t.Tx.Blob(ctx, hash)
}

// The calls about rolls.

func (t faultyTx) PutRoll(ctx context.Context, r service.KeptRoll) error {
	if err := t.before(ctx, "PutRoll"); err != nil {
		return err
	}
	return t.Tx.PutRoll(ctx, r)
}

func (t faultyTx) KeptRolls(ctx context.Context, n bot.NodeID) (v []service.KeptRoll, err error) {
	if err = t.before(ctx, "KeptRolls"); err != nil {
		return v, err
	}
	return t.Tx.KeptRolls(ctx, n)
}
