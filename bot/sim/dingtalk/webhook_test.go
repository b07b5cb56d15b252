package dingtalk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

// troubled asserts that a webhook said no, with HTTP 200 as it always does.
func (b *bench) troubled(a answer, errcode int) {
	b.Helper()
	assert.Equal(b, http.StatusOK, a.status)
	assert.EqualValues(b, errcode, a.body["errcode"], a.raw)
}

func text(content string, at m) m {
	return m{"msgtype": "text", "text": m{"content": content}, "at": at}
}

func markdown(content string, at m) m {
	return m{"msgtype": "markdown", "markdown": m{"title": "回复", "text": content}, "at": at}
}

func TestWebhookExpiresAfterNinetyMinutes(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	b.world.Clock.Advance(90*time.Minute - time.Second)
	b.troubled(b.reply(hook, text("在", nil)), 0)
	b.world.Clock.Advance(time.Second)
	b.troubled(b.reply(hook, text("在", nil)), 300001)
	b.troubled(b.reply("/robot/sendBySession?session=unknown", text("在", nil)), 300001)
	assert.Len(t, b.fromBot(), 1)
}

func TestWebhookRefusesFiles(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	for _, kind := range []string{"file", "image", "voice", "video", ""} {
		b.troubled(b.reply(hook, m{"msgtype": kind, kind: m{"mediaId": "@x"}}), 40008)
	}
	assert.Empty(t, b.fromBot())
}

func TestWebhookRefusesMissingFields(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	for _, body := range []m{
		{"msgtype": "text"}, text("", nil), {"msgtype": "markdown", "markdown": m{"text": "无题"}}, {"msgtype": "actionCard"}, {"msgtype": "link"},
	} {
		b.troubled(b.reply(hook, body), 40035)
	}
	b.troubled(b.reply(hook, text(strings.Repeat("x", 20_000), nil)), 460101)
}

func TestWebhookMarkdownMentionsOnlyIDsInItsText(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	at := m{"atUserIds": []string{"user01", "user02"}}
	b.troubled(b.reply(hook, markdown("**收到** @user01 @王建国", at)), 0)
	assert.Equal(t, []string{"王建国"}, b.last().Mentions)
	assert.Equal(t, "收到 @王建国 @王建国", b.last().Text)
}

func TestWebhookMentionsNobodyOutsideTheGroup(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.world.AddPerson(sim.Person{Name: "别群人", DingTalk: "user77"})
	hook := b.connect().webhook(grid)
	b.troubled(b.reply(hook, text("看", m{"atUserIds": []string{"user77", "nobody"}})), 0)
	assert.Empty(t, b.last().Mentions)
	assert.Equal(t, "看", b.last().Text)
}

func TestWebhookTextThatLooksLikeMentionIsNone(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	b.troubled(b.reply(hook, text("@所有人 @user01 @王建国", nil)), 0)
	assert.Empty(t, b.last().Mentions)
	b.troubled(b.reply(hook, text("开会", m{"isAtAll": true})), 0)
	assert.Equal(t, []string{"所有人"}, b.last().Mentions)
}

func TestWebhookRefusesFiftyOneMentions(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	ids := make([]string, 51)
	for i := range ids {
		ids[i] = fmt.Sprint("user", i)
	}
	b.troubled(b.reply(hook, text("在", m{"atUserIds": ids})), 40035)
}

func TestWebhookActionCardOnlyLinks(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	hook := b.connect().webhook(grid)
	b.troubled(b.reply(hook, m{"msgtype": "actionCard", "actionCard": m{
		"title": "公示", "text": "三天", "btns": []m{{"title": "看", "actionURL": "https://example.invalid/1"}},
	}}), 0)
	assert.Equal(t, []sim.ShownButton{{Text: "看", URL: "https://example.invalid/1"}}, b.last().Card.Buttons)
	b.troubled(b.reply(hook, m{"msgtype": "link", "link": m{"title": "看", "text": "三天", "messageUrl": "https://example.invalid/2"}}), 0)
	assert.Equal(t, "https://example.invalid/2", b.last().Card.Buttons[0].URL)
}

func TestWebhookCountsAsPush(t *testing.T) {
	b := newBench(t, dingtalk.Options{MonthPushes: 2})
	hook := b.connect().webhook(grid)
	b.troubled(b.reply(hook, text("一", nil)), 0)
	b.troubled(b.reply(hook, text("二", nil)), 90020)
	assert.Equal(t, 2, b.world.Totals()[sim.DingTalkPushes])
}
