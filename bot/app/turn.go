package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"yiqun/bot"
)

// Leases are what one instance at a time may have. They are kept in the records'
// database and not in Redis: a flush must not let two instances connect, and while
// the database is gone nobody could be taken over from anyway.
type Leases interface {
	// Acquire takes the lease of a name for owner, or makes it last longer. held is
	// false while another owner's lease lasts; token grows whenever it changes hands
	// or had lapsed.
	Acquire(ctx context.Context, name, owner string, ttl time.Duration) (token int64, held bool, err error)
	// Release gives owner's lease back.
	Release(ctx context.Context, name, owner string) error
	// Supersede ends what others hold under a prefix of names.
	Supersede(ctx context.Context, prefix, owner string) error
}

const (
	// turnFor is how long the holder's word counts, renewEvery how often it gives it,
	// askEvery how often the others ask: a holder that died is replaced within
	// turnFor + askEvery, which has to leave room below ten seconds for connecting.
	turnFor    = 6 * time.Second
	renewEvery = 2 * time.Second
	askEvery   = time.Second
)

// errTurnOver is why a connection is left.
var errTurnOver = errors.New("another instance has the connection now")

// Turn is the permission to hold a platform's only connection, where several
// instances could. It is safe for concurrent use.
type Turn struct {
	leases   Leases
	platform bot.Platform
	owner    string
	log      *slog.Logger
	taken    func() // called when the turn has come

	mu    sync.Mutex
	held  context.Context // nil while another has it
	over  context.CancelCauseFunc
	token int64
	until time.Time
	tasks sync.WaitGroup
}

// NewTurn returns the turn of one instance, which no other has the name of.
func NewTurn(leases Leases, p bot.Platform, owner string, log *slog.Logger) *Turn {
	return &Turn{leases: leases, platform: p, owner: owner, log: log, taken: func() {}}
}

func (t *Turn) name() string { return "connection/" + string(t.platform) }

// Held reports whether this instance has the turn for certain: its lease has not
// lapsed.
func (t *Turn) Held() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held != nil && t.held.Err() == nil && time.Now().Before(t.until)
}

// Gate waits for the turn. What it returns ends with ctx, or when another instance
// has taken over. While it has not ended, Gate returns the same again: whoever was
// put off the platform nevertheless was not put off by one of ours.
//
// A turn that cannot be renewed because the database is gone is kept: the others
// cannot take it either, and members can still be told. If it is only this machine
// that is cut off, the platform itself tells this one that another has connected,
// and it then has to pass Gate again.
func (t *Turn) Gate(ctx context.Context) (context.Context, error) {
	for {
		held, err := t.ask(ctx)
		if held != nil {
			return held, nil
		}
		if err != nil {
			t.log.WarnContext(ctx, "waiting for the turn to connect", "platform", t.platform, "error", err)
		}
		pause := time.NewTimer(askEvery)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		case <-pause.C:
		}
	}
}

// ask asks for the turn once; nil if another has it. The lock is not held while the
// database is asked: whoever is in the middle of a transaction may look at Held.
func (t *Turn) ask(ctx context.Context) (context.Context, error) {
	began := time.Now()
	token, held, err := t.leases.Acquire(ctx, t.name(), t.owner, turnFor)
	if err != nil {
		return nil, err
	}
	if !held {
		t.end()
		return nil, nil
	}
	if mine := t.prolong(token, began.Add(turnFor)); mine != nil {
		return mine, nil
	}
	t.end()
	// What the one before had begun to send cannot go on without its connection.
	if err := t.leases.Supersede(ctx, "outbox/"+string(t.platform)+"/", t.owner); err != nil {
		return nil, err
	}
	return t.begin(ctx, token, began.Add(turnFor)), nil
}

// prolong notes that the turn lasts longer, and returns it; nil if it is not the one
// that this instance knew of.
func (t *Turn) prolong(token int64, until time.Time) context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil || t.held.Err() != nil || t.token != token {
		return nil
	}
	t.until = until
	return t.held
}

func (t *Turn) begin(ctx context.Context, token int64, until time.Time) context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token, t.until = token, until
	t.held, t.over = context.WithCancelCause(ctx)
	mine := t.held
	t.tasks.Go(func() { t.renew(mine) })
	t.log.InfoContext(ctx, "this instance's turn to connect", "platform", t.platform)
	t.taken()
	return mine
}

func (t *Turn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endLocked()
}

func (t *Turn) endLocked() {
	if t.held != nil {
		t.over(errTurnOver)
		t.held = nil
	}
}

// renew makes the lease last for as long as held does.
func (t *Turn) renew(held context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-held.Done():
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(held, turnFor)
		began := time.Now()
		token, ours, err := t.leases.Acquire(ctx, t.name(), t.owner, turnFor)
		cancel()
		t.mu.Lock()
		switch {
		case t.held != held:
			t.mu.Unlock()
			return
		case err != nil:
			t.log.WarnContext(held, "turn not renewed", "platform", t.platform, "error", err)
		case !ours:
			t.endLocked()
		default:
			t.token, t.until = token, began.Add(turnFor)
		}
		t.mu.Unlock()
	}
}

// Leave gives the turn up, when the connection has been closed.
func (t *Turn) Leave(ctx context.Context) error {
	t.mu.Lock()
	had := t.held != nil
	t.endLocked()
	t.mu.Unlock()
	t.tasks.Wait()
	if !had {
		return nil
	}
	return t.leases.Release(ctx, t.name(), t.owner)
}
