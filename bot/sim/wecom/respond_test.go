package wecom_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
)

// pressed puts a card into the group, makes a press of 李红梅 arrive and returns
// its req_id.
func (l *line) pressed(card m) string {
	l.Helper()
	l.heard(wang, grid)
	require.Zero(l, l.ask("aibot_send_msg", pushBody(grid, cardBody(card))).Code)
	require.NoError(l, l.world.Press(li.Name, l.last().ID, "take:1", nil))
	return l.next().Headers.ReqID
}

func (l *line) entered() string {
	l.Helper()
	l.server.Enter(wang)
	return l.next().Headers.ReqID
}

func TestAnswersOfTheWrongKindAreRefused(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	message, enter, press := l.heard(li, grid), l.entered(), l.pressed(orderCard("t@1"))
	said := b.said()
	for _, c := range []struct {
		cmd, id string
		body    m
	}{
		{"aibot_respond_msg", enter, markdownBody("x")},
		{"aibot_respond_msg", press, markdownBody("x")},
		{"aibot_respond_msg", "unknown", markdownBody("x")},
		{"aibot_respond_welcome_msg", message, cardBody(orderCard("t@2"))},
		{"aibot_respond_welcome_msg", press, cardBody(orderCard("t@2"))},
		{"aibot_respond_update_msg", message, updateBody(orderCard("t@1"))},
		{"aibot_respond_update_msg", enter, updateBody(orderCard("t@1"))},
		{"aibot_respond_update_msg", "unprompted", updateBody(orderCard("t@1"))},
	} {
		assert.Equal(t, 846605, l.answer(c.cmd, c.id, c.body).Code, "%s %s", c.cmd, c.id)
	}
	assert.Equal(t, said, b.said())
}

func TestAnswerToMessageIsRefusedAfterADay(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	b.world.Clock.Advance(24 * time.Hour)
	assert.Zero(t, l.answer("aibot_respond_msg", id, markdownBody("在")).Code)
	b.world.Clock.Advance(time.Second)
	assert.Equal(t, 846605, l.answer("aibot_respond_msg", id, markdownBody("在")).Code)
}

func TestAnswerToMessageIsRefusedAfterReconnect(t *testing.T) {
	for _, keep := range []bool{false, true} {
		b := newBench(t, wecom.Options{KeepReplies: keep})
		l := b.connect()
		id := l.heard(wang, grid)
		b.server.Drop()
		l = b.connect()
		assert.Equal(t, keep, l.answer("aibot_respond_msg", id, markdownBody("在")).Code == 0)
	}
}

func TestWelcomeIsRefusedAfterFiveSecondsOrTwice(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	welcome := m{"msgtype": "text", "text": m{"content": "您好"}}
	id := l.entered()
	assert.Equal(t, 40008, l.answer("aibot_respond_welcome_msg", id, markdownBody("x")).Code, "text and cards only")
	b.world.Clock.Advance(5 * time.Second)
	require.Zero(t, l.answer("aibot_respond_welcome_msg", id, welcome).Code)
	assert.Equal(t, "welcome", b.last().Route)
	assert.Equal(t, 846605, l.answer("aibot_respond_welcome_msg", id, welcome).Code)
	b.world.Clock.Advance(24 * time.Hour)
	id = l.entered()
	b.world.Clock.Advance(6 * time.Second)
	assert.Equal(t, 846605, l.answer("aibot_respond_welcome_msg", id, welcome).Code)
	assert.Equal(t, 1, b.said())
}

func TestUpdateIsRefusedAfterFiveSecondsOrTwice(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.pressed(orderCard("t@1"))
	b.world.Clock.Advance(6 * time.Second)
	assert.Equal(t, 846605, l.answer("aibot_respond_update_msg", id, updateBody(orderCard("t@1"))).Code)
	assert.Zero(t, b.last().Changes)

	id = l.pressed(orderCard("t@2"))
	assert.Zero(t, l.answer("aibot_respond_update_msg", id, updateBody(orderCard("t@2"))).Code)
	assert.Equal(t, 846605, l.answer("aibot_respond_update_msg", id, updateBody(orderCard("t@2"))).Code)
}

func TestUpdateRefusesAnotherTask(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.pressed(orderCard("t@1"))
	assert.Equal(t, 42016, l.answer("aibot_respond_update_msg", id, updateBody(orderCard("t@2"))).Code)
	bad := updateBody(orderCard("t@1"))
	bad["response_type"] = "update_card"
	assert.Equal(t, 40008, l.answer("aibot_respond_update_msg", id, bad).Code)
	assert.Zero(t, l.answer("aibot_respond_update_msg", id, updateBody(orderCard("t@1"))).Code, "a refused one is none")
}

func TestUpdateToDisabledFormKeepsPicks(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.pressed(voteCard("v@1"))
	done := voteCard("v@1")
	done["checkbox"].(m)["disable"] = true
	done["submit_button"].(m)["text"] = "已提交"
	require.Zero(t, l.answer("aibot_respond_update_msg", id, updateBody(done, "LiHongMei", "nobody")).Code)
	seen := b.last().SeenBy(li.Name)
	assert.True(t, seen.Selects[0].Disabled)
	assert.True(t, seen.Selects[0].Options[1].Picked)
	assert.Equal(t, "已提交", seen.Submit.Text)
	assert.False(t, b.last().SeenBy(wang.Name).Selects[0].Disabled)
}

func TestStreamIsRefusedAfterTenMinutes(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	require.Zero(t, l.answer("aibot_respond_msg", id, streamBody("s1", "…", false)).Code)
	b.world.Clock.Advance(10 * time.Minute)
	require.Zero(t, l.answer("aibot_respond_msg", id, streamBody("s1", "……", false)).Code)
	b.world.Clock.Advance(time.Second)
	assert.Equal(t, 846608, l.answer("aibot_respond_msg", id, streamBody("s1", "好了", true)).Code)
	assert.Equal(t, "……", b.last().Text)
	assert.Zero(t, l.answer("aibot_respond_msg", id, streamBody("s2", "好了", true)).Code, "a new stream on the same req_id")
}

func TestStreamReplacesItsTextAndEndsWithFinish(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	require.Zero(t, l.answer("aibot_respond_msg", id, streamBody("s1", "一、二", false)).Code)
	require.Zero(t, l.answer("aibot_respond_msg", id, streamBody("s1", "三", true)).Code)
	assert.Equal(t, "三", b.last().Text, "no deltas")
	assert.Equal(t, 40058, l.answer("aibot_respond_msg", id, streamBody("s1", "四", true)).Code)
	other := l.heard(li, grid)
	assert.Equal(t, 40058, l.answer("aibot_respond_msg", other, streamBody("s1", "五", true)).Code, "an id of another answer")
}

func TestStreamRefusesPicturesAndMissingID(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	body := streamBody("s1", "看", true)
	body["stream"].(m)["msg_item"] = []m{{"msgtype": "image"}}
	assert.Equal(t, 40058, l.answer("aibot_respond_msg", id, body).Code)
	assert.Equal(t, 40058, l.answer("aibot_respond_msg", id, streamBody("", "看", true)).Code)
	assert.Equal(t, 40058, l.answer("aibot_respond_msg", id, m{"msgtype": "stream"}).Code)
}

func TestRefusesTextsOverTheirLength(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	long := strings.Repeat("长", 20480/3+1)
	for _, body := range []m{markdownBody(long), streamBody("s1", long, true)} {
		assert.Equal(t, 40058, l.answer("aibot_respond_msg", id, body).Code)
	}
	assert.Equal(t, 40058, l.ask("aibot_send_msg", pushBody(grid, markdownBody(long))).Code)
	assert.Zero(t, l.ask("aibot_send_msg", pushBody(grid, markdownBody(strings.Repeat("x", 20480)))).Code)
}

func TestRefusesKindsThatDoNotExist(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	for _, kind := range []string{"text", "markdown_v2", "news", "stream_with_template_card", ""} {
		body := m{"msgtype": kind, kind: m{"content": "x"}}
		assert.Equal(t, 40008, l.answer("aibot_respond_msg", id, body).Code, kind)
		assert.Equal(t, 40008, l.ask("aibot_send_msg", pushBody(grid, body)).Code, kind)
	}
	assert.Equal(t, 40008, l.ask("aibot_send_msg", pushBody(grid, streamBody("s", "x", true))).Code, "no streams in pushes")
	assert.Zero(t, b.said())
}

func TestNothingMentionsAnybody(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	require.Zero(t, l.answer("aibot_respond_msg", id, markdownBody("<@WangJianGuo> @王建国 @所有人")).Code)
	assert.Empty(t, b.last().Mentions)
}

func TestPushIsRefusedBeforeContact(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	for _, chat := range []bot.Chat{grid, private(wang)} {
		assert.Equal(t, 93006, l.ask("aibot_send_msg", pushBody(chat, markdownBody("x"))).Code)
	}
	l.entered()
	assert.Equal(t, 93006, l.ask("aibot_send_msg", pushBody(private(wang), markdownBody("x"))).Code, "entering is no message")
	l.heard(wang, grid)
	assert.Equal(t, 93006, l.ask("aibot_send_msg", pushBody(private(wang), markdownBody("x"))).Code, "a group is not its members")
	assert.Zero(t, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
}

func TestPushRefusesWrongChatIDs(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	l.heard(wang, grid)
	lower := pushBody(grid, markdownBody("x"))
	lower["chatid"] = strings.ToLower(string(grid.ID))
	assert.Equal(t, 93006, l.ask("aibot_send_msg", lower).Code)
	wrongKind := pushBody(grid, markdownBody("x"))
	wrongKind["chat_type"] = 1
	assert.Equal(t, 93006, l.ask("aibot_send_msg", wrongKind).Code)
}

func TestRefusesThirtyFirstMessageOfAMinute(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	other := l.heard(li, private(li))
	for range 15 {
		require.Zero(t, l.answer("aibot_respond_msg", id, markdownBody("x")).Code)
		require.Zero(t, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
	}
	assert.Equal(t, 45009, l.answer("aibot_respond_msg", id, markdownBody("x")).Code)
	assert.Equal(t, 45009, l.ask("aibot_send_msg", pushBody(grid, cardBody(orderCard("t@1")))).Code)
	assert.Zero(t, l.answer("aibot_respond_msg", other, markdownBody("x")).Code, "each conversation has its own")
	b.world.Clock.Advance(time.Minute)
	assert.Zero(t, l.ask("aibot_send_msg", pushBody(grid, cardBody(orderCard("t@1")))).Code, "the refused card used no task_id")
	assert.Equal(t, 32, b.world.Totals()[sim.WeComMessages])
}

func TestRefusesThousandAndFirstMessageOfAnHour(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	l.heard(wang, grid)
	for i := range 1000 {
		if i%30 == 29 {
			b.world.Clock.Advance(time.Minute)
		}
		require.Zero(t, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
	}
	b.world.Clock.Advance(time.Minute)
	assert.Equal(t, 45009, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		faults sim.Faults
		code   int
	}{
		"429":          {sim.Faults{Status: 429, Next: 1}, 45009},
		"403":          {sim.Faults{Status: 403, Next: 1}, 48002},
		"500":          {sim.Faults{Status: 500, Next: 1}, 846601},
		"quota":        {sim.Faults{QuotaGone: true}, 45009},
		"refuse cards": {sim.Faults{RefuseCards: true}, 600039},
		"webhooks":     {sim.Faults{WebhooksExpired: true}, 846605},
		"tokens":       {sim.Faults{ExpireTokens: true}, 846609},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, wecom.Options{})
			l := b.connect()
			id := l.heard(wang, grid)
			b.server.SetFaults(c.faults)
			assert.Equal(t, c.code, l.answer("aibot_respond_msg", id, cardBody(orderCard("t@1"))).Code)
			assert.Zero(t, b.said())
			b.server.SetFaults(sim.Faults{})
			require.Zero(t, l.subscribe(b.server.Secret()).Code)
			assert.Zero(t, l.ask("aibot_send_msg", pushBody(grid, cardBody(orderCard("t@1")))).Code)
		})
	}
}

func TestLostAnswerToWhatHappened(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	b.server.SetFaults(sim.Faults{Status: 504, Next: 1})
	l.write("aibot_respond_msg", id, markdownBody("在"))
	assert.Zero(t, l.ask("ping", nil).Code, "the next thing heard is the answer to the ping")
	assert.Equal(t, "在", b.last().Text)
}

func TestPushReachesThoseWhoSpokeBefore(t *testing.T) {
	b := newBench(t, wecom.Options{Spoken: []bot.Chat{grid}})
	l := b.connect()
	assert.Zero(t, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
	assert.Equal(t, 93006, l.ask("aibot_send_msg", pushBody(private(wang), markdownBody("x"))).Code)
}
