package dingtalk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform/platformtest"
)

const (
	groupSend = "/v1.0/robot/groupMessages/send"
	batchSend = "/v1.0/robot/oToMessages/batchSend"
	session   = "/robot/sendBySession"
)

func textTo(to bot.Chat, text string) deliver.Outgoing {
	return deliver.Outgoing{ID: "o1", To: to, Text: text}
}

// replyTo is an answer to a message just heard.
func replyTo(t *testing.T, r *rig, h *heard, text string) deliver.Outgoing {
	t.Helper()
	r.Push(said("m1"))
	events := h.all()
	require.Len(t, events, 1)
	out := textTo(group, text)
	out.Reply = events[0].Reply
	return out
}

func TestManySendsShareOneToken(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := r.adapter.Send(t.Context(), textTo(group, "在"))
				assert.NoError(t, err)
			})
		}
		all.Wait()
		assert.Len(t, r.made(groupSend), 20)
		assert.Equal(t, 1, r.tokens)

		pass(110 * time.Minute)
		_, err := r.adapter.Send(t.Context(), textTo(group, "在"))
		require.NoError(t, err)
		assert.Equal(t, 1, r.tokens, "good for 115 minutes")
		pass(6 * time.Minute)
		_, err = r.adapter.Send(t.Context(), textTo(group, "在"))
		require.NoError(t, err)
		assert.Equal(t, 2, r.tokens, "replaced before DingTalk refuses it")
	})
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		_, err := r.adapter.Send(t.Context(), textTo(group, "在"))
		require.NoError(t, err)
		r.mu.Lock()
		r.badToken, r.tokens = true, 7 // someone else asked for one
		r.mu.Unlock()

		receipt, err := r.adapter.Send(t.Context(), textTo(group, "在"))
		require.NoError(t, err)
		assert.Equal(t, 2, receipt.Calls)

		r.answerTo(groupSend, 400, `{"code":"InvalidAuthentication","requestid":"R"}`)
		before := len(r.made(groupSend))
		_, err = r.adapter.Send(t.Context(), textTo(group, "在"))
		assert.Equal(t, bot.Retryable, bot.CodeOf(err))
		assert.Len(t, r.made(groupSend), before+2, "once more, and no more")
	})
}

func TestReplyMentions(t *testing.T) {
	play(t, func(t *testing.T, r *rig, h *heard) {
		out := replyTo(t, r, h, "<王建国> & 你好")
		out.Mentions = []bot.Account{
			{Platform: bot.DingTalk, User: "bob02"}, {Platform: bot.WeCom, User: "li"}, {Platform: bot.DingTalk, User: "outside:u"},
		}
		receipt, err := r.adapter.Send(t.Context(), out)
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "reply", Calls: 1}, receipt)
		assert.Equal(t, []string{
			`{"at":{"atUserIds":["bob02"],"isAtAll":false},"msgtype":"text","text":{"content":"＜王建国＞ & 你好"}}`,
		}, r.made(session))
		assert.Zero(t, r.tokens, "a reply needs no token")
	})
}

func TestWebhookFailures(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		code   bot.Code // "" = pushed instead
	}{
		"expired":            {200, `{"errcode":300001,"errmsg":"token is not exist"}`, ""},
		"gone":               {404, `{"code":"NotFound"}`, ""},
		"too fast":           {200, `{"errcode":410100,"errmsg":"m"}`, bot.Throttled},
		"no quota":           {200, `{"errcode":90020,"errmsg":"m"}`, bot.QuotaGone},
		"content refused":    {200, `{"errcode":430102,"errmsg":"m"}`, bot.Rejected},
		"unknown outcome":    {502, `<html>`, bot.Retryable},
		"address banned":     {200, `{"status":1111,"wait":5}`, bot.Throttled},
		"address banned too": {403, `<html>`, bot.Throttled},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, r *rig, h *heard) {
				out := replyTo(t, r, h, "在")
				r.answerTo(session, c.status, c.body)
				receipt, err := r.adapter.Send(t.Context(), out)
				if c.code != "" {
					assert.Equal(t, c.code, bot.CodeOf(err), "%v", err)
					assert.Empty(t, r.made(groupSend), "no second message")
					return
				}
				require.NoError(t, err)
				assert.Equal(t, deliver.Receipt{Route: "push", Calls: 2}, receipt)
				assert.Len(t, r.Sent(), 1)
			})
		})
	}
}

func TestPushBodies(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		for _, to := range []bot.Chat{group, private} {
			_, err := r.adapter.Send(t.Context(), textTo(to, `<a> & "b"`))
			require.NoError(t, err)
		}
		assert.Equal(t, []string{
			`{"msgKey":"sampleText","msgParam":"{\"content\":\"＜a＞ & \\\"b\\\"\"}","openConversationId":"cidG1==","robotCode":"dingclient01"}`,
		}, r.made(groupSend))
		assert.Equal(t, []string{
			`{"msgKey":"sampleText","msgParam":"{\"content\":\"＜a＞ & \\\"b\\\"\"}","robotCode":"dingclient01","userIds":["bob02"]}`,
		}, r.made(batchSend))
	})
}

func TestPeopleWhoCannotBeReached(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		r.answerTo(batchSend, 200, `{"processQueryKey":"k","invalidStaffIdList":["bob02"]}`)
		_, err := r.adapter.Send(t.Context(), textTo(private, "在"))
		assert.Equal(t, bot.Unreachable, bot.CodeOf(err))

		r.answerTo(batchSend, 200, `{"processQueryKey":"k","flowControlledStaffIdList":["bob02"]}`)
		_, err = r.adapter.Send(t.Context(), textTo(private, "在"))
		assert.Equal(t, bot.Throttled, bot.CodeOf(err))

		before := len(r.made(batchSend))
		_, err = r.adapter.Send(t.Context(), textTo(bot.Chat{Platform: bot.DingTalk, ID: "outside:u", Private: true}, "在"))
		assert.Equal(t, bot.Unreachable, bot.CodeOf(err))
		assert.Len(t, r.made(batchSend), before, "an outsider costs no call")
	})
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		body    string
		code    bot.Code
		after   time.Duration
		problem string
	}{
		"qps":            {403, `{"code":"Forbidden.AccessDenied.QpsLimitForApi"}`, bot.Throttled, time.Second, ""},
		"qpm":            {403, `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"}`, bot.Throttled, 20 * time.Second, ""},
		"429":            {429, `{"code":"x"}`, bot.Throttled, time.Second, ""},
		"quota":          {403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`, bot.QuotaGone, 0, "额度"},
		"address":        {403, `{"code":"Forbidden.AccessDenied.IpNotInWhiteList"}`, bot.Rejected, 0, "白名单"},
		"scope":          {403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`, bot.Rejected, 0, "https://open-dev.dingtalk.com/appscope/apply?content=dingclient01%23qyapi_robot_sendmsg"},
		"scope unnamed":  {403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied"}`, bot.Rejected, 0, "权限"},
		"banned":         {403, `<html>banned</html>`, bot.Throttled, 5 * time.Minute, ""},
		"banned json":    {403, `{"status":1111,"wait":5,"punish":"deny"}`, bot.Throttled, 5 * time.Minute, ""},
		"banned with ok": {200, `<html>banned</html>`, bot.Throttled, 5 * time.Minute, ""},
		"gateway":        {504, `{"code":"GatewayTimeout"}`, bot.Retryable, 0, ""},
		"broken":         {500, ``, bot.Retryable, 0, ""},
		"busy":           {400, `{"code":"system.busy"}`, bot.Retryable, 0, ""},
		"stranger":       {400, `{"code":"staffId.notExisted"}`, bot.Unreachable, 0, ""},
		"bug":            {400, `{"code":"invalidParameter.msgParam","message":"m"}`, bot.Rejected, 0, ""},
		"odd types":      {400, `{"code":7,"requestid":[]}`, bot.Rejected, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, r *rig, _ *heard) {
				body := c.body
				if body == "" {
					body = "\n"
				}
				r.answerTo(groupSend, c.status, body)
				_, err := r.adapter.Send(t.Context(), textTo(group, "在"))
				require.Equal(t, c.code, bot.CodeOf(err), "%v", err)
				failed := new(bot.Error)
				require.ErrorAs(t, err, &failed)
				assert.Equal(t, c.after, failed.After)
				assert.Contains(t, r.adapter.Status().Problem, c.problem)

				r.answerTo(groupSend, 0, "")
				_, err = r.adapter.Send(t.Context(), textTo(group, "在"))
				require.NoError(t, err)
				assert.Empty(t, r.adapter.Status().Problem, "mended")
			})
		})
	}
}

func TestTokenRefused(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		r.RejectCredentials()
		_, err := r.adapter.Send(t.Context(), textTo(group, "在"))
		assert.Equal(t, bot.Rejected, bot.CodeOf(err))
		assert.Contains(t, r.adapter.Status().Problem, "Client Secret")
		assert.NotContains(t, err.Error(), clientSecret)
	})
}

func TestNothingToSend(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		_, err := r.adapter.Send(t.Context(), deliver.Outgoing{To: group})
		assert.Equal(t, bot.Rejected, bot.CodeOf(err))
	})
}

func TestUnknownOutcomeIsRetryable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, platformtest.Setup{Net: platformtest.NewNetwork()})
		r.net.Serve(t, oapiHost, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-r.over }))
		out := textTo(group, "在")
		out.Reply = bot.Reply{Token: "http://" + oapiHost + "/robot/sendBySession?session=sess-1"}
		begun := time.Now()
		_, err := r.adapter.Send(t.Context(), out)
		assert.Equal(t, bot.Retryable, bot.CodeOf(err))
		assert.Equal(t, 15*time.Second, time.Since(begun))
		assert.NotContains(t, err.Error(), "sess-1")
		assert.Empty(t, r.made(groupSend))
	})
}

func TestFilesDingTalkDoesNotShowAreZipped(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		receipt, err := r.adapter.Send(t.Context(), deliver.Outgoing{
			To: group, File: &deliver.File{Name: "台账.csv", Data: []byte("a,b")},
		})
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "file", Calls: 2}, receipt)
		require.Len(t, r.Sent(), 1)
		assert.Equal(t, "台账.csv.zip", r.Sent()[0].Text)

		_, err = r.adapter.Send(t.Context(), deliver.Outgoing{
			To: group, File: &deliver.File{Name: "big.xlsx", Data: make([]byte, 20<<20+1)},
		})
		assert.Equal(t, bot.Rejected, bot.CodeOf(err))
	})
}

func TestUploadRefused(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		out := deliver.Outgoing{To: group, File: &deliver.File{Name: "a.pdf", Data: []byte("x")}}
		for body, code := range map[string]bot.Code{
			`{"errcode":90018,"errmsg":"m"}`: bot.Throttled,
			`{"errcode":40014,"errmsg":"m"}`: bot.Retryable,
			`{"errcode":43002,"errmsg":"m"}`: bot.Rejected,
			`{"ok":1}`:                       bot.Throttled,
		} {
			r.answerTo("/media/upload", 200, body)
			_, err := r.adapter.Send(t.Context(), out)
			assert.Equal(t, code, bot.CodeOf(err), body)
			assert.NotContains(t, err.Error(), "access-token")
		}
		assert.Empty(t, r.Sent())
	})
}

// Nothing that is sent, whatever it says, is more than DingTalk takes.
func TestLongTextStaysWithinMsgParam(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		_, err := r.adapter.Send(t.Context(), textTo(group, strings.Repeat("\"灯\"\n", 5000)))
		require.NoError(t, err)
		bodies := r.made(groupSend)
		assert.Greater(t, len(bodies), 3)
		for _, b := range bodies {
			var m robotMessage
			require.NoError(t, json.Unmarshal([]byte(b), &m))
			assert.LessOrEqual(t, len(m.MsgParam), 15000)
		}
	})
}
