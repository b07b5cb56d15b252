package redis

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		const how = "redis-server is not installed: apt-get install redis-server to test a cluster"
		if os.Getenv("CI") != "" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	const nodes, slots = 3, 16384
	var clients []*redis.Client
	var addrs []string
	for range nodes {
		addr := freePort(t)
		addrs = append(addrs, addr)
		clients = append(clients, startNode(t, binary, addr))
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
			slots, e := c.ClusterSlots(ctx).Result()
			return err == nil && e == nil && len(slots) == nodes && len(info) > 0 && info[:len("cluster_state:ok")] == "cluster_state:ok"
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

func startNode(t *testing.T, binary, addr string) *redis.Client {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	_, err = strconv.Atoi(port)
	require.NoError(t, err)
	dir := t.TempDir()
	cmd := exec.CommandContext(context.Background(), binary, "--port", port, "--bind", "127.0.0.1", "--dir", dir,
		"--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(dir, "nodes.conf"), "--save", "", "--appendonly", "no")
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it says that it was killed
	})
	c := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.Eventually(t, func() bool { return c.Ping(t.Context()).Err() == nil }, 20*time.Second, 20*time.Millisecond)
	return c
}

func TestCluster(t *testing.T) {
	url := startCluster(t)
	t.Run("states", func(t *testing.T) {
		storagetest.RunStates(t, func(t *testing.T) (service.States, func(time.Duration)) { return ownStates(t, url) })
	})
	runShared(t, func(*testing.T) string { return url })
}
