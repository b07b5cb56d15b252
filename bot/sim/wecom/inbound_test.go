package wecom_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
)

func TestNeverDeliversGroupTextWithoutMention(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.say(wang, grid, "接单 1")
	assert.Zero(t, b.server.Delivered())
	b.say(wang, grid, "接单 2 @议群")
	assert.Equal(t, "接单 2 @议群", l.next().Body["text"].(m)["content"], "nothing is stripped")
}

func TestTellsNoNamesTitlesOrMentions(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.say(wang, grid, "@议群 下单 1 @李红梅")
	data := string(l.raw())
	assert.NotContains(t, data, "王建国")
	assert.NotContains(t, data, "第三网格")
	assert.NotContains(t, data, "LiHongMei")
}

func TestNeverDeliversVoiceOrFilesOfGroups(t *testing.T) {
	b := newBench(t, wecom.Options{})
	b.connect()
	for _, u := range []sim.Utterance{
		{Text: "@议群 点单", Voice: true},
		{Text: "@议群 台账", Files: []sim.SentFile{{Name: "台账.xlsx"}}},
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
	}{
		"group picture":             {sim.Utterance{Chat: grid, Text: "@议群 灯坏", Files: []sim.SentFile{jpg}}, "mixed"},
		"private picture":           {sim.Utterance{Chat: private(wang), Files: []sim.SentFile{jpg}}, "image"},
		"private picture with text": {sim.Utterance{Chat: private(wang), Text: "灯坏", Files: []sim.SentFile{jpg}}, "mixed"},
		"private file":              {sim.Utterance{Chat: private(wang), Files: []sim.SentFile{xlsx}}, "file"},
		"private video":             {sim.Utterance{Chat: private(wang), Files: []sim.SentFile{mp4}}, "video"},
		"private voice":             {sim.Utterance{Chat: private(wang), Text: "点单 灯坏", Voice: true}, "voice"},
		"private text":              {sim.Utterance{Chat: private(wang), Text: "待办"}, "text"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, wecom.Options{})
			l := b.connect()
			c.said.Who = wang.Name
			_, err := b.world.Say(c.said)
			require.NoError(t, err)
			got := l.next().Body
			assert.Equal(t, c.kind, got["msgtype"])
			assert.Contains(t, got, c.kind)
			assert.Equal(t, !c.said.Chat.Private, got["chatid"] != nil, "groups only")
		})
	}
}

func TestQuoteCarriesTextButNoCard(t *testing.T) {
	for _, quoteCards := range []bool{false, true} {
		b := newBench(t, wecom.Options{QuoteCards: quoteCards})
		l := b.connect()
		said := b.say(li, grid, "3栋灯坏了")
		quote := func(id string) any {
			_, err := b.world.Say(sim.Utterance{Who: wang.Name, Chat: grid, Text: "@议群 接单", Quote: id})
			require.NoError(t, err)
			return l.next().Body["quote"]
		}
		assert.Equal(t, m{"msgtype": "text", "text": m{"content": "3栋灯坏了"}}, quote(said.ID))
		require.Zero(t, l.ask("aibot_send_msg", pushBody(grid, cardBody(orderCard("t@1")))).Code)
		assert.Equal(t, quoteCards, quote(b.last().ID) != nil)
	}
}

func TestAttachmentIsEncryptedAndItsLinkExpires(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	_, err := b.world.Say(sim.Utterance{Who: wang.Name, Chat: private(wang), Files: []sim.SentFile{{Name: "台账.xlsx", Data: []byte("PK…")}}})
	require.NoError(t, err)
	file := l.next().Body["file"].(m)
	fetch := func() (*http.Response, []byte) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", file["url"].(string), nil)
		require.NoError(t, err)
		res, err := b.http.Do(req)
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		data, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res, data
	}
	res, data := fetch()
	assert.Contains(t, res.Header.Get("Content-Disposition"), "filename")
	key, err := base64.RawStdEncoding.DecodeString(file["aeskey"].(string))
	require.NoError(t, err)
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	require.Len(t, data, 32, "padded to 32 bytes")
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(data, data)
	assert.Equal(t, append([]byte("PK…"), bytes.Repeat([]byte{27}, 27)...), data)
	b.world.Clock.Advance(5 * time.Minute)
	res, _ = fetch()
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	for _, c := range b.world.Calls(0) {
		assert.NotContains(t, c.Request, file["aeskey"])
	}
}

func TestControlCharactersComeRaw(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.say(wang, private(wang), "待\u0007办\\u0007\n")
	data := l.raw()
	assert.Contains(t, string(data), "待\u0007办")
	assert.False(t, json.Valid(data))
	var f frame
	require.NoError(t, json.Unmarshal(bytes.ReplaceAll(data, []byte{7}, nil), &f))
	assert.Equal(t, "待办\\u0007\n", f.Body["text"].(m)["content"], "and nothing else is changed")
}

func TestEnterIsToldOncePerDay(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.server.Enter(wang)
	assert.Equal(t, m{"eventtype": "enter_chat"}, l.next().Body["event"])
	b.server.Enter(wang)
	b.server.Enter(li)
	assert.Equal(t, m{"userid": "LiHongMei"}, l.next().Body["from"])
	b.world.Clock.Advance(15 * time.Hour) // midnight
	b.server.Enter(wang)
	assert.Equal(t, m{"userid": "WangJianGuo"}, l.next().Body["from"])
	assert.EqualValues(t, 3, b.server.Delivered())
}

func TestFourthUnansweredMessageIsNotSent(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	fourth := func() {
		before := b.server.Delivered()
		b.say(wang, grid, "@议群 第四句")
		assert.Equal(t, before, b.server.Delivered())
	}
	l.heard(wang, private(wang))
	l.heard(wang, private(wang))
	id := l.heard(wang, grid)
	fourth()
	assert.Equal(t, "not sent: three unanswered", b.results("aibot_msg_callback")[3])
	l.heard(li, grid)

	require.Zero(t, l.answer("aibot_respond_msg", id, streamBody("s1", "在", true)).Code)
	l.heard(wang, grid)
	fourth()
	require.Zero(t, l.ask("aibot_send_msg", pushBody(private(wang), markdownBody("在"))).Code)
	l.heard(wang, grid)
	l.heard(wang, grid)
	fourth()
	b.world.Clock.Advance(10 * time.Minute)
	l.heard(wang, grid)
}

func TestTwiceAndLate(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.server.SetFaults(sim.Faults{Twice: true, Late: 3 * time.Second})
	b.say(wang, grid, "@议群 在吗")
	assert.Zero(t, b.server.Delivered())
	b.world.Clock.Advance(3 * time.Second)
	first, second := l.next(), l.next()
	assert.Equal(t, first.Body["msgid"], second.Body["msgid"])
	assert.NotEqual(t, first.Headers.ReqID, second.Headers.ReqID)
}

func TestPressesAreSentOnce(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	l.heard(wang, grid)
	require.Zero(t, l.ask("aibot_send_msg", pushBody(grid, cardBody(voteCard("v@1")))).Code)
	b.server.SetFaults(sim.Faults{Twice: true})
	require.NoError(t, b.world.Press(li.Name, b.last().ID, "vote:1", map[string][]string{"q": {"yes", "no"}}))
	got := l.next().Body
	assert.Equal(t, "group", got["chattype"])
	assert.True(t, strings.HasPrefix(got["response_url"].(string), "https://"))
	assert.Equal(t, m{"card_type": "vote_interaction", "event_key": "vote:1", "task_id": "v@1", "selected_items": m{
		"selected_item": []any{m{"question_key": "q", "option_ids": m{"option_id": []any{"yes", "no"}}}},
	}}, got["event"].(m)["template_card_event"])
	b.world.Clock.Advance(time.Hour)
	assert.EqualValues(t, 2, b.server.Delivered())
}
