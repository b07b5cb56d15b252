package dingtalk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

// results are the wire log's results of calls of a name.
func (b *bench) results(name string) []string {
	var out []string
	for _, c := range b.world.Calls(0) {
		if c.Name == name {
			out = append(out, c.Result)
		}
	}
	return out
}

func TestNeverDeliversGroupTextWithoutMention(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(wang, grid, "接单 1")
	assert.Zero(t, b.server.Delivered())
	b.say(wang, grid, "@议群 接单 2")
	assert.Equal(t, " 接单 2", s.next().data(t)["text"].(m)["content"], "the first that arrives")
}

func TestNeverDeliversVoiceOrFilesOfGroups(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.connect()
	for _, u := range []sim.Utterance{
		{Text: "@议群 点单", Voice: true},
		{Text: "@议群 台账", Files: []sim.SentFile{{Name: "台账.xlsx"}}},
		{Text: "@议群 看", Files: []sim.SentFile{{Name: "灯.mp4"}}},
	} {
		u.Who, u.Chat = wang.Name, grid
		_, err := b.world.Say(u)
		require.NoError(t, err)
	}
	assert.Zero(t, b.server.Delivered())
}

func TestKindsOfMessages(t *testing.T) {
	jpg, xlsx, mp4 := sim.SentFile{Name: "灯.jpg"}, sim.SentFile{Name: "台账.xlsx"}, sim.SentFile{Name: "灯.mp4"}
	for name, c := range map[string]struct {
		said sim.Utterance
		kind string
		has  string
	}{
		"group picture":   {sim.Utterance{Chat: grid, Text: "@议群 灯坏", Files: []sim.SentFile{jpg}}, "richText", "richText"},
		"private picture": {sim.Utterance{Chat: private(wang), Files: []sim.SentFile{jpg}}, "picture", "downloadCode"},
		"private file":    {sim.Utterance{Chat: private(wang), Files: []sim.SentFile{xlsx}}, "file", "fileName"},
		"private video":   {sim.Utterance{Chat: private(wang), Files: []sim.SentFile{mp4}}, "video", "videoType"},
		"private voice":   {sim.Utterance{Chat: private(wang), Text: "点单 灯坏", Voice: true}, "audio", "recognition"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, dingtalk.Options{})
			s := b.connect()
			c.said.Who = wang.Name
			_, err := b.world.Say(c.said)
			require.NoError(t, err)
			got := s.next().data(t)
			assert.Equal(t, c.kind, got["msgtype"])
			assert.Contains(t, got["content"], c.has)
			assert.NotContains(t, got, "text")
		})
	}
}

func TestPrivateConversationIDIsNoUserID(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(wang, private(wang), "待办")
	got := s.next().data(t)
	assert.Equal(t, "1", got["conversationType"])
	assert.NotEqual(t, "user01", got["conversationId"])
	assert.Equal(t, "user01", got["senderStaffId"])
	assert.NotContains(t, got, "conversationTitle")
}

func TestTellsNoStaffIDOfOutsiders(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(guest, grid, "@议群 我是 王建国")
	got := s.next().data(t)
	assert.NotContains(t, got, "senderStaffId")
	assert.NotContains(t, got, "senderCorpId")
	assert.Equal(t, guest.Name, got["senderNick"])
}

func TestQuoteCarriesTextButNoCard(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	said := b.say(li, grid, "3栋灯坏了")
	quote := func(id string) m {
		_, err := b.world.Say(sim.Utterance{Who: wang.Name, Chat: grid, Text: "@议群 接单", Quote: id})
		require.NoError(t, err)
		return s.next().data(t)
	}
	replied := quote(said.ID)["text"].(m)["repliedMsg"].(m)
	assert.Equal(t, m{"text": "3栋灯坏了"}, replied["content"])

	delivered := b.create(b.cardBody("card-1", orderParams())).body["result"].(m)["deliverResults"].([]any)[0].(m)
	got := quote(b.cards()[0].ID)
	replied = got["text"].(m)["repliedMsg"].(m)
	assert.Equal(t, "interactiveCard", replied["msgType"])
	assert.NotContains(t, replied, "content")
	assert.Equal(t, delivered["carrierId"], got["originalProcessQueryKey"])
}

func TestRedeliversWhatIsNotAcknowledged(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(wang, grid, "@议群 接单 1")
	first := s.next()
	s.ack(first, 500, "") // a failure is no acknowledgement
	b.world.Clock.Advance(16 * time.Second)
	second := s.next()
	b.world.Clock.Advance(44 * time.Second)
	third := s.next()
	assert.Equal(t, first.Data, second.Data)
	assert.Equal(t, first.Data, third.Data)
	assert.NotEqual(t, first.id(), second.id())
	assert.NotEqual(t, second.id(), third.id())
	assert.Equal(t, 1, b.server.Pending())
	b.world.Clock.Advance(time.Hour)
	assert.Zero(t, b.server.Pending(), "given up")
	assert.EqualValues(t, 3, b.server.Delivered())
}

func TestNeverRedeliversWhatWasAcknowledged(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(wang, grid, "@议群 接单 1")
	s.ack(s.next(), 200, `{"response":null}`)
	b.settle()
	b.world.Clock.Advance(time.Hour)
	assert.EqualValues(t, 1, b.server.Delivered())
}

func TestLateAckEndsRedelivery(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(wang, grid, "@议群 接单 1")
	first := s.next()
	b.world.Clock.Advance(16 * time.Second)
	s.next()
	s.ack(first, 200, "")
	b.settle()
	b.world.Clock.Advance(time.Hour)
	assert.EqualValues(t, 2, b.server.Delivered())
}

func TestRedeliverOnRequest(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	said := b.say(wang, grid, "@议群 接单 1")
	first := s.next()
	s.ack(first, 200, "")
	b.settle()
	require.True(t, b.server.Redeliver(said.ID))
	again := s.next()
	assert.Equal(t, first.Data, again.Data)
	assert.NotEqual(t, first.id(), again.id())
	assert.Equal(t, 1, b.server.Pending())
	s.ack(again, 200, "")
	b.settle()
	assert.False(t, b.server.Redeliver("b999"))
}

func TestTwiceAndLate(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.server.SetFaults(sim.Faults{Twice: true, Late: 3 * time.Second})
	b.say(wang, grid, "@议群 接单 1")
	assert.Zero(t, b.server.Delivered())
	b.world.Clock.Advance(3 * time.Second)
	first, second := s.next(), s.next()
	assert.Equal(t, first.Data, second.Data)
	assert.NotEqual(t, first.id(), second.id())
}

func TestNeverRepeatsPresses(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.create(b.cardBody("card-1", orderParams()))
	b.server.SetFaults(sim.Faults{Twice: true})
	require.NoError(t, b.world.Press(wang.Name, b.cards()[0].ID, "take:1", nil))
	s.next()
	b.world.Clock.Advance(time.Hour)
	assert.EqualValues(t, 1, b.server.Delivered())
	assert.Zero(t, b.server.Pending())
}

func TestPressIsLostWithItsConnection(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.create(b.cardBody("card-1", orderParams()))
	require.NoError(t, b.world.Press(wang.Name, b.cards()[0].ID, "take:1", nil))
	s.next()
	assert.Equal(t, 1, b.server.Pending())
	require.NoError(t, s.conn.CloseNow())
	b.settle()
}

func TestEventAnsweredLaterComesAgain(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.server.Event("chat_update_title", m{"chatId": string(grid.ID)})
	first := s.next()
	assert.Equal(t, "EVENT", first.Type)
	assert.Equal(t, "chat_update_title", first.Headers["eventType"])
	s.ack(first, 200, `{"status":"LATER","message":"忙"}`)
	b.until(func() bool { return len(b.results("ACK *")) == 1 })
	b.world.Clock.Advance(16 * time.Second)
	second := s.next()
	assert.Equal(t, first.Headers["eventId"], second.Headers["eventId"])
	s.ack(second, 200, `{"status":"SUCCESS"}`)
	b.settle()
}

func TestPushesUsedUpWithholdContent(t *testing.T) {
	b := newBench(t, dingtalk.Options{MonthPushes: 1})
	s := b.connect()
	b.say(wang, grid, "@议群 接单 1")
	s.next()
	b.say(wang, grid, "@议群 接单 2")
	got := s.next().data(t)
	assert.Equal(t, "20001", got["errorCode"])
	assert.NotContains(t, got, "text")
	assert.Equal(t, 1, b.world.Totals()[sim.DingTalkPushes])
	b.world.Clock.Set(time.Date(2026, 12, 1, 0, 0, 0, 0, start.Location()))
	b.say(wang, grid, "@议群 接单 3")
	for {
		if f := s.next(); f.data(t)["errorCode"] == nil {
			break // the new month's first; before it came what was unacknowledged
		}
	}
}

func TestBadAcksAreNoAcks(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.say(wang, grid, "@议群 接单 1")
	f := s.next()
	s.ack(frame{Headers: map[string]string{"messageId": "nobody's"}}, 200, "")
	require.NoError(t, s.conn.Write(t.Context(), 1, []byte("{")))
	b.until(func() bool { return len(b.results("ACK")) == 1 })
	assert.Equal(t, 1, b.server.Pending())
	s.ack(f, 200, "")
	b.settle()
}

func TestPrivateChatOfAnotherIsClosed(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	_, err := b.world.Say(sim.Utterance{Who: wang.Name, Chat: private(li), Text: "待办"})
	require.Error(t, err)
	assert.Equal(t, bot.DingTalk, b.server.Platform())
}

func TestSayNeverWaitsForTheBot(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.connect() // and never reads again
	for range 100 {
		b.say(wang, grid, "@议群 "+strings.Repeat("刷屏", 20_000))
	}
	assert.Equal(t, 100, b.server.Pending())
}
