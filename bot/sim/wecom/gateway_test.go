package wecom_test

import (
	"context"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
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

func TestWrongSecretLeavesTheSocketOpen(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.dial()
	assert.Equal(t, 853000, l.subscribe("wrong").Code)
	assert.Zero(t, l.ask("ping", nil).Code, "the socket is open")
	assert.Equal(t, 846609, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
	assert.False(t, b.server.Subscribed())
	for _, c := range b.world.Calls(0) {
		assert.NotContains(t, c.Request, "wrong", "secrets are masked")
	}
	assert.Zero(t, l.subscribe(b.server.Secret()).Code)
}

func TestSecondConnectionKicksTheFirst(t *testing.T) {
	b := newBench(t, wecom.Options{})
	first := b.connect()
	first.heard(wang, grid)
	second := b.connect()
	assert.Equal(t, m{"eventtype": "disconnected_event"}, first.next().Body["event"])
	assert.Equal(t, 846609, first.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
	b.say(wang, grid, "@议群 在吗")
	assert.Equal(t, "aibot_msg_callback", second.next().Cmd)
	b.world.Clock.Advance(30 * time.Second)
	_, _, err := first.conn.Read(t.Context())
	require.Error(t, err, "closed, some time later")
}

func TestKick(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.server.Kick()
	assert.Equal(t, m{"eventtype": "disconnected_event"}, l.next().Body["event"])
	assert.EqualValues(t, 1, b.server.Delivered(), "an adapter counts it too")
}

func TestForgottenSubscriptionAnswersPingsOnly(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	l.heard(wang, grid)
	b.server.Forget()
	assert.Zero(t, l.ask("ping", nil).Code)
	assert.Equal(t, 846609, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
	assert.Zero(t, l.subscribe(b.server.Secret()).Code)
	assert.Zero(t, l.ask("aibot_send_msg", pushBody(grid, markdownBody("x"))).Code)
}

func TestDropCutsWithoutAWord(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.server.Drop()
	_, _, err := l.conn.Read(t.Context())
	require.Error(t, err)
	b.say(wang, grid, "@议群 在吗")
	assert.Equal(t, []string{"lost: no connection"}, b.results("aibot_msg_callback"))
}

func TestNeverRedelivers(t *testing.T) {
	b := newBench(t, wecom.Options{})
	b.connect()
	said := b.say(wang, grid, "@议群 在吗")
	assert.False(t, b.server.Redeliver(said.ID))
	b.world.Clock.Advance(time.Hour)
	assert.EqualValues(t, 1, b.server.Delivered())
	assert.Zero(t, b.server.Pending())
}

func TestFrozenConnectionAnswersNothing(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.server.Freeze()
	l.write("ping", "p", nil)
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	_, _, err := l.conn.Read(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestSilentConnectionIsCut(t *testing.T) {
	b := newBench(t, wecom.Options{Silence: 20 * time.Millisecond})
	l := b.dial()
	_, _, err := l.conn.Read(t.Context())
	require.Error(t, err)
}

func TestOfflineRefusesAndCuts(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	b.server.SetFaults(sim.Faults{Offline: true})
	_, _, err := l.conn.Read(t.Context())
	require.Error(t, err)
	conn, res, err := websocket.Dial(t.Context(), b.server.URL(), &websocket.DialOptions{HTTPClient: b.http})
	if err == nil {
		_ = conn.CloseNow()
	} else if res != nil {
		_ = res.Body.Close()
	}
	require.Error(t, err)
	b.server.SetFaults(sim.Faults{})
	b.connect()
}

func TestMalformedFramesAreRefused(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	for _, data := range []string{"", "null", "[]", "{", `{"cmd":"ping"}`, `{"cmd":"ping","headers":{"req_id":""}}`} {
		require.NoError(t, l.conn.Write(t.Context(), websocket.MessageText, []byte(data)))
		assert.Equal(t, 40058, l.next().Code, data)
	}
	for _, cmd := range []string{"aibot_get_history", "aibot_get_members", "aibot_recall_msg", ""} {
		assert.Equal(t, 40058, l.ask(cmd, m{}).Code, "%s does not exist", cmd)
	}
	id := l.heard(wang, grid)
	for _, body := range []any{nil, []string{}, "x", m{"msgtype": 1}, m{}} {
		assert.NotZero(t, l.ask("aibot_send_msg", body).Code)
		assert.NotZero(t, l.answer("aibot_respond_msg", id, body).Code)
		assert.NotZero(t, l.ask("aibot_upload_media_init", body).Code)
		assert.NotZero(t, l.ask("aibot_upload_media_chunk", body).Code)
		assert.NotZero(t, l.ask("aibot_upload_media_finish", body).Code)
	}
	assert.Equal(t, bot.WeCom, b.server.Platform())
	assert.Zero(t, b.said())
}
