package platformtest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// comeback is the longest an adapter may take to be back once the platform is:
// the longest back-off of either platform's own clients, with its jitter.
const comeback = 2 * time.Minute

func firstConnectionRetried(t *testing.T, b *bench) {
	b.Outage(true)
	b.run(&recorder{})
	b.pass(10 * time.Minute)
	require.True(t, b.running(), "Run gave up: it retries for ever")
	assert.False(t, b.Adapter().Status().Connected, "Status().Connected while the platform is away")

	b.Outage(false)
	b.pass(comeback)
	assert.True(t, b.Adapter().Status().Connected, "not back %s after the platform was", comeback)
}

func cutConnection(t *testing.T, b *bench) {
	r := b.startRecording()
	for i := range 5 {
		b.Drop()
		b.pass(comeback)
		require.True(t, b.Adapter().Status().Connected, "not back %s after a cut", comeback)
		require.Equal(t, i+2, b.Connections(), "a cut makes one new connection")
	}
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	events := r.all()
	require.NotEmpty(t, events, "the new connection brings no events")
	assert.Equal(t, bot.EventID("m1"), events[len(events)-1].ID)
}

func redeliveredElsewhere(t *testing.T, b *bench) {
	m := Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words}
	stuck := make(chan struct{})
	release := sync.OnceFunc(func() { close(stuck) })
	defer release()
	var inside, handled atomic.Int32
	b.start(platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
		if e.Chat != m.Chat {
			return platform.Answer{}, nil // the gap
		}
		assert.Equal(t, int32(1), inside.Add(1), "a message is handled while it is being handled: one platform.Dispatcher for all connections")
		<-stuck
		inside.Add(-1)
		handled.Add(1)
		return platform.Answer{}, nil
	}))
	b.Push(m)
	b.settle()
	b.Drop()
	b.pass(10 * time.Second)
	require.Equal(t, 2, b.Connections(), "a cut makes one new connection")
	b.Push(m)
	b.settle()
	release()
	b.settle()
	assert.Equal(t, int32(2), handled.Load(), "both deliveries reach the handler, one after the other")
}

func outageTold(t *testing.T, b *bench) {
	r := b.startRecording()
	b.pass(time.Minute)
	assert.Empty(t, r.all(), "no gap at the first connection")

	cut := time.Now()
	b.Outage(true)
	b.Drop()
	b.pass(5 * time.Minute)
	assert.False(t, b.Adapter().Status().Connected, "Status().Connected while the platform is away")
	b.Outage(false)
	b.pass(comeback)

	events := r.all()
	require.Len(t, events, 1, "an outage is one event, once the adapter is back")
	require.NotNil(t, events[0].Gap, "and that event is a bot.Gap")
	assert.Equal(t, b.Adapter().Platform(), events[0].Platform)
	assert.Zero(t, events[0].Chat, "it concerns every chat")
	assert.NotEmpty(t, events[0].ID, "it has an id, so that it is told once")
	assert.WithinDuration(t, cut, events[0].Gap.From, 5*time.Second, "Gap.From is when the connection was last good")
	assert.Greater(t, events[0].Gap.Until.Sub(cut), 5*time.Minute-time.Second, "Gap.Until is when it was good again")
}

func rejectedCredentials(t *testing.T, b *bench) {
	b.RejectCredentials()
	b.run(&recorder{})
	b.pass(10 * time.Minute)
	require.False(t, b.running(), "no retry mends rejected credentials")
	b.checkError(b.err, bot.Rejected)
	assert.NotEmpty(t, b.Adapter().Status().Problem, "Status().Problem tells the operator what to mend")
	b.checkText("problem", b.Adapter().Status().Problem)
	assert.False(t, b.Adapter().Status().Connected, "Status().Connected")
}

func stopIdle(t *testing.T, b *bench) {
	b.startRecording()
	b.pass(time.Minute)
	begun := time.Now()
	b.stop()
	assert.Less(t, time.Since(begun), 2*time.Second, "nothing is under way")
	assert.False(t, b.Adapter().Status().Connected, "Status().Connected after Run has ended")
}

func stopBusy(t *testing.T, b *bench) {
	finished := false
	b.start(platform.HandlerFunc(func(ctx context.Context, _ bot.Event) (platform.Answer, error) {
		time.Sleep(500 * time.Millisecond)
		finished = ctx.Err() == nil
		return platform.Answer{}, ctx.Err()
	}))
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	b.stop()
	b.settle()
	assert.True(t, finished, "what was begun is finished")
	b.acked("m1", 1, "and acknowledged")
}

func stopQueued(t *testing.T, b *bench) {
	var begun []bot.EventID
	b.start(platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
		begun = append(begun, e.ID)
		time.Sleep(500 * time.Millisecond)
		return platform.Answer{}, nil
	}))
	for _, id := range []string{"m1", "m2"} {
		b.Push(Message{ID: id, Chat: b.group("g1"), From: alice, Text: words})
	}
	b.settle()
	b.stop()
	b.settle()
	b.Push(Message{ID: "m3", Chat: b.group("g1"), From: alice, Text: words})
	b.pass(time.Minute)
	assert.Equal(t, []bot.EventID{"m1"}, begun, "what waits is left, and nothing is handled after Run has ended")
	for _, id := range []string{"m2", "m3"} {
		b.acked(id, 0, "what was not handled is to come again")
	}
}

func stopHung(t *testing.T, b *bench) {
	b.start(platform.HandlerFunc(func(ctx context.Context, _ bot.Event) (platform.Answer, error) {
		<-ctx.Done()
		return platform.Answer{}, ctx.Err()
	}))
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	begun := time.Now()
	b.stop()
	assert.Less(t, time.Since(begun), 15*time.Second, "the contexts of handlers end too, after a while")
}
