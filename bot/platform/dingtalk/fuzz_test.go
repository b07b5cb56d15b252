package dingtalk

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// soundEvent asserts what every event promises, whatever it was made of.
func soundEvent(t *testing.T, a *Adapter, e bot.Event) {
	assert.NotEmpty(t, e.ID)
	assert.Equal(t, bot.DingTalk, e.Platform)
	assert.NotEmpty(t, e.Chat.ID)
	assert.NotEmpty(t, e.From.User)
	assert.LessOrEqual(t, len(e.From.User), maxID+len(outside))
	assert.NotEqual(t, e.Message == nil, e.Press == nil, "one of message and press")
	if e.Reply.Token != "" {
		assert.True(t, a.ownWebhook(e.Reply.Token))
	}
	if e.Message != nil {
		assert.True(t, utf8.ValidString(e.Message.Text))
	}
	if e.Press != nil {
		assert.NotEmpty(t, e.Press.Key)
		assert.NotEmpty(t, e.Press.Card)
	}
	_, err := json.Marshal(e.At)
	assert.NoError(t, err)
}

func FuzzMessage(f *testing.F) {
	seedData(f, payload.BotMessageCallbackTopic)
	f.Fuzz(func(t *testing.T, data string) {
		a := newAdapter(t)
		if e, err := a.message(data); err == nil {
			soundEvent(t, a, e)
		}
	})
}

func FuzzPress(f *testing.F) {
	seedData(f, payload.CardInstanceCallbackTopic)
	f.Fuzz(func(t *testing.T, data string) {
		a := newAdapter(t)
		frame := payload.DataFrame{Headers: payload.DataFrameHeader{"messageId": "f1"}, Data: data}
		if e, err := a.press(&frame); err == nil {
			soundEvent(t, a, e)
		}
	})
}

// seedData adds the data of the recorded frames of a topic.
func seedData(f *testing.F, topic string) {
	for _, raw := range frames(f) {
		var frame payload.DataFrame
		require.NoError(f, json.Unmarshal(raw, &frame))
		if frame.GetTopic() == topic {
			f.Add(frame.Data)
		}
	}
}

// Any bytes as a frame: at most one acknowledgement, of the frame's own id, and
// the counts agree in the end.
func FuzzFrame(f *testing.F) {
	for _, raw := range frames(f) {
		f.Add(raw)
	}
	f.Add([]byte(`{"type":"SYSTEM","headers":{"topic":"ping","messageId":"p"},"data":"{\"opaque\":\"o\"}"}`))
	f.Add([]byte(`{"type":"SYSTEM","headers":{"topic":"disconnect","messageId":"p"},"data":"{}"}`))
	f.Add([]byte(`{"type":"EVENT","headers":{"topic":"*","messageId":"p","eventId":"e"},"data":"{}"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		synctest.Test(t, func(t *testing.T) { soundFrame(t, raw) })
	})
}

func soundFrame(t *testing.T, raw []byte) {
	a := newAdapter(t)
	s := &session{
		Adapter: a, work: t.Context(), jobs: platform.NewDispatcher(2, 10),
		handler: platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
			soundEvent(t, a, e)
			return platform.Answer{}, nil
		}),
	}
	defer s.jobs.Close()
	l := &link{
		log: slog.New(slog.DiscardHandler), acks: make(chan []byte, 2),
		leaving: newSignal(), ended: newSignal(), quit: newSignal(),
	}
	s.frame(l, raw)
	synctest.Wait()
	assert.Equal(t, a.received.Load(), a.handled.Load())
	close(l.acks)
	var acks [][]byte
	for data := range l.acks {
		acks = append(acks, data)
	}
	require.LessOrEqual(t, len(acks), 1)
	for _, data := range acks {
		var r payload.DataFrameResponse
		require.NoError(t, json.Unmarshal(data, &r))
		assert.NotEmpty(t, r.GetHeader("messageId"))
		assert.Contains(t, []int{200, 404}, r.Code)
	}
}
