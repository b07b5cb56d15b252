package dingtalk_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
)

func (r *rig) ackOf(t *testing.T, frame string) ack {
	t.Helper()
	synctest.Wait()
	acks := r.acksOf(frame)
	require.Len(t, acks, 1)
	return acks[0]
}

func TestSystemFrames(t *testing.T) {
	play(t, func(t *testing.T, r *rig, heard *heard) {
		ping := r.ackOf(t, r.pushFrame("SYSTEM", "ping", "", map[string]string{"opaque": "o<1>"}))
		assert.Equal(t, 200, ping.Code)
		assert.JSONEq(t, `{"opaque":"o<1>"}`, ping.Data)
		assert.Equal(t, "application/json", ping.Headers["contentType"])

		event := r.ackOf(t, r.pushFrame("EVENT", "*", "", map[string]string{"a": "b"}))
		assert.Equal(t, 200, event.Code)
		assert.JSONEq(t, `{"status":"SUCCESS"}`, event.Data)

		unknown := r.pushFrame("SYSTEM", "REGISTERED", "", nil)
		synctest.Wait()
		assert.Empty(t, r.acksOf(unknown))
		assert.Empty(t, heard.all())
		assert.Equal(t, 1, r.Connections())
	})
}

func TestAcknowledgementOfWhatCannotBeRead(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		bad := r.ackOf(t, r.pushFrame("CALLBACK", "/v1.0/im/bot/messages/get", "", []int{1}))
		assert.Equal(t, 200, bad.Code, "it would not read better the next time")
		bad = r.ackOf(t, r.pushFrame("CALLBACK", "/v1.0/card/instances/callback", "", map[string]string{"outTrackId": "c"}))
		assert.Equal(t, 200, bad.Code)
		unknown := r.ackOf(t, r.pushFrame("CALLBACK", "/v9/unheard/of", "", nil))
		assert.Equal(t, 404, unknown.Code)
		assert.Equal(t, int64(2), r.adapter.Status().Received)
	})
}

func TestPressThatFailsIsAnsweredWithTheCodeForIt(t *testing.T) {
	play(t, func(t *testing.T, r *rig, heard *heard) {
		heard.do = func(context.Context, bot.Event) (platform.Answer, error) {
			return platform.Answer{}, errors.New("the database is gone")
		}
		r.Press(platformtest.Press{ID: "p1", Chat: group, From: "bob02", Card: "c1", Key: "take:1"})
		a := r.ackOf(t, "p1")
		assert.Equal(t, 500, a.Code)
		assert.JSONEq(t, `{"response":null}`, a.Data)
	})
}

func TestPressWithoutACardLeavesItAsItIs(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		r.Press(platformtest.Press{ID: "p1", Chat: group, From: "bob02", Card: "c1", Key: "take:1"})
		a := r.ackOf(t, "p1")
		assert.Equal(t, 200, a.Code)
		assert.JSONEq(t, `{"response":{"cardData":null,"cardUpdateOptions":null,"userPrivateData":null}}`, a.Data)
	})
}

// On disconnect the server sends nothing more on that connection, so another is
// opened first; what was begun on the old one is acknowledged there.
func TestDisconnectOpensTheNewConnectionFirst(t *testing.T) {
	play(t, func(t *testing.T, r *rig, heard *heard) {
		pass(time.Minute)
		finish := make(chan struct{})
		heard.do = func(_ context.Context, e bot.Event) (platform.Answer, error) {
			if e.ID == "slow" {
				<-finish
			}
			return platform.Answer{}, nil
		}
		r.Push(said("slow"))
		old := r.newest()
		r.pushFrame("SYSTEM", "disconnect", "", map[string]string{"reason": "connection is expired"})
		synctest.Wait()

		require.Equal(t, 2, r.Connections(), "at once")
		assert.True(t, r.adapter.Status().Connected)
		select {
		case <-old.closed:
			t.Fatal("the old connection was left before its last acknowledgement")
		default:
		}
		close(finish)
		synctest.Wait()
		n, _ := r.Acked("slow")
		assert.Equal(t, 1, n)
		assert.Equal(t, 1, r.acks[len(r.acks)-1].conn, "on the connection it came by")

		pass(10 * time.Second)
		<-old.closed
		for _, e := range heard.all() {
			assert.Nil(t, e.Gap, "nothing was missed")
		}
		r.Push(platformtest.Message{ID: "m2", Chat: group, From: "alice01", Text: "在"})
		assert.Len(t, heard.all(), 2)
	})
}

// When the new connection cannot be opened, the old one's loss is told.
func TestDisconnectDuringAnOutage(t *testing.T) {
	play(t, func(t *testing.T, r *rig, heard *heard) {
		pass(time.Minute)
		r.Outage(true)
		r.pushFrame("SYSTEM", "disconnect", "", nil)
		pass(10 * time.Second)
		r.Drop()
		pass(30 * time.Second)
		assert.False(t, r.adapter.Status().Connected)
		r.Outage(false)
		pass(2 * time.Minute)
		events := heard.all()
		require.Len(t, events, 1)
		assert.Greater(t, events[0].Gap.Until.Sub(events[0].Gap.From), 40*time.Second)
	})
}

func TestHalfOpenConnectionIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, platformtest.Setup{Net: platformtest.NewNetwork()})
		r.deaf = 1
		start(t, r, &heard{})
		require.True(t, r.adapter.Status().Connected)
		pass(45 * time.Second)
		assert.Equal(t, 2, r.Connections())
		assert.True(t, r.adapter.Status().Connected)
	})
}

// A server that pings and then falls silent has forgotten us, although its
// socket still answers.
func TestSilentConnectionIsReplaced(t *testing.T) {
	play(t, func(t *testing.T, r *rig, heard *heard) {
		for range 5 {
			r.pushFrame("SYSTEM", "ping", "", map[string]string{"opaque": "o"})
			pass(30 * time.Second)
		}
		require.Equal(t, 1, r.Connections())
		pass(90 * time.Second)
		assert.Equal(t, 2, r.Connections())
		assert.True(t, r.adapter.Status().Connected)
		events := heard.all()
		require.Len(t, events, 1, "what was said meanwhile is lost")
		assert.Greater(t, events[0].Gap.Until.Sub(events[0].Gap.From), time.Minute)
	})
}

// A server that never pings is not suspected.
func TestQuietConnectionIsKept(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		pass(24 * time.Hour)
		assert.Equal(t, 1, r.Connections())
	})
}

// A server that ends each connection at once is not hammered.
func TestShortLivedConnectionsSlowDown(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		for range 20 * 60 {
			r.Drop()
			pass(time.Second)
		}
		assert.Less(t, r.Connections(), 60)
	})
}

func TestOpenRequest(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		bodies := r.made("/v1.0/gateway/connections/open")
		require.Len(t, bodies, 1)
		var got struct {
			Subscriptions []struct{ Type, Topic string }
		}
		require.NoError(t, json.Unmarshal([]byte(bodies[0]), &got))
		assert.Equal(t, []struct{ Type, Topic string }{
			{"EVENT", "*"}, {"CALLBACK", "/v1.0/im/bot/messages/get"}, {"CALLBACK", "/v1.0/card/instances/callback"},
		}, got.Subscriptions)
	})
}

func TestFullQueueLeavesMessagesUnacknowledged(t *testing.T) {
	play(t, func(t *testing.T, r *rig, heard *heard) {
		finish := make(chan struct{})
		heard.do = func(context.Context, bot.Event) (platform.Answer, error) {
			<-finish
			return platform.Answer{}, nil
		}
		const sent = 5000
		for range sent {
			r.Push(said("m"))
		}
		synctest.Wait()
		close(finish)
		synctest.Wait()
		n, _ := r.Acked("m")
		assert.Less(t, n, sent)
		assert.Greater(t, n, 1000)
		assert.Equal(t, int64(sent), r.adapter.Status().Handled)
		assert.Equal(t, 1, r.Connections())
	})
}
