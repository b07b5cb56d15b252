package wecom_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
)

func TestOrderFromMessageToUpdatedCard(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	assert.Zero(t, l.ask("ping", nil).Code)

	b.say(wang, grid, "@议群 点单 3栋灯坏")
	f := l.next()
	assert.Equal(t, "aibot_msg_callback", f.Cmd)
	assert.Equal(t, "@议群 点单 3栋灯坏", f.Body["text"].(m)["content"])
	assert.Equal(t, "group", f.Body["chattype"])
	assert.Equal(t, string(grid.ID), f.Body["chatid"])
	assert.Equal(t, m{"userid": "WangJianGuo"}, f.Body["from"])

	require.Zero(t, l.answer("aibot_respond_msg", f.Headers.ReqID, streamBody("s1", "正在记…", false)).Code)
	require.Zero(t, l.answer("aibot_respond_msg", f.Headers.ReqID, streamBody("s1", "**记下了**", true)).Code)
	assert.Equal(t, "记下了", b.last().Text)
	assert.Equal(t, 1, b.said())

	require.Zero(t, l.answer("aibot_respond_msg", f.Headers.ReqID, cardBody(orderCard("t@1"))).Code)
	card := b.last()
	assert.Equal(t, &sim.Shown{
		ID: "t@1", Form: "button_interaction", Title: "#12 声控灯坏了", Desc: "民情工作单", Text: "点单 ✓ → 下单 ● → 接单",
		Pairs:   []sim.ShownPair{{Key: "地点", Value: "3栋2单元"}},
		Buttons: []sim.ShownButton{{Text: "接单", Key: "take:1", Style: "1"}, {Text: "退单", Key: "back:1", Style: "1"}},
	}, card.Card)

	require.NoError(t, b.world.Press(li.Name, card.ID, "take:1", nil))
	press := l.next()
	assert.Equal(t, "aibot_event_callback", press.Cmd)
	assert.Equal(t, m{"eventtype": "template_card_event", "template_card_event": m{
		"card_type": "button_interaction", "event_key": "take:1", "task_id": "t@1",
	}}, press.Body["event"])

	mine := orderCard("t@1")
	mine["sub_title_text"] = "你已接单"
	require.Zero(t, l.answer("aibot_respond_update_msg", press.Headers.ReqID, updateBody(mine, "LiHongMei")).Code)
	assert.Equal(t, "你已接单", b.last().SeenBy(li.Name).Text)
	assert.Equal(t, "点单 ✓ → 下单 ● → 接单", b.last().SeenBy(wang.Name).Text)

	require.NoError(t, b.world.Press(wang.Name, card.ID, "take:1", nil))
	press = l.next()
	all := orderCard("t@1")
	all["sub_title_text"] = "已有两人接单"
	require.Zero(t, l.answer("aibot_respond_update_msg", press.Headers.ReqID, updateBody(all)).Code)
	assert.Equal(t, "已有两人接单", b.last().SeenBy(li.Name).Text)
	assert.Equal(t, "已有两人接单", b.last().SeenBy(wang.Name).Text)
	assert.Equal(t, map[sim.Quota]int{sim.WeComMessages: 2, sim.WeComUpdates: 3}, b.world.Totals())
}

func TestPushAfterContact(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	l.heard(wang, private(wang))
	require.Zero(t, l.ask("aibot_send_msg", pushBody(private(wang), markdownBody("明天九点**开会**"))).Code)
	got := b.last()
	assert.Equal(t, "明天九点开会", got.Text)
	assert.Equal(t, private(wang), got.Chat)
	assert.Equal(t, "push", got.Route)
}
