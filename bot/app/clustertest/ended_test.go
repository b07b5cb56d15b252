package clustertest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/storage/postgres"
)

// TestConnectionsEndedUnderLoad ends connections to the database at random while people
// talk: what DingTalk was told is handled is kept, what was not comes again, and each is
// announced once, whether it was sending or storing that was interrupted.
func TestConnectionsEndedUnderLoad(t *testing.T) {
	c := newCluster(t)
	a := c.start("a")
	db, err := postgres.Bare(c.url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	over := make(chan struct{})
	var ending sync.WaitGroup
	var ended atomic.Int64
	ending.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			var n int64
			assert.NoError(t, db.QueryRowContext(t.Context(), `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid() AND random() < 0.5`).Scan(&n))
			ended.Add(n)
		}
	})
	const lamps = 12
	name := func(n int) string { return fmt.Sprintf("第%d盏灯不亮", 100+n) }
	for n := range lamps {
		c.say(dingGroup, people[n%len(people)], "点单 "+name(n))
		c.until("it to be tried", func() bool { return int(a.ding.Status().Handled) > n })
		before := ended.Load()
		c.until("connections to be ended", func() bool { return ended.Load() > before+2 })
	}
	close(over)
	ending.Wait()
	t.Logf("%d connections ended, %d events to come again", ended.Load(), c.ding.Pending())

	c.clock.Advance(2 * time.Minute)
	c.until("all to be recorded", func() bool { return c.ding.Pending() == 0 && len(c.opened(a.line)) >= lamps })
	c.until("the outbox to be empty", func() bool { return c.nextReady(a).IsZero() })
	opened := c.opened(a.line)
	for n := range lamps {
		require.Equal(t, 1, opened[name(n)], name(n))
		require.Equal(t, 1, c.shown(dingGroup, name(n)), name(n))
	}
	c.verify(a)
}
