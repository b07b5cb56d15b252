package dingtalk_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

func TestOrderFromMessageToUpdatedCard(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()

	b.say(wang, grid, "@议群 接单 1 @李红梅")
	f := s.next()
	assert.Equal(t, topicMessage, f.Headers["topic"])
	got := f.data(t)
	assert.Equal(t, "2", got["conversationType"])
	assert.Equal(t, string(grid.ID), got["conversationId"])
	assert.Equal(t, "user01", got["senderStaffId"])
	assert.Equal(t, " 接单 1 @李红梅", got["text"].(m)["content"], "the mention of the bot is gone, its blank stays")
	require.Len(t, got["atUsers"], 2, "the bot and 李红梅, not 李红")
	assert.Equal(t, "user03", got["atUsers"].([]any)[1].(m)["staffId"])
	assert.Equal(t, 1, b.server.Pending())
	s.ack(f, 200, `{"response":null}`)
	b.settle()

	a := b.create(b.cardBody("card-1", orderParams()))
	require.Equal(t, http.StatusOK, a.status, a.raw)
	card := b.cards()[0]
	assert.Equal(t, &sim.Shown{
		ID: "card-1", Form: "dingtalk", Title: "#12 民情工作单", Tips: "等接单",
		Markdown: "**声控灯坏了**<br>3栋2单元", Text: "声控灯坏了\n3栋2单元",
		Buttons: []sim.ShownButton{
			{Text: "接单", Key: "take:1", Style: "blue"}, {Text: "退单", Key: "back:1", Style: "gray"},
			{Text: "看", Style: "gray", URL: "https://example.invalid/12"},
		},
	}, card.Card)

	require.NoError(t, b.world.Press(li.Name, card.ID, "take:1", nil))
	press := s.next()
	assert.Equal(t, topicCard, press.Headers["topic"])
	assert.Equal(t, "user02", press.data(t)["userId"])
	assert.JSONEq(t, `{"cardPrivateData":{"actionIds":["take:1"],"params":{"id":"take:1"}}}`, press.data(t)["content"].(string))
	s.ack(press, 200, `{"response":{"cardUpdateOptions":{"updateCardDataByKey":true},"cardData":{"cardParamMap":{"tips":"你已接单"}}}}`)
	b.until(func() bool { return b.cards()[0].Views[li.Name] != nil })
	seen := b.cards()[0]
	assert.Equal(t, "你已接单", seen.SeenBy(li.Name).Tips)
	assert.Equal(t, "等接单", seen.SeenBy(wang.Name).Tips)
	assert.Zero(t, seen.Changes)

	a = b.api("PUT", "/v1.0/card/instances", m{
		"outTrackId": "card-1", "cardData": m{"cardParamMap": m{"tips": "李红已接单"}},
		"cardUpdateOptions": m{"updateCardDataByKey": true},
	})
	require.Equal(t, http.StatusOK, a.status, a.raw)
	seen = b.cards()[0]
	assert.Equal(t, "李红已接单", seen.SeenBy(li.Name).Tips)
	assert.Equal(t, "李红已接单", seen.SeenBy(wang.Name).Tips)
	assert.Equal(t, "#12 民情工作单", seen.Card.Title)
	assert.Empty(t, seen.Views)
	assert.Equal(t, 1, seen.Changes)
	assert.Equal(t, map[sim.Quota]int{sim.DingTalkAPI: 2, sim.DingTalkPushes: 2}, b.world.Totals())
}

func TestReplyBySessionWebhookMentions(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	hook := s.webhook(grid)
	a := b.reply(hook, m{"msgtype": "text", "text": m{"content": "收到，@李红 不是真的@"}, "at": m{"atUserIds": []string{"user01"}}})
	assert.EqualValues(t, 0, a.body["errcode"])
	got := b.last()
	assert.Equal(t, "收到，@李红 不是真的@ @王建国", got.Text)
	assert.Equal(t, []string{"王建国"}, got.Mentions)
	assert.Equal(t, "webhook", got.Route)
}
