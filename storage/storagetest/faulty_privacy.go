package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/privacy"
)

// The calls about personal information, each asked about first.

func (t faultyTx) PutTold(ctx context.Context, v privacy.Told) error {
	if err := t.before(ctx, "PutTold"); err != nil {
		return err
	}
	return t.Tx.PutTold(ctx, v)
}

func (t faultyTx) ToldOf(ctx context.Context, p bot.PersonID) (v privacy.Told, err error) {
	if err = t.before(ctx, "ToldOf"); err != nil {
		return v, err
	}
	return t.Tx.ToldOf(ctx, p)
}

func (t faultyTx) PutConsent(ctx context.Context, c privacy.Consent) error {
	if err := t.before(ctx, "PutConsent"); err != nil {
		return err
	}
	return t.Tx.PutConsent(ctx, c)
}

func (t faultyTx) ConsentsOf(ctx context.Context, p bot.PersonID) (v []privacy.Consent, err error) {
	if err = t.before(ctx, "ConsentsOf"); err != nil {
		return v, err
	}
	return t.Tx.ConsentsOf(ctx, p)
}

func (t faultyTx) Refused(ctx context.Context, purpose string) (v []bot.PersonID, err error) {
	if err = t.before(ctx, "Refused"); err != nil {
		return v, err
	}
	return t.Tx.Refused(ctx, purpose)
}

func (t faultyTx) PutErasure(ctx context.Context, e privacy.Erasure) error {
	if err := t.before(ctx, "PutErasure"); err != nil {
		return err
	}
	return t.Tx.PutErasure(ctx, e)
}

func (t faultyTx) OpenErasures(ctx context.Context) (v []privacy.Erasure, err error) {
	if err = t.before(ctx, "OpenErasures"); err != nil {
		return v, err
	}
	return t.Tx.OpenErasures(ctx)
}

func (t faultyTx) WrittenBy(ctx context.Context, p bot.PersonID) (v []privacy.Written, err error) {
	if err = t.before(ctx, "WrittenBy"); err != nil {
		return v, err
	}
	return t.Tx.WrittenBy(ctx, p)
}

func (t faultyTx) EraseText(ctx context.Context, m bot.MatterID, seq int) error {
	if err := t.before(ctx, "EraseText"); err != nil {
		return err
	}
	return t.Tx.EraseText(ctx, m, seq)
}

func (t faultyTx) TracesOf(ctx context.Context, p bot.PersonID) (v privacy.Traces, err error) {
	if err = t.before(ctx, "TracesOf"); err != nil {
		return v, err
	}
	return t.Tx.TracesOf(ctx, p)
}

func (t faultyTx) Scrub(ctx context.Context, p bot.PersonID) error {
	if err := t.before(ctx, "Scrub"); err != nil {
		return err
	}
	return t.Tx.Scrub(ctx, p)
}

func (t faultyTx) ForgetTexts(ctx context.Context, at time.Time, limit int) (v int, err error) {
	if err = t.before(ctx, "ForgetTexts"); err != nil {
		return v, err
	}
	return t.Tx.ForgetTexts(ctx, at, limit)
}

func (t faultyTx) ForgetIntroductions(ctx context.Context, at time.Time) error {
	if err := t.before(ctx, "ForgetIntroductions"); err != nil {
		return err
	}
	return t.Tx.ForgetIntroductions(ctx, at)
}

func (t faultyTx) ForgetFailed(ctx context.Context, at time.Time) error {
	if err := t.before(ctx, "ForgetFailed"); err != nil {
		return err
	}
	return t.Tx.ForgetFailed(ctx, at)
}

func (t faultyTx) ForgetDelivered(ctx context.Context, at time.Time) error {
	if err := t.before(ctx, "ForgetDelivered"); err != nil {
		return err
	}
	return t.Tx.ForgetDelivered(ctx, at)
}

func (t faultyTx) ForgetImports(ctx context.Context, at time.Time) error {
	if err := t.before(ctx, "ForgetImports"); err != nil {
		return err
	}
	return t.Tx.ForgetImports(ctx, at)
}

func (t faultyTx) Silent(ctx context.Context, at time.Time, limit int) (v []bot.PersonID, err error) {
	if err = t.before(ctx, "Silent"); err != nil {
		return v, err
	}
	return t.Tx.Silent(ctx, at, limit)
}

func (t faultyTx) EraseReasons(ctx context.Context, p bot.PersonID) error {
	if err := t.before(ctx, "EraseReasons"); err != nil {
		return err
	}
	return t.Tx.EraseReasons(ctx, p)
}
