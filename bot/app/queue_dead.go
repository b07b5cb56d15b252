package app

import (
	"context"
	"errors"
)

// buried is told of an instance that is dead: what it had claimed comes at once. It
// never blocks; of what finds no room the claims lapse.
func (d *dues) buried(instance string) {
	select {
	case d.dead <- instance:
	default:
	}
}

// freeDead ends the claims of instances that are dead. While the queue cannot be reached
// they stay to be ended.
func (d *dues) freeDead(ctx context.Context) error {
	for range len(d.dead) {
		instance := <-d.dead
		if err := d.free(ctx, instance); err != nil {
			d.buried(instance)
			return err
		}
	}
	return nil
}

// free ends all claims of an instance. One that lives after all can do no harm: whether a
// timer has fired is in the records, and what it ends later is no longer its own.
func (d *dues) free(ctx context.Context, instance string) error {
	_, err := d.queue.Lapse(ctx, timersQueue, instance)
	for p := range d.app.opts.Turns {
		_, failed := d.queue.Lapse(ctx, outboxQueue(p), instance)
		err = errors.Join(err, failed)
	}
	return err
}

// leave gives back what a stop came upon before it was done.
func (d *dues) leave(ctx context.Context) error {
	if !d.healthy.Load() {
		return nil // it lapses by itself
	}
	return d.free(ctx, d.owner)
}
