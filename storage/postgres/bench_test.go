package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// plain is PostgreSQL used as it comes: a transaction of its own for each command, a
// round trip for each statement.
type plain struct{ *engine }

func (e plain) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(sqlstore.On(tx)); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// BenchmarkCommands is clients that each carry out one order after the other, in a
// series of their own so that none waits for another's number; the floor runs the
// same statements, one round trip each. They take turns, so that a busy machine
// slows both.
func BenchmarkCommands(b *testing.B) {
	const clients, slice = 16, 512
	url := storagetest.Schema(b)
	require.NoError(b, Migrate(b.Context(), url))
	store := open(b, url, func(e *engine) sqlstore.Engine { return e })
	floor := open(b, url, func(e *engine) sqlstore.Engine { return plain{e} })
	var last atomic.Int64
	exchange := func(s service.Store, commands int64) time.Duration {
		until, began := last.Load()+commands, time.Now()
		var g errgroup.Group
		for client := range clients {
			series := bot.NodeID(fmt.Sprintf("estate%d", client))
			g.Go(func() error {
				for {
					n := last.Add(1)
					if n > until {
						return nil
					}
					if err := storagetest.Command(b.Context(), s, series, n); err != nil {
						return err
					}
				}
			})
		}
		require.NoError(b, g.Wait())
		return time.Since(began)
	}
	exchange(store, slice) // so that both are warm
	exchange(floor, slice)
	var ours, theirs time.Duration
	b.ResetTimer()
	for done := 0; done < b.N; done += slice {
		n := int64(min(slice, b.N-done))
		ours += exchange(store, n)
		b.StopTimer()
		theirs += exchange(floor, n)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)/ours.Seconds(), "commands/s")
	b.ReportMetric(float64(theirs)/float64(ours), "x-floor")
}

func open(b *testing.B, url string, as func(*engine) sqlstore.Engine) *sqlstore.Store {
	e, err := openEngine(b.Context(), url)
	require.NoError(b, err)
	seal, err := sqlstore.NewSealer(key)
	require.NoError(b, err)
	s, err := sqlstore.New(b.Context(), as(e), seal)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	return s
}
