package deliver_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// outbox is a Store in memory, with one transaction at a time.
type outbox struct {
	mu    sync.Mutex
	rows  []deliver.Row
	spent map[string]int
}

func (o *outbox) records(ctx context.Context, fn func(context.Context, deliver.Store) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return fn(ctx, o)
}

func lane(r deliver.Row) string { return r.To.Key() + "/" + r.Refresh }

func (o *outbox) Enqueue(_ context.Context, rows ...deliver.Row) error {
	for _, r := range rows {
		if r.Refresh != "" {
			o.rows = slices.DeleteFunc(o.rows, func(old deliver.Row) bool {
				return old.State == deliver.Queued && lane(old) == lane(r)
			})
		}
		r.State = deliver.Queued
		o.rows = append(o.rows, r)
	}
	return nil
}

func (o *outbox) Ready(_ context.Context, t time.Time, limit int) ([]deliver.Row, error) {
	held := map[string]bool{}
	var out []deliver.Row
	for _, r := range o.rows {
		if r.State != deliver.Queued || held[lane(r)] || len(out) == limit {
			continue
		}
		if r.NotBefore.After(t) {
			held[lane(r)] = true
			continue
		}
		out = append(out, r)
	}
	return out, nil
}

func (o *outbox) NextReady(context.Context) (time.Time, error) {
	var next time.Time
	seen := map[string]bool{}
	for _, r := range o.rows {
		if r.State != deliver.Queued || seen[lane(r)] {
			continue
		}
		seen[lane(r)] = true
		if at := r.NotBefore; next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next, nil
}

func (o *outbox) Settle(_ context.Context, rows ...deliver.Row) error {
	for _, r := range rows {
		i := slices.IndexFunc(o.rows, func(o deliver.Row) bool { return o.ID == r.ID })
		if i >= 0 {
			o.rows[i].State, o.rows[i].Tries, o.rows[i].NotBefore, o.rows[i].LastError = r.State, r.Tries, r.NotBefore, r.LastError
		}
	}
	return nil
}

func (o *outbox) FailedRows(context.Context, int) ([]deliver.Row, error) {
	return slices.DeleteFunc(slices.Clone(o.rows), func(r deliver.Row) bool { return r.State != deliver.Failed }), nil
}

func (o *outbox) SentSince(context.Context, time.Time) ([]deliver.Sendings, error) { return nil, nil }

func (o *outbox) Spend(_ context.Context, p bot.Platform, month string, calls int) error {
	if o.spent == nil {
		o.spent = map[string]int{}
	}
	o.spent[string(p)+month] += calls
	return nil
}

func (o *outbox) Hasten(_ context.Context, at time.Time) error {
	for i, r := range o.rows {
		if r.State == deliver.Queued && r.LastError != "" && r.NotBefore.After(at) {
			o.rows[i].NotBefore = at
		}
	}
	return nil
}

func (o *outbox) Spent(_ context.Context, p bot.Platform, month string) (int, error) {
	return o.spent[string(p)+month], nil
}

// states lists where every row stands: "a sent, b queued".
func (o *outbox) states() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, r := range o.rows {
		out = append(out, r.ID+" "+string(r.State))
	}
	return strings.Join(out, ", ")
}

func (o *outbox) row(id string) deliver.Row {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rows[slices.IndexFunc(o.rows, func(r deliver.Row) bool { return r.ID == id })]
}
