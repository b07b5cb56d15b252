package redis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"yiqun/bot"
)

// Shared is what instances share beside conversation state: leases, buckets and
// queues. Everything in it can be rebuilt. It is safe for concurrent use.
type Shared struct{ client redis.UniversalClient }

// Shared returns what instances share on the same connections.
func (s *States) Shared() *Shared { return &Shared{client: s.client} }

func leaseKeys(name string) []string {
	tag := "yiqun:lease:{" + name + "}"
	return []string{tag, tag + ":token"}
}

// Acquire takes the lease of a name for owner, or makes it last longer, by ttl from
// now by Redis's clock. held is false while another owner's lease lasts. token grows
// whenever the lease changes hands or had lapsed.
func (s *Shared) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error) {
	token, err = count(ctx, s.client, "taking a lease", leaseAcquire, leaseKeys(name), owner, millis(ttl))
	return token, token > 0, err
}

// Release gives owner's lease of a name back. One that is another's stays.
func (s *Shared) Release(ctx context.Context, name, owner string) error {
	_, err := count(ctx, s.client, "giving a lease back", leaseRelease, leaseKeys(name)[:1], owner)
	return err
}

// Take implements deliver.Budget by token buckets that hold a third of a limit and
// take in the other two thirds per period, so that no period sees more than the
// limit. They go by Redis's clock.
func (s *Shared) Take(ctx context.Context, name string, limits map[time.Duration]int) (time.Duration, error) {
	var args []any
	for _, period := range slices.Sorted(maps.Keys(limits)) {
		size := max(1, limits[period]/3)
		args = append(args, millis(period), size, max(1, limits[period]-size))
	}
	wait, err := count(ctx, s.client, "taking from a budget", bucketTake, []string{"yiqun:bucket:{" + name + "}"}, args...)
	return time.Duration(wait) * time.Millisecond, err
}

func queueKeys(queue string) []string {
	tag := "yiqun:queue:{" + queue + "}"
	return []string{tag + ":due", tag + ":claimed", tag + ":tokens", tag + ":token"}
}

// Put says when keys of a queue are due, in place of what was said before. A key
// that is claimed right now comes again.
func (s *Shared) Put(ctx context.Context, queue string, due map[string]time.Time) error {
	return s.put(ctx, queue, "", due)
}

// PutEarlier is Put, but leaves a key that is due earlier as it is.
func (s *Shared) PutEarlier(ctx context.Context, queue string, due map[string]time.Time) error {
	return s.put(ctx, queue, "earlier", due)
}

func (s *Shared) put(ctx context.Context, queue, mode string, due map[string]time.Time) error {
	if len(due) == 0 {
		return nil
	}
	args := []any{mode}
	for key, at := range due {
		args = append(args, at.UnixMilli(), key)
	}
	_, err := count(ctx, s.client, "queueing what is due", queuePut, queueKeys(queue)[:3], args...)
	return err
}

// Claim takes at most limit keys of a queue that are due at now, for owner. They come to
// nobody else until lease has passed by Redis's clock, or the owner's claims are ended by
// Lapse; those that were not acknowledged by then are due again. token is the same for
// all, and grows from claim to claim. Of a queue that is new, or was emptied by a flush,
// it is negative once, and nothing is claimed.
func (s *Shared) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) (keys []string, token int64, err error) {
	const doing = "claiming what is due"
	v, err := run(ctx, s.client, doing, queueClaim, queueKeys(queue), now.UnixMilli(), millis(lease), limit, owner)
	if err != nil {
		return nil, 0, err
	}
	pair, ok := v.([]any)
	if !ok || len(pair) != 2 {
		return nil, 0, bot.Fault(bot.Internal, fmt.Errorf("%s: the script returned a %T", doing, v))
	}
	token, _ = pair[0].(int64)
	list, _ := pair[1].([]any)
	for _, k := range list {
		key, ok := k.(string)
		if !ok {
			return nil, 0, bot.Fault(bot.Internal, fmt.Errorf("%s: a key is a %T", doing, k))
		}
		keys = append(keys, key)
	}
	return keys, token, nil
}

// Ack ends claims. It returns how many were still held under token: fewer than keys
// when a claim had lapsed and others may have it.
func (s *Shared) Ack(ctx context.Context, queue string, token int64, keys ...string) (int, error) {
	if len(keys) == 0 {
		return 0, nil
	}
	args := []any{token}
	for _, k := range keys {
		args = append(args, k)
	}
	n, err := count(ctx, s.client, "acknowledging what was due", queueAck, queueKeys(queue)[1:3], args...)
	return int(n), err
}

// Lapse ends what owner has claimed of a queue, as if its lease had passed: for one that
// is dead. It returns how many claims there were. An owner that lives after all may
// acknowledge them until somebody else has claimed them.
func (s *Shared) Lapse(ctx context.Context, queue, owner string) (int, error) {
	n, err := count(ctx, s.client, "ending what a dead one claimed", queueLapse, queueKeys(queue)[1:3], owner)
	return int(n), err
}

// millis is a duration as Redis counts, at least one: zero would mean for ever, or
// an error.
func millis(d time.Duration) int64 { return max(1, d.Milliseconds()) }
