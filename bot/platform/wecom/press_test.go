package wecom_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
)

// answering makes the handler answer presses.
func (p *play) answering(a platform.Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = func(context.Context, bot.Event) (platform.Answer, error) { return a, nil }
}

func TestPressAnswerGoesToThePresserOrToAll(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.answering(platform.Answer{Card: card("another-id")})
		p.press("p1", group, bob, "c1", "take:1", nil)
		synctest.Wait()
		p.answering(platform.Answer{Card: card("c1"), Everyone: true})
		p.press("p2", group, bob, "c1", "take:1", nil)
		synctest.Wait()

		frames := p.got("aibot_respond_update_msg")
		require.Len(t, frames, 2)
		assert.Equal(t, []any{"Bob"}, frames[0].Body["userids"])
		assert.Equal(t, "c1", frames[0].str("template_card", "task_id"), "always the pressed card")
		assert.NotContains(t, frames[1].Body, "userids")
		assert.Len(t, p.Answers("p2"), 1)
	})
}

func TestPressWithoutAnAnswer(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.press("p1", group, bob, "c1", "take:1", nil)
		synctest.Wait()
		require.Len(t, p.heard(), 1)
		assert.False(t, p.heard()[0].Reply.Usable(time.Now()), "a press takes a card update only")
		assert.Empty(t, p.got("aibot_respond_update_msg"))
	})
}

func TestPressCarriesWhatWasTicked(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.press("p1", group, bob, "c1", "vote", map[string]any{"selected_items": map[string]any{"selected_item": []any{
			map[string]any{"question_key": "q", "option_ids": map[string]any{"option_id": []any{"a", "b"}}},
			map[string]any{"question_key": "r", "option_ids": map[string]any{"option_id": []any{"c"}}},
		}}})
		synctest.Wait()
		require.Len(t, p.heard(), 1)
		assert.Equal(t, &bot.Press{Card: "c1", Key: "vote", Picked: []string{"a", "b", "c"}}, p.heard()[0].Press)
	})
}

// A press that waited behind others past its window is still counted, without an
// answer.
func TestPressBehindASlowOne(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.mu.Lock()
		p.answer = func(ctx context.Context, e bot.Event) (platform.Answer, error) {
			if e.Message != nil {
				time.Sleep(6 * time.Second)
			}
			return platform.Answer{Card: card("c1")}, ctx.Err()
		}
		p.mu.Unlock()
		p.Push(platformtest.Message{ID: "m1", Chat: group, From: alice, Text: "慢"})
		p.press("p1", group, bob, "c1", "take:1", nil)
		p.pass(10 * time.Second)
		require.Len(t, p.heard(), 2)
		assert.Empty(t, p.got("aibot_respond_update_msg"))
		assert.Equal(t, int64(2), p.adapter.Status().Handled)
	})
}

// A slow acknowledgement of one answer does not hold up the next press.
func TestAnswersDoNotWaitForAcknowledgements(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.set(func(s *server) { s.ackAfter["aibot_respond_update_msg"] = 3 * time.Second })
		p.answering(platform.Answer{Card: card("c1"), Everyone: true})
		for _, id := range []string{"p1", "p2", "p3"} {
			p.press(id, group, bob, "c1", "take:1", nil)
		}
		synctest.Wait()
		assert.Len(t, p.got("aibot_respond_update_msg"), 3)
	})
}

func TestAnswerAfterTheSubscriptionWasLost(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.pass(time.Minute)
		p.failNext["aibot_respond_update_msg"] = 846609
		p.answering(platform.Answer{Card: card("c1")})
		p.press("p1", group, bob, "c1", "take:1", nil)
		p.pass(3 * time.Second)
		assert.Len(t, p.Answers("p1"), 1)
		assert.Equal(t, 2, p.Connections())
	})
}

// What cannot be answered any more is logged and nothing else.
func TestAnswersThatFail(t *testing.T) {
	for name, spoil := range map[string]func(p *play){
		"refused": func(p *play) { p.failNext["aibot_respond_update_msg"] = 846605 },
		"unheard": func(p *play) { p.hold = func(f wireFrame) bool { return f.Cmd == "aibot_respond_update_msg" } },
		"dropped": func(p *play) {
			p.answer = func(_ context.Context, e bot.Event) (platform.Answer, error) {
				if e.Press == nil {
					return platform.Answer{}, nil
				}
				p.Drop()
				time.Sleep(time.Millisecond)
				return platform.Answer{Card: card("c1")}, nil
			}
		},
		"failed": func(p *play) {
			p.answer = func(context.Context, bot.Event) (platform.Answer, error) {
				return platform.Answer{}, errors.New("the database is gone")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			scripted(t, func(t *testing.T, p *play) {
				p.answering(platform.Answer{Card: card("c1")})
				spoil(p)
				p.press("p1", group, bob, "c1", "take:1", nil)
				p.pass(10 * time.Second)
				assert.Equal(t, int64(1), p.heardPresses())
				assert.True(t, p.adapter.Status().Connected)
			})
		})
	}
}

func (p *play) heardPresses() (n int64) {
	for _, e := range p.heard() {
		if e.Press != nil {
			n++
		}
	}
	return n
}

// Who opens the chat for the first time may be welcomed within five seconds, even
// before any push is allowed.
func TestWelcome(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.enter("e1", bob)
		synctest.Wait()
		require.Len(t, p.heard(), 1)
		e := p.heard()[0]
		require.NotNil(t, e.Enter)
		assert.Equal(t, int64(1760000000), e.At.Unix())
		r, err := p.send(text("o1", e, "您好，我是议群。"))
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "reply", Calls: 1}, r)
		frames := p.got("aibot_respond_welcome_msg")
		require.Len(t, frames, 1)
		assert.Equal(t, "您好，我是议群。", frames[0].str("text", "content"))

		r, err = p.send(deliver.Outgoing{ID: "o2", To: e.Chat, Reply: e.Reply, Card: card("c1")})
		require.NoError(t, err)
		assert.Equal(t, "card", r.Route)

		p.pass(5 * time.Second)
		_, err = p.send(text("o3", e, "您好"))
		code(t, bot.Unreachable, err)
	})
}
