package dingtalk

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	pingEvery    = 20 * time.Second
	pongWithin   = 10 * time.Second
	silentPings  = 3 // a server that used to send its own pings is dead after 60 s without a frame
	writeTimeout = 5 * time.Second
	closeWithin  = time.Second // for the other side to say goodbye too
)

// link is one websocket: one goroutine reads it, one writes acknowledgements,
// one pings. It lives by the machine's clock and not by Config.Clock: a socket
// does not know that the simulator's day was moved.
type link struct {
	conn *websocket.Conn
	log  *slog.Logger
	born time.Time

	acks    chan []byte
	leaving signal          // another connection should be opened: this one gets nothing more
	ended   signal          // nothing more is read
	quit    signal          // the writer flushes, says goodbye and closes
	gone    <-chan struct{} // closed by cut: the socket is of no more use
	cut     context.CancelFunc
	tasks   sync.WaitGroup

	alive    atomic.Int64 // age in ns at the last frame or pong
	spoken   atomic.Int64 // age in ns at the last frame
	silent   atomic.Int64 // our pings since the last frame
	chatters atomic.Bool  // the server pings by frames
	lost     atomic.Int64 // age in ns since when nothing comes, once leaving or ended
}

// signal is a channel that is closed once.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() signal { return signal{ch: make(chan struct{})} }

func (s *signal) set() { s.once.Do(func() { close(s.ch) }) }

func (s *signal) isSet() bool {
	select {
	case <-s.ch:
		return true
	default:
		return false
	}
}

// newLink starts serving conn; onFrame is called on the reader for each text
// frame and must not block.
func newLink(conn *websocket.Conn, log *slog.Logger, onFrame func(*link, []byte)) *link {
	ctx, cancel := context.WithCancel(context.Background())
	l := &link{
		conn: conn, log: log, born: time.Now(), gone: ctx.Done(), cut: cancel,
		acks: make(chan []byte, 256), leaving: newSignal(), ended: newSignal(), quit: newSignal(),
	}
	l.tasks.Go(func() { l.read(ctx, onFrame) })
	l.tasks.Go(func() { l.write(ctx) })
	l.tasks.Go(func() { l.ping(ctx) })
	return l
}

// live reports whether frames may still be expected.
func (l *link) live() bool { return !l.leaving.isSet() && !l.ended.isSet() }

// age is how long the link has been up.
func (l *link) age() time.Duration { return time.Since(l.born) }

// sign notes a sign of life.
func (l *link) sign() { l.alive.Store(int64(l.age())) }

// lose notes at which age the last thing can have come; the first word counts.
func (l *link) lose(age time.Duration) { l.lost.CompareAndSwap(0, int64(max(age, 1))) }

// lostFor is for how long nothing has come.
func (l *link) lostFor() time.Duration { return l.age() - time.Duration(l.lost.Load()) }

// leave asks for another connection, since nothing has come from age on. This one
// stays open until that one is.
func (l *link) leave(age time.Duration) {
	l.lose(age)
	l.leaving.set()
}

func (l *link) read(ctx context.Context, onFrame func(*link, []byte)) {
	defer l.cut()
	defer l.ended.set()
	for {
		kind, data, err := l.conn.Read(ctx)
		if err != nil {
			l.lose(l.age())
			if !l.quit.isSet() {
				l.log.Info("connection ended", "status", websocket.CloseStatus(err), "error", bare(err))
			}
			return
		}
		l.sign()
		l.spoken.Store(l.alive.Load())
		l.silent.Store(0)
		if kind == websocket.MessageText {
			onFrame(l, data)
		}
	}
}

// ack hands an acknowledgement to the writer; on a dead connection it is
// forgotten, and the platform will send the event again.
func (l *link) ack(data []byte) {
	select {
	case l.acks <- data:
	case <-l.gone:
	}
}

// write writes whatever waits, until the link ends or shuts. The websocket
// library flushes each message; joining several into one system call would take
// a wrapper around the connection and save a part of the sixth of a frame's time
// that writing is (BenchmarkFrames).
func (l *link) write(ctx context.Context) {
	defer l.cut()
	for {
		select {
		case data := <-l.acks:
			if !l.put(ctx, data) {
				return
			}
		case <-l.quit.ch:
			l.flush(ctx)
			goodbye := time.AfterFunc(closeWithin, l.cut)
			_ = l.conn.Close(websocket.StatusNormalClosure, "")
			goodbye.Stop()
			return
		case <-l.gone:
			_ = l.conn.CloseNow()
			return
		}
	}
}

// flush writes what waits already.
func (l *link) flush(ctx context.Context) {
	for {
		select {
		case data := <-l.acks:
			if !l.put(ctx, data) {
				return
			}
		default:
			return
		}
	}
}

func (l *link) put(ctx context.Context, data []byte) bool {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if err := l.conn.Write(ctx, websocket.MessageText, data); err != nil {
		l.log.Info("acknowledgement not written", "error", bare(err))
		return false
	}
	return true
}

// ping finds half-open connections, and those whose server has forgotten us.
func (l *link) ping(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		since := time.Duration(l.alive.Load())
		if !l.pong(ctx) {
			if ctx.Err() == nil {
				l.log.Info("no pong, connection given up")
				l.lose(since)
			}
			l.cut()
			return
		}
		l.sign()
		if l.silent.Add(1) > silentPings && l.chatters.Load() {
			l.leave(time.Duration(l.spoken.Load()))
		}
	}
}

func (l *link) pong(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, pongWithin)
	defer cancel()
	return l.conn.Ping(ctx) == nil
}

// shut writes what waits, closes the connection and returns when all its
// goroutines have.
func (l *link) shut() {
	l.quit.set()
	l.tasks.Wait()
}
