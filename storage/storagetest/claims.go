package storagetest

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
)

// by is a claimant whose claims last; one with dead is gone as soon as it has
// claimed.
func by(owner string, except ...bot.Platform) deliver.Claimant {
	return deliver.Claimant{Owner: owner, Lease: time.Minute, Except: except}
}

func dead(owner string) deliver.Claimant { return deliver.Claimant{Owner: owner, Lease: -time.Second} }

func claimed(t testing.TB, s service.Store, c deliver.Claimant, limit int, want ...string) (rows []deliver.Row) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx service.Tx) {
		var err error
		rows, err = tx.Claim(ctx, c, noon, limit)
		require.NoError(t, err)
	})
	require.ElementsMatch(t, want, rowIDs(rows))
	return rows
}

func settle(t testing.TB, s service.Store, r deliver.Row, state deliver.State) (err error) {
	t.Helper()
	r.State = state
	return s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.Settle(ctx, r) })
}

func release(t testing.TB, s service.Store, owner string, lanes ...string) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.Release(ctx, owner, lanes...)) })
}

var claimCases = []testCase{
	{"what one has claimed no other gets, and what follows it in its chat neither", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA), message("r2", groupB), message("r3", groupA))
		rows := claimed(t, s, by("a"), 1, "r1")
		claimed(t, s, by("b"), 10, "r2")
		require.NoError(t, settle(t, s, rows[0], deliver.Sent))
		claimed(t, s, by("b"), 10, "r2")
		claimed(t, s, by("a"), 10, "r3")
	}},
	{"released lanes are free for all", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA), message("r2", groupB))
		claimed(t, s, by("a"), 10, "r1", "r2")
		release(t, s, "b", groupA.Key(), groupB.Key())
		claimed(t, s, by("b"), 10)
		release(t, s, "a", groupA.Key())
		claimed(t, s, by("b"), 10, "r1")
	}},
	{"what a dead instance claimed is taken over, and what it settles late is refused", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA), message("r2", groupA))
		late := claimed(t, s, dead("a"), 10, "r1", "r2")
		rows := claimed(t, s, by("b"), 10, "r1", "r2")
		require.Greater(t, rows[0].Fence, late[0].Fence)
		requireCode(t, bot.Stale, settle(t, s, late[0], deliver.Failed))
		require.NoError(t, settle(t, s, rows[0], deliver.Sent))
		claimed(t, s, by("b"), 10, "r2")
	}},
	{"who was away and lost nothing may settle", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA))
		rows := claimed(t, s, dead("a"), 10, "r1")
		require.NoError(t, settle(t, s, rows[0], deliver.Sent))
		claimed(t, s, by("b"), 10)
	}},
	{"a refresh is a lane of its own", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA), message("r2", groupA, func(r *deliver.Row) { r.Refresh = "card" }))
		claimed(t, s, by("a"), 1, "r1")
		claimed(t, s, by("b"), 10, "r2")
	}},
	{"a platform one cannot send on is left to others", func(t *testing.T, s service.Store) {
		private := bot.Chat{Platform: bot.WeCom, ID: "p", Private: true}
		enqueue(t, s, message("r1", groupA), message("r2", groupB), message("r3", private))
		claimed(t, s, by("a", bot.DingTalk, bot.WeCom), 10)
		claimed(t, s, by("a", bot.WeCom), 10, "r1")
		claimed(t, s, by("b"), 10, "r2", "r3")
	}},
	{"a row that was not claimed is settled as ever", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA))
		claimed(t, s, by("a"), 10, "r1")
		require.NoError(t, settle(t, s, ready(t, s, noon, 1)[0], deliver.Sent))
	}},
	{"many claim each row once, in the order of its chat", func(t *testing.T, s service.Store) {
		const chats, each = 6, 8
		var rows []deliver.Row
		for n := range chats * each {
			rows = append(rows, message(numbered("r", n), bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(numbered("c", n%chats))}))
		}
		enqueue(t, s, rows...)
		var mu sync.Mutex
		sent := map[bot.ChatID][]string{}
		together(t, func(ctx context.Context, _ int) error {
			me := by(rand.Text())
			for {
				var mine []deliver.Row
				err := s.Update(ctx, func(ctx context.Context, tx service.Tx) (err error) {
					mine, err = tx.Claim(ctx, me, noon, 5)
					return err
				})
				if err != nil || len(mine) == 0 {
					return err
				}
				for _, r := range mine {
					mu.Lock()
					sent[r.To.ID] = append(sent[r.To.ID], r.ID)
					mu.Unlock()
				}
				if err := s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
					var lanes []string
					for _, r := range mine {
						r.State = deliver.Sent
						lanes = append(lanes, r.Lane())
						if err := tx.Settle(ctx, r); err != nil {
							return err
						}
					}
					return tx.Release(ctx, me.Owner, lanes...)
				}); err != nil {
					return err
				}
			}
		})
		// One that found only claimed lanes left early; the rest is for a last one.
		for _, r := range leftover(t, s) {
			sent[r.To.ID] = append(sent[r.To.ID], r.ID)
		}
		require.Len(t, sent, chats)
		for chat, ids := range sent {
			require.Len(t, ids, each, "%s", chat)
			require.IsIncreasing(t, ids, "%s", chat)
		}
	}},
}

// leftover claims whatever is left.
func leftover(t testing.TB, s service.Store) (rows []deliver.Row) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx service.Tx) {
		var err error
		rows, err = tx.Claim(ctx, by("last"), noon, 1000)
		require.NoError(t, err)
	})
	return rows
}
