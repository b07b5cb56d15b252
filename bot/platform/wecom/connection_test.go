package wecom_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
	"yiqun/bot/platform/wecom"
)

func TestSubscribeCarriesTheDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{DeviceID: "machine-1"})
		p.start()
		frames := p.got("aibot_subscribe")
		require.Len(t, frames, 1)
		assert.Equal(t, testBot, frames[0].str("bot_id"))
		assert.Equal(t, "machine-1", frames[0].str("device_id"))
	})
}

// WeCom leaves the socket open after refusing the credentials; the adapter must
// hang up by itself and not come back.
func TestRefusedCredentials(t *testing.T) {
	for _, refusal := range []int{853000, 40001, 40013} {
		synctest.Test(t, func(t *testing.T) {
			p := newPlay(t, wecom.Config{})
			p.subscribeCode = refusal
			p.start()
			p.pass(time.Hour)
			<-p.ended
			code(t, bot.Rejected, p.err)
			assert.NotContains(t, p.err.Error(), testSecret)
			assert.Len(t, p.got("aibot_subscribe"), 1)
			assert.Contains(t, p.adapter.Status().Problem, "Secret")
		})
	}
}

func TestThrottledSubscriptionWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{})
		p.subscribeCode = 45009
		p.start()
		p.pass(59 * time.Second)
		assert.Len(t, p.got("aibot_subscribe"), 1)
		p.set(func(s *server) { s.subscribeCode = 0 })
		p.pass(2 * time.Second)
		assert.True(t, p.adapter.Status().Connected)
	})
}

func TestBackOffGrowsAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{})
		p.subscribeCode = -1
		p.start()
		p.pass(10 * time.Minute)
		n := len(p.got("aibot_subscribe"))
		assert.Greater(t, n, 10, "it never gives up")
		assert.Less(t, n, 50, "and does not loop fast")
		assert.NotEmpty(t, p.adapter.Status().Problem)
		p.set(func(s *server) { s.subscribeCode = 0 })
		p.pass(time.Minute)
		assert.Empty(t, p.adapter.Status().Problem)
	})
}

// The server says that it was taken over long before it closes the socket.
func TestKickedDoesNotFightBack(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		other := newPlayOn(t, p)
		synctest.Wait()
		select {
		case <-p.ended:
		default:
			t.Fatal("still running after being kicked")
		}
		code(t, bot.Rejected, p.err)
		assert.Contains(t, p.adapter.Status().Problem, "别处")
		assert.False(t, p.adapter.Status().Connected)

		p.pass(time.Hour)
		assert.Equal(t, 2, p.Connections(), "the first one did not come back")
		assert.True(t, other.Status().Connected)
	})
}

// newPlayOn runs a second adapter for the same bot against p's server.
func newPlayOn(t *testing.T, p *play) *wecom.Adapter {
	t.Helper()
	cfg := wecom.Config{BotID: testBot, Secret: testSecret, WSURL: "ws://" + serverHost, HTTP: p.client}
	a, err := wecom.New(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, p) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return a
}

func TestPings(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.pass(10*time.Minute + time.Second)
		assert.InDelta(t, 20, len(p.got("ping")), 1)
		assert.Equal(t, 1, p.Connections())
	})
}

// A connection may fall silent without closing: two beats unanswered end it, and
// the gap counts from when something last came through.
func TestMissingPongs(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.pass(5*time.Minute + time.Second)
		silent := time.Now()
		p.set(func(s *server) { s.mute["ping"] = true })
		p.pass(90 * time.Second)
		p.set(func(s *server) { s.mute["ping"] = false })
		p.pass(30 * time.Second)
		require.Equal(t, 2, p.Connections())
		require.Len(t, p.heard(), 1)
		gap := p.heard()[0].Gap
		require.NotNil(t, gap)
		assert.WithinDuration(t, silent, gap.From, 2*time.Second)
		assert.Greater(t, gap.Until.Sub(gap.From), time.Minute)
	})
}

func TestOneMissingPongIsForgiven(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		for range 5 {
			p.set(func(s *server) { s.mute["ping"] = true })
			p.pass(36 * time.Second)
			p.set(func(s *server) { s.mute["ping"] = false })
			p.pass(35 * time.Second)
		}
		assert.Equal(t, 1, p.Connections())
	})
}

func TestWebSocketPingsAreAnswered(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.NoError(t, p.newest().conn.Ping(ctx))
	})
}

// A raw line break inside a string is no JSON; WeCom sends it all the same.
func TestControlCharactersAreTolerated(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.PushRaw("{\"cmd\":\"aibot_msg_callback\",\n\t\"headers\":{\"req_id\":\"R\"},\"body\":{\"msgid\":\"m\",\"chattype\":\"single\"," +
			"\"from\":{\"userid\":\"u\"},\"msgtype\":\"text\",\"text\":{\"content\":\"灯坏了\x01\n3栋\"}}}")
		synctest.Wait()
		require.Len(t, p.heard(), 1)
		assert.Equal(t, "灯坏了\n3栋", p.heard()[0].Message.Text)
	})
}

func TestSendWithoutConnection(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.Outage(true)
		p.Drop()
		synctest.Wait()
		_, err := p.send(text("o1", e, "收到"))
		code(t, bot.Offline, err)

		p.Outage(false)
		p.pass(time.Minute)
		r, err := p.send(text("o1", e, "收到"))
		require.NoError(t, err)
		assert.Equal(t, "reply", r.Route)
	})
}

// A callback may come right behind the subscription's acknowledgement, or before
// it; its answer must find the connection all the same.
func TestCallbackAheadOfTheSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{})
		p.answer = func(ctx context.Context, e bot.Event) (platform.Answer, error) {
			_, err := p.adapter.Send(ctx, text("o1", e, "收到"))
			return platform.Answer{}, err
		}
		p.ackAfter["aibot_subscribe"] = time.Second
		p.start()
		p.Push(platformtest.Message{ID: "m1", Chat: group, From: alice, Text: "在"})
		synctest.Wait()
		assert.Empty(t, p.heard())
		p.pass(time.Second)
		assert.Equal(t, []string{"收到"}, p.texts())
	})
}

// The outcome of a frame under way when the connection breaks is unknown.
func TestConnectionBreaksUnderASend(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.set(func(s *server) { s.mute["aibot_respond_msg"] = true })
		first := p.sendAside(text("o1", e, "一"))
		second := p.sendAside(text("o2", e, "二")) // waits for the first
		began := time.Now()
		p.Drop()
		code(t, bot.Retryable, (<-first).err)
		code(t, bot.Retryable, (<-second).err)
		assert.Less(t, time.Since(began), time.Second)
	})
}

func TestSendIsCancelledWhileWaiting(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.set(func(s *server) { s.mute["aibot_respond_msg"] = true })
		_ = p.sendAside(text("o1", e, "一"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := p.adapter.Send(ctx, text("o2", e, "二"))
		code(t, bot.Retryable, err)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		p.pass(10 * time.Second)
	})
}

// More events than may wait are dropped and counted; the connection goes on.
func TestTooManyEvents(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		stuck := make(chan struct{})
		p.mu.Lock()
		p.answer = func(context.Context, bot.Event) (platform.Answer, error) {
			<-stuck
			return platform.Answer{}, nil
		}
		p.mu.Unlock()
		const sent = 4500
		for i := range sent {
			p.Push(platformtest.Message{ID: fmt.Sprintf("m%d", i), Chat: group, From: alice, Text: "在"})
			if i%100 == 0 {
				synctest.Wait()
			}
		}
		synctest.Wait()
		status := p.adapter.Status()
		assert.EqualValues(t, sent, status.Received)
		assert.EqualValues(t, sent-1024-1, status.Handled, "what had no place is refused at once")
		close(stuck)
		synctest.Wait()
		assert.EqualValues(t, sent, p.adapter.Status().Handled)
		assert.Equal(t, 1, p.Connections())
	})
}

// Senders and a flapping connection: nothing hangs, and every send that reported
// success was shown.
func TestSendingOverAFlappingConnection(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		var sent atomic.Int64
		var senders sync.WaitGroup
		for i := range 10 {
			senders.Go(func() {
				for j := range 50 {
					id := fmt.Sprintf("o%d-%d", i, j)
					if _, err := p.adapter.Send(t.Context(), deliver.Outgoing{ID: id, To: group, Text: id}); err == nil {
						sent.Add(1)
					}
					time.Sleep(time.Duration(37*(i+1)) * time.Millisecond)
				}
			})
		}
		for range 5 {
			p.pass(3 * time.Second)
			if p.adapter.Status().Connected {
				p.Drop()
			}
		}
		senders.Wait()
		assert.Positive(t, sent.Load())
		assert.GreaterOrEqual(t, int64(len(p.texts())), sent.Load())
		p.pass(time.Minute)
		assert.True(t, p.adapter.Status().Connected)
	})
}

// Of two instances behind a gate the one that was put off waits for its turn, and
// comes back when it has it again; nobody gives up.
func TestKickedBehindAGateWaitsForItsTurn(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		turns := make(chan context.Context, 1)
		cfg := wecom.Config{
			BotID: testBot, Secret: testSecret, WSURL: "ws://" + serverHost, HTTP: p.client,
			Gate: func(ctx context.Context) (context.Context, error) {
				select {
				case held := <-turns:
					return held, nil
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			},
		}
		a, err := wecom.New(cfg)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, p) }()
		p.pass(time.Hour)
		require.False(t, a.Status().Connected, "it is not its turn")

		first, over := context.WithCancel(ctx)
		turns <- first
		p.pass(time.Second)
		require.True(t, a.Status().Connected)
		over()
		p.pass(time.Hour)
		require.False(t, a.Status().Connected, "its turn is over")

		second, over := context.WithCancel(ctx)
		defer over()
		turns <- second
		p.pass(time.Second)
		require.True(t, a.Status().Connected)
		other := newPlayOn(t, p)
		p.pass(time.Hour)
		require.False(t, a.Status().Connected, "put off, it waits")
		require.Empty(t, a.Status().Problem)
		require.True(t, other.Status().Connected)

		turns <- second
		synctest.Wait()
		code(t, bot.Rejected, <-ended)
		require.Contains(t, a.Status().Problem, "别处", "it was not one of ours")
		cancel()
	})
}
