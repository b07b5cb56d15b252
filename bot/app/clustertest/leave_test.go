package clustertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/postgres"
)

// TestAStopLeavesNothingClaimed: one that is told to stop while it works gives back at
// once whatever it held in the records and in the queue; nobody has to wait for a lease
// to lapse, as in a rolling restart.
func TestAStopLeavesNothingClaimed(t *testing.T) {
	c := newCluster(t)
	db, err := postgres.Bare(c.url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	bare := c.bareRedis()
	held := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(),
			`SELECT COUNT(*) FROM leases WHERE until > EXTRACT(EPOCH FROM clock_timestamp()) * 1000000000`).Scan(&n))
		return n
	}

	for round := range 3 {
		a := c.start("a")
		c.until("a to have its turn", func() bool { return a.we.Status().Connected })
		for n := range 6 {
			c.say(dingGroup, people[n%len(people)], fmt.Sprintf("点单 %s第%d盏灯坏了", strings.Repeat("又", round), n))
		}
		c.until("a to be at work", func() bool { return c.shown(dingGroup, strings.Repeat("又", round)+"第") > round })
		require.Positive(t, held(), "it lives, and holds WeCom's connection")
		a.stop()
		require.Zero(t, held(), "leases")
		claimed, err := bare.ZCount(t.Context(), c.queueKey("claimed"), "(0", "+inf").Result()
		require.NoError(t, err)
		require.Zero(t, claimed, "claims in the queue")
	}
}
