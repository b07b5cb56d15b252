package crashtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/deliver"
	"yiqun/bot/service"
)

// aim says where a program is to be killed. The zero value is a moment that nothing
// on the wire marks.
type aim struct {
	place place
	nth   int           // of the things that pass there
	after time.Duration // it passed
	lose  bool          // what passes goes no further
}

// nthMost is how many things pass a place at most before the one that is aimed at, with
// one instance.
const nthMost = 12

// aims draws one for the class in which the fewest kills fell so far, so that every
// class fills whatever the number of kills. Now and then it is any moment. What is drawn
// for a class hits its neighbours too: between a commit and its acknowledgement lies less
// than a millisecond.
func (n *town) aims(so tally) (a aim) {
	r := n.rng
	if r.IntN(10) == 0 {
		return aim{after: time.Duration(20+r.IntN(600)) * time.Millisecond}
	}
	a = aimAt(r, so.rarest(r))
	a.nth = 1 + r.IntN(max(1, nthMost/len(n.slots)))
	return a
}

// aimAt draws a place and moment at which a kill is likely to fall into a class.
func aimAt(r *rand.Rand, c class) (a aim) {
	within := func(most time.Duration) time.Duration { return time.Duration(r.Int64N(int64(most))) }
	chance := r.IntN(2) == 0
	switch c {
	case beforeCommit:
		a.place = frameDown
		if chance {
			a.after = within(time.Millisecond)
		}
	case commitAck:
		if a.place, a.lose = ackUp, true; r.IntN(4) == 0 {
			a.place, a.lose, a.after = frameDown, false, within(4*time.Millisecond)
		}
	case ackSend:
		if a.place = ackUp; chance {
			a.after = within(500 * time.Microsecond)
		}
	case midSend:
		if a.place, a.lose = callBegun, r.IntN(2) == 0; chance {
			a.place = callDone
		}
	}
	return a
}

const (
	// aimedFor is how long what is aimed at may take to come. Where another instance has
	// what there is to send, or one that was killed had, it takes until the dead one is
	// buried.
	aimedFor       = 1500 * time.Millisecond
	aimedAtCallFor = 10 * time.Second
)

// patience is how long what is aimed at is waited for, before the kill comes anyway.
func (a aim) patience(instances int) time.Duration {
	if instances > 1 && (a.place == callBegun || a.place == callDone) {
		return aimedAtCallFor
	}
	return aimedFor
}

// point sets a slot's aim.
func (s *slot) point(a aim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.place == "" {
		s.shootLater(s.child, a.after)
		return
	}
	s.aim = &a
}

// shootLater kills a life of the program in a while. The caller holds s.mu.
func (s *slot) shootLater(c *child, wait time.Duration) {
	time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.child == c {
			s.dead = true
			c.shoot()
		}
	})
}

// watch is told of everything that passes a tap of the slot.
func (s *slot) watch(a *tap, p passing) verdict {
	v, gone := s.judge(p)
	s.town.ledger.note(s, a, p, v, gone)
	return v
}

// judge kills when the aim is met.
func (s *slot) judge(p passing) (v verdict, gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead || s.aim == nil || s.aim.place != p.place {
		return pass, s.dead
	}
	if s.aim.nth--; s.aim.nth > 0 {
		return pass, false
	}
	a := *s.aim
	s.aim = nil
	if a.after > 0 {
		s.shootLater(s.child, a.after)
		return pass, false
	}
	s.dead = true
	s.child.shoot()
	if a.lose {
		return drop, true
	}
	return pass, true
}

// class is where a kill fell. One kill may fall into several, since much is on its
// way at once.
type class int

const (
	beforeCommit class = iota // an event was delivered and is not in the records
	commitAck                 // it is in the records, and not acknowledged
	ackSend                   // acknowledged, and what follows from it not begun to be sent
	midSend                   // a call was begun and not answered
	classes
)

var classNames = [classes]string{"before commit", "commit to ack", "ack to send", "mid-send"}

// tally counts kills and what was on its way at them.
type tally struct {
	kills  int
	hit    [classes]int // kills
	things [classes]int // events, rows, calls
}

// rarest is the class into which the fewest kills fell; of several one is drawn.
func (t tally) rarest(r *rand.Rand) class {
	few := class(0)
	for _, c := range r.Perm(int(classes)) {
		if c := class(c); t.hit[c] < t.hit[few] || t.hit[c] == t.hit[few] && r.IntN(2) == 0 {
			few = c
		}
	}
	return few
}

func (t tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d kills\n%-14s %6s %6s\n", t.kills, "place", "kills", "things")
	for c, name := range classNames {
		fmt.Fprintf(&b, "%-14s %6d %6d\n", name, t.hit[c], t.things[c])
	}
	return b.String()
}

// line is the same in one line.
func (t tally) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d kills", t.kills)
	for c, name := range classNames {
		fmt.Fprintf(&b, ", %s %d", name, t.hit[c])
	}
	return b.String()
}

func (t *tally) add(found [classes]int) {
	t.kills++
	for c, n := range found {
		t.things[c] += n
		if n > 0 {
			t.hit[c]++
		}
	}
}

// queuedMost is more than is ever queued.
const queuedMost = 10_000

// inspect looks at the records of a program that was just killed: everything that
// was answered must be there. It returns what was on its way.
func (n *town) inspect(s *slot) (found [classes]int) {
	n.t.Helper()
	promised, f := n.ledger.promised(), n.ledger.inFlight(s)
	store := n.records()
	err := store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		found = [classes]int{}
		if err := n.kept(ctx, tx, promised); err != nil {
			return err
		}
		for _, e := range f.unanswered {
			_, ok, err := tx.Handled(ctx, e.platform, eventID(e))
			if err != nil {
				return err
			}
			if ok {
				found[commitAck]++
			} else {
				found[beforeCommit]++
			}
		}
		rows, err := waiting(ctx, tx)
		found[midSend] = len(f.calls)
		n.backlog = len(rows)
		found[ackSend] = max(0, len(rows)-len(f.calls))
		return err
	})
	require.NoError(n.t, err)
	require.NoError(n.t, store.Close())
	return found
}

// kept notes the events that were answered and are not in the records.
func (n *town) kept(ctx context.Context, tx service.Tx, promised []*event) error {
	for _, e := range promised {
		_, ok, err := tx.Handled(ctx, e.platform, eventID(e))
		if err != nil {
			return err
		}
		if !ok {
			n.wrongf("%s was answered and is not in the records: %s", e.key, e.body)
		}
	}
	return nil
}

// waiting lists the messages that are queued, refreshes apart: those may wait for
// ten minutes, and a newer one replaces them.
func waiting(ctx context.Context, tx service.Tx) ([]deliver.Row, error) {
	rows, err := tx.Ready(ctx, time.Now().Add(48*time.Hour), queuedMost)
	return slices.DeleteFunc(rows, func(r deliver.Row) bool { return r.Refresh != "" }), err
}
