package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// clients is how many write at once, and month what their calls are counted under.
const clients, month = 8, "2026-11"

// load is clients that write events through a database that goes away, each again until it
// is acknowledged, as platforms do.
type load struct {
	store *sqlstore.Store
	acked sync.Map // event: true
	tries atomic.Int64
	fails atomic.Int64
}

// run writes and reads until ctx is done; what was begun then is written to the end.
func (l *load) run(ctx context.Context) {
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				l.write(bot.EventID(fmt.Sprintf("%d-%d", c, n)))
			}
		})
	}
	all.Go(func() {
		for ctx.Err() == nil {
			_ = l.store.View(ctx, func(ctx context.Context, tx service.Tx) error {
				_, err := tx.Spent(ctx, bot.DingTalk, month)
				return err
			})
			time.Sleep(time.Millisecond)
		}
	})
	all.Wait()
}

func (l *load) write(e bot.EventID) {
	for {
		l.tries.Add(1)
		err := l.store.Update(context.Background(), func(ctx context.Context, tx service.Tx) error {
			if _, ok, err := tx.Handled(ctx, bot.DingTalk, e); err != nil || ok {
				return err
			}
			if err := tx.MarkHandled(ctx, bot.DingTalk, e, time.Now(), nil); err != nil {
				return err
			}
			return tx.Spend(ctx, bot.DingTalk, month, 1)
		})
		if err == nil {
			l.acked.Store(e, true)
			return
		}
		l.fails.Add(1)
		time.Sleep(5 * time.Millisecond)
	}
}

// TestOutages: while the database goes away in each of these ways and comes back, what is
// acknowledged is kept, what comes again is taken up, and nothing counts twice. Soon after
// it is back writing takes no longer than ever, and no goroutine waits for what is gone
// (TestMain).
func TestOutages(t *testing.T) {
	for _, c := range []struct {
		name string
		// outage breaks the way to the records for a while.
		outage func(t *testing.T, w *way)
	}{
		{"connections are ended", func(t *testing.T, w *way) {
			db, err := sql.Open("pgx", w.direct)
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			for range 40 {
				time.Sleep(25 * time.Millisecond)
				_, err := db.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
					WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid() AND random() < 0.7`)
				require.NoError(t, err)
			}
		}},
		{"answers are lost", func(t *testing.T, w *way) {
			for range 40 {
				time.Sleep(25 * time.Millisecond)
				w.deaf.Store(true) // what the server says is heard by nobody
				time.Sleep(5 * time.Millisecond)
				w.cut()
				w.deaf.Store(false)
			}
		}},
		{"nobody answers for a while", func(t *testing.T, w *way) {
			w.hung.Store(true)
			time.Sleep(2 * time.Second)
			w.hung.Store(false)
		}},
		{"it hangs and the connections die of it", func(t *testing.T, w *way) {
			w.hung.Store(true)
			time.Sleep(time.Second)
			w.cut()
			w.hung.Store(false)
		}},
		{"nobody is there", func(t *testing.T, w *way) {
			w.shut.Store(true)
			w.cut()
			time.Sleep(time.Second)
			w.shut.Store(false)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			direct := storagetest.Schema(t)
			underOutage(t, newWay(t, direct), c.outage)
		})
	}
	t.Run("the server crashes and starts again", func(t *testing.T) {
		t.Parallel()
		server := startServer(t)
		underOutage(t, newWay(t, server.url), func(t *testing.T, _ *way) {
			for range 2 {
				server.crash()
				time.Sleep(300 * time.Millisecond)
			}
		})
	})
}

func underOutage(t *testing.T, w *way, outage func(*testing.T, *way)) {
	t.Helper()
	require.NoError(t, Migrate(t.Context(), w.direct))
	s, err := Open(t.Context(), w.url, key)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	l := &load{store: s}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { l.run(ctx) })
	time.Sleep(200 * time.Millisecond)
	outage(t, w)
	back := time.Now()
	l.write("first after")
	assert.Less(t, time.Since(back), 2*dialFor, "the first to be written when it is back")
	stop()
	running.Wait()
	for i := range 20 {
		began := time.Now()
		require.NoError(t, s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			return tx.MarkHandled(ctx, bot.WeCom, bot.EventID(strconv.Itoa(i)), time.Now(), nil)
		}))
		assert.Less(t, time.Since(began), dialFor, "as ever")
	}

	calm, err := Open(t.Context(), w.direct, key)
	require.NoError(t, err)
	defer func() { require.NoError(t, calm.Close()) }()
	require.NoError(t, calm.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		acked := 0
		l.acked.Range(func(e, _ any) bool {
			acked++
			_, ok, err := tx.Handled(ctx, bot.DingTalk, e.(bot.EventID))
			assert.NoError(t, err)
			return assert.True(t, ok, "%v was acknowledged and is not kept", e)
		})
		n, err := tx.Spent(ctx, bot.DingTalk, month)
		assert.Equal(t, acked, n, "each counts once")
		t.Logf("%d events, %d tries, %d failed", acked, l.tries.Load(), l.fails.Load())
		assert.Greater(t, acked, clients)
		return err
	}))
}

// way is the way to a database, through a place where it can be broken.
type way struct {
	direct, url string
	listener    net.Listener
	deaf        atomic.Bool // answers are thrown away
	hung        atomic.Bool // nothing goes on
	shut        atomic.Bool // nobody is let in
	mu          sync.Mutex
	open        map[net.Conn]bool
	running     sync.WaitGroup
}

func newWay(t *testing.T, direct string) *way {
	t.Helper()
	u, err := url.Parse(direct)
	require.NoError(t, err)
	target := u.Host
	w := &way{direct: direct, open: map[net.Conn]bool{}}
	w.listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u.Host = w.listener.Addr().String()
	w.url = u.String()
	w.running.Go(func() {
		for {
			in, err := w.listener.Accept()
			if err != nil {
				return
			}
			if w.shut.Load() {
				_ = in.Close()
				continue
			}
			out, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", target)
			if err != nil {
				_ = in.Close()
				continue
			}
			w.note(in, out)
			w.running.Go(func() { w.carry(out, in, nil) })
			w.running.Go(func() { w.carry(in, out, &w.deaf) })
		}
	})
	t.Cleanup(func() {
		_ = w.listener.Close()
		w.cut()
		w.running.Wait()
	})
	return w
}

func (w *way) note(ends ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range ends {
		w.open[c] = true
	}
}

// cut ends all connections.
func (w *way) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		_ = c.Close()
	}
	clear(w.open)
}

// carry carries what is said one way; deaf says when it is lost.
func (w *way) carry(to, from net.Conn, deaf *atomic.Bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		for w.hung.Load() {
			time.Sleep(time.Millisecond)
		}
		if n > 0 && (deaf == nil || !deaf.Load()) {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// server is a PostgreSQL of the test's own, which may be crashed.
type server struct {
	t         *testing.T
	bin, dir  string
	url, port string
}

// startServer starts one, where it is installed.
func startServer(t *testing.T) *server {
	t.Helper()
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	if len(bins) == 0 {
		t.Skip("PostgreSQL itself is not installed here")
	}
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(free.Addr().String())
	require.NoError(t, err)
	require.NoError(t, free.Close())
	dir, err := os.MkdirTemp("", "yiqun-pg-*") // its owner must reach it
	require.NoError(t, err)
	s := &server{t: t, bin: bins[len(bins)-1], dir: dir, port: port, url: "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable"}
	if os.Getuid() == 0 {
		out, err := exec.CommandContext(t.Context(), "chown", "postgres", dir).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	t.Cleanup(func() {
		s.do("pg_ctl", "-D", dir+"/data", "-m", "immediate", "stop")
		require.NoError(t, os.RemoveAll(dir))
	})
	s.do("initdb", "-D", dir+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	s.start()
	return s
}

func (s *server) start() {
	s.do("pg_ctl", "-D", s.dir+"/data", "-w", "-l", s.dir+"/log", "-o", "-p "+s.port+" -k "+s.dir+" -c listen_addresses=127.0.0.1", "start")
}

// crash ends it as a kill does, and starts it again.
func (s *server) crash() {
	s.do("pg_ctl", "-D", s.dir+"/data", "-w", "-m", "immediate", "stop")
	s.start()
}

func (s *server) do(command string, args ...string) {
	s.t.Helper()
	args = append([]string{filepath.Join(s.bin, command)}, args...)
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...)
	cmd.Dir = s.dir
	log, err := os.Create(filepath.Join(s.t.TempDir(), "out"))
	require.NoError(s.t, err)
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log // a pipe would be held open by the server
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(log.Name())
		require.NoError(s.t, err, string(said))
	}
}
