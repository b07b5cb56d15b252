package crashtest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
)

// built are the programs that were built for this run of the tests, by package.
var (
	building sync.Mutex
	built    = map[string]string{}
	builtIn  string
)

func TestMain(m *testing.M) {
	var err error
	if builtIn, err = os.MkdirTemp("", "crashtest-*"); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	_ = os.RemoveAll(builtIn)
	os.Exit(code)
}

// program builds a main package, as it is shipped, and returns its path.
func program(t testing.TB, pkg, tags string) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	if path, ok := built[pkg]; ok {
		return path
	}
	path := filepath.Join(builtIn, filepath.Base(pkg))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", tags, "-o", path, pkg)
	cmd.Dir = apptest.Root()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	built[pkg] = path
	return path
}

// child is one life of the program.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	code chan string   // the code for the first administrator, if it printed one

	mu  sync.Mutex
	log bytes.Buffer
}

var claimCode = regexp.MustCompile(`code=(\d{6})`)

// spawn starts a program, in front of which wrap may stand (strace).
func spawn(t testing.TB, env []string, argv ...string) *child {
	t.Helper()
	c := &child{done: make(chan struct{}), code: make(chan string, 1)}
	c.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), argv[0], argv[1:]...)
	c.cmd.Env = env
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	r, w := io.Pipe()
	c.cmd.Stdout, c.cmd.Stderr = w, w
	require.NoError(t, c.cmd.Start())
	go c.read(r)
	go func() {
		_ = c.cmd.Wait()
		_ = w.Close()
		close(c.done)
	}()
	t.Cleanup(c.kill)
	return c
}

// keptLog bounds what is kept of a life's log.
const keptLog = 1 << 20

func (c *child) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m := claimCode.FindSubmatch(lines.Bytes()); m != nil {
			select {
			case c.code <- string(m[1]):
			default:
			}
		}
		c.mu.Lock()
		if c.log.Len() < keptLog {
			c.log.Write(append(lines.Bytes(), '\n'))
		}
		c.mu.Unlock()
	}
	_, _ = io.Copy(io.Discard, r)
}

// said is what it logged.
func (c *child) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}

// shoot sends SIGKILL, to what stands in front of the program too, and does not wait.
func (c *child) shoot() {
	if !c.gone() {
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	}
}

// kill ends it at once and waits until it is gone.
func (c *child) kill() {
	c.shoot()
	<-c.done
}

// stop has it end by itself, as an operator would.
func (c *child) stop(t testing.TB) {
	t.Helper()
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(3 * patience):
		c.kill()
		t.Fatal("the program did not stop when told to:\n" + c.said())
	}
}

func (c *child) gone() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}
