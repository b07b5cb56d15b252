package wecom_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// A reply whose acknowledgement was lost may be refused when it is repeated, for its
// stream is there and finished: it is not given up, and not shown again.
func TestReplyRepeatedAfterUnknownOutcome(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		out := text("o1", p.say("m1"), "收到")
		p.set(func(s *server) { s.hold = func(f wireFrame) bool { return f.Cmd == "aibot_respond_msg" } })
		_, err := p.send(out)
		code(t, bot.Retryable, err)
		p.set(func(s *server) { s.hold, s.failNext["aibot_respond_msg"] = nil, 40058 })
		r, err := p.send(out)
		require.NoError(t, err)
		assert.Equal(t, "reply", r.Route)
		assert.Equal(t, []string{"收到"}, p.texts(), "shown once")
	})
}

// Where nobody knows whether it is there, as after a restart, it is pushed: once too
// often is better than never.
func TestReplyRefusedForItsFormIsPushed(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.failNext["aibot_respond_msg"] = 40058
		r, err := p.send(text("o1", p.say("m1"), "收到"))
		require.NoError(t, err)
		assert.Equal(t, "push", r.Route)
		assert.Equal(t, []string{"收到"}, p.texts())
	})
}
