package crashtest

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/service"
)

// TestPowerCut records every write and sync that the program makes to its SQLite
// file, and then cuts the power after each sync, and between: whatever had been
// acknowledged by then is there when the file is opened. Of what was written since
// the last sync either all survives or nothing.
func TestPowerCut(t *testing.T) {
	if testing.Short() {
		t.Skip("traces a program over many commands")
	}
	t.Parallel()
	strace := tracer(t)
	trace := filepath.Join(t.TempDir(), "trace")
	n := newTown(t, seed(t), engine{}, 1, strace, "-f", "-qq", "-ttt", "-xx", "-s", "200000", "-o", trace,
		"-e", "trace=open,openat,close,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat", program(t, "./cmd/yiqun", ""), "serve")
	n.found()
	for answered := 0; answered < enoughToCut; answered = len(n.acked()) {
		n.act()
		n.until("it to be acknowledged", func() bool { return n.ding.Pending() == 0 })
	}
	// strace writes the rest of its record when what it traces has died.
	killTraced(t, n.slots[0].child)
	n.slots[0].bury()
	ops := readTrace(t, trace, filepath.Join(n.dir, "yiqun.db"))
	acked := n.acked()
	cuts := n.cutEverywhere(ops, acked)
	t.Logf("%d writes and syncs, %d events acknowledged, %d cuts", len(ops), len(acked), cuts)
}

// enoughToCut is how many acknowledged events the record of a run must hold, however
// long a traced program takes over them.
const enoughToCut = 60

func (n *town) acked() []*event {
	return slices.DeleteFunc(n.ledger.all(), func(e *event) bool { return !e.answered })
}

// tracer is strace, if it may trace here. CI installs it; a kernel that forbids
// tracing is nobody's mistake and is said.
func tracer(t *testing.T) string {
	path, err := exec.LookPath("strace")
	if err != nil {
		const how = "strace is not installed: without it nobody sees the writes; apt-get install strace"
		if os.Getenv("CI") != "" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	if out, err := exec.CommandContext(t.Context(), path, "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %s", out)
	}
	return path
}

func killTraced(t *testing.T, c *child) {
	t.Helper()
	pid := c.cmd.Process.Pid
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	require.NoError(t, err)
	traced, err := strconv.Atoi(strings.Fields(string(children))[0])
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(traced, syscall.SIGKILL))
	<-c.done
}

// op is one change to a file.
type op struct {
	at   time.Time // when it was done
	call string
	file string
	data []byte
	off  int64
}

var (
	straceLine = regexp.MustCompile(`^(\d+) +(\d+\.\d+) (.*)$`)
	callShape  = regexp.MustCompile(`^(\w+)\((.*)\) += (-?\d+)`)
)

// readTrace reads what was done to a SQLite database, in order. A call that strace
// shows in two halves counts when it ended.
func readTrace(t *testing.T, path, database string) (ops []op) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	begun := map[string]string{} // by thread
	open := map[string]string{}  // file, by descriptor
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		m := straceLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		thread, call := m[1], m[3]
		if head, unfinished := strings.CutSuffix(call, " <unfinished ...>"); unfinished {
			begun[thread] = head
			continue
		}
		if strings.HasPrefix(call, "<... ") {
			_, rest, _ := strings.Cut(call, " resumed>")
			call = begun[thread] + rest
		}
		c := callShape.FindStringSubmatch(call)
		if c == nil || strings.HasPrefix(c[3], "-") {
			continue
		}
		at, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		o := op{at: time.UnixMicro(int64(at * 1e6)), call: c[1]}
		if o.of(t, strings.Split(c[2], ", "), c[3], open, database) {
			ops = append(ops, o)
		}
	}
	require.NoError(t, lines.Err())
	return ops
}

// of fills an op in; it is false for what does not change one of the database's
// files.
func (o *op) of(t *testing.T, args []string, result string, open map[string]string, database string) bool {
	switch o.call {
	case "open", "openat":
		name := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, `"`) })
		delete(open, result)
		if path := string(unhex(t, args[name])); strings.HasPrefix(path, database) && !strings.HasSuffix(path, "-shm") {
			open[result] = filepath.Base(path)
		}
		return false
	case "close":
		delete(open, args[0])
		return false
	case "unlink", "unlinkat":
		name := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, `"`) })
		path := string(unhex(t, args[name]))
		o.file = filepath.Base(path)
		return strings.HasPrefix(path, database)
	}
	o.file = open[args[0]]
	if o.file == "" {
		return false
	}
	var err error
	switch o.call {
	case "pwrite64":
		o.data = unhex(t, args[1])
		require.Equal(t, result, strconv.Itoa(len(o.data)), "a write in full")
		o.off, err = strconv.ParseInt(args[3], 10, 64)
	case "ftruncate":
		o.off, err = strconv.ParseInt(args[1], 10, 64)
	case "write":
		err = fmt.Errorf("SQLite is known to write by pwrite64 only")
	}
	require.NoError(t, err)
	return true
}

// unhex reads a string as strace -xx prints it.
func unhex(t *testing.T, s string) []byte {
	t.Helper()
	s = strings.Trim(s, `"`)
	out := make([]byte, 0, len(s)/4)
	for i := 0; i < len(s); i += 4 {
		b, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
		require.NoError(t, err)
		out = append(out, byte(b))
	}
	return out
}

// disk is the database's files as they are, and as they are certain to be.
type disk struct {
	now, synced map[string][]byte
}

func (d *disk) do(o op) {
	switch o.call {
	case "pwrite64":
		data := slices.Clone(d.now[o.file])
		if grow := int(o.off) + len(o.data) - len(data); grow > 0 {
			data = append(data, make([]byte, grow)...)
		}
		copy(data[o.off:], o.data)
		d.now[o.file] = data
	case "ftruncate":
		data := slices.Clone(d.now[o.file])
		if int(o.off) > len(data) {
			data = append(data, make([]byte, int(o.off)-len(data))...)
		}
		d.now[o.file] = data[:o.off]
	case "fsync", "fdatasync":
		d.synced[o.file] = d.now[o.file]
	default:
		delete(d.now, o.file)
		delete(d.synced, o.file)
	}
}

// cutsMost bounds how many cuts are tried.
const cutsMost = 120

// cutEverywhere cuts after every sync, and before every one, and opens what is left.
func (n *town) cutEverywhere(ops []op, acked []*event) (cuts int) {
	key, err := config.DataKey(n.settings(), config.Disk{}, rand.Reader)
	require.NoError(n.t, err)
	syncs := 0
	for _, o := range ops {
		if o.isSync() {
			syncs++
		}
	}
	every := max(1, 2*syncs/cutsMost)
	d := disk{now: map[string][]byte{}, synced: map[string][]byte{}}
	var half map[string][]byte
	seen := 0
	for i, o := range ops {
		if o.isSync() && i > 0 {
			if seen++; seen%every == 0 {
				// Whatever was acknowledged before this sync ended does not need it.
				for _, files := range []map[string][]byte{d.now, d.synced} {
					require.Empty(n.t, n.missing(files, key, before(acked, o.at)))
					cuts++
				}
			}
			if seen == syncs/2 {
				half = maps.Clone(d.synced)
			}
		}
		d.do(o)
	}
	require.Empty(n.t, n.missing(d.synced, key, acked))
	// Were syncs left out, this would be seen.
	require.NotEmpty(n.t, n.missing(half, key, acked))
	return cuts + 1
}

func (o op) isSync() bool { return o.call == "fsync" || o.call == "fdatasync" }

func before(events []*event, at time.Time) (out []*event) {
	for _, e := range events {
		if e.at.Before(at) {
			out = append(out, e)
		}
	}
	return out
}

// missing opens files as a power cut left them and tells what of the acknowledged is
// not there.
func (n *town) missing(files map[string][]byte, key []byte, acked []*event) []string {
	n.t.Helper()
	dir := n.t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		require.NoError(n.t, os.WriteFile(filepath.Join(dir, name), files[name], 0o600))
	}
	store, err := app.OpenStore(context.Background(), "sqlite:"+filepath.Join(dir, "yiqun.db"), key)
	require.NoError(n.t, err, "the file opens")
	n.wrong = nil
	require.NoError(n.t, store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		return n.kept(ctx, tx, acked)
	}))
	require.NoError(n.t, store.Close())
	require.NoError(n.t, os.RemoveAll(dir))
	return n.wrong
}
