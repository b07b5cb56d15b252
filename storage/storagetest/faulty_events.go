package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
)

// The calls about events, each asked about first.

func (t faultyTx) Handled(ctx context.Context, platform bot.Platform, id bot.EventID) (v []byte, ok bool, err error) {
	if err = t.before(ctx, "Handled"); err != nil {
		return v, ok, err
	}
	return t.Tx.Handled(ctx, platform, id)
}

func (t faultyTx) MarkHandled(ctx context.Context, platform bot.Platform, id bot.EventID, at time.Time, answer []byte) error {
	if err := t.before(ctx, "MarkHandled"); err != nil {
		return err
	}
	return t.Tx.MarkHandled(ctx, platform, id, at, answer)
}

func (t faultyTx) ForgetHandled(ctx context.Context, before time.Time) error {
	if err := t.before(ctx, "ForgetHandled"); err != nil {
		return err
	}
	return t.Tx.ForgetHandled(ctx, before)
}

func (t faultyTx) LastPress(ctx context.Context, m bot.MatterID, step string, p bot.PersonID) (v time.Time, err error) {
	if err = t.before(ctx, "LastPress"); err != nil {
		return v, err
	}
	return t.Tx.LastPress(ctx, m, step, p)
}

func (t faultyTx) SetLastPress(ctx context.Context, m bot.MatterID, step string, p bot.PersonID, at time.Time) error {
	if err := t.before(ctx, "SetLastPress"); err != nil {
		return err
	}
	return t.Tx.SetLastPress(ctx, m, step, p, at)
}

func (t faultyTx) Journal(ctx context.Context, j service.Record) error {
	if err := t.before(ctx, "Journal"); err != nil {
		return err
	}
	return t.Tx.Journal(ctx, j)
}

func (t faultyTx) Journaled(ctx context.Context) (v []service.Record, err error) {
	if err = t.before(ctx, "Journaled"); err != nil {
		return v, err
	}
	return t.Tx.Journaled(ctx)
}
