package sqlite

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/cards"
	"yiqun/storage/sqlstore"
)

// command is what one order costs the records: a number, an act with its matter, a
// card for the group and the event that caused it.
func command(ctx context.Context, s service.Store, n int64) error {
	return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		id := fmt.Sprintf("01JD%022d", n)
		event := bot.EventID(id)
		if _, _, err := tx.Handled(ctx, bot.DingTalk, event); err != nil {
			return err
		}
		number, err := tx.NextNumber(ctx, "estate", 2026)
		if err != nil {
			return err
		}
		now := time.Now()
		act := procedure.Act{
			Matter: bot.MatterID(id), Seq: 1, Op: procedure.Do, Step: "ask", At: now, By: "asker", Event: event,
			Content: map[string]string{"what": "3栋2单元声控灯坏了", "where": "3栋2单元"},
		}.Seal("", []byte("0123456789abcdef"))
		m := procedure.Matter{
			ID: act.Matter, Template: "order", Node: "grid", Series: "estate", Year: 2026, Number: number,
			Version: 1, Head: act.Hash, Opened: now, Asker: "asker", Opener: "asker",
			Steps: map[string]procedure.StepState{"ask": {Status: procedure.Ended}, "order": {Status: procedure.Open}},
		}
		if err := tx.Append(ctx, m, act, now.Add(time.Hour)); err != nil {
			return err
		}
		card := &cards.Card{ID: id, Ref: m.Ref(), Kind: "民情工作单", Title: "3栋2单元声控灯坏了", Status: "等下单"}
		row := deliver.Row{ID: id, To: bot.Chat{Platform: bot.DingTalk, ID: "cid"}, Body: deliver.Body{Card: card}, Created: now}
		if err := tx.Enqueue(ctx, row); err != nil {
			return err
		}
		return tx.MarkHandled(ctx, bot.DingTalk, event, now, nil)
	})
}

// BenchmarkUpdate is one durable command; compare it with BenchmarkSync, below
// which no durable command alone can be.
func BenchmarkUpdate(b *testing.B) {
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := openStore(b, "sqlite:"+b.TempDir()+"/yiqun.db")
			var next atomic.Int64
			b.ReportAllocs()
			b.ResetTimer()
			var g errgroup.Group
			for range callers {
				g.Go(func() error {
					for {
						n := next.Add(1)
						if n > int64(b.N) {
							return nil
						}
						if err := command(b.Context(), s, n); err != nil {
							return err
						}
					}
				})
			}
			require.NoError(b, g.Wait())
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}

// BenchmarkSync is the floor: a few pages appended to a file and forced to disk.
func BenchmarkSync(b *testing.B) {
	f, err := os.Create(b.TempDir() + "/floor")
	require.NoError(b, err)
	defer f.Close()
	pages := make([]byte, 12*4096)
	for b.Loop() {
		_, err := f.Write(pages)
		require.NoError(b, err)
		require.NoError(b, f.Sync())
	}
}

// BenchmarkReady asks for the next fifty rows of a long outbox.
func BenchmarkReady(b *testing.B) {
	for _, shape := range []struct {
		name        string
		chats, each int
		held        bool
	}{
		{"one chat, 10000 ready", 1, 10000, false},
		{"100 chats, 100 each ready", 100, 100, false},
		{"100 chats, 100 each behind one held back", 100, 100, true},
		{"nothing queued", 1, 0, false},
	} {
		b.Run(shape.name, func(b *testing.B) {
			s := openStore(b, "sqlite:"+b.TempDir()+"/yiqun.db")
			fill(b, s, shape.chats, shape.each, shape.held)
			for b.Loop() {
				require.NoError(b, s.View(b.Context(), func(ctx context.Context, tx service.Tx) error {
					_, err := tx.Ready(ctx, time.Now(), 50)
					return err
				}))
			}
		})
	}
}

// BenchmarkView is a reading transaction that reads nothing.
func BenchmarkView(b *testing.B) {
	s := openStore(b, "sqlite:"+b.TempDir()+"/yiqun.db")
	for b.Loop() {
		require.NoError(b, s.View(b.Context(), func(context.Context, service.Tx) error { return nil }))
	}
}

func fill(b *testing.B, s *sqlstore.Store, chats, each int, held bool) {
	require.NoError(b, s.Update(b.Context(), func(ctx context.Context, tx service.Tx) error {
		for n := range chats * each {
			chat := n % chats
			row := deliver.Row{
				ID: fmt.Sprintf("%08d", n), To: bot.Chat{Platform: bot.WeCom, ID: bot.ChatID(fmt.Sprint(chat))},
				Body: deliver.Body{Text: "#12 已下单"}, Created: time.Now(),
			}
			if held && n < chats {
				row.NotBefore = time.Now().Add(time.Hour)
			}
			if err := tx.Enqueue(ctx, row); err != nil {
				return err
			}
		}
		return nil
	}))
}
