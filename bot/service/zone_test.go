package service_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// in is the service by another clock, over the same records.
func (r *room) in(name string) *service.Service {
	zone, err := time.LoadLocation(name)
	require.NoError(r.t, err)
	return service.New(r.store, r.states, r.clock, r.set, service.Config{BotName: "议群", Zone: zone, Random: r.random, Logger: slog.New(slog.DiscardHandler)})
}

// TestAnotherZoneChangesNoRecord: whole days that were counted by one clock stay as they
// were counted, in a replay and for what is done later, whatever clock the bot or the
// node goes by then.
func TestAnotherZoneChangesNoRecord(t *testing.T) {
	r := newRoom(t)
	r.say("王建国", "申报 11月21日 桶边督导2小时")
	r.say("李红梅", "审核 1 通过 2分") // a 公示 of full days begins
	r.say("李红梅", "时区 新疆时间")
	r.say("王建国", "申报 11月22日 值班2小时")
	r.say("李红梅", "审核 2 通过 1分")
	r.say("张伟", "异议 1 那天没看见他")
	r.say("李红梅", "审核 1 通过 1分") // and begins again, by the clock of its opening
	for _, zone := range []string{"Asia/Shanghai", "Asia/Urumqi", "Pacific/Auckland"} {
		found, err := r.in(zone).Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, found.Bad, "in %s", zone)
	}
	require.NoError(t, r.store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.Find(ctx, procedure.Filter{Open: true, Limit: 10})
		require.Len(t, all, 2)
		ends := map[int]string{}
		for _, m := range all {
			for _, st := range m.Steps {
				if st.Live() {
					ends[m.Number] = st.Due.UTC().Format("15:04")
				}
			}
		}
		require.Equal(t, map[int]string{1: "16:00", 2: "18:00"}, ends, "midnight in Beijing, and in Urumqi")
		return err
	}))
}

// TestARecordWithoutItsZone: what was opened before the zone was kept is counted by the
// bot's own clock, as it was then.
func TestARecordWithoutItsZone(t *testing.T) {
	r := newRoom(t)
	r.say("王建国", "申报 11月21日 桶边督导2小时")
	r.say("李红梅", "审核 1 通过 2分")
	require.NoError(t, r.store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.Find(ctx, procedure.Filter{Open: true, Limit: 1})
		require.NoError(t, err)
		acts, err := tx.Acts(ctx, all[0].ID)
		require.NoError(t, err)
		tmpl := r.set.ByID(all[0].Template)
		kept, err := procedure.Fold(tmpl, r.clock.Now().Location(), acts)
		require.NoError(t, err)
		old := acts[:0:0]
		head := ""
		for _, a := range acts {
			if a.Opening != nil {
				opening := *a.Opening
				opening.Zone = ""
				a.Opening = &opening
			}
			a = a.Seal(head, a.Salt)
			head = a.Hash
			old = append(old, a)
		}
		again, err := procedure.Fold(tmpl, r.clock.Now().Location(), old)
		require.NoError(t, err)
		require.Empty(t, again.Zone)
		require.Equal(t, kept.Steps, again.Steps)
		return nil
	}))
}

// TestAZoneIsInherited: a node without a clock of its own goes by that of the nearest
// above that has one, and what recurs there keeps its time of day.
func TestAZoneIsInherited(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "提醒大家 每天16:00 关门")
	next := func() time.Time {
		var at time.Time
		require.NoError(t, r.store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
			all, err := tx.PeopleNamed(ctx, "李红梅")
			require.NoError(t, err)
			mine, err := tx.RemindersOf(ctx, all[0].ID)
			require.Len(t, mine, 1)
			at = mine[0].Next
			return err
		}))
		return at.UTC()
	}
	require.Equal(t, "08:00", next().Format("15:04"))
	require.NoError(t, r.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		top, err := tx.NodeNamed(ctx, "翠湖社区")
		require.NoError(t, err)
		people, err := tx.PeopleNamed(ctx, "李红梅")
		require.NoError(t, err)
		return tx.PutPost(ctx, roster.Post{ID: "above", Person: people[0].ID, Node: top.ID, Title: "书记", From: r.clock.Now()})
	}))
	require.Contains(t, r.say("陈志强", "时区 翠湖社区 新疆时间")[0], "要由书记或网格长来定", "a post here is none above")
	require.Contains(t, r.say("李红梅", "时区 翠湖社区 新疆时间")[0], "翠湖社区改好了。第三网格用新疆时间，现在是08:00")
	require.Equal(t, "10:00", next().Format("15:04"))
	require.Contains(t, r.say("李红梅", "时区 北京时间")[0], "第三网格用北京时间，现在是10:00")
	require.Equal(t, "08:00", next().Format("15:04"))
	require.Contains(t, r.say("李红梅", "时区 同上级")[0], "第三网格用新疆时间")
	for _, bad := range []string{"Local", "火星", "../etc/passwd", "Asia/Nowhere"} {
		require.Contains(t, r.say("李红梅", "时区 "+bad)[0], "不认识", bad)
	}
	require.Equal(t, "10:00", next().Format("15:04"))
}
