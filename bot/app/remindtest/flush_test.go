package remindtest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
)

// TestAFlushedQueueIsFilledAtOnce: what was queued before a flush comes at its minute all
// the same, and not when the records are next looked at.
func TestAFlushedQueueIsFilledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		clock := &skewed{}
		morning := time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone)
		clock.jump(time.Until(morning))
		queue := &flushed{clock: clock, Queue: embedded.NewShared(clock)}
		s := &storm{t: t, store: store, clock: clock, queue: queue, mail: &mailbox{}, people: 40, due: morning.Add(10 * time.Minute)}
		s.fill(1)
		time.Sleep(20 * time.Second) // the records are looked at each minute from here on
		defer s.start("a", store).stop()
		time.Sleep(9*time.Minute + 30*time.Second)
		queue.flush()
		require.Empty(t, s.mail.words())
		time.Sleep(12 * time.Second) // two seconds past its time
		require.Len(t, s.mail.words(), 1)
	})
}
