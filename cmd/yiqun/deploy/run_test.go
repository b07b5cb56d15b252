package deploy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/doctor"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
	"yiqun/bot/sim/wecom"
)

// No dependency needs C, so a release is one static file.
func TestNothingNeedsC(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}", "./cmd/yiqun")
	cmd.Dir, cmd.Env = root(), append(os.Environ(), "CGO_ENABLED=1")
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Empty(t, strings.TrimSpace(string(out)))
}

// release builds the program with the linker's flags of a release. The rest of its
// flags would compile everything anew.
func release(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "yiqun")
	flags := "-s -w -X yiqun/bot/app.version=v9.8.7 -X yiqun/bot/app.commit=0123456789abcdef -X yiqun/bot/app.date=2026-11-22T00:00:00Z"
	cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags", flags, "-o", path, "./cmd/yiqun")
	cmd.Dir = root()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// confined puts what systemd does in front of a command: a mount name space in which
// only the state folder can be written, a user who owns nothing else, no
// capabilities, and no way to more.
func confined(t *testing.T, state string) []string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("only root may confine a program as the unit does")
	}
	for _, tool := range []string{"unshare", "setpriv", "mount"} {
		installed(t, tool, "util-linux")
	}
	const script = `mount --rbind / / && mount -o remount,ro,bind / && mount --bind "$STATE" "$STATE" && mount -o remount,rw,bind "$STATE" &&
cd "$STATE" && umask 0077 && exec setpriv --reuid 65532 --regid 65532 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"`
	argv := []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"}
	probe := exec.CommandContext(t.Context(), argv[0], append(argv[1:], "true")...)
	probe.Env = append(os.Environ(), "STATE="+state)
	if out, err := probe.CombinedOutput(); err != nil {
		t.Skipf("this machine does not let us confine a program: %s", out)
	}
	return argv
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestReleaseRunsAsTheUnitDoes(t *testing.T) {
	base, err := os.MkdirTemp("/var/tmp", "yiqun-deploy-*") //nolint:usetesting // another user must reach it
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	require.NoError(t, os.Chmod(base, 0o755)) //nolint:gosec // so that it is reached
	state := filepath.Join(base, "state")
	require.NoError(t, os.Mkdir(state, 0o700))
	require.NoError(t, os.Chown(state, 65532, 65532))
	argv := confined(t, state)
	program := release(t, base)

	world := sim.NewWorld(sim.NewClock(time.Now()), "议群", nil, nil)
	ding, err := dingtalk.Start(world, dingtalk.Options{})
	require.NoError(t, err)
	t.Cleanup(ding.Close)
	we, err := wecom.Start(world, wecom.Options{})
	require.NoError(t, err)
	t.Cleanup(we.Close)
	settings := "YIQUN_DINGTALK_CLIENT_ID=" + ding.ClientID() + "\nYIQUN_DINGTALK_CLIENT_SECRET_FILE=" + filepath.Join(state, "ding") +
		"\nYIQUN_DINGTALK_API_URL=" + ding.URL() + "\nYIQUN_DINGTALK_OAPI_URL=" + ding.URL() +
		"\nYIQUN_WECOM_BOT_ID=" + we.BotID() + "\nYIQUN_WECOM_BOT_SECRET_FILE=" + filepath.Join(state, "we") + "\nYIQUN_WECOM_WS_URL=" + we.URL() +
		"\nYIQUN_TELEMETRY_LISTEN=" + free(t) + "\nYIQUN_LISTEN=" + free(t) + "\n"
	for name, content := range map[string]string{"yiqun.env": settings, "ding": ding.ClientSecret(), "we": we.Secret()} {
		path := filepath.Join(state, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		require.NoError(t, os.Chown(path, 65532, 65532))
	}
	confinedRun := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), argv[0], append(append(argv[1:len(argv):len(argv)], program), args...)...)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "STATE=" + state, "HOME=" + state, "YIQUN_SETTINGS=" + filepath.Join(state, "yiqun.env")}
		return cmd
	}

	version, err := confinedRun("version").Output()
	require.NoError(t, err)
	assert.Regexp(t, `^议群 v9\.8\.7  0123456789ab  2026-11-22T00:00:00Z  go`, string(version))

	serve := confinedRun("serve")
	var log lockedBuffer
	serve.Stdout, serve.Stderr = &log, &log
	serve.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, serve.Start())
	ended := make(chan error, 1)
	go func() { ended <- serve.Wait() }()
	t.Cleanup(func() { _ = serve.Process.Kill() })
	require.Eventually(t, func() bool {
		return ding.Connections() > 0 && we.Subscribed()
	}, 20*time.Second, 20*time.Millisecond, "%s", &log)

	out, err := confinedRun("healthcheck").CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Equal(t, "ready\n", string(out))
	out, err = confinedRun("doctor", "--json").Output()
	var report doctor.Report
	require.NoError(t, json.Unmarshal(out, &report), "%v %s", err, &log)
	for _, f := range report.Findings {
		// Other tests may have bots of theirs at work.
		if f.Check != "process" {
			assert.Contains(t, []doctor.Grade{doctor.Healthy, doctor.Note}, f.Grade, f.Say)
		}
	}
	assert.Equal(t, 1, ding.Connections(), "doctor took no connection")
	assert.True(t, we.Subscribed())

	require.NoError(t, serve.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-ended:
		require.NoError(t, err, "%s", &log)
	case <-time.After(20 * time.Second):
		t.Fatalf("it does not stop\n%s", &log)
	}
	assert.NotContains(t, log.String(), "read-only")
	entries, err := os.ReadDir(state)
	require.NoError(t, err)
	var left []string
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077, "%s can be read by others", e.Name())
		left = append(left, e.Name())
	}
	assert.Subset(t, left, []string{"yiqun.db", "yiqun.key"})
	assert.Empty(t, regexp.MustCompile(`tmp|\.new`).FindAllString(strings.Join(left, " "), -1))
}

// free is an address at which nobody listens, below those that the kernel gives to
// others meanwhile.
func free(t *testing.T) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)) //nolint:gosec // any will do
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
}
