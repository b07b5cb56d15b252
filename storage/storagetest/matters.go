package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

var matterCases = []testCase{
	{"a template is kept by its hash", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.SaveTemplate(ctx, "h1", "order", []byte("name: 民情工作单")))
			require.NoError(t, tx.SaveTemplate(ctx, "h1", "order", []byte("another")))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			source, err := tx.TemplateSource(ctx, "h1")
			require.NoError(t, err)
			require.Equal(t, "name: 民情工作单", string(source))
			_, err = tx.TemplateSource(ctx, "h2")
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"numbers count from one in each series and year", func(t *testing.T, s service.Store) {
		next := func(series bot.NodeID, year int) (n int) {
			update(t, s, func(ctx context.Context, tx service.Tx) {
				var err error
				n, err = tx.NextNumber(ctx, series, year)
				require.NoError(t, err)
			})
			return n
		}
		require.Equal(t, 1, next("a", 2026))
		require.Equal(t, 2, next("a", 2026))
		require.Equal(t, 1, next("b", 2026))
		require.Equal(t, 1, next("a", 2027))
		require.Equal(t, 3, next("a", 2026))
	}},
	{"a matter and its acts come back as they were", testAppend},
	{"a matter that is not there is not found", func(t *testing.T, s service.Store) {
		view(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.Matter(ctx, "none")
			requireCode(t, bot.NotFound, err)
			acts, err := tx.Acts(ctx, "none")
			require.NoError(t, err)
			require.Empty(t, acts)
			text, err := tx.Text(ctx, "none", 1)
			require.NoError(t, err)
			require.Nil(t, text)
		})
	}},
	{"an act on another version is stale and writes nothing", testStale},
	{"an act that does not lead to the state is refused", func(t *testing.T, s service.Store) {
		m, act := opening("m1", 1)
		m.Version = 2
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.Append(ctx, m, act, noon) })
		requireCode(t, bot.Internal, err)
	}},
	{"a number finds its matters, the newest year first", func(t *testing.T, s service.Store) {
		year := func(y int) func(*procedure.Matter) { return func(m *procedure.Matter) { m.Year = y } }
		update(t, s, func(ctx context.Context, tx service.Tx) {
			open(t, ctx, tx, "m1", 7, year(2024))
			open(t, ctx, tx, "m2", 7, year(2026))
			open(t, ctx, tx, "m3", 7, year(2025))
			open(t, ctx, tx, "m4", 8, year(2026))
			open(t, ctx, tx, "m5", 7, func(m *procedure.Matter) { m.Series = "other" })
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			ms, err := tx.Numbered(ctx, "estate", 7)
			require.NoError(t, err)
			require.Equal(t, []bot.MatterID{"m2", "m3", "m1"}, matterIDs(ms))
		})
	}},
	{"timers are due earliest first", testDue},
	{"every matter is visited in order of creation", testEach},
}

func testAppend(t *testing.T, s service.Store) {
	first, opened := opening("m1", 12)
	first.Deadline = noon.Add(time.Hour)
	first.Holders = []procedure.Holder{{Person: "p", Since: noon, Until: noon.Add(time.Hour)}}
	second, silent := following(first, nil)
	before := first
	second.Before = &before
	third, spoken := following(second, map[string]string{"note": "等配件", "contact": "138…"})
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.Append(ctx, first, opened, noon))
		got, err := tx.Matter(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, first, got, "a transaction sees its own writes")
		require.NoError(t, tx.Append(ctx, second, silent, noon))
		require.NoError(t, tx.Append(ctx, third, spoken, noon))
	})
	view(t, s, func(ctx context.Context, tx service.Tx) {
		got, err := tx.Matter(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, third, got)

		acts, err := tx.Acts(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, []procedure.Act{opened, silent, spoken}, acts)
		prev := ""
		for _, a := range acts {
			require.True(t, a.Intact(prev), "act %d", a.Seq)
			prev = a.Hash
		}
		text, err := tx.Text(ctx, "m1", 3)
		require.NoError(t, err)
		require.Equal(t, spoken.Content, text)
		text, err = tx.Text(ctx, "m1", 2)
		require.NoError(t, err)
		require.Nil(t, text, "nothing was written in the second act")
	})
}

func testStale(t *testing.T, s service.Store) {
	var m procedure.Matter
	update(t, s, func(ctx context.Context, tx service.Tx) { m = open(t, ctx, tx, "m1", 1) })
	won, act := following(m, map[string]string{"note": "first"})
	update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Append(ctx, won, act, noon)) })

	late, lateAct := following(m, map[string]string{"note": "second"})
	again, againAct := opening("m1", 1)
	orphan, orphanAct := following(procedure.Matter{ID: "m9", Version: 4}, nil)
	for _, try := range []struct {
		m   procedure.Matter
		act procedure.Act
	}{{late, lateAct}, {again, againAct}, {orphan, orphanAct}} {
		refused(t, s, bot.Stale, func(ctx context.Context, tx service.Tx) error {
			if err := tx.MarkHandled(ctx, bot.WeCom, "e", noon, nil); err != nil {
				return err
			}
			return tx.Append(ctx, try.m, try.act, noon)
		})
		refused(t, s, bot.Stale, func(ctx context.Context, tx service.Tx) error {
			_ = tx.Append(ctx, try.m, try.act, noon)
			_, _ = tx.Matter(ctx, "m1")
			return nil // whoever hides it keeps nothing either
		})
	}
	view(t, s, func(ctx context.Context, tx service.Tx) {
		got, err := tx.Matter(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, won, got)
		acts, err := tx.Acts(ctx, "m1")
		require.NoError(t, err)
		require.Len(t, acts, 2)
		_, handled, err := tx.Handled(ctx, bot.WeCom, "e")
		require.NoError(t, err)
		require.False(t, handled)
	})
}

func testDue(t *testing.T, s service.Store) {
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for i, next := range []time.Time{at(time.Hour), at(-time.Hour), {}, at(0), at(1)} {
			m, act := opening(bot.MatterID(numbered("m", i)), i+1)
			require.NoError(t, tx.Append(ctx, m, act, next))
		}
	})
	due := func(at time.Time, limit int) (ids []bot.MatterID, next time.Time) {
		view(t, s, func(ctx context.Context, tx service.Tx) {
			var err error
			ids, err = tx.Due(ctx, at, limit)
			require.NoError(t, err)
			next, err = tx.NextDue(ctx)
			require.NoError(t, err)
		})
		return ids, next
	}
	ids, next := due(noon, 10)
	require.Equal(t, []bot.MatterID{"m000001", "m000003"}, ids, "at or before, to the nanosecond")
	require.True(t, next.Equal(at(-time.Hour)))
	ids, _ = due(noon.AddDate(1, 0, 0), 3)
	require.Equal(t, []bot.MatterID{"m000001", "m000003", "m000004"}, ids)

	// The timers of all five are taken away.
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for i := range 5 {
			m, err := tx.Matter(ctx, bot.MatterID(numbered("m", i)))
			require.NoError(t, err)
			m, act := following(m, nil)
			require.NoError(t, tx.Append(ctx, m, act, time.Time{}))
		}
	})
	ids, next = due(noon.AddDate(1, 0, 0), 10)
	require.Empty(t, ids)
	require.True(t, next.IsZero())
}

func testEach(t *testing.T, s service.Store) {
	const n = 1100 // several pages
	var want []bot.MatterID
	for i := range n {
		want = append(want, bot.MatterID(numbered("m", n-i)))
	}
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for i, id := range want {
			open(t, ctx, tx, id, i+1, func(m *procedure.Matter) { m.Opened = noon.Add(time.Duration(i) * time.Second) })
		}
	})
	enough := errors.New("enough")
	view(t, s, func(ctx context.Context, tx service.Tx) {
		var got []bot.MatterID
		require.NoError(t, tx.EachMatter(ctx, func(id bot.MatterID) error {
			_, err := tx.Matter(ctx, id)
			got = append(got, id)
			return err
		}))
		require.Equal(t, want, got)

		seen := 0
		err := tx.EachMatter(ctx, func(bot.MatterID) error {
			if seen++; seen == 3 {
				return enough
			}
			return nil
		})
		require.ErrorIs(t, err, enough)
		require.Equal(t, 3, seen)
	})
}
