package storagetest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

var errNo = errors.New("no")

// everything writes one row of every noun.
func everything(ctx context.Context, tx service.Tx) error {
	m, act := opening("m1", 1)
	return errors.Join(
		tx.SaveTemplate(ctx, "h", "order", []byte("x")),
		tx.Append(ctx, m, act, noon),
		tx.AddEntry(ctx, procedure.Entry{Book: "b", Matter: "m1", Person: "p1"}),
		tx.PutPerson(ctx, wang),
		tx.PutAccount(ctx, wangDing),
		tx.Enqueue(ctx, message("r1", groupA)),
		tx.MarkHandled(ctx, bot.WeCom, "e1", noon, nil),
		tx.Journal(ctx, service.Record{At: noon, What: "bind"}),
	)
}

// kept reports whether everything is there, and fails if only a part is.
func kept(t testing.TB, s service.Store) bool {
	var there []bool
	view(t, s, func(ctx context.Context, tx service.Tx) {
		add := func(ok bool, err error) {
			if bot.CodeOf(err) != bot.NotFound {
				require.NoError(t, err)
			}
			there = append(there, ok && err == nil)
		}
		_, err := tx.TemplateSource(ctx, "h")
		add(true, err)
		_, err = tx.Matter(ctx, "m1")
		add(true, err)
		acts, err := tx.Acts(ctx, "m1")
		add(len(acts) == 1, err)
		found, err := tx.Find(ctx, procedure.Filter{Asker: "asker"})
		add(len(found) == 1, err)
		booked, err := tx.Entries(ctx, "b", "", "p1")
		add(len(booked) == 1, err)
		_, err = tx.Person(ctx, wang.ID)
		add(true, err)
		_, err = tx.Account(ctx, wangDing.Account)
		add(true, err)
		rows, err := tx.Ready(ctx, noon, 10)
		add(len(rows) == 1, err)
		_, handled, err := tx.Handled(ctx, bot.WeCom, "e1")
		add(handled, err)
		journal, err := tx.Journaled(ctx)
		add(len(journal) == 1, err)
	})
	for _, ok := range there {
		require.Equal(t, there[0], ok, "half an effect: %v", there)
	}
	return there[0]
}

var transactionCases = []testCase{
	{"an update is kept whole", func(t *testing.T, s service.Store) {
		require.NoError(t, s.Update(t.Context(), everything))
		require.True(t, kept(t, s))
	}},
	{"an error leaves no trace and comes back", func(t *testing.T, s service.Store) {
		mine := bot.Errorf(bot.Forbidden, "这一步由书记来办。")
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			require.NoError(t, everything(ctx, tx))
			return errors.Join(mine, errNo)
		})
		require.ErrorIs(t, err, errNo)
		require.ErrorIs(t, err, mine)
		require.False(t, kept(t, s))
		require.NoError(t, s.Update(t.Context(), everything), "the store works on")
	}},
	{"a panic leaves no trace and passes", func(t *testing.T, s service.Store) {
		require.PanicsWithValue(t, "boom", func() {
			_ = s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
				require.NoError(t, everything(ctx, tx))
				panic("boom")
			})
		})
		require.PanicsWithValue(t, "boom", func() {
			_ = s.View(t.Context(), func(context.Context, service.Tx) error { panic("boom") })
		})
		require.False(t, kept(t, s))
		require.NoError(t, s.Update(t.Context(), everything), "the store works on")
		require.True(t, kept(t, s))
	}},
	{"a cancelled update leaves no trace", func(t *testing.T, s service.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
			require.NoError(t, everything(ctx, tx))
			cancel()
			return tx.PutPerson(ctx, li)
		})
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, kept(t, s))
		ran := false
		err = s.Update(ctx, func(context.Context, service.Tx) error { ran = true; return nil })
		require.ErrorIs(t, err, context.Canceled)
		requireCode(t, bot.Internal, err)
		require.ErrorIs(t, s.View(ctx, func(context.Context, service.Tx) error { ran = true; return nil }), context.Canceled)
		require.False(t, ran)
	}},
	{"hiding a failed statement does not keep the rest", func(t *testing.T, s service.Store) {
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			require.NoError(t, everything(ctx, tx))
			cancelled, cancel := context.WithCancel(ctx)
			cancel()
			require.Error(t, tx.PutPerson(cancelled, li))
			return nil
		})
		requireCode(t, bot.Internal, err)
		require.False(t, kept(t, s))
	}},
	{"a view cannot write", func(t *testing.T, s service.Store) {
		err := s.View(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.PutPerson(ctx, wang) })
		requireCode(t, bot.Internal, err)
		view(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.Person(ctx, wang.ID)
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"a view returns its error", func(t *testing.T, s service.Store) {
		require.ErrorIs(t, s.View(t.Context(), func(context.Context, service.Tx) error { return errNo }), errNo)
	}},
	{"a view inside an update sees what was committed before", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, everything(ctx, tx))
			require.False(t, kept(t, s))
		})
		require.True(t, kept(t, s))
	}},
	{"an update inside an update is refused", func(t *testing.T, s service.Store) {
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			require.NoError(t, everything(ctx, tx))
			return s.Update(ctx, func(context.Context, service.Tx) error { return nil })
		})
		requireCode(t, bot.Internal, err)
		require.False(t, kept(t, s))
	}},
	{"a transaction that is over refuses to work", func(t *testing.T, s service.Store) {
		var late service.Tx
		update(t, s, func(_ context.Context, tx service.Tx) { late = tx })
		requireCode(t, bot.Internal, late.PutPerson(t.Context(), wang))
		_, err := late.Person(t.Context(), wang.ID)
		requireCode(t, bot.Internal, err)
	}},
	{"ping says that all is well", func(t *testing.T, s service.Store) {
		require.NoError(t, s.Ping(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, s.Ping(ctx))
	}},
}
