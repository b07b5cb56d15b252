package wecom

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"time"
)

const (
	// claimLife is how long a nonce is claimed among instances: a callback whose
	// timestamp is maxAge ahead can be repeated until it is maxAge old.
	claimLife = 2 * maxAge
	// claimPatience is how long a callback waits for its claim; WeCom waits 5 s for
	// the answer in all.
	claimPatience = 500 * time.Millisecond
)

// Claims tell which of several instances behind one URL was the first to see a
// name. Two claims of one name at once must not both be held.
type Claims interface {
	// Acquire gives a name to owner for ttl. held is false while it is another's.
	Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error)
	// Release gives owner's claim of a name back.
	Release(ctx context.Context, name, owner string) error
}

// ShareNonces has the door remember nonces among all instances that share claims.
// It must be called before Handler serves.
func (d *Door) ShareNonces(claims Claims) { d.claims = claims }

// claim refuses what another instance has taken. Claims that cannot be reached
// refuse nothing: the event's id is checked in the records all the same.
func (d *Door) claim(ctx context.Context, l *Letter, log *slog.Logger) error {
	if d.claims == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, claimPatience)
	defer cancel()
	l.owner = rand.Text()
	_, held, err := d.claims.Acquire(ctx, d.claimName(l.nonce), l.owner, claimLife)
	if err != nil {
		log.Warn("wecom nonce not shared with other instances", "err", err)
		return nil
	}
	if !held {
		return ErrEnvelope
	}
	return nil
}

// disclaim lets a nonce come once more, here or elsewhere. If that fails the claim
// lapses by itself.
func (d *Door) disclaim(ctx context.Context, l Letter) {
	if d.claims == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimPatience)
	defer cancel()
	_ = d.claims.Release(ctx, d.claimName(l.nonce), l.owner)
}

// claimName is short and plain, whatever the nonce is made of. Doors of the robot
// and of the app are told apart by their receiver.
func (d *Door) claimName(nonce string) string {
	sum := sha256.Sum256([]byte(nonce))
	return "wecom-nonce/" + string(d.envelope.receiver) + "/" + hex.EncodeToString(sum[:])
}
