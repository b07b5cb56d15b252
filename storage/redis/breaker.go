package redis

import (
	"context"
	"errors"
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
type breaker struct{ until atomic.Int64 } // unix nanoseconds

var _ redis.Hook = (*breaker)(nil)

// DialHook implements redis.Hook.
func (b *breaker) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook implements redis.Hook.
func (b *breaker) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if b.resting() {
			cmd.SetErr(errResting)
			return errResting
		}
		return b.note(next(ctx, cmd))
	}
}

// ProcessPipelineHook implements redis.Hook.
func (b *breaker) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if b.resting() {
			for _, cmd := range cmds {
				cmd.SetErr(errResting)
			}
			return errResting
		}
		return b.note(next(ctx, cmds))
	}
}

func (b *breaker) resting() bool { return time.Now().UnixNano() < b.until.Load() }

// note takes a rest after what only a Redis that is gone causes.
func (b *breaker) note(err error) error {
	if _, ok := errors.AsType[net.Error](err); ok && !errors.Is(err, context.Canceled) {
		b.until.Store(time.Now().Add(restFor).UnixNano())
	}
	return err
}
