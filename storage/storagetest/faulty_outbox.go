package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// The calls about the outbox, each asked about first.

func (t faultyTx) Enqueue(ctx context.Context, rows ...deliver.Row) error {
	if err := t.before(ctx, "Enqueue"); err != nil {
		return err
	}
	return t.Tx.Enqueue(ctx, rows...)
}

func (t faultyTx) Ready(ctx context.Context, at time.Time, limit int) (v []deliver.Row, err error) {
	if err = t.before(ctx, "Ready"); err != nil {
		return v, err
	}
	return t.Tx.Ready(ctx, at, limit)
}

func (t faultyTx) NextReady(ctx context.Context) (v time.Time, err error) {
	if err = t.before(ctx, "NextReady"); err != nil {
		return v, err
	}
	return t.Tx.NextReady(ctx)
}

func (t faultyTx) Hasten(ctx context.Context, at time.Time) error {
	if err := t.before(ctx, "Hasten"); err != nil {
		return err
	}
	return t.Tx.Hasten(ctx, at)
}

func (t faultyTx) Settle(ctx context.Context, rows ...deliver.Row) error {
	if err := t.before(ctx, "Settle"); err != nil {
		return err
	}
	return t.Tx.Settle(ctx, rows...)
}

func (t faultyTx) FailedRows(ctx context.Context, limit int) (v []deliver.Row, err error) {
	if err = t.before(ctx, "FailedRows"); err != nil {
		return v, err
	}
	return t.Tx.FailedRows(ctx, limit)
}

func (t faultyTx) Spend(ctx context.Context, platform bot.Platform, month string, calls int) error {
	if err := t.before(ctx, "Spend"); err != nil {
		return err
	}
	return t.Tx.Spend(ctx, platform, month, calls)
}

func (t faultyTx) Spent(ctx context.Context, platform bot.Platform, month string) (v int, err error) {
	if err = t.before(ctx, "Spent"); err != nil {
		return v, err
	}
	return t.Tx.Spent(ctx, platform, month)
}

func (t faultyTx) Claim(ctx context.Context, c deliver.Claimant, at time.Time, limit int) (v []deliver.Row, err error) {
	if err = t.before(ctx, "Claim"); err != nil {
		return v, err
	}
	return t.Tx.Claim(ctx, c, at, limit)
}

func (t faultyTx) Release(ctx context.Context, owner string, lanes ...string) error {
	if err := t.before(ctx, "Release"); err != nil {
		return err
	}
	return t.Tx.Release(ctx, owner, lanes...)
}

func (t faultyTx) SentSince(ctx context.Context, since time.Time) (v []deliver.Sendings, err error) {
	if err = t.before(ctx, "SentSince"); err != nil {
		return v, err
	}
	return t.Tx.SentSince(ctx, since)
}
