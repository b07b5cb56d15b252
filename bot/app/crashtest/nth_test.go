package crashtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/service"
)

// state is what one command changes, all of it or nothing. acts are those of people:
// in hundreds of other matters the clock goes on meanwhile.
type state struct {
	acts, rows, events int
}

// state reads the records as they are. events are those of the command.
func (r *rig) state(events ...string) (s state) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		s = state{}
		err := tx.EachMatter(ctx, func(id bot.MatterID) error {
			acts, err := tx.Acts(ctx, id)
			for _, a := range acts {
				if a.By != "" {
					s.acts++
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range events {
			_, ok, err := tx.Handled(ctx, r.on, bot.EventID(e))
			if err != nil {
				return err
			}
			if ok {
				s.events++
			}
		}
		return nil
	}))
	s.rows = len(r.queued())
	return s
}

func (r *rig) queued() (rows []deliver.Row) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(context.Background(), func(ctx context.Context, tx service.Tx) (err error) {
		rows, err = waiting(ctx, tx)
		return err
	}))
	return rows
}

// command is one step of a matter's life, and who takes it how.
type command struct {
	name, who, text string
}

// life is a matter from its beginning to its end; %d is its number.
var life = []command{
	{"order", asker.Name, "点单 楼道灯坏了"},
	{"hand out", clerk.Name, "下单 %d"},
	{"take", helper.Name, "接单 %d"},
	{"finish", helper.Name, "办结 %d 已修好"},
	{"rate", asker.Name, "评价 %d 5"},
}

func (c command) said(number int) string { return strings.Replace(c.text, "%d", fmt.Sprint(number), 1) }

// each runs a command again and again, each time in a new matter, with something
// armed to fail at its nth call, until the command needs fewer calls than that. armed
// returns whether the nth call was reached.
func (r *rig) each(step int, arm func(n int), reached func(n int) bool) (times int) {
	r.t.Helper()
	for n := 1; ; n++ {
		number := r.matters() + 1
		for _, before := range life[:step] {
			r.say(before.who, before.said(number))
			r.settle()
		}
		before, mark := r.state(), r.mark()
		arm(n)
		r.say(life[step].who, life[step].said(number))
		r.handled()
		what := fmt.Sprintf("%s, call %d", life[step].name, n)
		r.whole(what, before, mark)
		r.settle()
		hit := reached(n)
		r.done(what, before, mark, number)
		if !hit {
			return n - 1
		}
	}
}

func (r *rig) matters() (count int) {
	require.NoError(r.t, r.store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		return tx.EachMatter(ctx, func(bot.MatterID) error { count++; return nil })
	}))
	return count
}

// whole checks that a command left all that it changes, or nothing.
func (r *rig) whole(what string, before state, mark int) {
	r.t.Helper()
	now := r.state(r.events(mark)...)
	if now.events == 0 {
		require.Equal(r.t, before, now, "%s: not taken up, and yet it left something", what)
		return
	}
	require.Equal(r.t, before.acts+1, now.acts, "%s: taken up without an act", what)
	require.Greater(r.t, now.rows, before.rows, "%s: taken up without an answer", what)
}

// events are the ids of what was delivered since.
func (r *rig) events(mark int) (ids []string) {
	for _, p := range r.passed(mark, frameDown) {
		ids = append(ids, p.key)
	}
	return ids
}

// done checks that a command was taken up in the end, once, and told. WeCom sends
// nothing again: there it is enough that nothing was left.
func (r *rig) done(what string, before state, mark, number int) {
	r.t.Helper()
	after := r.state(r.events(mark)...)
	if r.on == bot.WeCom && after.events == 0 {
		require.Equal(r.t, before.acts, after.acts, what)
		return
	}
	require.Equal(r.t, before.acts+1, after.acts, "%s: once", what)
	require.Positive(r.t, after.events, what)
	told := 0
	for _, p := range r.passed(mark, callBegun) {
		if strings.Contains(string(p.body), fmt.Sprintf("#%d", number)) {
			told++
		}
	}
	require.Positive(r.t, told, "%s: told", what)
	r.eachCardOnce(what)
}

// eachCardOnce checks that no card was sent twice.
func (r *rig) eachCardOnce(what string) {
	r.t.Helper()
	cards := map[string]int{}
	for _, b := range r.world.Bubbles(nil) {
		if b.Card != nil {
			cards[b.Card.ID]++
		}
	}
	for id, n := range cards {
		require.Equal(r.t, 1, n, "%s: card %s", what, id)
	}
}

var errMade = bot.Fault(bot.Internal, errors.New("made to fail"))

// TestNthStoreCall fails every call that a command makes to the records, one at a
// time: nothing is ever left half-done, and the event is taken up when it comes again.
func TestNthStoreCall(t *testing.T) {
	t.Parallel()
	for step := range life {
		r := newRig(t, bot.DingTalk) // of its own: all that happened is read again and again
		arm, reached := failingCall(r.faulty)
		times := r.each(step, arm, reached)
		t.Logf("%s: %d calls", life[step].name, times)
		assert.Greater(t, times, 5)
	}
}

// TestNthStateCall does the same to the conversation states, whose loss is no loss.
func TestNthStateCall(t *testing.T) {
	t.Parallel()
	r := newRig(t, bot.DingTalk)
	arm, reached := failingCall(r.states)
	for step := range life {
		times := r.each(step, arm, reached)
		t.Logf("%s: %d calls", life[step].name, times)
	}
}

// cut is a way for a call to the platform to fail.
type cut struct {
	on   bot.Platform
	name string
	at   place
	v    verdict
}

// cuts are all of them: refused, cut before the platform got it, cut after it was done.
var cuts = []cut{
	{bot.DingTalk, "refused", callBegun, fail},
	{bot.DingTalk, "never arrived", callBegun, drop},
	{bot.DingTalk, "answer lost", callDone, drop},
	{bot.WeCom, "refused", callBegun, fail},
	{bot.WeCom, "never arrived", callBegun, drop},
	{bot.WeCom, "answer lost", callDone, drop},
}

// TestNthPlatformCall does the same to the calls to the platform.
func TestNthPlatformCall(t *testing.T) {
	for _, how := range cuts {
		t.Run(string(how.on)+"/"+how.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, how.on)
			arm, reached := r.failingPassage(how.at, how.v)
			for step := range life {
				times := r.each(step, arm, reached)
				t.Logf("%s: %d calls", life[step].name, times)
				assert.Positive(t, times)
			}
		})
	}
}
