package dingtalk

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestAPressThatWaitedIsStillHandled: what waits for its turn counts towards the answer,
// and never so much that the press itself is lost.
func TestAPressThatWaitedIsStillHandled(t *testing.T) {
	arrived := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for waited, left := range map[time.Duration]time.Duration{
		0:               atLeast,
		time.Second:     atLeast,
		time.Minute:     atLeast,
		-10 * time.Hour: 10*time.Hour + pressTimeout, // the clock was set back
	} {
		now := arrived.Add(waited)
		assert.Equal(t, left, deadline(arrived, now, pressTimeout).Sub(now), waited)
	}
	assert.Equal(t, messageTimeout, deadline(arrived, arrived, messageTimeout).Sub(arrived))
}
