package platformtest

import (
	"bytes"
	"context"
	"strings"
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

func sendLongText(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	limit := b.Adapter().Capabilities().MaxText
	line := strings.Repeat("灯", 40) + "\n"
	text := strings.TrimSpace(strings.Repeat(line, 5*limit/(2*len(line))))
	b.send(deliver.Outgoing{ID: "o1", To: e.Chat, Text: text})
	b.settle()

	var all strings.Builder
	for _, s := range b.Sent() {
		assert.LessOrEqual(t, len(s.Text), limit, "no piece is longer than Capabilities().MaxText (see platform.Split)")
		all.WriteString(s.Text)
	}
	assert.Equal(t, strings.Count(text, "灯"), strings.Count(all.String(), "灯"), "nothing is cut off")
}

func sendCard(t *testing.T, b *bench) {
	chats := []bot.Chat{b.group("g1"), b.private(bob)}
	b.hear(b.startRecording(), chats...)
	for i, to := range chats {
		r := b.send(deliver.Outgoing{ID: "o1", To: to, Card: &cards.Card{
			ID: "card-" + string(to.ID), Ref: "#12", Kind: "民情工作单", Title: "声控灯坏了", Status: "等接单",
			Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12", Style: cards.Primary}},
		}})
		assert.Equal(t, "card", r.Route, "Receipt.Route")
		got := b.last(i)
		assert.Equal(t, to, got.Chat)
		assert.Contains(t, got.Text, "声控灯坏了")
	}
}

func sendFile(t *testing.T, b *bench) {
	can := b.Adapter().Capabilities()
	chats := []bot.Chat{b.group("g1"), b.private(bob)}
	b.hear(b.startRecording(), chats...)
	for i, to := range chats {
		out := deliver.Outgoing{ID: "o1", To: to, File: &deliver.File{Name: "台账 11月.xlsx", Data: bytes.Repeat([]byte("x"), 1<<20)}}
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

func sendFailures(t *testing.T, b *bench) {
	e := b.hear(b.startRecording(), b.group("g1"))[0]
	out := deliver.Outgoing{ID: "o1", To: e.Chat, Text: words}
	tried := 0
	for _, code := range []bot.Code{bot.Retryable, bot.Throttled, bot.QuotaGone, bot.Unreachable, bot.Rejected} {
		if !b.FailSends(code) {
			continue
		}
		tried++
		_, err := b.Adapter().Send(t.Context(), out)
		b.checkError(err, code)
		b.checkText("problem", b.Adapter().Status().Problem)
		if failed := new(bot.Error); code == bot.Throttled && assert.ErrorAs(t, err, &failed) {
			assert.Positive(t, failed.After, "a throttled send says how long to wait")
		}
		b.pass(2 * time.Minute)
	}
	assert.GreaterOrEqual(t, tried, 3, "the rig's FailSends knows too few failures")
	assert.Empty(t, b.Sent(), "what failed reached nobody")

	b.FailSends("")
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
}
