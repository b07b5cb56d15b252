package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Stack is what has to be undone, last in, first out. A start that fails half-way
// unwinds with the same stack.
type Stack struct {
	steps []closer
}

type closer struct {
	name string
	do   func() error
}

// Push adds something to undo.
func (s *Stack) Push(name string, do func() error) { s.steps = append(s.steps, closer{name, do}) }

// Close undoes everything, going on past failures, and joins the errors.
func (s *Stack) Close() error {
	var err error
	for i := len(s.steps) - 1; i >= 0; i-- {
		if e := s.steps[i].do(); e != nil {
			err = errors.Join(err, fmt.Errorf("close %s: %w", s.steps[i].name, e))
		}
	}
	s.steps = nil
	return err
}

// drainHTTP bounds how long open requests may take at the end; they are cut off then.
const drainHTTP = 2 * time.Second

// Serve listens on addr and serves h until the stack is closed. The address is
// bound before Serve returns, so that a taken port is an error at the start.
func (s *Stack) Serve(ctx context.Context, name, addr string, h http.Handler, log *slog.Logger) error {
	_, err := s.ServeAt(ctx, name, addr, h, log)
	return err
}

// ServeAt is Serve, and tells the address that was bound.
func (s *Stack) ServeAt(ctx context.Context, name, addr string, h http.Handler, log *slog.Logger) (net.Addr, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", name, err)
	}
	server := NewServer(h)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.ErrorContext(ctx, "server ended", "server", name, "error", err)
		}
	}()
	s.Push(name, func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainHTTP)
		defer cancel()
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			log.WarnContext(ctx, "requests cut off by the stop", "server", name)
			err = server.Close()
		}
		<-ended
		return err
	})
	log.InfoContext(ctx, "listening", "server", name, "address", listener.Addr().String())
	return listener.Addr(), nil
}
