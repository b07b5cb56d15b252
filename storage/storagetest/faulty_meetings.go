package storagetest

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
)

// The calls about meetings, each asked about first.

func (t faultyTx) PutSitting(ctx context.Context, s meeting.Sitting, roll *ballot.Roll) error {
	if err := t.before(ctx, "PutSitting"); err != nil {
		return err
	}
	return t.Tx.PutSitting(ctx, s, roll)
}

func (t faultyTx) Sitting(ctx context.Context, id meeting.ID) (v meeting.Sitting, err error) {
	if err = t.before(ctx, "Sitting"); err != nil {
		return v, err
	}
	return t.Tx.Sitting(ctx, id)
}

func (t faultyTx) SittingsAt(ctx context.Context, node bot.NodeID) (v []meeting.Sitting, err error) {
	if err = t.before(ctx, "SittingsAt"); err != nil {
		return v, err
	}
	return t.Tx.SittingsAt(ctx, node)
}

func (t faultyTx) SittingsOf(ctx context.Context, p bot.PersonID) (v []meeting.Sitting, err error) {
	if err = t.before(ctx, "SittingsOf"); err != nil {
		return v, err
	}
	return t.Tx.SittingsOf(ctx, p)
}

func (t faultyTx) SittingRoll(ctx context.Context, id meeting.ID) (v *ballot.Roll, err error) {
	if err = t.before(ctx, "SittingRoll"); err != nil {
		return v, err
	}
	return t.Tx.SittingRoll(ctx, id)
}

func (t faultyTx) Log(ctx context.Context, id meeting.ID, entries ...meeting.Entry) error {
	if err := t.before(ctx, "Log"); err != nil {
		return err
	}
	return t.Tx.Log(ctx, id, entries...)
}

func (t faultyTx) Logged(ctx context.Context, id meeting.ID) (v []meeting.Entry, err error) {
	if err = t.before(ctx, "Logged"); err != nil {
		return v, err
	}
	return t.Tx.Logged(ctx, id)
}

func (t faultyTx) SealSitting(ctx context.Context, id meeting.ID) error {
	if err := t.before(ctx, "SealSitting"); err != nil {
		return err
	}
	return t.Tx.SealSitting(ctx, id)
}

func (t faultyTx) SealedSittings(ctx context.Context) (v []meeting.ID, err error) {
	if err = t.before(ctx, "SealedSittings"); err != nil {
		return v, err
	}
	return t.Tx.SealedSittings(ctx)
}

func (t faultyTx) EraseSaid(ctx context.Context, id meeting.ID, entries ...string) error {
	if err := t.before(ctx, "EraseSaid"); err != nil {
		return err
	}
	return t.Tx.EraseSaid(ctx, id, entries...)
}
