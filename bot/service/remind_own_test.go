package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// meanwhile does something between the reading of a batch of reminders and its writing.
type meanwhile struct {
	service.Store
	do func()
}

func (m *meanwhile) View(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	found := false
	err := m.Store.View(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, findingTx{tx, &found}) })
	if do := m.do; found && do != nil {
		m.do = nil
		do()
	}
	return err
}

type findingTx struct {
	service.Tx
	found *bool
}

func (t findingTx) DueOwn(ctx context.Context, shard int, at time.Time, after remind.Position, limit int) ([]remind.Reminder, error) {
	due, err := t.Tx.DueOwn(ctx, shard, at, after, limit)
	*t.found = *t.found || len(due) > 0
	return due, err
}

// TestWhatChangesBeforeABatchIsWritten: a batch is made up by reading, and what somebody
// changes before it is written counts.
func TestWhatChangesBeforeABatchIsWritten(t *testing.T) {
	private := bot.PrivateChat(account("张伟"))
	for _, c := range []struct {
		name string
		do   func(r *room)
		want []string
	}{
		{"nothing", func(*room) {}, []string{"提醒您：交材料"}},
		{"stopped", func(r *room) { r.tell("张伟", "停 1") }, nil},
		{"put off", func(r *room) { r.tell("张伟", "改 1 下午五点") }, nil},
		{"another was set", func(r *room) { r.tell("张伟", "提醒我 下午五点 打电话") }, []string{"提醒您：交材料"}},
		{"told by the clock of another", func(r *room) {
			_, err := r.svc.Tick(r.t.Context())
			require.NoError(r.t, err)
		}, []string{"提醒您：交材料"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &meanwhile{Store: apptest.SQLite(t)}
			r := newRoomOn(t, m)
			r.tell("张伟", "提醒我 今天下午三点 交材料")
			other := *r
			other.store = m.Store
			other.svc = service.New(m.Store, r.states, r.clock, r.set, service.Config{
				BotName: apptest.BotName, Zone: apptest.Zone, Random: r.random, Instance: "other",
			})
			r.clock.Set(time.Date(2026, 11, 23, 15, 0, 0, 0, apptest.Zone))
			m.do = func() { c.do(&other) }
			_, err := r.svc.Tick(t.Context())
			require.NoError(t, err)
			require.Nil(t, m.do, "something was found")
			heard := r.heard(private)
			require.Len(t, heard, len(c.want), heard)
			for i, want := range c.want {
				require.Contains(t, heard[i], want)
			}
		})
	}
}

// putOwn keeps a reminder of somebody's own that comes due at a time: the nth of many.
func putOwn(ctx context.Context, t *testing.T, tx service.Tx, owner bot.PersonID, nth int, due time.Time) {
	t.Helper()
	_, err := tx.PutReminder(ctx, remind.Reminder{
		ID: remind.ID(fmt.Sprintf("r%04d", nth)), Owner: owner, For: remind.Audience{People: []bot.PersonID{owner}},
		Rule: remind.Rule{Once: due}, Next: due, Version: 1, Made: due, Text: fmt.Sprintf("第%d件", nth), Said: "今天",
	})
	require.NoError(t, err)
}

// TestManyOfOnesOwnOneOfThemChanged: whoever has more reminders due than a batch looks at
// gets one message also where the batch is refused because they stopped one meanwhile.
func TestManyOfOnesOwnOneOfThemChanged(t *testing.T) {
	const many = 200
	m := &meanwhile{Store: apptest.SQLite(t)}
	r := newRoomOn(t, m)
	due := r.clock.Now().Add(time.Minute)
	var owner bot.PersonID
	require.NoError(t, r.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		who, err := tx.Account(ctx, account("张伟"))
		require.NoError(t, err)
		owner = who.Person
		for i := range many {
			putOwn(ctx, t, tx, owner, i, due)
		}
		return nil
	}))
	r.clock.Set(due.Add(time.Second))
	m.do = func() {
		require.NoError(t, m.Store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			stopped, err := tx.Reminder(ctx, "r0000")
			require.NoError(t, err)
			_, err = tx.PutReminder(ctx, stopped.Mute(owner))
			return err
		}))
	}
	_, err := r.svc.Tick(t.Context())
	require.NoError(t, err)
	require.Nil(t, m.do, "something was found")
	heard := r.heard(bot.PrivateChat(account("张伟")))
	require.Len(t, heard, 1, heard)
	require.Contains(t, heard[0], fmt.Sprintf("%d件", many-1))
}

// TestManyOfOnesOwn: whoever has more reminders due than a batch holds, and whoever has
// one, gets one message.
func TestManyOfOnesOwn(t *testing.T) {
	r := newRoom(t)
	due := r.clock.Now().Add(time.Minute)
	want := map[bot.UserID]int{}
	require.NoError(t, r.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		for i := range 1200 {
			who := fmt.Sprint("w", i)
			if i%2 == 0 {
				who = fmt.Sprint("busy", i%4)
			}
			p := bot.PersonID(who)
			if want[bot.UserID(who)]++; want[bot.UserID(who)] == 1 {
				require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: p, Name: "王" + who, Standing: roster.Confirmed, Since: due}))
				require.NoError(t, tx.PutAccount(ctx, roster.Account{
					Account: bot.Account{Platform: bot.DingTalk, User: bot.UserID(who)}, Person: p, Seen: due,
				}))
			}
			putOwn(ctx, t, tx, p, i, due)
		}
		return nil
	}))
	r.clock.Set(due.Add(time.Second))
	_, err := r.svc.Tick(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		rows, err := tx.Ready(ctx, r.clock.Now(), 2000)
		require.Len(t, rows, len(want))
		for _, row := range rows {
			if n := want[bot.UserID(row.To.ID)]; n > 1 {
				require.Contains(t, row.Body.Text, fmt.Sprintf("%d件", n))
			} else {
				require.True(t, strings.HasPrefix(row.Body.Card.Title, "提醒您"))
			}
			delete(want, bot.UserID(row.To.ID))
		}
		require.Empty(t, want)
		return err
	}))
}
