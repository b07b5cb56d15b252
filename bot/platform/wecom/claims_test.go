package wecom

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// book is a Claims in memory, without an end to claims.
type book struct {
	mu     sync.Mutex
	owners map[string]string
	lasts  time.Duration
	broken error
}

func (b *book) Acquire(_ context.Context, name, owner string, ttl time.Duration) (int64, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		return 0, false, b.broken
	}
	if had, ok := b.owners[name]; ok && had != owner {
		return 0, false, nil
	}
	b.owners[name], b.lasts = owner, ttl
	return 1, true, nil
}

func (b *book) Release(_ context.Context, name, owner string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.owners[name] == owner {
		delete(b.owners, name)
	}
	return b.broken
}

// twoDoors are two instances behind one URL, both called with the same envelope.
func twoDoors(t *testing.T) (one, two *doorRig, shared *book) {
	shared = &book{owners: map[string]string{}}
	one, two = newDoorRig(t, ""), newDoorRig(t, "")
	one.ShareNonces(shared)
	two.ShareNonces(shared)
	two.sent = one.sent
	return one, two, shared
}

func TestReplayToAnotherInstanceIsRefused(t *testing.T) {
	one, two, shared := twoDoors(t)
	assert.Equal(t, http.StatusOK, one.do(http.MethodPost, one.sent.Query(), one.body()).Code)
	assert.Equal(t, http.StatusForbidden, two.do(http.MethodPost, two.sent.Query(), two.body()).Code)
	assert.Empty(t, two.taken)
	assert.GreaterOrEqual(t, shared.lasts, 2*maxAge, "as long as its timestamp may pass")
}

func TestFailedCallbackMayGoToAnotherInstance(t *testing.T) {
	one, two, _ := twoDoors(t)
	one.fail = errors.New("the database is gone")
	assert.Equal(t, http.StatusInternalServerError, one.do(http.MethodPost, one.sent.Query(), one.body()).Code)
	assert.Equal(t, http.StatusOK, two.do(http.MethodPost, two.sent.Query(), two.body()).Code)
	one.fail = nil
	assert.Equal(t, http.StatusForbidden, one.do(http.MethodPost, one.sent.Query(), one.body()).Code)
}

func TestUnreachableClaimsRefuseNothing(t *testing.T) {
	one, two, shared := twoDoors(t)
	shared.broken = errors.New("redis is gone")
	assert.Equal(t, http.StatusOK, one.do(http.MethodPost, one.sent.Query(), one.body()).Code)
	assert.Equal(t, http.StatusOK, two.do(http.MethodPost, two.sent.Query(), two.body()).Code, "its event's id is in the records")
	assert.Equal(t, http.StatusForbidden, two.do(http.MethodPost, two.sent.Query(), two.body()).Code, "its own memory is left")
}

func TestForgeriesClaimNothing(t *testing.T) {
	one, _, shared := twoDoors(t)
	q := one.sent.Query()
	q.Set("msg_signature", "0000")
	assert.Equal(t, http.StatusForbidden, one.do(http.MethodPost, q, one.body()).Code)
	assert.Empty(t, shared.owners)
}
