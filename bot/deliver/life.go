package deliver

import (
	"context"
	"errors"
	"time"
)

// life is what an instance knows of its being alive to the others. The zero value is
// that of one whom nobody watches: its claims end by lapsing alone.
type life struct {
	watched bool
	id      int64
	until   time.Time // by this machine's clock
	// held ends at until, or by over.
	held context.Context
	over context.CancelFunc
	end  *time.Timer
}

func (l *life) certain() bool { return !l.watched || time.Now().Before(l.until) }

// Watched says that others end this instance's claims once it is silent: from now on
// nothing is sent but while it is Alive.
func (s *Shared) Watched() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.life.watched = true
}

// Alive says that the others know that this instance lives, and will not end its claims
// before until. id is that of its life: a new one means that they had given it up, and
// that whatever it held may be another's now.
func (s *Shared) Alive(id int64, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.life
	goesOn := l.end != nil && l.end.Stop()
	if id != l.id {
		clear(s.lanes)
		if goesOn {
			l.over()
			goesOn = false
		}
	}
	l.id, l.until = id, until
	if goesOn {
		l.end.Reset(time.Until(until))
		return
	}
	l.held, l.over = context.WithCancel(context.Background())
	l.end = time.AfterFunc(time.Until(until), l.over)
}

// Certain reports whether the others know that this instance lives.
func (s *Shared) Certain() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.life.certain()
}

func (s *Shared) living() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.life.id
}

// errSilent is why a send is broken off.
var errSilent = errors.New("the other instances may think that this one has died")

// While returns a context that ends with ctx, or as soon as another instance might
// begin to send what this one is sending.
func (s *Shared) While(ctx context.Context) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	held := s.life.held
	s.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	if held == nil {
		return ctx, func() { cancel(nil) }
	}
	stop := context.AfterFunc(held, func() { cancel(errSilent) })
	return ctx, func() { stop(); cancel(nil) }
}
