package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

const callers = 16

var concurrencyCases = []testCase{
	{"numbers have no gap and no double", func(t *testing.T, s service.Store) {
		const each = 10
		var mu sync.Mutex
		seen := map[int]bool{}
		together(t, func(ctx context.Context, _ int) error {
			for range each {
				var n int
				if err := s.Update(ctx, func(ctx context.Context, tx service.Tx) (err error) {
					n, err = tx.NextNumber(ctx, "a", 2026)
					return err
				}); err != nil {
					return err
				}
				mu.Lock()
				seen[n] = true
				mu.Unlock()
			}
			return nil
		})
		for n := range callers * each {
			require.True(t, seen[n+1], "number %d", n+1)
		}
	}},
	{"of several on one version one wins", func(t *testing.T, s service.Store) {
		var m procedure.Matter
		update(t, s, func(ctx context.Context, tx service.Tx) { m = open(t, ctx, tx, "m1", 1) })
		var won, stale atomic.Int32
		together(t, func(ctx context.Context, i int) error {
			next, act := following(m, map[string]string{"note": fmt.Sprint(i)})
			err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error { return tx.Append(ctx, next, act, noon) })
			switch bot.CodeOf(err) {
			case "":
				won.Add(1)
			case bot.Stale:
				stale.Add(1)
			default:
				return err
			}
			return nil
		})
		require.EqualValues(t, 1, won.Load())
		require.EqualValues(t, callers-1, stale.Load())
	}},
	{"whoever fails at the end leaves the others be", func(t *testing.T, s service.Store) {
		const each = 8
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.MarkHandled(ctx, bot.DingTalk, "twice", noon, nil))
		})
		together(t, func(ctx context.Context, i int) error {
			for j := range each {
				event := bot.EventID(fmt.Sprintf("%d-%d", i, j))
				err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
					id := event
					if (i+j)%5 == 0 {
						id = "twice"
					}
					return errors.Join(tx.SaveTemplate(ctx, string(event), "order", []byte("x")), tx.MarkHandled(ctx, bot.DingTalk, id, noon, nil))
				})
				if want := (i+j)%5 == 0; want != (bot.CodeOf(err) == bot.Duplicate) || !want && err != nil {
					return fmt.Errorf("%s: %w", event, err)
				}
			}
			return nil
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			for i := range callers {
				for j := range each {
					event := fmt.Sprintf("%d-%d", i, j)
					_, handled, err := tx.Handled(ctx, bot.DingTalk, bot.EventID(event))
					require.NoError(t, err)
					require.Equal(t, (i+j)%5 != 0, handled, event)
					_, err = tx.TemplateSource(ctx, event)
					require.Equal(t, handled, err == nil, event)
				}
			}
		})
	}},
	{"acts of many on one matter all count", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) { open(t, ctx, tx, "m1", 1) })
		together(t, func(ctx context.Context, _ int) error {
			return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
				m, err := tx.Matter(ctx, "m1")
				if err != nil {
					return err
				}
				m, act := following(m, nil)
				return tx.Append(ctx, m, act, noon)
			})
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			m, err := tx.Matter(ctx, "m1")
			require.NoError(t, err)
			require.Equal(t, callers+1, m.Version)
			acts, err := tx.Acts(ctx, "m1")
			require.NoError(t, err)
			prev := ""
			for _, a := range acts {
				require.True(t, a.Intact(prev))
				prev = a.Hash
			}
			require.Equal(t, m.Head, prev)
		})
	}},
	{"one event by many is handled once", func(t *testing.T, s service.Store) {
		var handled atomic.Int32
		together(t, func(ctx context.Context, _ int) error {
			err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
				return tx.MarkHandled(ctx, bot.DingTalk, "e1", noon, []byte("answer"))
			})
			if bot.CodeOf(err) == bot.Duplicate {
				view(t, s, func(ctx context.Context, tx service.Tx) {
					_, ok, err := tx.Handled(ctx, bot.DingTalk, "e1")
					require.NoError(t, err)
					require.True(t, ok, "who is told of a double can read the first")
				})
				return nil
			}
			handled.Add(1)
			return err
		})
		require.EqualValues(t, 1, handled.Load())
	}},
	{"one that fails does not undo its neighbours", func(t *testing.T, s service.Store) {
		together(t, func(ctx context.Context, i int) error {
			err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
				if err := tx.MarkHandled(ctx, bot.WeCom, bot.EventID(fmt.Sprint(i)), noon, nil); err != nil {
					return err
				}
				if i%3 == 0 {
					return errNo
				}
				return nil
			})
			if (err != nil) != (i%3 == 0) {
				return fmt.Errorf("caller %d: %w", i, err)
			}
			return nil
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			for i := range callers {
				_, ok, err := tx.Handled(ctx, bot.WeCom, bot.EventID(fmt.Sprint(i)))
				require.NoError(t, err)
				require.Equal(t, i%3 != 0, ok, "caller %d", i)
			}
		})
	}},
	{"the journal stays one chain", func(t *testing.T, s service.Store) {
		together(t, func(ctx context.Context, i int) error {
			return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
				return tx.Journal(ctx, service.Record{At: noon.Add(time.Duration(i)), What: "appoint", Detail: fmt.Sprint(i)})
			})
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			records, err := tx.Journaled(ctx)
			require.NoError(t, err)
			require.Len(t, records, callers)
			prev := ""
			for _, r := range records {
				require.True(t, r.Intact(prev))
				prev = r.Hash
			}
		})
	}},
	{"a view sees one moment", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) { open(t, ctx, tx, "m1", 1) })
		view(t, s, func(ctx context.Context, tx service.Tx) {
			before, err := tx.Matter(ctx, "m1")
			require.NoError(t, err)
			next, act := following(before, nil)
			update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Append(ctx, next, act, noon)) })
			after, err := tx.Matter(ctx, "m1")
			require.NoError(t, err)
			require.Equal(t, before, after)
			acts, err := tx.Acts(ctx, "m1")
			require.NoError(t, err)
			require.Len(t, acts, 1)
		})
	}},
	{"what was answered can be read at once", func(t *testing.T, s service.Store) {
		together(t, func(ctx context.Context, i int) error {
			id := bot.EventID(fmt.Sprint(i))
			if err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
				return tx.MarkHandled(ctx, bot.WeCom, id, noon, nil)
			}); err != nil {
				return err
			}
			return s.View(ctx, func(ctx context.Context, tx service.Tx) error {
				_, ok, err := tx.Handled(ctx, bot.WeCom, id)
				if err == nil && !ok {
					return fmt.Errorf("event %s was lost", id)
				}
				return err
			})
		})
	}},
}

// together runs fn for several callers that start at the same moment.
func together(t *testing.T, fn func(ctx context.Context, i int) error) {
	t.Helper()
	start := make(chan struct{})
	g, ctx := errgroup.WithContext(t.Context())
	for i := range callers {
		g.Go(func() error {
			<-start
			return fn(ctx, i)
		})
	}
	close(start)
	require.NoError(t, g.Wait())
}
