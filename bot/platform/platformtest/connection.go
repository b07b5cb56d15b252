package platformtest

import (
	"context"
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
	require.True(t, b.running())
	assert.False(t, b.Adapter().Status().Connected)

	b.Outage(false)
	b.pass(comeback)
	assert.True(t, b.Adapter().Status().Connected)
}

func cutConnection(t *testing.T, b *bench) {
	r := b.startRecording()
	for i := range 5 {
		b.Drop()
		b.pass(comeback)
		require.True(t, b.Adapter().Status().Connected)
		require.Equal(t, i+2, b.Connections())
	}
	b.Push(Message{ID: "m1", Chat: b.group("g1"), From: alice, Text: words})
	b.settle()
	events := r.all()
	require.NotEmpty(t, events)
	assert.Equal(t, bot.EventID("m1"), events[len(events)-1].ID)
}

func outageTold(t *testing.T, b *bench) {
	r := b.startRecording()
	b.pass(time.Minute)
	assert.Empty(t, r.all(), "no gap at the first connection")

	cut := time.Now()
	b.Outage(true)
	b.Drop()
	b.pass(5 * time.Minute)
	assert.False(t, b.Adapter().Status().Connected)
	b.Outage(false)
	b.pass(comeback)

	events := r.all()
	require.Len(t, events, 1)
	require.NotNil(t, events[0].Gap)
	assert.Equal(t, b.Adapter().Platform(), events[0].Platform)
	assert.Zero(t, events[0].Chat)
	assert.NotEmpty(t, events[0].ID)
	assert.WithinDuration(t, cut, events[0].Gap.From, 5*time.Second)
	assert.Greater(t, events[0].Gap.Until.Sub(cut), 5*time.Minute-time.Second)
}

func rejectedCredentials(t *testing.T, b *bench) {
	b.RejectCredentials()
	b.run(&recorder{})
	b.pass(10 * time.Minute)
	require.False(t, b.running(), "no retry mends rejected credentials")
	b.checkError(b.err, bot.Rejected)
	assert.NotEmpty(t, b.Adapter().Status().Problem)
	b.checkText("problem", b.Adapter().Status().Problem)
	assert.False(t, b.Adapter().Status().Connected)
}

func stopIdle(t *testing.T, b *bench) {
	b.startRecording()
	b.pass(time.Minute)
	begun := time.Now()
	b.stop()
	assert.Less(t, time.Since(begun), 2*time.Second)
	assert.False(t, b.Adapter().Status().Connected)
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
	if n, known := b.Acked("m1"); known {
		assert.Equal(t, 1, n, "and acknowledged")
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
	assert.Less(t, time.Since(begun), 15*time.Second)
}
