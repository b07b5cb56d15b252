package platformtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/cards"
)

func groupMessage(t *testing.T, b *bench) {
	r := b.startRecording()
	text := words + "\n“第2行” \"A\" <b> &amp; \\n 👍🏽"
	b.Push(Message{ID: "m1", Chat: b.group("cidG1=="), From: alice, Nick: words, Text: text}) // neither is for the log
	b.settle()

	events := r.all()
	require.Len(t, events, 1, "one message is one event")
	e := events[0]
	assert.Equal(t, bot.EventID("m1"), e.ID)
	assert.Equal(t, b.Adapter().Platform(), e.Platform)
	assert.Equal(t, b.group("cidG1=="), e.Chat)
	assert.Equal(t, bot.Account{Platform: e.Platform, User: alice}, e.From)
	assert.False(t, e.Outsider)
	require.NotNil(t, e.Message)
	assert.Contains(t, e.Message.Text, text)
	assert.True(t, e.Reply.Usable(time.Now()), "a message can be answered: Event.Reply holds the way back, and until when")
	status := b.Adapter().Status()
	assert.Equal(t, int64(1), status.Received, "Status().Received")
	assert.Equal(t, int64(1), status.Handled, "Status().Handled")
	assert.Empty(t, status.Problem, "Status().Problem")
	assert.WithinDuration(t, time.Now(), status.LastEvent, time.Second, "Status().LastEvent")
	b.acked("m1", 1, "acknowledged once the handler returned")
}

func privateMessage(t *testing.T, b *bench) {
	r := b.startRecording()
	b.Push(Message{ID: "m1", Chat: b.private(alice), From: alice, Text: words})
	b.settle()

	events := r.all()
	require.Len(t, events, 1)
	assert.Equal(t, b.private(alice), events[0].Chat, "a private chat's id is the other's user id")
	assert.Equal(t, alice, events[0].From.User)
}

func longMessage(t *testing.T, b *bench) {
	r := b.startRecording()
	text := strings.Repeat("灯", 100<<10/3)
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: text})
	b.settle()
	events := r.all()
	require.Len(t, events, 1)
	assert.True(t, strings.HasSuffix(events[0].Message.Text, text), "it was cut to %d of %d bytes", len(events[0].Message.Text), len(text))
}

func orderPerChat(t *testing.T, b *bench) {
	var inside atomic.Int32
	var got []bot.EventID
	b.start(platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
		assert.Equal(t, int32(1), inside.Add(1), "two events of one chat at once")
		time.Sleep(time.Duration(len(got)%3) * time.Millisecond)
		got = append(got, e.ID)
		inside.Add(-1)
		return platform.Answer{}, nil
	}))
	var want []bot.EventID
	for i := range 100 {
		id := fmt.Sprintf("m%d", i)
		want = append(want, bot.EventID(id))
		b.Push(Message{ID: id, Chat: b.group("g1"), From: alice, Text: words})
	}
	b.pass(time.Second)
	assert.Equal(t, want, got, "the order in which one chat's messages came (see platform.Dispatcher)")
}

func parallelChats(t *testing.T, b *bench) {
	stuck := make(chan struct{})
	release := sync.OnceFunc(func() { close(stuck) })
	defer release()
	r := &recorder{}
	b.start(platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		if e.Chat.ID == "slow" {
			<-stuck
		}
		return r.Handle(ctx, e)
	}))
	b.Push(Message{ID: "m1", Chat: b.group("slow"), From: alice, Text: words})
	b.Push(Message{ID: "m2", Chat: b.group("fast"), From: bob, Text: words})
	b.settle()
	events := r.all()
	require.Len(t, events, 1, "while one chat is stuck, another is handled (see platform.Dispatcher)")
	assert.Equal(t, bot.EventID("m2"), events[0].ID)
	release()
	b.settle()
	assert.Len(t, r.all(), 2, "and the stuck one afterwards")
}

func duplicates(t *testing.T, b *bench) {
	r := b.startRecording()
	m := Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words}
	b.Push(m)
	b.Push(m)
	b.settle()
	events := r.all()
	require.NotEmpty(t, events)
	for _, e := range events {
		assert.Equal(t, bot.EventID("m1"), e.ID)
	}
	b.acked("m1", 2, "each delivery is acknowledged, or it comes again")
}

func failedEvent(t *testing.T, b *bench) {
	fail := true
	b.start(platform.HandlerFunc(func(context.Context, bot.Event) (platform.Answer, error) {
		if fail {
			return platform.Answer{}, errors.New("the database is gone")
		}
		return platform.Answer{}, nil
	}))
	m := Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words}
	b.Push(m)
	b.settle()
	b.acked("m1", 0, "what failed must come again")
	assert.Equal(t, int64(1), b.Adapter().Status().Handled, "Status().Handled counts it all the same")

	fail = false
	b.Push(m)
	b.settle()
	b.acked("m1", 1, "this time it was handled")
	assert.Equal(t, int64(2), b.Adapter().Status().Handled, "Status().Handled")
}

func panickingHandler(t *testing.T, b *bench) {
	r := &recorder{}
	b.start(platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		if e.ID == "m1" {
			panic("an adapter calls its handler through platform.Guard: " + e.Message.Text)
		}
		return r.Handle(ctx, e)
	}))
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.Push(Message{ID: "m2", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	require.Len(t, r.all(), 1, "the message after the panic is handled (see platform.Guard)")
	assert.Equal(t, 1, b.Connections(), "on the same connection")
	b.acked("m1", 0, "what panicked is not acknowledged")
}

func malformedFrames(t *testing.T, b *bench) {
	r := b.startRecording()
	frames := b.Malformed()
	require.NotEmpty(t, frames, "the rig's Malformed has no frames; Excused says so where there can be none")
	for _, f := range frames {
		b.PushRaw(f)
	}
	b.settle()
	assert.Empty(t, r.all(), "nothing malformed reaches the handler")
	assert.Positive(t, b.Adapter().Status().Received, "what was refused is counted")

	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	require.Len(t, r.all(), 1, "a good message after them is handled")
	assert.Equal(t, 1, b.Connections(), "on the same connection")
	status := b.Adapter().Status()
	assert.Equal(t, status.Received, status.Handled, "Status().Received and Handled, when nothing is under way")
}

func hugeMessage(t *testing.T, b *bench) {
	r := b.startRecording()
	b.Push(Message{ID: "m0", Chat: b.group("g1"), From: alice, Text: strings.Repeat("灯", 8<<20/3)})
	b.pass(comeback)
	for _, e := range r.all() {
		require.NotNil(t, e.Gap, "nobody writes so much: bound what is read of one frame")
	}
	require.True(t, b.Adapter().Status().Connected, "not back %s after a message of 8 MB", comeback)
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	events := r.all()
	require.NotEmpty(t, events, "a good message after it is handled")
	assert.Equal(t, bot.EventID("m1"), events[len(events)-1].ID, "a good message after it is handled")
}

func forged(t *testing.T, b *bench) {
	r := b.startRecording()
	b.Forge(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	assert.Empty(t, r.all(), "whoever knows the address could speak as anybody")
	b.acked("m1", 0, "it is refused")
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	assert.Len(t, r.all(), 1, "the platform's own is heard all the same")
}

func pressInPrivate(t *testing.T, b *bench) {
	r := b.startRecording()
	b.hear(r, b.private(bob))
	b.Press(Press{ID: "p1", Chat: b.private(bob), From: bob, Card: "c1", Key: "take:1"})
	b.settle()
	events := r.all()
	require.Len(t, events, 2)
	assert.Equal(t, b.private(bob), events[1].Chat)
	assert.NotNil(t, events[1].Press)
}

func pressAnswered(t *testing.T, b *bench) {
	var got bot.Event
	b.start(platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
		got = e
		if e.Press == nil {
			return platform.Answer{}, nil
		}
		return platform.Answer{Card: &cards.Card{ID: e.Press.Card, Ref: "#12", Title: "王建国已接单"}}, nil
	}))
	b.Push(Message{ID: "m0", Chat: b.group("cidG1=="), From: alice, Text: "在"})
	b.settle()
	b.Press(Press{ID: "p1", Chat: b.group("cidG1=="), From: bob, Card: "c1", Key: "take:1"})
	b.settle()

	require.NotNil(t, got.Press, "the handler got no press")
	assert.Equal(t, bot.EventID("p1"), got.ID)
	assert.Equal(t, bob, got.From.User)
	assert.Equal(t, b.group("cidG1=="), got.Chat)
	assert.Equal(t, "c1", got.Press.Card)
	assert.Equal(t, "take:1", got.Press.Key)
	answers := b.Answers("p1")
	require.Len(t, answers, 1, "one press, one answer")
	assert.Contains(t, answers[0], "王建国已接单", "the card of the handler's Answer")
}

func pressTooSlow(t *testing.T, b *bench) {
	window := b.Adapter().Capabilities().AnswerWindow
	var left time.Duration
	b.start(platform.HandlerFunc(func(ctx context.Context, _ bot.Event) (platform.Answer, error) {
		deadline, ok := ctx.Deadline()
		assert.True(t, ok, "a press has a deadline")
		left = time.Until(deadline)
		<-ctx.Done()
		return platform.Answer{}, ctx.Err()
	}))
	b.Press(Press{ID: "p1", Chat: b.group("g1"), From: bob, Card: "c1", Key: "take:1"})
	b.pass(window)
	assert.Positive(t, left, "the handler has time")
	assert.Less(t, left, window, "some of the window is left for the way back")
	assert.Equal(t, int64(1), b.Adapter().Status().Handled, "Status().Handled")
}

func pressFailed(t *testing.T, b *bench) {
	b.start(platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
		return platform.Answer{Card: &cards.Card{ID: e.Press.Card, Title: "没有记下"}}, errors.New("the database is gone")
	}))
	b.Press(Press{ID: "p1", Chat: b.group("g1"), From: bob, Card: "c1", Key: "take:1"})
	b.settle()
	for _, title := range b.Answers("p1") {
		assert.Empty(t, title, "an event that failed shows no card")
	}
}
