package crashtest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// counted is whatever counts the calls that it gets and can fail one of them.
type counted interface {
	On(storagetest.Hook)
	Calls() []string
}

// failingCall says how the nth call fails, and whether there was one.
func failingCall(c counted) (arm func(n int), reached func(n int) bool) {
	arm = func(n int) { c.On(storagetest.FailNth(n, errMade)) }
	reached = func(n int) bool {
		calls := len(c.Calls())
		c.On(nil)
		return calls >= n
	}
	return arm, reached
}

// failingPassage is the same for what passes the tap at a place.
func (r *rig) failingPassage(at place, v verdict) (arm func(n int), reached func(n int) bool) {
	calls := 0 // guarded by r.mu
	arm = func(n int) {
		calls = 0
		r.ask(func(p passing) verdict {
			if p.place != at {
				return pass
			}
			if calls++; calls == n {
				return v
			}
			return pass
		})
	}
	reached = func(n int) bool {
		r.ask(nil)
		return calls >= n
	}
	return arm, reached
}

// delivered checks that no message was given up, and no card sent twice.
func (r *rig) delivered() {
	r.t.Helper()
	var failed []deliver.Row
	require.NoError(r.t, r.store.View(context.Background(), func(ctx context.Context, tx service.Tx) (err error) {
		failed, err = tx.FailedRows(ctx, 10)
		return err
	}))
	require.Empty(r.t, failed, "messages that were given up")
	r.eachCardOnce("in the end")
}

// TestNthStateCallOfOthers fails every call to the conversation states that a vote and a
// meeting make, and a reminder that is set.
func TestNthStateCallOfOthers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs each command again for every call")
	}
	for _, name := range []string{"vote", "meeting", "reminder"} {
		t.Run(name, func(t *testing.T) {
			r := newRigOn(t, bot.DingTalk, file)
			arm, reached := failingCall(r.states)
			tr := r.learn(scripts[name])
			tr.lacks = refreshes // the states know which card is the newest
			for step, c := range tr.steps {
				t.Logf("%s: %d", c.name, tr.fail(step, arm, reached))
			}
			r.delivered()
		})
	}
}

// TestNthQueueCall fails every call to the queue of what will be due that follows from an
// order, a vote and a meeting, and from a reminder that goes off.
func TestNthQueueCall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs each command again for every call")
	}
	open := func(t *testing.T, r *rig, key []byte) *sqlstore.Store {
		r.queue = storagetest.NewFaultyQueue(embedded.NewShared(r.clock))
		return file(t, r, key)
	}
	for name, s := range scripts {
		t.Run(name, func(t *testing.T) {
			r := newRigOn(t, bot.DingTalk, open)
			arm, reached := failingCall(r.queue)
			r.learn(s).failEach(arm, reached)
			r.delivered()
		})
	}
	t.Run("going off", func(t *testing.T) {
		r := newRigOn(t, bot.DingTalk, open)
		arm, reached := failingCall(r.queue)
		require.Greater(t, r.failReminders(false, arm, reached), 2)
		r.delivered()
	})
}

// TestNthPlatformCallOfOthers fails every call to the platform that follows from a vote, a
// meeting and a reminder: refused, cut before the platform got it, cut after it was done.
func TestNthPlatformCallOfOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("runs each command again for every call")
	}
	for _, how := range cuts {
		t.Run(string(how.on)+"/"+how.name, func(t *testing.T) {
			t.Parallel()
			for _, name := range []string{"vote", "meeting", "reminder"} {
				r := newRigOn(t, how.on, file)
				arm, reached := r.failingPassage(how.at, how.v)
				tr := r.learn(scripts[name])
				for step, c := range tr.steps {
					times := tr.fail(step, arm, reached)
					t.Logf("%s: %d", c.name, times)
					assert.Positive(t, times)
				}
				r.delivered()
			}
			if how.at == callDone {
				return // words have no id by which a platform would know them again, as cards have
			}
			r := newRigOn(t, how.on, file)
			arm, reached := r.failingPassage(how.at, how.v)
			require.Positive(t, r.failReminders(true, arm, reached))
			r.delivered()
		})
	}
}
