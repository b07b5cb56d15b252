package wecom

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/coder/websocket"

	"yiqun/bot"
	"yiqun/bot/platform"
)

const (
	// dialTimeout bounds the TCP, TLS and WebSocket handshakes together.
	dialTimeout = 15 * time.Second
	// firstRetry and lastRetry bound the back-off (as the official SDK's), but a
	// server never gives up.
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
	// stableAfter is how long a connection must have lived for the back-off to start
	// over: subscribing is rate-protected and must not loop fast.
	stableAfter = pingEvery
	// maxWorkers and maxWaiting bound the handlers running and the events queued.
	maxWorkers = 16
	maxWaiting = 4096
	// grace is how long handlers may go on after Run was told to end.
	grace = 8 * time.Second
)

// Run keeps one connection alive until ctx is done, and hands its events to h. It
// returns nil then, after what was begun has ended; it returns a *bot.Error with
// code Rejected when another connection took over that the Gate knows nothing of,
// or the credentials are refused: coming back would only kick the other one, for
// ever.
func (a *Adapter) Run(ctx context.Context, h platform.Handler) error {
	a.handler = platform.Guard(h)
	a.handling, a.abort = context.WithCancel(context.WithoutCancel(ctx))
	defer a.abort()
	retry := newBackOff()
	var lost time.Time
	var taken context.Context // the permission under which another took over
	for {
		held, err := a.gate(ctx)
		switch {
		case err != nil:
			a.finish()
			a.setState(idle)
			return nil
		case held == taken:
			return a.giveUp(kicked, errKicked)
		}
		began := a.cfg.Clock.Now()
		wasLive, err := a.connect(ctx, held, &lost)
		switch {
		case ctx.Err() != nil:
			a.finish()
			a.setState(idle)
			return nil
		case held.Err() != nil:
			// The next holder has what comes from now on; no gap of ours to tell.
			a.cfg.Logger.Warn("wecom connection handed over", "err", err)
			lost = time.Time{}
			continue
		case errors.Is(err, errKicked):
			// Whether it was the next holder, the gate knows.
			taken = held
			continue
		case errors.Is(err, errCredentials):
			return a.giveUp(authFailed, err)
		}
		if wasLive && a.cfg.Clock.Now().Sub(began) >= stableAfter {
			retry.Reset()
		}
		a.setState(backingOff)
		pause := retry.NextBackOff()
		if refusalCode(err) == codeTooFast {
			pause = max(pause, waitTooFast)
		}
		a.cfg.Logger.Warn("wecom connection lost", "err", err, "retry_in", pause)
		if !a.sleep(ctx, pause) {
			a.finish()
			a.setState(idle)
			return nil
		}
	}
}

// gate waits until this process may connect.
func (a *Adapter) gate(ctx context.Context) (context.Context, error) {
	if a.cfg.Gate == nil {
		return ctx, nil
	}
	a.setState(waiting)
	return a.cfg.Gate(ctx)
}

func newBackOff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = firstRetry, lastRetry, 2
	b.Reset()
	return b
}

// giveUp ends Run for what no retry can mend.
func (a *Adapter) giveUp(s state, reason error) error {
	a.setState(s)
	a.finish()
	a.cfg.Logger.Error("wecom connection given up", "state", string(s), "err", reason)
	return bot.Fault(bot.Rejected, reason)
}

// finish lets running handlers end, within the grace, and their answers be
// acknowledged. It may be called more than once.
func (a *Adapter) finish() {
	a.draining.Store(true)
	defer time.AfterFunc(grace, a.abort).Stop()
	a.dispatcher.Close()
	a.answers.Wait()
}

// connect opens one connection, subscribes, and stays until it ends, or ctx does,
// or held, which says that this process may be connected.
// lost is when the connection before ended, zero if there was none; connect
// reports the gap and notes the next one.
func (a *Adapter) connect(ctx, held context.Context, lost *time.Time) (wasLive bool, err error) {
	a.setState(connecting)
	conn, err := a.dial(held)
	if err != nil {
		return false, err
	}
	s := startSession(conn, a.cfg.Clock, a.receive, a.malformed)
	defer s.tasks.Wait()
	defer s.fail(errClosing)
	a.setState(subscribing)
	if err := a.subscribe(held, s); err != nil {
		return false, err
	}
	a.cfg.Logger.Info("wecom connection live")
	a.setState(live)
	a.setSession(s)
	defer a.setSession(nil)
	close(s.ready)
	a.reportGap(s, *lost)
	select {
	case <-s.done:
	case <-ctx.Done():
		a.finish()
		return true, ctx.Err()
	case <-held.Done():
		return true, context.Cause(held)
	}
	since, reason := s.reason()
	*lost = since
	return true, reason
}

func (a *Adapter) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, a.cfg.WSURL, &websocket.DialOptions{HTTPClient: a.cfg.HTTP})
	if err != nil {
		return nil, fmt.Errorf("dialling: %w", err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close() // after an upgrade it holds nothing
	}
	return conn, nil
}

// subscription is the body of aibot_subscribe.
type subscription struct {
	BotID    string `json:"bot_id"`
	Secret   string `json:"secret"`
	DeviceID string `json:"device_id,omitempty"`
}

// subscribe is the first frame. A refusal of the credentials leaves the socket
// open on WeCom's side; the caller closes it.
func (a *Adapter) subscribe(ctx context.Context, s *session) error {
	body := subscription{BotID: a.cfg.BotID, Secret: string(a.cfg.Secret), DeviceID: a.cfg.DeviceID}
	ack, err := s.do(ctx, newFrame(cmdSubscribe, newReqID(cmdSubscribe), body), cmdSubscribe)
	if err == nil {
		err = refused(ack, string(a.cfg.Secret))
	}
	if isCredentialFault(refusalCode(err)) {
		return fmt.Errorf("%w: %w", errCredentials, err)
	}
	if err != nil {
		return fmt.Errorf("subscribing: %w", err)
	}
	return nil
}

// sleep waits for d, or reports false when ctx is done first.
func (a *Adapter) sleep(ctx context.Context, d time.Duration) bool {
	timer, stop := a.cfg.Clock.Timer(d)
	defer stop()
	select {
	case <-timer:
		return true
	case <-ctx.Done():
		return false
	}
}
