// Package socket is a platform's end of one WebSocket: frames leave in order
// through one writer, whoever sends them, and sending never waits for the peer.
//
// It owns the connection's two goroutines and refuses to know what the frames
// say. Start at [Accept].
package socket

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"
)

// frameLimit is the largest frame taken, in bytes: an upload chunk of 512 kB in
// base64, and room.
const frameLimit = 1 << 20

// Socket is one accepted connection.
type Socket struct {
	conn   *websocket.Conn
	frozen atomic.Bool

	mu    sync.Mutex
	queue [][]byte
	wake  chan struct{}
}

// Accept upgrades a request. On failure the response was written.
func Accept(w http.ResponseWriter, r *http.Request) (*Socket, error) {
	s := &Socket{wake: make(chan struct{}, 1)}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		CompressionMode: websocket.CompressionDisabled,
		OnPingReceived:  func(context.Context, []byte) bool { return !s.frozen.Load() },
	})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(frameLimit)
	s.conn = conn
	return s, nil
}

// Serve reads frames and hands each text frame to handle, one at a time, until
// the connection ends or ctx is done. It returns after both goroutines ended.
func (s *Socket) Serve(ctx context.Context, handle func([]byte)) {
	ctx, cancel := context.WithCancel(ctx)
	var writer sync.WaitGroup
	writer.Go(func() { s.write(ctx, cancel) })
	defer writer.Wait()
	defer cancel()
	defer func() { _ = s.conn.CloseNow() }()
	for {
		kind, data, err := s.conn.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageText && !s.frozen.Load() {
			handle(data)
		}
	}
}

func (s *Socket) write(ctx context.Context, cancel context.CancelFunc) {
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		for _, frame := range s.take() {
			if s.conn.Write(ctx, websocket.MessageText, frame) != nil {
				return
			}
		}
	}
}

func (s *Socket) take() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	frames := s.queue
	s.queue = nil
	return frames
}

// Send puts v, as JSON, behind the frames sent before. Nothing is sent once the
// socket is frozen.
func (s *Socket) Send(v any) {
	data, err := json.Marshal(v)
	if err != nil || s.frozen.Load() {
		return
	}
	s.SendRaw(data)
}

// SendRaw puts bytes as they are behind the frames sent before.
func (s *Socket) SendRaw(data []byte) {
	s.mu.Lock()
	s.queue = append(s.queue, data)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Freeze makes the connection half-open: TCP lives, but nothing is read, sent or
// answered any more, pings included.
func (s *Socket) Freeze() { s.frozen.Store(true) }

// Cut ends the connection at once, without a closing handshake.
func (s *Socket) Cut() { _ = s.conn.CloseNow() }
