package storagetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

var findCases = []testCase{
	{"every field of a filter restricts, newest first", testFilter},
	{"holders are found while they hold", func(t *testing.T, s service.Store) {
		var m procedure.Matter
		update(t, s, func(ctx context.Context, tx service.Tx) { m = open(t, ctx, tx, "m1", 1) })
		hold := func(people ...bot.PersonID) {
			var act procedure.Act
			m, act = following(m, nil)
			m.Holders = nil
			for _, p := range people {
				m.Holders = append(m.Holders, procedure.Holder{Person: p, Since: noon})
			}
			update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Append(ctx, m, act, noon)) })
		}
		held := func(p bot.PersonID) int {
			return len(find(t, s, procedure.Filter{Holder: p}))
		}
		hold("wang", "li")
		require.Equal(t, 1, held("wang"))
		hold("li", "zhao")
		require.Equal(t, 0, held("wang"))
		require.Equal(t, 1, held("li"))
		require.Equal(t, 1, held("zhao"))
		require.Empty(t, find(t, s, procedure.Filter{Asker: "li"}), "who holds did not ask")
	}},
	{"who asked for a merged matter finds the one it went into", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			open(t, ctx, tx, "m1", 1, func(m *procedure.Matter) { m.CoAskers = []bot.PersonID{"neighbour"} })
		})
		require.Equal(t, []bot.MatterID{"m1"}, find(t, s, procedure.Filter{Asker: "neighbour"}))
	}},
	{"a merged person's matters are the other's", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			open(t, ctx, tx, "m1", 1, func(m *procedure.Matter) { m.Asker = "old" })
			open(t, ctx, tx, "m2", 2, func(m *procedure.Matter) { m.Asker = "new" })
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "old"}))
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "new"}))
			require.NoError(t, tx.MergePeople(ctx, "old", "new"))
		})
		require.Equal(t, []bot.MatterID{"m2", "m1"}, find(t, s, procedure.Filter{Asker: "new"}))
	}},
	{"without a limit a hundred are found", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for i := range 105 {
				open(t, ctx, tx, bot.MatterID(numbered("m", i)), i+1)
			}
		})
		require.Len(t, find(t, s, procedure.Filter{}), 100)
		require.Len(t, find(t, s, procedure.Filter{Limit: 103}), 103)
	}},
}

func find(t testing.TB, s service.Store, f procedure.Filter) (ids []bot.MatterID) {
	view(t, s, func(ctx context.Context, tx service.Tx) {
		ms, err := tx.Find(ctx, f)
		require.NoError(t, err)
		ids = matterIDs(ms)
	})
	return ids
}

// testFilter compares Find with the filter read literally, over random filters.
func testFilter(t *testing.T, s service.Store) {
	pick := func(i int, of ...string) string { return of[i%len(of)] }
	var all []procedure.Matter
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for i := range 60 {
			all = append(all, open(t, ctx, tx, bot.MatterID(numbered("m", i)), i+1, func(m *procedure.Matter) {
				m.Opened = noon.Add(time.Duration(i/2) * time.Hour) // two at a time
				m.Node = bot.NodeID(pick(i, "grid", "hall"))
				m.Template = pick(i/2, "order", "task", "wish")
				m.Asker = bot.PersonID(pick(i/3, "a", "b"))
				m.Opener = bot.PersonID(pick(i/5, "a", "c"))
				m.Holders = []procedure.Holder{{Person: bot.PersonID(pick(i/7, "a", "b"))}}
				m.Outcome = procedure.Outcome(pick(i/4, "", "done"))
			}))
		}
	})
	slices.Reverse(all)
	rapid.Check(t, func(r *rapid.T) {
		hours := func(label string) time.Time {
			h := rapid.IntRange(-1, 31).Draw(r, label)
			if h < 0 {
				return time.Time{}
			}
			return noon.Add(time.Duration(h) * time.Hour)
		}
		f := procedure.Filter{
			Node:      rapid.SampledFrom([]bot.NodeID{"", "grid", "hall", "none"}).Draw(r, "node"),
			Templates: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"order", "task", "none"}), 0, 3, rapid.ID).Draw(r, "templates"),
			Asker:     rapid.SampledFrom([]bot.PersonID{"", "a", "b", "c"}).Draw(r, "asker"),
			Holder:    rapid.SampledFrom([]bot.PersonID{"", "a", "b", "c"}).Draw(r, "holder"),
			Open:      rapid.Bool().Draw(r, "open"),
			From:      hours("from"), To: hours("to"),
			Limit: rapid.IntRange(1, 70).Draw(r, "limit"),
		}
		want := []bot.MatterID{}
		for _, m := range all {
			if matches(f, m) && len(want) < f.Limit {
				want = append(want, m.ID)
			}
		}
		var got []procedure.Matter
		require.NoError(r, s.View(t.Context(), func(ctx context.Context, tx service.Tx) (err error) {
			got, err = tx.Find(ctx, f)
			return err
		}))
		require.Equal(r, want, matterIDs(got))
	})
}

func matches(f procedure.Filter, m procedure.Matter) bool {
	return (f.Node == "" || m.Node == f.Node) &&
		(len(f.Templates) == 0 || slices.Contains(f.Templates, m.Template)) &&
		(f.Asker == "" || m.Asker == f.Asker || m.Opener == f.Asker) &&
		(f.Holder == "" || m.Holds(f.Holder)) &&
		(!f.Open || m.IsOpen()) &&
		(f.From.IsZero() || !m.Opened.Before(f.From)) &&
		(f.To.IsZero() || m.Opened.Before(f.To))
}

var entryCases = []testCase{
	{"an entry is booked once", func(t *testing.T, s service.Store) {
		e := procedure.Entry{Book: "积分", Node: "grid", Person: "wang", Matter: "m1", Round: 1, Amount: 250, At: noon}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.AddEntry(ctx, e))
			again := e
			again.Amount = 999
			require.NoError(t, tx.AddEntry(ctx, again))
		})
		require.Equal(t, []procedure.Entry{e}, entries(t, s, "积分", "grid", "wang"))
	}},
	{"entries are one book's, oldest first", func(t *testing.T, s service.Store) {
		e := func(book, node, person string, round int, h time.Duration) procedure.Entry {
			return procedure.Entry{
				Book: book, Node: bot.NodeID(node), Person: bot.PersonID(person), Matter: "m1", Round: round,
				Amount: -50, At: noon.Add(h * time.Hour),
			}
		}
		late, early := e("积分", "grid", "wang", 1, 2), e("积分", "hall", "wang", 2, 1)
		li, other := e("积分", "grid", "li", 1, 3), e("时长", "grid", "wang", 1, 0)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for _, x := range []procedure.Entry{late, early, li, other} {
				require.NoError(t, tx.AddEntry(ctx, x))
			}
		})
		require.Equal(t, []procedure.Entry{early, late}, entries(t, s, "积分", "", "wang"))
		require.Equal(t, []procedure.Entry{late, li}, entries(t, s, "积分", "grid", ""))
		require.Equal(t, []procedure.Entry{other}, entries(t, s, "时长", "grid", ""))
		require.Empty(t, entries(t, s, "none", "grid", ""))
	}},
}

func entries(t testing.TB, s service.Store, book string, node bot.NodeID, p bot.PersonID) (out []procedure.Entry) {
	view(t, s, func(ctx context.Context, tx service.Tx) {
		var err error
		out, err = tx.Entries(ctx, book, node, p)
		require.NoError(t, err)
	})
	return out
}
