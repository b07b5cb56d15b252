package platformtest

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
)

// send sends and expects success.
func (b *bench) send(out deliver.Outgoing) deliver.Receipt {
	b.t.Helper()
	r, err := b.Adapter().Send(b.t.Context(), out)
	require.NoError(b.t, err)
	assert.NotEmpty(b.t, r.Route, "Receipt.Route")
	assert.Positive(b.t, r.Calls, "Receipt.Calls: what it cost")
	return r
}

// last is the one message sent since before.
func (b *bench) last(before int) Sent {
	b.t.Helper()
	b.settle()
	sent := b.Sent()
	require.Len(b.t, sent, before+1, "one send is one message")
	return sent[before]
}

func sendText(t *testing.T, b *bench) {
	chats := []bot.Chat{b.group("cidG1=="), b.private(bob)}
	b.hear(b.startRecording(), chats...)
	for i, to := range chats {
		b.send(deliver.Outgoing{ID: "o" + string(to.ID), To: to, Text: words + "\n第二行"})
		got := b.last(i)
		assert.Equal(t, to, got.Chat)
		assert.Contains(t, got.Text, words)
		assert.Contains(t, got.Text, "第二行")
	}
}

func sendReply(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	r := b.send(deliver.Outgoing{ID: "o1", To: e.Chat, Reply: e.Reply, Text: words})
	assert.Equal(t, "reply", r.Route, "Receipt.Route: an answer goes the way that Event.Reply names")
	assert.Contains(t, b.last(0).Text, words)
}

func sendLateReply(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	b.pass(25 * time.Hour)
	b.send(deliver.Outgoing{ID: "o1", To: e.Chat, Reply: e.Reply, Text: words})
	assert.Contains(t, b.last(0).Text, words)
}

func sendForgedReply(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	forged := bot.Reply{Token: "https://evil.example/collect", Expires: time.Now().Add(time.Hour)}
	b.send(deliver.Outgoing{ID: "o1", To: e.Chat, Reply: forged, Text: words})
	assert.Contains(t, b.last(0).Text, words)
}

// hostile is what members write who would like the bot to say it: a link under other
// words, a call to everybody in three dialects, and text turned around.
const hostile = "[点我](https://evil.example/x) @all @所有人 <at user_id=\"all\">所有人</at> <@all> 灯\u202e坏"

func sendHostile(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	for i, out := range []deliver.Outgoing{
		{Text: hostile},
		{Text: hostile, Reply: e.Reply},
		{Card: &cards.Card{ID: "c1", Ref: "#12", Title: hostile, Body: hostile, Facts: []cards.Fact{{Label: "地点", Value: hostile}},
			Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12"}}}},
		{File: &deliver.File{Name: hostile + ".xlsx", Data: []byte("x")}},
	} {
		if out.File != nil && !b.Adapter().Capabilities().GroupFiles {
			continue
		}
		out.ID, out.To = fmt.Sprint("o", i), e.Chat
		b.send(out)
		got := b.last(i).Text
		for _, active := range []string{"](https://evil", "@all", "@所有人", "<at ", "<@", "\u202e"} {
			assert.NotContains(t, got, active, "it acts (see cards/markdown, and platform.FileName)")
		}
	}
}

func sendExpired(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	b.send(deliver.Outgoing{ID: "o1", To: e.Chat, Text: words})
	b.ExpireTokens()
	b.send(deliver.Outgoing{ID: "o2", To: e.Chat, Text: words})
	assert.Contains(t, b.last(1).Text, words, "a token that was refused is renewed, and the message sent with the new one")
}

func sendAtOnce(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	const many = 20
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			_, err := b.Adapter().Send(t.Context(), deliver.Outgoing{ID: fmt.Sprint("o", i), To: e.Chat, Text: fmt.Sprint("第", i, "句")})
			assert.NoError(t, err)
		})
	}
	all.Wait()
	b.settle()
	said := map[string]bool{}
	for _, s := range b.Sent() {
		said[s.Text] = true
	}
	assert.Len(t, said, many, "each arrives")
	assert.Len(t, b.Sent(), many, "once")
}

func sendLongText(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	limit := b.Adapter().Capabilities().MaxText
	text, lines := longText(limit)
	b.send(deliver.Outgoing{ID: "o1", To: e.Chat, Text: text})
	b.settle()
	for _, s := range b.Sent() {
		assert.LessOrEqual(t, len(s.Text), limit, "no piece is longer than Capabilities().MaxText (see platform.Split)")
	}
	assert.Equal(t, lines, linesOf(b.Sent()), "every line arrives once and in its place")
}

func sendRestOfText(t *testing.T, b *bench) {
	to := b.hear(b.startRecording(), b.group("g1"))[0].Chat
	text, lines := longText(b.Adapter().Capabilities().MaxText)
	out := deliver.Outgoing{ID: "o1", To: to, Text: text}
	require.True(t, b.FailSends(bot.Retryable, 1))
	_, err := b.Adapter().Send(t.Context(), out)
	b.checkError(err, bot.Retryable)
	b.settle()
	require.Len(t, b.Sent(), 1, "FailSends spares the first push")

	b.FailSends("", 0)
	b.send(out)
	b.settle()
	assert.Equal(t, lines, linesOf(b.Sent()), "what had arrived is not said again (see platform.Progress)")
}

// longText is a text of two and a half pieces, and its lines.
func longText(limit int) (string, []string) {
	var lines []string
	for size := 0; size < 5*limit/2; size += len(lines[len(lines)-1]) + 1 {
		lines = append(lines, fmt.Sprintf("第%04d行%s", len(lines), strings.Repeat("灯", 40)))
	}
	return strings.Join(lines, "\n"), lines
}

// numbered is a line of longText, wherever the platform's mark-up has put it.
var numbered = regexp.MustCompile("第[0-9]{4}行灯{40}")

func linesOf(sent []Sent) []string {
	var lines []string
	for _, s := range sent {
		lines = append(lines, numbered.FindAllString(s.Text, -1)...)
	}
	return lines
}

func sendCard(t *testing.T, b *bench) {
	chats := []bot.Chat{b.group("g1"), b.private(bob)}
	b.hear(b.startRecording(), chats...)
	for i, to := range chats {
		r := b.send(deliver.Outgoing{ID: "o-" + string(to.ID), To: to, Card: &cards.Card{
			ID: "card-" + string(to.ID), Ref: "#12", Kind: "民情工作单", Title: "声控灯坏了", Status: "等接单",
			Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12", Style: cards.Primary}},
		}})
		assert.Equal(t, "card", r.Route, "Receipt.Route")
		got := b.last(i)
		assert.Equal(t, to, got.Chat)
		assert.Contains(t, got.Text, "声控灯坏了")
	}
}

func sendWholeCard(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	matter := cards.Card{
		ID: "c1", Ref: "#12", Kind: "民情工作单", Title: "声控灯坏了", Status: "等接单", Body: "二楼到三楼都不亮",
		Facts:   []cards.Fact{{Label: "地点", Value: "3栋2单元"}},
		Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12"}},
	}
	vote := cards.Card{ID: "c2", Ref: "#13", Title: "加装扶手", Choice: &cards.Choice{
		Key: "vote:1", Question: "同意吗", Options: []cards.Option{{ID: "y", Text: "赞成"}, {ID: "n", Text: "反对"}},
		Submit: cards.Action{Label: "提交", Key: "vote:1", Say: "13"},
	}}
	for i, c := range []struct {
		card cards.Card
		says []string
	}{
		{matter, []string{"#12", "民情工作单", "声控灯坏了", "等接单", "二楼到三楼都不亮", "地点", "3栋2单元", "接单"}},
		{vote, []string{"#13", "加装扶手", "同意吗", "赞成", "反对"}},
	} {
		b.send(deliver.Outgoing{ID: fmt.Sprint("o", i), To: e.Chat, Card: &c.card})
		got := b.last(i).Text
		for _, word := range c.says {
			assert.Contains(t, got, word)
		}
	}
}

func refresh(t *testing.T, b *bench) {
	r, ok := b.Adapter().(deliver.Refresher)
	require.Equal(t, b.Adapter().Capabilities().CardUpdate, ok, "Capabilities().CardUpdate says whether the adapter is a deliver.Refresher")
	if !ok {
		return
	}
	to := b.hear(b.startRecording(), b.group("g1"))[0].Chat
	card := cards.Card{ID: "c1", Ref: "#12", Title: "声控灯坏了", Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12"}}}
	b.send(deliver.Outgoing{ID: "o1", To: to, Card: &card})
	card.Title = "王建国已接单"
	receipt, err := r.Refresh(t.Context(), to, card)
	require.NoError(t, err)
	assert.Positive(t, receipt.Calls, "Receipt.Calls: what it cost")
	b.last(0) // and no second message

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.Refresh(ctx, to, card)
	assert.ErrorIs(t, err, context.Canceled, "Refresh must honour its context")
}

func sendFile(t *testing.T, b *bench) {
	can := b.Adapter().Capabilities()
	chats := []bot.Chat{b.group("g1"), b.private(bob)}
	b.hear(b.startRecording(), chats...)
	for i, to := range chats {
		out := deliver.Outgoing{ID: "o-" + string(to.ID), To: to, File: &deliver.File{Name: "台账 11月.xlsx", Data: bytes.Repeat([]byte("x"), 1<<20)}}
		if to.Private && !can.PrivateFiles || !to.Private && !can.GroupFiles {
			_, err := b.Adapter().Send(t.Context(), out)
			b.checkError(err, bot.Unsupported)
			continue
		}
		assert.Equal(t, "file", b.send(out).Route, "Receipt.Route")
		got := b.last(i)
		assert.Equal(t, to, got.Chat)
		assert.Contains(t, got.Text, "台账 11月.xlsx")
	}
}

func sendOffline(t *testing.T, b *bench) {
	send := func(out deliver.Outgoing) {
		before := len(b.Sent())
		_, err := b.Adapter().Send(t.Context(), out)
		b.settle()
		if err == nil {
			assert.Len(t, b.Sent(), before+1, "what needs no connection is sent")
			return
		}
		assert.Contains(t, []bot.Code{bot.Offline, bot.Retryable}, bot.CodeOf(err), "with any other code the message is given up: %v", err)
		assert.Len(t, b.Sent(), before)
	}
	send(deliver.Outgoing{ID: "o1", To: b.group("g1"), Text: words}) // the outbox does not wait for Run

	e := b.hear(b.startRecording(), b.group("g1"))[0]
	b.Outage(true)
	b.Drop()
	b.pass(time.Second)
	out := deliver.Outgoing{ID: "o2", To: e.Chat, Reply: e.Reply, Text: words}
	send(out)
	b.Outage(false)
	b.pass(comeback)
	out.ID = "o3"
	before := len(b.Sent())
	b.send(out)
	assert.Contains(t, b.last(before).Text, words, "once the platform is back the message goes")
}

func sendFailures(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	out := deliver.Outgoing{ID: "o1", To: e.Chat, Text: words}
	tried := 0
	for _, code := range []bot.Code{bot.Retryable, bot.Throttled, bot.QuotaGone, bot.Unreachable, bot.Rejected} {
		if !b.FailSends(code, 0) {
			continue
		}
		tried++
		_, err := b.Adapter().Send(t.Context(), out)
		b.checkError(err, code)
		b.checkText("problem", b.Adapter().Status().Problem)
		if failed := new(bot.Error); code == bot.Throttled && assert.ErrorAs(t, err, &failed) {
			assert.GreaterOrEqual(t, failed.After, Wait, "a throttled send waits as long as the platform says, or as its documents do")
		}
		b.pass(2 * time.Minute)
	}
	assert.GreaterOrEqual(t, tried, 3, "the rig's FailSends knows too few failures")
	assert.Empty(t, b.Sent(), "what failed reached nobody")

	b.FailSends("", 0)
	b.send(out)
	assert.Contains(t, b.last(0).Text, words)
}

func sendCancelled(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begun := time.Now()
	_, err := b.Adapter().Send(ctx, deliver.Outgoing{ID: "o1", To: e.Chat, Text: words})
	require.Error(t, err, "Send must honour its context")
	assert.ErrorIs(t, err, context.Canceled)
	assert.Less(t, time.Since(begun), time.Second, "at once")
	b.settle()
	assert.Empty(t, b.Sent(), "and nothing is sent")
}

func sendGivenUp(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	b.LoseAnswers(true)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	begun := time.Now()
	_, err := b.Adapter().Send(ctx, deliver.Outgoing{ID: "o1", To: e.Chat, Text: words})
	b.checkError(err, bot.Retryable)
	assert.ErrorIs(t, err, context.DeadlineExceeded, "Send must honour its context while it waits")
	assert.Less(t, time.Since(begun), 2*time.Second, "as soon as the context is over")
}

func lostAnswer(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	b.onceAlthoughLost(deliver.Outgoing{ID: "o1", To: e.Chat, Card: &cards.Card{
		ID: "card-1", Ref: "#12", Title: "声控灯坏了", Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12"}},
	}})
}

func lostAnswerToText(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	b.onceAlthoughLost(deliver.Outgoing{ID: "o1", To: e.Chat, Reply: e.Reply, Text: words})
}

// onceAlthoughLost sends, hears nothing, sends again, and looks for one message.
func (b *bench) onceAlthoughLost(out deliver.Outgoing) {
	b.t.Helper()
	b.LoseAnswers(true)
	begun := time.Now()
	_, err := b.Adapter().Send(b.t.Context(), out)
	b.checkError(err, bot.Retryable) // whether it arrived is not known
	assert.Less(b.t, time.Since(begun), time.Minute, "an answer is not awaited for ever")
	b.LoseAnswers(false)
	b.pass(time.Minute)
	b.send(out)
	b.settle()
	assert.Len(b.t, b.Sent(), 1, "the same Outgoing again has the same handle, so that members see it once")
}

func fetch(t *testing.T, b *bench) {
	f, ok := b.Adapter().(deliver.Fetcher)
	if !ok {
		t.Skip("this adapter fetches nothing")
	}
	b.startRecording()
	data := bytes.Repeat([]byte("灯"), 1000)
	a := b.Attach(data)
	got, err := f.Fetch(t.Context(), a, 4096)
	require.NoError(t, err)
	assert.Equal(t, data, got)

	_, err = f.Fetch(t.Context(), b.Attach(data), 2999)
	b.checkError(err, bot.Rejected)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a = b.Attach(data)
	_, err = f.Fetch(ctx, a, 4096)
	require.ErrorIs(t, err, context.Canceled, "Fetch must honour its context")
	assert.NotContains(t, err.Error(), a.Ref, "whoever has the Ref can fetch")
}
