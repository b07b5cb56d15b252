package crashtest

import (
	"context"
	"fmt"
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

// aims draws one. What is drawn for a place hits its neighbours too: between a
// commit and its acknowledgement lies less than a millisecond.
func (n *town) aims() (a aim) {
	r := n.rng
	a.nth = 1 + r.IntN(12)
	a.lose = r.IntN(2) == 0
	switch r.IntN(10) {
	case 0, 1:
		a.place, a.after = frameDown, time.Duration(r.IntN(4000))*time.Microsecond
	case 2, 3:
		a.place = ackUp
	case 4:
		a.place, a.after = ackUp, time.Duration(r.IntN(2000))*time.Microsecond
	case 5, 6:
		a.place = callBegun
	case 7, 8:
		a.place = callDone
	default:
		a.after = time.Duration(20+r.IntN(600)) * time.Millisecond
	}
	return a
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

func (t tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d kills\n%-14s %6s %6s\n", t.kills, "place", "kills", "things")
	for c, name := range classNames {
		fmt.Fprintf(&b, "%-14s %6d %6d\n", name, t.hit[c], t.things[c])
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
