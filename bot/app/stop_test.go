package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
)

// bottomless are records whose outbox never comes to an end.
type bottomless struct{ service.Store }

func (bottomless) View(ctx context.Context, _ func(context.Context, service.Tx) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestAStopWithMessagesLeft ends well when its time is up, and says what became of them.
func TestAStopWithMessagesLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := New(Options{
			Store: bottomless{}, Clock: bot.SystemClock{}, Zone: time.UTC, Adapters: []platform.Adapter{&mouth{}},
			Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), beginFor)
		defer cancel()
		inTime, err := a.flush(ctx)
		require.NoError(t, err)
		require.False(t, inTime, "nothing more is begun")
		require.Equal(t, beginFor, time.Since(began))
		require.Contains(t, log.String(), "with messages left")
	})
}

// slow is an adapter whose platform takes as long as a send may take at all, and whose
// handlers use all of their grace.
type slow struct {
	mouth
	begun []time.Time
	takes time.Duration
}

func (s *slow) Capabilities() bot.Capabilities { return bot.Capabilities{} }

func (s *slow) Run(ctx context.Context, _ platform.Handler) error {
	<-ctx.Done()
	time.Sleep(8 * time.Second)
	return nil
}

func (s *slow) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	s.mu.Lock()
	s.begun = append(s.begun, time.Now())
	s.mu.Unlock()
	select {
	case <-time.After(s.takes):
		return s.mouth.Send(ctx, out)
	case <-ctx.Done():
		return deliver.Receipt{}, bot.Fault(bot.Retryable, ctx.Err())
	}
}

// TestASlowPlatformAndAStop: what a supervisor grants is enough wherever the word to stop
// falls. What was begun is finished, nothing is begun late, and the next start sends the
// rest, once.
func TestASlowPlatformAndAStop(t *testing.T) {
	const (
		granted = 40 * time.Second // TimeoutStopSec and stop_grace_period
		almost  = 20*time.Second - time.Millisecond
	)
	for _, told := range []time.Duration{time.Millisecond, almost - 4*time.Second, almost - time.Millisecond, almost + time.Millisecond} {
		t.Run(told.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
				require.NoError(t, err)
				defer func() { require.NoError(t, store.Close()) }()
				var want []string
				require.NoError(t, store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
					for i := range 30 {
						id := fmt.Sprintf("%02d", i)
						want = append(want, id)
						// Several in each chat, in more chats than are sent to at once, none to be merged.
						to := bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(fmt.Sprint("c", i%10))}
						row := deliver.Row{ID: id, To: to, Created: time.Now(), Body: deliver.Body{Text: id, Reply: bot.Reply{Token: id}}}
						if err := tx.Enqueue(ctx, row); err != nil {
							return err
						}
					}
					return nil
				}))
				live := func(m *slow, until func()) (took time.Duration) {
					a := New(Options{Store: store, States: embedded.New(bot.SystemClock{}), Clock: bot.SystemClock{}, Zone: time.UTC, Adapters: []platform.Adapter{m}})
					ctx, stop := context.WithCancel(t.Context())
					ended := make(chan error, 1)
					go func() { ended <- a.Run(ctx) }()
					until()
					began := time.Now()
					stop()
					require.NoError(t, <-ended)
					return time.Since(began)
				}
				first := &slow{takes: almost}
				var toldAt time.Time
				took := live(first, func() { time.Sleep(told); toldAt = time.Now() })
				require.LessOrEqual(t, took, granted-2*drainHTTP, "with what the servers need")
				require.Len(t, first.words(), len(first.begun), "what was begun is finished")
				require.Less(t, len(first.begun), len(want))
				for _, at := range first.begun {
					require.LessOrEqual(t, at.Sub(toldAt), beginFor)
				}
				next := &slow{takes: time.Millisecond}
				live(next, func() { time.Sleep(time.Minute) })
				require.ElementsMatch(t, want, slices.Concat(first.words(), next.words()), "each once")
			})
		})
	}
}
