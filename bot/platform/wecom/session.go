package wecom

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/coder/websocket"

	"yiqun/bot"
)

const (
	// readLimit bounds one frame from WeCom; a callback of a very long message
	// stays well below.
	readLimit = 4 << 20
	// writeQueue is how many frames may wait for the writer.
	writeQueue = 64
	// writeTimeout bounds the writing of one frame: an upload chunk is the largest.
	writeTimeout = 30 * time.Second
	// ackTimeout is how long a frame's acknowledgement is awaited (as the official
	// SDK does; measured round trips are under half a second).
	ackTimeout = 5 * time.Second
	// pingEvery is the beat of the connection, maxMissedPings what ends it
	// (document 101463 and the SDK).
	pingEvery      = 30 * time.Second
	maxMissedPings = 2
	// lateAck is how long an acknowledgement that did not come in time may still
	// come, and be mistaken for that of another reply to the same callback.
	lateAck = 2 * time.Minute
)

// session is one WebSocket connection: one reader, one writer, one pinger, and
// the frames that await their acknowledgement. It ends once, for one reason.
type session struct {
	conn      *websocket.Conn
	clock     bot.Clock
	onFrame   func(*session, inFrame)
	onBadData func(error)

	writes chan *call
	ready  chan struct{} // closed when the session is the adapter's live one
	done   chan struct{} // closed when the session has ended; err says why
	tasks  sync.WaitGroup

	mu       sync.Mutex
	err      error
	lastRead time.Time
	pending  map[string]*call      // by req_id; at most one each
	overdue  map[string]overdueAck // by req_id
}

// call is one frame of ours on its way and its acknowledgement.
type call struct {
	reqID    string
	owner    string // what is being sent: a retry of the same has the same owner
	data     []byte
	written  chan struct{}
	ack      chan inFrame // takes one
	finished chan struct{}
}

// overdueAck notes that an acknowledgement for this owner's frame never came.
type overdueAck struct {
	owner string
	since time.Time
}

// startSession runs a session over conn; its goroutines end with it.
func startSession(conn *websocket.Conn, clock bot.Clock, onFrame func(*session, inFrame), onBadData func(error)) *session {
	s := &session{
		conn: conn, clock: clock, onFrame: onFrame, onBadData: onBadData,
		writes: make(chan *call, writeQueue), ready: make(chan struct{}), done: make(chan struct{}),
		lastRead: clock.Now(), pending: map[string]*call{}, overdue: map[string]overdueAck{},
	}
	conn.SetReadLimit(readLimit)
	ctx, cancel := context.WithCancel(context.Background())
	s.tasks.Go(func() { s.read(ctx) })
	s.tasks.Go(func() { s.write(ctx) })
	s.tasks.Go(func() { s.ping(ctx) })
	s.tasks.Go(func() {
		<-s.done
		cancel()
		_ = conn.CloseNow() // the reason is in s.err; the peer may be long gone
	})
	return s
}

// awaitReady waits until the session may be used, or has ended: a callback can be
// on its way before the subscription's acknowledgement has been acted upon.
func (s *session) awaitReady() {
	select {
	case <-s.ready:
	case <-s.done:
	}
}

// fail ends the session; only the first reason counts.
func (s *session) fail(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = reason
		close(s.done)
	}
}

// reason says why the session ended, and since when nothing came through: for a
// connection that fell silent that is long before the end was noticed.
func (s *session) reason() (since time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.err, errNoPong) {
		return s.lastRead, s.err
	}
	return s.clock.Now(), s.err
}

// read is the only reader. It hands callbacks on and resolves acknowledgements;
// nothing in it waits.
func (s *session) read(ctx context.Context) {
	for {
		_, data, err := s.conn.Read(ctx)
		if err != nil {
			s.fail(fmt.Errorf("reading: %w", err))
			return
		}
		f, err := decodeFrame(data)
		switch {
		case err != nil:
			s.onBadData(err)
		case f.Cmd == "":
			s.resolve(f)
		default:
			s.onFrame(s, f)
		}
	}
}

// write is the only writer.
func (s *session) write(ctx context.Context) {
	for {
		select {
		case <-s.done:
			return
		case c := <-s.writes:
			if err := s.writeOne(ctx, c.data); err != nil {
				s.fail(fmt.Errorf("writing: %w", err))
				return
			}
			close(c.written)
		}
	}
}

func (s *session) writeOne(ctx context.Context, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, data)
}

// resolve hands an acknowledgement to the frame that awaits it.
func (s *session) resolve(f inFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastRead = s.clock.Now()
	c, ok := s.pending[f.Headers.ReqID]
	if !ok {
		delete(s.overdue, f.Headers.ReqID)
		return
	}
	select {
	case c.ack <- f:
	default: // a second acknowledgement of the same frame says nothing new
	}
}

// do sends a frame and waits for its acknowledgement.
func (s *session) do(ctx context.Context, f outFrame, owner string) (inFrame, error) {
	c, err := s.begin(ctx, f, owner)
	if err != nil {
		return inFrame{}, err
	}
	return s.await(ctx, c)
}

// begin writes a frame and returns once it is written. It waits while another
// frame with the same req_id awaits its acknowledgement, for the two could not
// be told apart. Every call begun must be awaited.
func (s *session) begin(ctx context.Context, f outFrame, owner string) (*call, error) {
	data, err := json.Marshal(f)
	if err != nil {
		return nil, bot.Fault(bot.Rejected, fmt.Errorf("encoding %s: %w", f.Cmd, err))
	}
	c, err := s.reserve(ctx, f.Headers.ReqID, owner)
	if err != nil {
		return nil, err
	}
	c.data = data
	if err := s.submit(ctx, c); err != nil {
		s.markOverdue(c)
		s.release(c)
		return nil, err
	}
	return c, nil
}

func (s *session) submit(ctx context.Context, c *call) error {
	select {
	case s.writes <- c:
	case <-s.done:
		return s.ended()
	case <-ctx.Done():
		return fmt.Errorf("queueing frame: %w", ctx.Err())
	}
	select {
	case <-c.written:
		return nil
	case <-s.done:
		return s.ended()
	case <-ctx.Done():
		return fmt.Errorf("writing frame: %w", ctx.Err())
	}
}

// reserve takes the place of the one frame that may be under way with reqID.
func (s *session) reserve(ctx context.Context, reqID, owner string) (*call, error) {
	for {
		c := &call{
			reqID: reqID, owner: owner,
			written: make(chan struct{}), ack: make(chan inFrame, 1), finished: make(chan struct{}),
		}
		before, err := s.claim(c)
		if err != nil || before == nil {
			return c, err
		}
		select {
		case <-before.finished:
		case <-s.done:
			return nil, s.ended()
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for an earlier reply: %w", ctx.Err())
		}
	}
}

// claim registers c, or returns the call in its way. While another's
// acknowledgement for the same req_id is overdue and may still arrive, it would
// be taken for c's: errOverdue. A repeat of the very same reply may go ahead,
// since either acknowledgement says that it is there.
func (s *session) claim(c *call) (before *call, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before, busy := s.pending[c.reqID]; busy {
		return before, nil
	}
	o, late := s.overdue[c.reqID]
	if late && o.owner != c.owner && s.clock.Now().Sub(o.since) <= lateAck {
		return nil, errOverdue
	}
	s.pending[c.reqID] = c
	return nil, nil
}

func (s *session) release(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, c.reqID)
	close(c.finished)
}

// await returns the acknowledgement of a call begun. Without one, the outcome is
// unknown.
func (s *session) await(ctx context.Context, c *call) (inFrame, error) {
	defer s.release(c)
	timeout, stop := s.clock.Timer(ackTimeout)
	defer stop()
	select {
	case f := <-c.ack:
		return f, nil
	case <-timeout:
		s.markOverdue(c)
		return inFrame{}, errNoAck
	case <-ctx.Done():
		s.markOverdue(c)
		return inFrame{}, fmt.Errorf("waiting for the acknowledgement: %w", ctx.Err())
	case <-s.done:
		return inFrame{}, s.ended()
	}
}

func (s *session) markOverdue(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for id, o := range s.overdue {
		if now.Sub(o.since) > lateAck {
			delete(s.overdue, id)
		}
	}
	s.overdue[c.reqID] = overdueAck{owner: c.owner, since: now}
}

func (s *session) ended() error {
	_, err := s.reason()
	return fmt.Errorf("connection ended: %w", err)
}

// ping beats until the session ends. Any acknowledged beat forgives those missed.
func (s *session) ping(ctx context.Context) {
	for missed := 0; ; {
		timer, stop := s.clock.Timer(pingEvery)
		select {
		case <-s.done:
			stop()
			return
		case <-timer:
		}
		_, err := s.do(ctx, newFrame(cmdPing, newReqID(cmdPing), nil), cmdPing)
		if err == nil {
			missed = 0
			continue
		}
		if missed++; missed >= maxMissedPings {
			s.fail(errNoPong)
			return
		}
	}
}

// newReqID makes a request id that no other frame has.
func newReqID(cmd string) string { return cmd + "_" + rand.Text() }
