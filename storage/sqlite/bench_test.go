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
	"yiqun/bot/service"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

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
						if err := storagetest.Command(b.Context(), s, "estate", n); err != nil {
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
