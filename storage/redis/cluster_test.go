package redis

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"yiqun/bot/service"
	"yiqun/storage/storagetest"
)

// startCluster starts three masters of its own and returns their URL.
func startCluster(t *testing.T) string {
	t.Helper()
	const nodes, slots = 3, 16384
	var clients []*redis.Client
	var addrs []string
	for range nodes {
		addr := freePort(t)
		addrs = append(addrs, addr)
		clients = append(clients, startNode(t, addr))
	}
	ctx := t.Context()
	for i, c := range clients {
		require.NoError(t, c.ClusterAddSlotsRange(ctx, i*slots/nodes, (i+1)*slots/nodes-1).Err())
		// Of equal epochs two nodes would have to agree first.
		require.NoError(t, c.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		host, port, err := net.SplitHostPort(addrs[0])
		require.NoError(t, err)
		require.NoError(t, c.ClusterMeet(ctx, host, port).Err())
	}
	for _, c := range clients {
		require.Eventually(t, func() bool {
			info, err := c.ClusterInfo(ctx).Result()
			return err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_size:%d\r", nodes))
		}, 20*time.Second, 20*time.Millisecond)
	}
	return clusterScheme + addrs[0] + "," + addrs[1] + "," + addrs[2]
}

// freePort finds a port whose cluster bus, 10000 above, is one as well.
func freePort(t *testing.T) string {
	t.Helper()
	for {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		addr := l.Addr().(*net.TCPAddr)
		require.NoError(t, l.Close())
		if addr.Port+10000 < 65536 {
			return addr.String()
		}
	}
}

func startNode(t *testing.T, addr string) *redis.Client {
	t.Helper()
	startServer(t, "--port", portOf(t, addr), "--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(t.TempDir(), "nodes.conf"))
	return awake(t, &redis.Options{Addr: addr})
}

func TestCluster(t *testing.T) {
	url := startCluster(t)
	t.Run("states", func(t *testing.T) {
		storagetest.RunStates(t, func(t *testing.T) (service.States, func(time.Duration)) { return ownStates(t, url) })
	})
	runShared(t, func(*testing.T) string { return url })
}
