package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// observed is everything that is left of what was done: each row of each table as a
// backup has it, what waits in the outbox with its cards and texts, conversation
// states, and the log. Sealed bytes are only told by their length: the keys are not
// the observer's.
func (r *room) observed(log *bytes.Buffer) string {
	r.t.Helper()
	var b strings.Builder
	b.WriteString(apptest.Backup(r.t, r.store))
	require.NoError(r.t, r.store.View(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		rows, err := tx.Ready(ctx, r.clock.Now().Add(1000*time.Hour), 1000)
		if err != nil {
			return err
		}
		for _, row := range rows {
			raw, err := json.Marshal(row)
			require.NoError(r.t, err)
			fmt.Fprintf(&b, "outbox %s\n", raw)
		}
		return nil
	}))
	for _, key := range slices.Sorted(maps.Keys(r.states)) {
		fmt.Fprintf(&b, "state %s %s\n", key, r.states[key])
	}
	b.WriteString(log.String())
	return b.String()
}

// saying is a vote in which two people say one thing each, the first what the other
// says in the other world.
type saying struct{ first, second string }

// playSecret holds a vote, by everything one may do to one, and returns what is left
// while it runs and after its close.
func playSecret(t *testing.T, how string, say saying) (during, after string) {
	t.Helper()
	r := newRoom(t)
	var log bytes.Buffer
	r.log(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	r.unread = true
	r.say("李红梅", "表决 推荐楼长 "+how+" 截止今天18:00")
	r.tell("王建国", "1 "+say.first)
	r.tell("张伟", "1 "+say.second)
	r.tell("王建国", say.first) // changed, to the same
	r.say("王建国", "1 "+say.first)
	r.say("李红梅", "代录 1 张伟 "+say.second+" 电话")
	r.tell("张伟", "代投 1 王建国 "+say.first)
	r.tell("王建国", "1 "+strings.NewReplacer("赞成", "赞城", "反对", "反队").Replace(say.first))
	r.press("刘桂兰", "no")
	r.press("陈志强", "yes")
	r.tell("王建国", "我的票")
	r.tell("王建国", "待办")
	r.tell("王建国", "查 1")
	during = r.observed(&log)
	r.clock.Advance(12 * time.Hour)
	_, err := r.svc.Tick(t.Context())
	require.NoError(t, err)
	r.tell("王建国", "我的票")
	r.say("王建国", "查 1")
	return during, r.observed(&log)
}

// press has somebody press a choice on the newest vote's card.
func (r *room) press(who, choice string) {
	r.t.Helper()
	r.said++
	var m procedure.Matter
	require.NoError(r.t, r.store.View(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.Find(ctx, procedure.Filter{Limit: 1})
		if len(all) > 0 {
			m = all[0]
		}
		return err
	}))
	_, err := r.svc.Handle(r.t.Context(), bot.Event{
		ID: bot.EventID(fmt.Sprint(r.said)), Platform: bot.WeCom, Chat: group, From: account(who), At: r.clock.Now(),
		Press: &bot.Press{Card: string(m.ID) + "-card", Key: procedure.Key{Matter: m.ID, Step: "vote", Round: 1, Op: procedure.Do, Choice: choice}.String()},
	})
	require.NoError(r.t, err)
}

// TestNothingTellsWhoChoseWhat plays one secret vote in two worlds that differ in one
// thing: what one voter says in the one, the other says in the other. Nothing that is
// left may differ, neither while the vote runs nor after its close: whatever does not
// differ cannot tell. The same of an open vote must differ, or nothing was observed.
func TestNothingTellsWhoChoseWhat(t *testing.T) {
	one := saying{"赞成 因为她心细热情", "反对 因为她工作太忙"}
	other := saying{one.second, one.first}
	t.Run("secret", func(t *testing.T) {
		during1, after1 := playSecret(t, "匿名", one)
		during2, after2 := playSecret(t, "匿名", other)
		assert.Equal(t, during1, during2, "while it runs")
		assert.Equal(t, after1, after2, "after its close")
		for _, word := range []string{"心细", "太忙", "赞成 因为", "赞城"} {
			assert.NotContains(t, during1, word, "while it runs")
		}
		assert.Contains(t, after1, "心细", "reasons are in the result")
		assert.NotContains(t, after1, "poll_keys", "the key is gone from later backups")
		assert.Contains(t, during1, "poll_keys")
	})
	t.Run("open", func(t *testing.T) {
		during1, after1 := playSecret(t, "", one)
		during2, after2 := playSecret(t, "", other)
		assert.NotEqual(t, during1, during2)
		assert.NotEqual(t, after1, after2)
	})
}

// TestAnUndoneOpeningLeavesNothing: a vote opened by a slip takes its key, its roll and
// what came in with it.
func TestAnUndoneOpeningLeavesNothing(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "表决 推荐楼长 匿名 按 投票过半数 应到5人 截止今天18:00")
	r.tell("王建国", "1 赞成")
	require.Contains(t, apptest.Backup(r.t, r.store), "poll_keys")
	require.Contains(t, r.say("李红梅", "撤销 1")[0], "撤回")
	for _, table := range []string{"poll_keys", "poll_entries", "poll_rolls", "polls"} {
		assert.NotContains(t, apptest.Backup(r.t, r.store), table)
	}
	assert.Equal(t, []string{"#1 已经撤回，不用投了。"}, r.tell("王建国", "1 反对"))
	assert.Empty(t, verified(t, r))
}
