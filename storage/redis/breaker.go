package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// restFor is how long Redis is left alone after it could not be reached, so that a
// Redis that is gone delays one command in a while and not each.
const restFor = time.Second

var errResting = errors.New("redis could not be reached a moment ago")

// breaker is a hook that answers for a Redis that is gone.
type breaker struct{ rest atomic.Pointer[rest] }

// rest is until when Redis is left alone, and why.
type rest struct {
	until time.Time
	cause error
}

var _ redis.Hook = (*breaker)(nil)

// DialHook implements redis.Hook.
func (b *breaker) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook implements redis.Hook.
func (b *breaker) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := b.resting(); err != nil {
			cmd.SetErr(err)
			return err
		}
		return b.note(next(ctx, cmd))
	}
}

// ProcessPipelineHook implements redis.Hook.
func (b *breaker) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if err := b.resting(); err != nil {
			for _, cmd := range cmds {
				cmd.SetErr(err)
			}
			return err
		}
		return b.note(next(ctx, cmds))
	}
}

// resting is an error, with what it was that went wrong, while Redis is left alone.
func (b *breaker) resting() error {
	if r := b.rest.Load(); r != nil && time.Now().Before(r.until) {
		return fmt.Errorf("%w: %w", errResting, r.cause)
	}
	return nil
}

// note takes a rest after what only a Redis that is gone causes.
func (b *breaker) note(err error) error {
	if _, ok := errors.AsType[net.Error](err); ok && !errors.Is(err, context.Canceled) {
		b.rest.Store(&rest{time.Now().Add(restFor), err})
	}
	return err
}
