package wecom_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform/platformtest"
	"yiqun/cards"
)

func TestReplyIsOneFinishedBubble(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		r, err := p.send(text("o1", e, "已收到"))
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "reply", Calls: 1}, r)
		frames := p.got("aibot_respond_msg")
		require.Len(t, frames, 1)
		assert.Equal(t, "stream", frames[0].str("msgtype"))
		assert.Equal(t, true, frames[0].Body["stream"].(map[string]any)["finish"])
		assert.Equal(t, "已收到", frames[0].str("stream", "content"))
	})
}

func TestEveryReplyHasItsOwnStream(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		seen := map[string]bool{}
		for _, id := range []string{"m1", "m2"} {
			e := p.say(id)
			for _, out := range []string{"一", "二"} {
				_, err := p.send(text("to-"+id+out, e, out))
				require.NoError(t, err)
			}
		}
		for _, f := range p.got("aibot_respond_msg") {
			seen[f.str("stream", "id")] = true
		}
		assert.Len(t, seen, 4, "no two messages share a bubble")
	})
}

func TestPushNamesTheKindOfChat(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		person := bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: bob})
		p.Push(platformtest.Message{ID: "m2", Chat: person, From: bob, Text: "在"})
		synctest.Wait()
		for _, to := range []bot.Chat{group, person} {
			r, err := p.send(deliver.Outgoing{ID: "o-" + string(to.ID), To: to, Text: "提醒"})
			require.NoError(t, err)
			assert.Equal(t, deliver.Receipt{Route: "push", Calls: 1}, r)
		}
		frames := p.got("aibot_send_msg")
		require.Len(t, frames, 2)
		assert.Equal(t, float64(2), frames[0].Body["chat_type"])
		assert.Equal(t, "wrkGroup_1", frames[0].str("chatid"), "its case is kept")
		assert.Equal(t, float64(1), frames[1].Body["chat_type"])
		assert.Equal(t, "markdown", frames[1].str("msgtype"))
	})
}

func TestPushBeforeContact(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		_, err := p.send(deliver.Outgoing{ID: "o1", To: group, Text: "提醒"})
		code(t, bot.Unreachable, err)
	})
}

// Acknowledgements of two replies to one callback carry the same req_id, so the
// second waits for the first.
func TestRepliesToOneCallbackWaitForEachOther(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		var held []wireFrame
		p.set(func(s *server) {
			s.hold = func(f wireFrame) bool {
				if f.Cmd != "aibot_respond_msg" {
					return false
				}
				held = append(held, f)
				return true
			}
		})
		first := p.sendAside(text("o1", e, "一"))
		second := p.sendAside(text("o2", e, "二"))
		require.Len(t, p.got("aibot_respond_msg"), 1, "the second is held back")

		held[0].link.send(map[string]any{"headers": held[0].Headers, "errcode": 0})
		synctest.Wait()
		require.NoError(t, (<-first).err)
		require.Len(t, p.got("aibot_respond_msg"), 2)
		held[1].link.send(map[string]any{"headers": held[1].Headers, "errcode": 45033})
		code(t, bot.Throttled, (<-second).err)
	})
}

func TestAcknowledgementsOutOfOrder(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		var held []wireFrame
		p.set(func(s *server) {
			s.hold = func(f wireFrame) bool { held = append(held, f); return f.Cmd == "aibot_send_msg" }
		})
		results := map[string]<-chan result{}
		for _, id := range []string{"一", "二", "三"} {
			results[id] = p.sendAside(deliver.Outgoing{ID: id, To: group, Text: id})
		}
		require.Len(t, held, 3)
		for i := 2; i >= 0; i-- { // the middle one is refused
			held[i].link.send(map[string]any{"headers": held[i].Headers, "errcode": map[bool]int{true: 93004}[i == 1]})
		}
		require.NoError(t, (<-results["一"]).err)
		code(t, bot.Unreachable, (<-results["二"]).err)
		require.NoError(t, (<-results["三"]).err)
	})
}

// An acknowledgement that comes too late must not be taken for that of the next
// reply to the same callback; a repeat of the same reply fills the same bubble.
func TestLateAcknowledgement(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.set(func(s *server) { s.ackAfter["aibot_respond_msg"] = 8 * time.Second })
		began := time.Now()
		_, err := p.send(text("o1", e, "一"))
		code(t, bot.Retryable, err)
		assert.Equal(t, 5*time.Second, time.Since(began))

		r, err := p.send(text("o2", e, "二"))
		require.NoError(t, err)
		assert.Equal(t, "push", r.Route, "a reply could be mistaken for the one before")

		p.set(func(s *server) { s.ackAfter["aibot_respond_msg"] = 0 })
		r, err = p.send(text("o1", e, "一"))
		require.NoError(t, err)
		assert.Equal(t, "reply", r.Route)
		frames := p.got("aibot_respond_msg")
		require.Len(t, frames, 2)
		assert.Equal(t, frames[0].str("stream", "id"), frames[1].str("stream", "id"))

		p.pass(3 * time.Minute)
		r, err = p.send(text("o3", e, "三"))
		require.NoError(t, err)
		assert.Equal(t, "reply", r.Route, "nothing is overdue any more")
	})
}

func TestLostSubscription(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.pass(time.Minute)
		p.failNext["aibot_respond_msg"] = 846609
		r, err := p.send(text("o1", e, "收到"))
		require.NoError(t, err)
		assert.Equal(t, "reply", r.Route)
		assert.Equal(t, 2, p.Connections(), "subscribed anew")
		assert.Equal(t, []string{"收到"}, p.texts(), "and sent once")
	})
}

func TestLostSubscriptionTwice(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.set(func(s *server) { s.fail = 846609 })
		_, err := p.send(text("o1", e, "收到"))
		code(t, bot.Retryable, err)
		assert.Len(t, p.got("aibot_respond_msg"), 2, "tried again once, not for ever")
		assert.Empty(t, p.texts())
	})
}

func TestStaleRequestIDFallsBackToPush(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.failNext["aibot_respond_msg"] = 846605
		r, err := p.send(text("o1", e, "收到"))
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "push", Calls: 2}, r)
		assert.Equal(t, []string{"收到"}, p.texts())
	})
}

func TestOldStreamGetsANewOne(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.failNext["aibot_respond_msg"] = 846608
		r, err := p.send(text("o1", e, "收到"))
		require.NoError(t, err)
		assert.Equal(t, "reply", r.Route)
		frames := p.got("aibot_respond_msg")
		require.Len(t, frames, 2)
		assert.NotEqual(t, frames[0].str("stream", "id"), frames[1].str("stream", "id"))
	})
}

func TestThrottled(t *testing.T) {
	for refusal, wait := range map[int]time.Duration{45009: time.Minute, 45033: 5 * time.Second} {
		scripted(t, func(t *testing.T, p *play) {
			e := p.say("m1")
			p.set(func(s *server) { s.fail = refusal })
			_, err := p.send(text("o1", e, "收到"))
			failed := new(bot.Error)
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, bot.Throttled, failed.Code)
			assert.Equal(t, wait, failed.After)
			assert.Len(t, p.got("aibot_respond_msg"), 1)
		})
	}
}

func TestRefusals(t *testing.T) {
	for refusal, want := range map[int]bot.Code{
		-1: bot.Retryable, 846601: bot.Retryable, 846602: bot.Retryable,
		93000: bot.Unreachable, 93001: bot.Unreachable, 93006: bot.Unreachable, 93008: bot.Unreachable, 93019: bot.Unreachable,
		48002: bot.Rejected, 40058: bot.Rejected, 999999: bot.Rejected,
	} {
		scripted(t, func(t *testing.T, p *play) {
			e := p.say("m1")
			p.set(func(s *server) { s.fail = refusal })
			_, err := p.send(text("o1", e, "收到"))
			code(t, want, err)
			assert.NotContains(t, err.Error(), testSecret, "wecom's errmsg echoes")
		})
	}
}

// Some clients show no streams and no cards, but pushed markdown (600039).
func TestUnsupportedDevice(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		p.failNext["aibot_respond_msg"] = 600039
		r, err := p.send(text("o1", e, "收到"))
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "push", Calls: 2}, r)

		p.failNext["aibot_respond_msg"] = 600039
		r, err = p.send(deliver.Outgoing{ID: "o2", To: e.Chat, Reply: e.Reply, Card: card("c1")})
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "text", Calls: 2}, r)
		assert.Len(t, p.got("aibot_respond_msg"), 2, "no further reply was tried")
		assert.Contains(t, p.texts()[1], "声控灯坏了")
		assert.Contains(t, p.texts()[1], "接单 12")
	})
}

func card(id string) *cards.Card {
	return &cards.Card{
		ID: id, Ref: "#12", Kind: "民情工作单", Title: "3栋声控灯坏了", Status: "等接单",
		Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12"}},
	}
}

func TestCardInAnswerToAMessage(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		r, err := p.send(deliver.Outgoing{ID: "o1", To: e.Chat, Reply: e.Reply, Card: card("c1")})
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "card", Calls: 1}, r)
		frames := p.got("aibot_respond_msg")
		require.Len(t, frames, 1)
		assert.Equal(t, "c1", frames[0].str("template_card", "task_id"))
	})
}

// Every card that WeCom or the renderer will not show arrives in words.
func TestCardInWords(t *testing.T) {
	closed := card("c1")
	closed.Actions = nil
	for name, c := range map[string]*cards.Card{"refused by wecom": card("c1"), "without a usable id": card("编号"), "closed": closed} {
		t.Run(name, func(t *testing.T) {
			scripted(t, func(t *testing.T, p *play) {
				e := p.say("m1")
				if name == "refused by wecom" {
					p.failNext["aibot_send_msg"] = 42039
				}
				r, err := p.send(deliver.Outgoing{ID: "o1", To: e.Chat, Card: c})
				require.NoError(t, err)
				assert.Equal(t, "text", r.Route)
				require.Len(t, p.texts(), 1)
				assert.Contains(t, p.texts()[0], "#12")
			})
		})
	}
}

// A card whose acknowledgement was lost is refused as a duplicate when repeated:
// it is there.
func TestCardRepeatedAfterUnknownOutcome(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		out := deliver.Outgoing{ID: "o1", To: group, Card: card("c1")}
		p.set(func(s *server) { s.hold = func(f wireFrame) bool { return f.Cmd == "aibot_send_msg" } })
		_, err := p.send(out)
		code(t, bot.Retryable, err)
		p.set(func(s *server) { s.hold = nil })
		r, err := p.send(out)
		require.NoError(t, err)
		assert.Equal(t, "card", r.Route)
		assert.Len(t, p.texts(), 1, "shown once")
	})
}

// Pieces that arrived before a failure are not sent again.
func TestLongTextGoesOnWhereItStopped(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		limit := p.adapter.Capabilities().MaxText
		out := deliver.Outgoing{ID: "o1", To: group, Text: strings.Repeat("甲", limit/4) + "\n" + strings.Repeat("乙", limit/4) + "\n" + strings.Repeat("丙", limit/4)}
		sent := 0
		p.set(func(s *server) {
			s.hold = func(f wireFrame) bool {
				if f.Cmd == "aibot_send_msg" {
					if sent++; sent == 2 {
						s.fail = 846601
					}
				}
				return false
			}
		})
		_, err := p.send(out)
		code(t, bot.Retryable, err)
		p.FailSends("", 0)
		_, err = p.send(out)
		require.NoError(t, err)
		require.Len(t, p.texts(), 3)
		for i, first := range []string{"甲", "乙", "丙"} {
			assert.True(t, strings.HasPrefix(p.texts()[i], first))
		}
	})
}

func TestMembersWordsCannotAct(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		_, err := p.send(text("o1", e, "# 大字\n[点我](https://evil.example) <@all> `x`"))
		require.NoError(t, err)
		got := p.texts()[0]
		assert.NotContains(t, got, "](")
		assert.NotContains(t, got, "https://evil.example")
		assert.NotContains(t, got, "<@")
		assert.False(t, strings.HasPrefix(got, "# "))
	})
}

func TestNothingToSend(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		for _, out := range []deliver.Outgoing{
			text("o1", e, ""), text("o2", e, " \n "),
			{ID: "o3", Text: "无处可去"},
			{ID: "o4", To: bot.Chat{Platform: bot.DingTalk, ID: "x"}, Text: "走错门"},
		} {
			_, err := p.send(out)
			code(t, bot.Rejected, err)
		}
		assert.Empty(t, p.texts())
	})
}
