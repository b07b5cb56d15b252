package service_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// variant puts a template in the place of the shipped one of its id.
func (r *room) variant(id string, change func(raw []byte) []byte) {
	r.t.Helper()
	t, err := procedure.Parse(change(bytes.Clone(r.set.ByID(id).Raw)))
	require.NoError(r.t, err)
	r.set, err = procedure.NewSet(append(r.set.All(), t)...)
	require.NoError(r.t, err)
	r.log(slog.DiscardHandler)
}

// held has a meeting with these tasks, up to its end.
func (r *room) held(tasks ...string) {
	r.t.Helper()
	require.Contains(r.t, r.say("李红梅", "开会 主题党日 今天10:30 活动室")[0], "主题党日")
	r.clock.Advance(time.Hour)
	r.say("李红梅", "会议开始")
	for _, task := range tasks {
		require.Contains(r.t, r.tell("李红梅", "任务 "+task)[0], "记下了")
	}
	require.Contains(r.t, r.say("李红梅", "会议结束")[0], "会议结束")
}

// TestATaskWithoutAnOwnerIsAnybodys: where the practice can do without a name, the order
// is opened and whoever may takes it.
func TestATaskWithoutAnOwnerIsAnybodys(t *testing.T) {
	r := newRoom(t)
	r.variant("task.assigned", func(raw []byte) []byte {
		return bytes.Replace(raw, []byte("type: person, required: true"), []byte("type: person"), 1)
	})
	r.held("@刘师傅 修门禁")
	answers := r.tell("李红梅", "确认")
	require.NotEmpty(t, answers)
	assert.Contains(t, answers, "#1 有1件任务没有派给人：“修门禁”（名册里没有“刘师傅”）。请认准人后发：派单 @姓名 做什么。")
	orders := r.opened("task.assigned")
	require.Len(t, orders, 1)
	assert.Empty(t, orders[0].Holders)
	assert.Contains(t, r.say("王建国", "接单 2")[0], "王建国接单")
}

// TestATaskNobodyMayOrderStaysInTheMinutes: a rule of the practice or a lost post refuses
// the order, never the minutes.
func TestATaskNobodyMayOrderStaysInTheMinutes(t *testing.T) {
	t.Run("the practice refuses the owner", func(t *testing.T) {
		r := newRoom(t)
		r.variant("task.assigned", func(raw []byte) []byte {
			return bytes.Replace(raw, []byte("release: 退单"), []byte("release: 退单\n    not_self: true"), 1)
		})
		r.held("@李红梅 写简讯", "@王建国 打印公示")
		answers := r.tell("李红梅", "确认")
		require.Len(t, r.opened("task.assigned"), 1, "the other one is ordered")
		assert.Contains(t, answers[0], "#1 有1件任务没有派给人：“写简讯”（自己发起的要交给别人来接单")
	})
	t.Run("nobody there has the post any more", func(t *testing.T) {
		r := newRoom(t)
		r.held("@王建国 打印公示")
		require.NoError(t, r.store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			groups, err := tx.Groups(ctx)
			if err != nil {
				return err
			}
			posts, err := tx.PostsAt(ctx, groups[0].Node)
			for _, p := range posts {
				p.Until = r.clock.Now().Add(-time.Minute)
				if err == nil {
					err = tx.PutPost(ctx, p)
				}
			}
			return err
		}))
		r.clock.Advance(8 * 24 * time.Hour)
		_, err := r.svc.Tick(t.Context())
		require.NoError(t, err)
		assert.Empty(t, r.opened("task.assigned"))
		assert.False(t, r.opened("meeting.party.themeday")[0].IsOpen(), "the clock has filed it")
		told := r.heard(bot.PrivateChat(account("李红梅")))
		require.Len(t, told, 1)
		assert.Contains(t, told[0], "“打印公示”（“派单”要由书记、网格长来做")
	})
}
