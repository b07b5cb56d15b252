package crashtest

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// script is what people say one after the other, from the beginning of something to its
// end; %d is the matter's number.
type script struct {
	steps []command
	// alone: the next begins when this one has ended, for what is open costs calls.
	alone bool
}

var scripts = map[string]script{
	"order": {steps: life},
	"vote": {alone: true, steps: []command{
		{"open", clerk.Name, "表决 加装扶手 按 可委托的投票过半数 应到3人 截止周五18:00"},
		{"vote", helper.Name, "%d 赞成"},
		{"change one's mind", helper.Name, "%d 反对"},
		{"close", clerk.Name, "结束投票 %d"},
	}},
	"meeting": {alone: true, steps: []command{
		{"call", clerk.Name, "开会 党小组会 明天9:30 应到：李红梅、王建国"},
		{"begin", clerk.Name, "会议开始"},
		{"end", clerk.Name, "会议结束"},
	}},
	"reminder": {steps: []command{
		{"set", clerk.Name, "提醒大家 明天10点 带材料"},
		{"set one's own", helper.Name, "提醒我 明天11点 去开会"},
	}},
}

// lasting are the tables in which each row says that somebody did something.
var lasting = []string{
	"matters", "acts", "contents", "entries", "polls", "poll_entries", "poll_closings", "sittings", "sitting_entries",
	"reminders", "journal",
}

// sum is how many rows each table has.
type sum map[string]int

func (r *rig) sum() sum {
	r.t.Helper()
	rows, err := r.db.QueryContext(r.t.Context(), r.counts)
	require.NoError(r.t, err)
	out := sum{}
	for rows.Next() {
		var table string
		var n int
		require.NoError(r.t, rows.Scan(&table, &n))
		out[table] = n
	}
	require.NoError(r.t, errors.Join(rows.Err(), rows.Close()))
	return out
}

// look has the rig count the rows of a database's tables. Leases are none of a
// command's.
func (r *rig) look(db *sql.DB, tables []string) {
	var count []string
	for _, t := range tables {
		switch t {
		case "leases":
		case "outbox":
			count = append(count, "SELECT 'outbox', COUNT(*) FROM outbox WHERE refresh = ''")
			count = append(count, "SELECT '"+refreshes+"', COUNT(*) FROM outbox WHERE refresh <> ''")
		default:
			count = append(count, fmt.Sprintf("SELECT '%[1]s', COUNT(*) FROM %[1]s", t))
		}
	}
	r.db, r.counts = db, strings.Join(count, " UNION ALL ")
}

// refreshes are the rows of the outbox that only change a card.
const refreshes = "refreshes"

// without leaves out a table's rows.
func (s sum) without(table string) sum {
	out := maps.Clone(s)
	delete(out, table)
	return out
}

// since is how many rows have come, by table; tables without news are left out.
func (s sum) since(before sum) sum {
	out := sum{}
	for table, n := range s {
		if n != before[table] {
			out[table] = n - before[table]
		}
	}
	return out
}

// of leaves the rows of some tables.
func (s sum) of(tables []string) sum {
	out := sum{}
	for _, t := range tables {
		if s[t] != 0 {
			out[t] = s[t]
		}
	}
	return out
}

// trial runs a script in which one step meets with a fault.
type trial struct {
	*rig
	script
	// whole is what each step leaves when it is taken up, and done what there is of it
	// when everything has come to an end.
	whole, done []sum
	// lacks names rows that a fault may cost, and that nobody would miss.
	lacks string
}

// learn runs the script twice without a fault: the first time people are told what they
// are told once.
func (r *rig) learn(s script) *trial {
	r.t.Helper()
	tr := &trial{rig: r, script: s}
	for range 2 {
		tr.whole, tr.done = nil, nil
		number := r.matters() + 1
		for step := range s.steps {
			whole, done := tr.take(step, number, func() {})
			tr.whole, tr.done = append(tr.whole, whole), append(tr.done, done)
			require.NotEmpty(r.t, whole, "%s leaves something", s.steps[step].name)
		}
	}
	return tr
}

// take takes one step and returns what it left at once, and in the end.
func (tr *trial) take(step, number int, arm func()) (at, end sum) {
	tr.t.Helper()
	c, before := tr.steps[step], tr.sum()
	arm()
	tr.say(c.who, c.said(number))
	tr.handled()
	at = tr.sum().since(before)
	tr.settle()
	return at, tr.sum().since(before)
}

// fail has one step meet with a fault at its nth call, each time in a new matter, until
// it needs fewer calls than that; it returns how many it needed.
func (tr *trial) fail(step int, arm func(n int), reached func(n int) bool) (times int) {
	tr.t.Helper()
	for n := 1; ; n++ {
		number := tr.matters() + 1
		for i := range step {
			tr.take(i, number, func() {})
		}
		what := fmt.Sprintf("%s, call %d", tr.steps[step].name, n)
		at, end := tr.take(step, number, func() { arm(n) })
		hit := reached(n)
		if len(at) > 0 {
			require.Equal(tr.t, tr.whole[step].without(tr.lacks), at.without(tr.lacks), "%s: taken up, but not as a whole", what)
		}
		require.Equal(tr.t, tr.done[step].of(lasting), end.of(lasting), "%s: once", what)
		for i := step + 1; tr.alone && i < len(tr.steps); i++ {
			_, end := tr.take(i, number, func() {})
			require.Equal(tr.t, tr.done[i].of(lasting), end.of(lasting), "%s after %s", tr.steps[i].name, what)
		}
		if !hit {
			return n - 1
		}
	}
}

// failEach does so with every step.
func (tr *trial) failEach(arm func(n int), reached func(n int) bool) {
	tr.t.Helper()
	for step, c := range tr.steps {
		times := tr.fail(step, arm, reached)
		tr.t.Logf("%s: %d", c.name, times)
		assert.Positive(tr.t, times)
	}
}

// failReminders has a reminder go off again and again, each time with a fault at another
// call of the clock's: it is told, and told once. It returns how many calls that takes.
// The fault is the clock's to know of unless it meets what is sent afterwards.
func (r *rig) failReminders(sent bool, arm func(n int), reached func(n int) bool) (times int) {
	r.t.Helper()
	for n := 1; ; n++ {
		what := "带第" + strings.Repeat("一", n) + "件材料"
		r.say(clerk.Name, "提醒大家 明天10点 "+what)
		r.settle()
		require.Zero(r.t, r.reminded(what))
		y, m, d := r.clock.Now().Date() // a group hears little in one day
		r.clock.Set(time.Date(y, m, d+1, 10, 0, 1, 0, apptest.Zone))
		arm(n)
		first := r.app.Settle(r.t.Context())
		hit := reached(n)
		if hit && !sent {
			require.Error(r.t, first, "call %d", n)
		}
		for times := 0; r.reminded(what) == 0; {
			r.clock.Advance(time.Minute)
			r.settle()
			if times++; times > 100 {
				for _, b := range r.world.Bubbles(nil) {
					r.t.Log(b.From, apptest.Reads(&b, ""))
				}
				require.FailNow(r.t, "it is not told")
			}
		}
		r.clock.Advance(time.Minute)
		r.settle()
		require.Equal(r.t, 1, r.reminded(what), "call %d", n)
		if !hit {
			r.t.Logf("reminder: %d", n-1)
			return n - 1
		}
	}
}

// reminded counts the reminders of a thing that were shown.
func (r *rig) reminded(what string) int {
	return len(r.world.Bubbles(func(b *sim.Bubble) bool {
		words := apptest.Reads(b, "")
		return b.From == "" && strings.Contains(words, what) && !strings.Contains(words, "不要了发")
	}))
}
