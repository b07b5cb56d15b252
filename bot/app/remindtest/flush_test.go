package remindtest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAFlushedQueueIsFilledAtOnce: what was queued before a flush comes at its minute all
// the same, and not when the records are next looked at.
func TestAFlushedQueueIsFilledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := embeddedStorm(t)
		s.fill(1)
		time.Sleep(20 * time.Second) // the records are looked at each minute from here on
		defer s.start("a", store).stop()
		time.Sleep(9*time.Minute + 30*time.Second)
		s.flush()
		require.Empty(t, s.mail.words())
		time.Sleep(12 * time.Second) // two seconds past its time
		require.Len(t, s.mail.words(), 1)
	})
}
