package redis

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// TestSentinel kills the master that a sentinel watches: what is written afterwards
// goes to the replica, with nothing changed on our side.
func TestSentinel(t *testing.T) {
	t.Run("with the same password", func(t *testing.T) { failOver(t, "--requirepass", password) })
	t.Run("without a password", func(t *testing.T) { failOver(t) })
}

const password = "p+w"

// failOver takes the sentinel's own settings.
func failOver(t *testing.T, settings ...string) {
	t.Parallel()
	auth := []string{"--requirepass", password, "--masterauth", password, "--repl-diskless-sync-delay", "0"}
	master, replica, sentinel := freePort(t), freePort(t), freePort(t)
	kill := startServer(t, append(auth, "--port", portOf(t, master))...)
	awake(t, &redis.Options{Addr: master, Password: password})
	startServer(t, append(auth, "--port", portOf(t, replica), "--replicaof", "127.0.0.1 "+portOf(t, master))...)
	second := awake(t, &redis.Options{Addr: replica, Password: password})

	conf := filepath.Join(t.TempDir(), "sentinel.conf") // it writes what it learns into it
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, `sentinel monitor yiqun 127.0.0.1 %s 1
sentinel auth-pass yiqun %s
sentinel down-after-milliseconds yiqun 300
sentinel failover-timeout yiqun 2000
`, portOf(t, master), password), 0o600))
	startServer(t, append([]string{conf, "--sentinel", "--port", portOf(t, sentinel)}, settings...)...)
	watch := awake(t, &redis.Options{Addr: sentinel, Password: password})
	require.Eventually(t, func() bool {
		info, err := watch.Info(t.Context(), "sentinel").Result()
		role, e := second.Do(t.Context(), "ROLE").Slice()
		return err == nil && e == nil && role[3] == "connected" && strings.Contains(info, "slaves=1")
	}, 20*time.Second, 50*time.Millisecond)

	s := openStates(t, sentinelScheme+":"+password+"@"+sentinel+"/yiqun")
	require.NoError(t, s.Set(t.Context(), "before", []byte("a"), time.Minute))
	require.Eventually(t, func() bool { return second.Exists(t.Context(), key("before")).Val() == 1 }, 30*time.Second, 20*time.Millisecond)

	kill()
	require.Eventually(t, func() bool { return s.Set(t.Context(), "after", []byte("b"), time.Minute) == nil }, 30*time.Second, 100*time.Millisecond)
	for key, want := range map[string]string{"before": "a", "after": "b"} {
		got, ok, err := s.Get(t.Context(), key)
		require.NoError(t, err)
		require.True(t, ok, key)
		require.Equal(t, want, string(got))
	}
}
