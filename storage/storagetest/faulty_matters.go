package storagetest

import (
	"context"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// The calls about matters, each asked about first.

func (t faultyTx) SaveTemplate(ctx context.Context, hash, id string, source []byte) error {
	if err := t.before(ctx, "SaveTemplate"); err != nil {
		return err
	}
	return t.Tx.SaveTemplate(ctx, hash, id, source)
}

func (t faultyTx) TemplateSource(ctx context.Context, hash string) (v []byte, err error) {
	if err = t.before(ctx, "TemplateSource"); err != nil {
		return v, err
	}
	return t.Tx.TemplateSource(ctx, hash)
}

func (t faultyTx) NextNumber(ctx context.Context, series bot.NodeID, year int) (v int, err error) {
	if err = t.before(ctx, "NextNumber"); err != nil {
		return v, err
	}
	return t.Tx.NextNumber(ctx, series, year)
}

func (t faultyTx) Append(ctx context.Context, matter procedure.Matter, act procedure.Act, next time.Time) error {
	if err := t.before(ctx, "Append"); err != nil {
		return err
	}
	return t.Tx.Append(ctx, matter, act, next)
}

func (t faultyTx) Matter(ctx context.Context, id bot.MatterID) (v procedure.Matter, err error) {
	if err = t.before(ctx, "Matter"); err != nil {
		return v, err
	}
	return t.Tx.Matter(ctx, id)
}

func (t faultyTx) Numbered(ctx context.Context, series bot.NodeID, number int) (v []procedure.Matter, err error) {
	if err = t.before(ctx, "Numbered"); err != nil {
		return v, err
	}
	return t.Tx.Numbered(ctx, series, number)
}

func (t faultyTx) Find(ctx context.Context, f procedure.Filter) (v []procedure.Matter, err error) {
	if err = t.before(ctx, "Find"); err != nil {
		return v, err
	}
	return t.Tx.Find(ctx, f)
}

func (t faultyTx) Due(ctx context.Context, at time.Time, limit int) (v []bot.MatterID, err error) {
	if err = t.before(ctx, "Due"); err != nil {
		return v, err
	}
	return t.Tx.Due(ctx, at, limit)
}

func (t faultyTx) NextDue(ctx context.Context) (v time.Time, err error) {
	if err = t.before(ctx, "NextDue"); err != nil {
		return v, err
	}
	return t.Tx.NextDue(ctx)
}

func (t faultyTx) Acts(ctx context.Context, id bot.MatterID) (v []procedure.Act, err error) {
	if err = t.before(ctx, "Acts"); err != nil {
		return v, err
	}
	return t.Tx.Acts(ctx, id)
}

func (t faultyTx) Text(ctx context.Context, id bot.MatterID, seq int) (v map[string]string, err error) {
	if err = t.before(ctx, "Text"); err != nil {
		return v, err
	}
	return t.Tx.Text(ctx, id, seq)
}

func (t faultyTx) EachMatter(ctx context.Context, fn func(bot.MatterID) error) error {
	if err := t.before(ctx, "EachMatter"); err != nil {
		return err
	}
	return t.Tx.EachMatter(ctx, fn)
}

func (t faultyTx) AddEntry(ctx context.Context, e procedure.Entry) error {
	if err := t.before(ctx, "AddEntry"); err != nil {
		return err
	}
	return t.Tx.AddEntry(ctx, e)
}

func (t faultyTx) Entries(ctx context.Context, book string, node bot.NodeID, person bot.PersonID) (v []procedure.Entry, err error) {
	if err = t.before(ctx, "Entries"); err != nil {
		return v, err
	}
	return t.Tx.Entries(ctx, book, node, person)
}
