package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
	"yiqun/cards"
)

var outboxCases = []testCase{
	{"a row comes back as it was", func(t *testing.T, s service.Store) {
		row := message("r1", groupA, func(r *deliver.Row) {
			r.Body = deliver.Body{
				Reply:    bot.Reply{Token: "secret", Expires: noon.Add(time.Hour)},
				Card:     &cards.Card{ID: "c1", Ref: "#12", Title: "声控灯坏了"},
				Text:     "已下单",
				Mentions: []bot.Account{{Platform: bot.DingTalk, User: "u"}},
				File:     &deliver.File{Name: "台账.xlsx", Data: []byte{0, 1, 2}},
			}
			r.Matter, r.NotBefore, r.StaleAfter, r.Tries = "m1", noon.Add(-time.Minute), noon.Add(time.Hour), 3
		})
		enqueue(t, s, row)
		require.Equal(t, []deliver.Row{row}, ready(t, s, noon, 10))
	}},
	{"an id is queued once", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA))
		refused(t, s, bot.Duplicate, func(ctx context.Context, tx service.Tx) error {
			return tx.Enqueue(ctx, message("r1", groupB))
		})
		require.Equal(t, groupA, ready(t, s, noon, 10)[0].To)
	}},
	{"a newer refresh replaces one that was not sent", testRefresh},
	{"rows go oldest first and never past one held back", func(t *testing.T, s service.Store) {
		held := func(r *deliver.Row) { r.NotBefore = noon.Add(time.Second) }
		enqueue(t, s, message("r3", groupB), message("r1", groupA), message("r2", groupA, held), message("r4", groupA))
		require.Equal(t, []string{"r1", "r3"}, rowIDs(ready(t, s, noon, 10)))
		require.Equal(t, []string{"r1"}, rowIDs(ready(t, s, noon, 1)))
		require.Equal(t, []string{"r1", "r2", "r3", "r4"}, rowIDs(ready(t, s, noon.Add(time.Second), 10)))
	}},
	{"ready rows are those of the sentence, for any queue", testReadyModel},
	{"what failed waits no longer than it is told to, and nothing else goes sooner", testHasten},
	{"a newer refresh comes as soon as the older would have", testRefreshInTime},
	{"a chat with a long queue keeps no other waiting", testFlood},
	{"the next row may go when a queue's first may", testNextReady},
	{"settling stores the outcome and forgets the body", testSettle},
	{"failed rows stay, newest first", func(t *testing.T, s service.Store) {
		rows := []deliver.Row{message("r1", groupA), message("r2", groupA), message("r3", groupB)}
		enqueue(t, s, rows...)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for i := range rows {
				rows[i].State, rows[i].LastError = deliver.Failed, "unreachable"
				require.NoError(t, tx.Settle(ctx, rows[i]))
			}
		})
		failed := func(limit int) (out []deliver.Row) {
			view(t, s, func(ctx context.Context, tx service.Tx) {
				var err error
				out, err = tx.FailedRows(ctx, limit)
				require.NoError(t, err)
			})
			return out
		}
		require.Equal(t, []deliver.Row{rows[2], rows[1], rows[0]}, failed(10))
		require.Equal(t, []deliver.Row{rows[2]}, failed(1))
		require.Empty(t, ready(t, s, noon, 10))
	}},
	{"calls add up by platform and month", func(t *testing.T, s service.Store) {
		spend := func(p bot.Platform, month string, calls int) (sum int) {
			update(t, s, func(ctx context.Context, tx service.Tx) {
				require.NoError(t, tx.Spend(ctx, p, month, calls))
				var err error
				sum, err = tx.Spent(ctx, p, month)
				require.NoError(t, err)
			})
			return sum
		}
		require.Equal(t, 2, spend(bot.DingTalk, "2026-11", 2))
		require.Equal(t, 5, spend(bot.DingTalk, "2026-11", 3))
		require.Equal(t, 1, spend(bot.WeCom, "2026-11", 1))
		require.Equal(t, 1, spend(bot.DingTalk, "2026-12", 1))
		view(t, s, func(ctx context.Context, tx service.Tx) {
			sum, err := tx.Spent(ctx, bot.DingTalk, "2026-11")
			require.NoError(t, err)
			require.Equal(t, 5, sum)
			sum, err = tx.Spent(ctx, bot.WeCom, "2026-12")
			require.NoError(t, err)
			require.Zero(t, sum, "none yet")
		})
	}},
}

func enqueue(t testing.TB, s service.Store, rows ...deliver.Row) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Enqueue(ctx, rows...)) })
}

func ready(t testing.TB, s service.Store, at time.Time, limit int) (rows []deliver.Row) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx service.Tx) {
		var err error
		rows, err = tx.Ready(ctx, at, limit)
		require.NoError(t, err)
	})
	return rows
}

func nextReady(t testing.TB, s service.Store) (at time.Time) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx service.Tx) {
		var err error
		at, err = tx.NextReady(ctx)
		require.NoError(t, err)
	})
	return at
}

func testRefresh(t *testing.T, s service.Store) {
	refresh := func(id, card, text string, to bot.Chat) deliver.Row {
		return message(id, to, func(r *deliver.Row) { r.Refresh, r.Body.Text = card, text })
	}
	enqueue(t, s, refresh("r1", "card", "1/3", groupA), message("r2", groupA), refresh("r3", "other", "", groupA))
	enqueue(t, s, refresh("r4", "card", "2/3", groupA), refresh("r5", "card", "2/3", groupB))
	got := ready(t, s, noon, 10)
	require.Equal(t, []string{"r2", "r3", "r4", "r5"}, rowIDs(got))
	require.Equal(t, "2/3", got[2].Body.Text)

	// r4 is being sent when r6 comes: what becomes of r4 does not touch r6.
	enqueue(t, s, refresh("r6", "card", "3/3", groupA))
	sent := got[2]
	sent.State = deliver.Sent
	update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Settle(ctx, sent)) })
	got = ready(t, s, noon, 10)
	require.Equal(t, []string{"r2", "r3", "r5", "r6"}, rowIDs(got))

	// A refresh that was sent is not replaced, but followed.
	sent = got[3]
	sent.State = deliver.Sent
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.Settle(ctx, sent))
		require.NoError(t, tx.Enqueue(ctx, refresh("r7", "card", "4/3", groupA)))
	})
	require.Equal(t, []string{"r2", "r3", "r5", "r7"}, rowIDs(ready(t, s, noon, 10)))
}

// testRefreshInTime: a newer refresh waits no longer than the one it replaces would have,
// and where that one may be on its way already, not until the card changes again.
func testRefreshInTime(t *testing.T, s service.Store) {
	refresh := func(id string, at, until time.Time) {
		enqueue(t, s, message(id, groupA, func(r *deliver.Row) { r.Refresh, r.Created, r.NotBefore = "card", at, until }))
	}
	next := func() time.Time { return nextReady(t, s) }
	later := noon.Add(time.Hour)
	refresh("r1", noon, noon)
	refresh("r2", noon.Add(time.Second), later)
	require.True(t, next().Equal(noon.Add(deliver.RefreshApart)), "the first may be on its way")
	refresh("r3", noon.Add(2*time.Second), later)
	require.True(t, next().Equal(noon.Add(deliver.RefreshApart)), "the second is not put off")
	refresh("r4", noon.Add(3*time.Second), noon.Add(3*time.Second))
	require.True(t, next().Equal(noon.Add(3*time.Second)), "what may go at once goes at once")
	require.Equal(t, []string{"r4"}, rowIDs(ready(t, s, noon.Add(time.Minute), 10)))
}

// testFlood: a chat with a long queue lets a chat with one message through at once.
func testFlood(t *testing.T, s service.Store) {
	for i := range 100 {
		enqueue(t, s, message(numbered("r", i), groupA))
	}
	enqueue(t, s, message("s1", groupB))
	got := rowIDs(ready(t, s, noon, 10))
	want := []string{"s1"}
	for i := range 5 {
		want = append(want, numbered("r", i))
	}
	require.ElementsMatch(t, want, got)
}

// testReadyModel compares Ready and NextReady with their sentences, read literally.
func testReadyModel(t *testing.T, s service.Store) {
	next := 0
	rapid.Check(t, func(r *rapid.T) {
		var queued []deliver.Row
		for range rapid.IntRange(0, 12).Draw(r, "rows") {
			chat := rapid.SampledFrom([]bot.Chat{groupA, groupB, {Platform: bot.WeCom, ID: "wrB", Private: true}}).Draw(r, "chat")
			hold := time.Duration(rapid.IntRange(-1, 2).Draw(r, "hold")) * time.Minute
			next++
			queued = append(queued, message(numbered("r", next), chat, func(r *deliver.Row) { r.NotBefore = noon.Add(hold) }))
		}
		limit := rapid.IntRange(1, 14).Draw(r, "limit")
		want := []string{}
		var first time.Time
		held, seen := map[bot.Chat]bool{}, map[bot.Chat]bool{}
		lanes, taken := map[bot.Chat]bool{}, map[bot.Chat]int{}
		for _, row := range queued {
			if !seen[row.To] && !row.NotBefore.After(noon) && len(lanes) < limit {
				lanes[row.To] = true
			}
			seen[row.To] = true
		}
		share := limit / max(1, len(lanes))
		clear(seen)
		for _, row := range queued {
			held[row.To] = held[row.To] || row.NotBefore.After(noon)
			if !held[row.To] && lanes[row.To] && taken[row.To] < share {
				taken[row.To]++
				want = append(want, row.ID)
			}
			may := row.NotBefore
			if may.Before(row.Created) {
				may = row.Created
			}
			if !seen[row.To] && (first.IsZero() || may.Before(first)) {
				first = may
			}
			seen[row.To] = true
		}
		var got []deliver.Row
		var at time.Time
		require.NoError(r, s.Update(t.Context(), func(ctx context.Context, tx service.Tx) (err error) {
			require.NoError(r, tx.Enqueue(ctx, queued...))
			got, err = tx.Ready(ctx, noon, limit)
			require.NoError(r, err)
			at, err = tx.NextReady(ctx)
			require.NoError(r, err)
			for _, row := range queued { // leave an empty queue to the next round
				row.State = deliver.Stale
				require.NoError(r, tx.Settle(ctx, row))
			}
			return nil
		}))
		require.Equal(r, want, rowIDs(got))
		require.Equal(r, first, at)
	})
}

func testNextReady(t *testing.T, s service.Store) {
	next := func() time.Time { return nextReady(t, s) }
	require.True(t, next().IsZero(), "nothing is queued")
	later := func(d time.Duration) func(*deliver.Row) {
		return func(r *deliver.Row) { r.NotBefore = noon.Add(d) }
	}
	enqueue(t, s, message("r1", groupA, later(time.Hour)), message("r2", groupA, later(time.Minute)))
	require.Equal(t, noon.Add(time.Hour), next(), "r2 waits for r1")
	enqueue(t, s, message("r3", groupB, later(time.Minute)))
	require.Equal(t, noon.Add(time.Minute), next())
	enqueue(t, s, deliver.Row{ID: "r0", To: groupB})
	require.False(t, next().IsZero(), "a row without any time may go at once")
	require.False(t, next().After(noon))
}

func testHasten(t *testing.T, s service.Store) {
	held := func(d time.Duration, failed string) func(*deliver.Row) {
		return func(r *deliver.Row) { r.NotBefore, r.LastError = noon.Add(d), failed }
	}
	enqueue(t, s, message("r1", groupA, held(48*time.Hour, "retryable: timeout")), message("r2", groupB, held(48*time.Hour, "")))
	c := bot.Chat{Platform: bot.WeCom, ID: "wrB", Private: true}
	enqueue(t, s, message("r3", c, held(time.Minute, "retryable: timeout")))
	update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Hasten(ctx, noon.Add(5*time.Minute))) })
	require.Empty(t, ready(t, s, noon, 10))
	require.Equal(t, []string{"r3"}, rowIDs(ready(t, s, noon.Add(time.Minute), 10)))
	require.Equal(t, []string{"r1", "r3"}, rowIDs(ready(t, s, noon.Add(5*time.Minute), 10)))
	require.Equal(t, []string{"r1", "r2", "r3"}, rowIDs(ready(t, s, noon.Add(48*time.Hour), 10)))
}

func testSettle(t *testing.T, s service.Store) {
	row := message("r1", groupA)
	enqueue(t, s, row)
	row.Tries, row.NotBefore, row.LastError = 1, noon.Add(time.Minute), "retryable: timeout"
	settle := func() {
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Settle(ctx, row)) })
	}
	settle()
	require.Empty(t, ready(t, s, noon, 10))
	require.Equal(t, []deliver.Row{row}, ready(t, s, noon.Add(time.Minute), 10))

	row.State = deliver.Sent
	settle()
	require.Empty(t, ready(t, s, noon.Add(time.Hour), 10))

	// Seen as a failed row, since nothing else reads settled ones: the body is gone.
	row.State = deliver.Failed
	settle()
	view(t, s, func(ctx context.Context, tx service.Tx) {
		rows, err := tx.FailedRows(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, deliver.Body{}, rows[0].Body)
	})
}
