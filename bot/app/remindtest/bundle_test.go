package remindtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/embedded"
)

// together stores reminders that all come due at one moment: each person has so many,
// set by as many others, so that they lie in several shards.
func (s *storm) together(each int) {
	s.t.Helper()
	require.NoError(s.t, s.store.Update(context.Background(), func(ctx context.Context, tx service.Tx) error {
		for i := range s.people {
			if err := s.known(ctx, tx, i); err != nil {
				return err
			}
		}
		for i := range s.people {
			for k := range each {
				if err := s.asks(ctx, tx, i, (i+k*5+1)%s.people, k); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// known stores a person who can be written to.
func (s *storm) known(ctx context.Context, tx service.Tx, i int) error {
	p := s.person(i)
	if err := tx.PutPerson(ctx, roster.Person{ID: p, Name: "王" + string(p), Standing: roster.Confirmed, Since: s.due}); err != nil {
		return err
	}
	a := bot.Account{Platform: bot.DingTalk, User: bot.UserID(p)}
	return tx.PutAccount(ctx, roster.Account{Account: a, Person: p, Seen: s.due})
}

// asks stores a reminder that one person set for another.
func (s *storm) asks(ctx context.Context, tx service.Tx, whom, by, n int) error {
	_, err := tx.PutReminder(ctx, remind.Reminder{
		ID: remind.ID(fmt.Sprintf("r%06d-%d", whom, n)), Owner: s.person(by), For: remind.Audience{People: []bot.PersonID{s.person(whom)}},
		Rule: remind.Rule{Once: s.due}, Next: s.due, Version: 1, Made: s.due, Text: fmt.Sprintf("%s的第%d件", s.person(whom), n), Said: "今天",
	})
	return err
}

// oneEach checks that everybody got one message with so many things in it.
func (s *storm) oneEach(each int) {
	s.t.Helper()
	s.mail.mu.Lock()
	defer s.mail.mu.Unlock()
	got := map[bot.ChatID]int{}
	for _, m := range s.mail.sent {
		got[m.To.ID]++
		require.NotNil(s.t, m.Card, "to %s", m.To.ID)
		require.Equal(s.t, fmt.Sprintf("今天有%d件事", each), m.Card.Title, "to %s", m.To.ID)
	}
	require.Len(s.t, got, s.people)
	for to, n := range got {
		require.Equal(s.t, 1, n, "%s got more than one message", to)
	}
}

// TestOneMessageOfTwoInstances: what many people are to hear at one moment lies in all
// shards, which two instances work on at once; each hears it in one message.
func TestOneMessageOfTwoInstances(t *testing.T) {
	for range 3 {
		synctest.Test(t, func(t *testing.T) {
			s, store := embeddedStorm(t)
			s.together(3)
			a, b := s.start("a", store), s.start("b", store)
			defer a.stop()
			defer b.stop()
			time.Sleep(10*time.Minute - time.Second)
			require.Empty(t, s.mail.words(), "none early")
			time.Sleep(3 * time.Minute)
			s.oneEach(3)
		})
	}
}

// alone is one service on records and a clock of its own, told when to look.
func alone(t *testing.T) (*storm, *app.App, *sim.Clock) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone)
	clock := sim.NewClock(start)
	s := &storm{t: t, store: apptest.SQLite(t), mail: &mailbox{}, people: 20, due: start.Add(time.Hour)}
	templates, err := procedure.Shipped()
	require.NoError(t, err)
	a := app.New(app.Options{
		Store: s.store, States: embedded.New(clock), Adapters: []platform.Adapter{s.mail}, Templates: templates, Clock: clock,
		Zone: apptest.Zone, BotName: apptest.BotName, Random: apptest.Random(), Instance: "a",
	})
	return s, a, clock
}

// apart finds two others whose reminders lie in different shards.
func (s *storm) apart() (one, other int) {
	for i := 2; i < s.people; i++ {
		if remind.Person(s.person(i)).Shard() != remind.Person(s.person(1)).Shard() {
			return 1, i
		}
	}
	require.FailNow(s.t, "everybody's reminders lie in one shard")
	return 0, 0
}

// sharedOut has the first person ask for two reminders at one moment, one of which lies in
// a shard that another instance, b, holds.
func (s *storm) sharedOut() (theirs int) {
	one, other := s.apart()
	theirs = remind.Person(s.person(other)).Shard()
	require.NoError(s.t, s.store.Update(s.t.Context(), func(ctx context.Context, tx service.Tx) error {
		for _, i := range []int{0, one, other} {
			require.NoError(s.t, s.known(ctx, tx, i))
		}
		require.NoError(s.t, s.asks(ctx, tx, 0, one, 0))
		require.NoError(s.t, s.asks(ctx, tx, 0, other, 1))
		held, err := tx.HoldShards(ctx, "b", time.Hour, theirs)
		require.Len(s.t, held, 1)
		return err
	}))
	return theirs
}

// TestWaitsForAnotherInstance: while another instance has yet to let come due what
// somebody is to hear at the same moment, they are not told; but not for ever.
func TestWaitsForAnotherInstance(t *testing.T) {
	s, a, clock := alone(t)
	theirs := s.sharedOut()
	clock.Set(s.due)
	require.NoError(t, a.Settle(t.Context()))
	clock.Advance(15 * time.Second)
	require.NoError(t, a.Settle(t.Context()))
	require.Empty(t, s.mail.words(), "the other instance has not been waited for")
	clock.Advance(15 * time.Second)
	require.NoError(t, a.Settle(t.Context()))
	require.Len(t, s.mail.words(), 1, "the other instance is waited for too long")
	require.NoError(t, s.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.LeaveShards(ctx, "b", theirs) }))
	require.NoError(t, a.Settle(t.Context()))
	require.Len(t, s.mail.words(), 2)
}

// TestTakenOverInTime: what the other instance left behind when it died still goes in
// the same message.
func TestTakenOverInTime(t *testing.T) {
	s, a, clock := alone(t)
	theirs := s.sharedOut()
	clock.Set(s.due)
	require.NoError(t, a.Settle(t.Context()))
	require.NoError(t, s.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.LeaveShards(ctx, "b", theirs) }))
	clock.Advance(15 * time.Second)
	require.NoError(t, a.Settle(t.Context()))
	require.Len(t, s.mail.words(), 1)
	require.Contains(t, s.mail.words()[0], "今天有2件事")
}

// TestABadReminderKeepsNobodyWaiting: one that cannot come due is put off, and comes
// due once it can; its neighbours do not notice.
func TestABadReminderKeepsNobodyWaiting(t *testing.T) {
	s, a, clock := alone(t)
	require.NoError(t, s.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		require.NoError(t, s.known(ctx, tx, 0))
		require.NoError(t, s.asks(ctx, tx, 0, 0, 0))
		_, err := tx.PutReminder(ctx, remind.Reminder{
			ID: "a-bad", Owner: s.person(0), Node: "gone", For: remind.Audience{NotVoted: true},
			Rule: remind.Rule{Once: s.due}, Next: s.due, Version: 1, Made: s.due, Said: "今天",
		})
		require.NoError(t, err)
		return s.asks(ctx, tx, 0, 0, 1)
	}))
	clock.Set(s.due)
	require.NoError(t, a.Settle(t.Context()))
	require.Contains(t, strings.Join(s.mail.words(), "\n"), "今天有2件事")
	left := func() (n int) {
		require.NoError(t, s.store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
			all, err := tx.RemindersOf(ctx, s.person(0))
			n = len(all)
			return err
		}))
		return n
	}
	require.Equal(t, 1, left(), "what failed is not over")
	require.NoError(t, s.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.PutNode(ctx, roster.Node{ID: "gone", Name: "又有了"})
	}))
	require.NoError(t, a.Settle(t.Context()))
	require.Equal(t, 1, left(), "it is left alone for a while")
	clock.Advance(time.Minute)
	require.NoError(t, a.Settle(t.Context()))
	require.Zero(t, left())
}
