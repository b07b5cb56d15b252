package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
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
	"yiqun/cards"
)

const words = "3栋2单元声控灯坏了，电话13800001234"

var (
	group   = bot.Chat{Platform: bot.WeCom, ID: "g1"}
	private = bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: "alice"})
)

// play is a rig whose handler takes notes.
type play struct {
	*rig
	events []bot.Event
	fail   error
	logs   bytes.Buffer
	stop   func()
}

// run plays one case in virtual time.
func run(t *testing.T, f func(t *testing.T, p *play)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &play{}
		p.rig = newRig(t, platformtest.Setup{Net: platformtest.NewNetwork(), Logger: slog.New(slog.NewTextHandler(&p.logs, nil))})
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() {
			ended <- p.adapter.Run(ctx, platform.HandlerFunc(func(_ context.Context, e bot.Event) (platform.Answer, error) {
				p.events = append(p.events, e)
				return platform.Answer{}, p.fail
			}))
		}()
		synctest.Wait()
		p.stop = func() {
			cancel()
			synctest.Wait()
		}
		t.Cleanup(func() {
			p.stop()
			assert.NoError(t, <-ended)
			for _, secret := range append(p.Secrets(), words) {
				assert.NotContains(t, p.logs.String(), secret)
			}
		})
		f(t, p)
	})
}

// hear pushes one message and returns its event.
func (p *play) hear(id string, chat bot.Chat) bot.Event {
	p.Push(platformtest.Message{ID: id, Chat: chat, From: "alice", Text: "在"})
	return p.events[len(p.events)-1]
}

func (p *play) send(e bot.Event, out deliver.Outgoing) (deliver.Receipt, error) {
	out.To, out.Reply = e.Chat, e.Reply
	r, err := p.adapter.Send(p.t.Context(), out)
	synctest.Wait()
	return r, err
}

func (p *play) refused(t *testing.T, err error, want bot.Code) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, want, bot.CodeOf(err), "%v", err)
	for _, secret := range append(p.Secrets(), words) {
		assert.NotContains(t, fmt.Sprintf("%v %+v", err, err), secret)
	}
}

// The first answer goes inside the call, the second late, and there is no third.
func TestTwoAnswersAndNoThird(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		e := p.hear("m1", group)
		r, err := p.send(e, deliver.Outgoing{ID: "1", Text: words})
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "reply", Calls: 1}, r)
		assert.Contains(t, p.reply("m1"), `"msgtype":"stream"`)
		assert.Contains(t, p.reply("m1"), `"finish":true`)
		assert.Empty(t, p.lates)

		_, err = p.send(e, deliver.Outgoing{ID: "2", Text: "还有一句"})
		require.NoError(t, err)
		require.Len(t, p.lates, 1)
		assert.Contains(t, p.lates[0], `"msgtype":"markdown"`)

		_, err = p.send(e, deliver.Outgoing{ID: "3", Text: words})
		p.refused(t, err, bot.Expired)
		assert.Len(t, p.sent, 2)
	})
}

func TestNoPushExists(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		p.hear("m1", group)
		for _, to := range []bot.Chat{group, private} {
			_, err := p.adapter.Send(t.Context(), deliver.Outgoing{ID: "1", To: to, Text: words})
			p.refused(t, err, bot.Unreachable)
		}
		_, err := p.adapter.Send(t.Context(), deliver.Outgoing{ID: "1", To: group, File: &deliver.File{Name: "a.txt", Data: []byte("x")}})
		p.refused(t, err, bot.Unsupported)
		assert.Empty(t, p.sent)
	})
}

func TestLateAnswerWithinTheHour(t *testing.T) {
	for wait, late := range map[time.Duration]bool{4 * time.Second: false, 5 * time.Second: true, 59 * time.Minute: true} {
		run(t, func(t *testing.T, p *play) {
			e := p.hear("m1", group)
			time.Sleep(wait)
			_, err := p.send(e, deliver.Outgoing{ID: "1", Text: words})
			require.NoError(t, err)
			assert.Equal(t, late, len(p.lates) == 1, wait)
			assert.Len(t, p.sent, 1)
		})
	}
	run(t, func(t *testing.T, p *play) {
		e := p.hear("m1", group)
		time.Sleep(time.Hour)
		_, err := p.send(e, deliver.Outgoing{ID: "1", Text: words})
		p.refused(t, err, bot.Expired)
	})
}

func TestCallWithoutAddressHasOneAnswer(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		p.noLate = true
		e := p.hear("m1", group)
		_, err := p.send(e, deliver.Outgoing{ID: "1", Text: words})
		require.NoError(t, err)
		_, err = p.send(e, deliver.Outgoing{ID: "2", Text: words})
		p.refused(t, err, bot.Expired)
	})
}

// A token that did not come from here makes the bot call nobody.
func TestForgedReplies(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		for _, token := range []string{
			"https://evil.example/collect", "m", "m x", "x x http://" + apiHost + "/r", "m x https://evil.example/collect",
			"m x http://" + apiHost + "@evil.example/collect", "m x http://u:p@" + apiHost + "/r", "m x https://" + apiHost + "/r", "m x \x00", "m  http://" + apiHost + "/r",
		} {
			_, err := p.adapter.Send(t.Context(), deliver.Outgoing{ID: "1", To: group, Text: words, Reply: bot.Reply{Token: token, Expires: time.Now().Add(time.Hour)}})
			p.refused(t, err, bot.Expired)
		}
		assert.Empty(t, p.lates)
	})
}

func order() *cards.Card {
	return &cards.Card{ID: "c1", Ref: "#12", Title: "声控灯坏了", Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12"}}}
}

func TestCards(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		r, err := p.send(p.hear("m1", group), deliver.Outgoing{ID: "1", Card: order()})
		require.NoError(t, err)
		assert.Equal(t, "card", r.Route)
		assert.Contains(t, p.reply("m1"), `"msgtype":"template_card"`)

		// Late, a card goes to single people only.
		for i, c := range []struct {
			chat  bot.Chat
			route string
		}{{private, "card"}, {group, "text"}} {
			e := p.hear(fmt.Sprint("late", i), c.chat)
			time.Sleep(window)
			r, err := p.send(e, deliver.Outgoing{ID: fmt.Sprint("l", i), Card: order()})
			require.NoError(t, err)
			assert.Equal(t, c.route, r.Route)
			assert.Contains(t, p.sent[len(p.sent)-1].Text, "声控灯坏了")
		}
		closed := order()
		closed.Actions = nil
		r, err = p.send(p.hear("m2", group), deliver.Outgoing{ID: "2", Card: closed})
		require.NoError(t, err)
		assert.Equal(t, "text", r.Route)
	})
}

func TestWelcome(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		p.PushRaw(`{"msgid":"e1","chattype":"single","from":{"userid":"alice"},"response_url":"http://qyapi.test/x","msgtype":"event","event":{"eventtype":"enter_chat"}}`)
		require.Len(t, p.events, 1)
		require.NotNil(t, p.events[0].Enter)
		_, err := p.send(p.events[0], deliver.Outgoing{ID: "1", Text: "您好"})
		require.NoError(t, err)
		assert.JSONEq(t, `{"msgtype":"text","text":{"content":"您好"}}`, p.reply("raw"))
		_, err = p.send(p.events[0], deliver.Outgoing{ID: "2", Text: "您好"})
		p.refused(t, err, bot.Expired)
	})
}

func TestLongTextTakesBothAnswers(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		e := p.hear("m1", group)
		_, err := p.send(e, deliver.Outgoing{ID: "1", Text: strings.TrimSpace(strings.Repeat(strings.Repeat("灯", 40)+"\n", 240))})
		require.NoError(t, err)
		require.Len(t, p.sent, 2)
		assert.Equal(t, 9600, strings.Count(p.sent[0].Text+p.sent[1].Text, "灯"))
		for _, s := range p.sent {
			assert.LessOrEqual(t, len(s.Text), 20480)
		}
		_, err = p.send(e, deliver.Outgoing{ID: "2", Text: " "})
		p.refused(t, err, bot.Rejected)
	})
}

// Two answers at once: one is in the call, the other late, none is lost or doubled.
func TestTwoAnswersAtOnce(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		e := p.hear("m1", group)
		errs := make(chan error, 2)
		for i := range 2 {
			go func() {
				_, err := p.adapter.Send(t.Context(), deliver.Outgoing{ID: fmt.Sprint(i), To: e.Chat, Reply: e.Reply, Text: fmt.Sprint("第", i)})
				errs <- err
			}()
		}
		synctest.Wait()
		require.NoError(t, errors.Join(<-errs, <-errs))
		assert.Len(t, p.lates, 1)
		require.Len(t, p.sent, 2)
		assert.NotEqual(t, p.sent[0].Text, p.sent[1].Text)
	})
}

func TestLateFailures(t *testing.T) {
	for raw, want := range map[string]bot.Code{
		`{"errcode":45009,"errmsg":"too fast"}`:                     bot.Throttled,
		`{"errcode":-1,"errmsg":"busy"}`:                            bot.Retryable,
		`{"errcode":93004,"errmsg":"disabled"}`:                     bot.Unreachable,
		`{"errcode":60140,"errmsg":"used"}`:                         bot.Expired,
		`{"errcode":40058,"errmsg":"bad planted-code-1 parameter"}`: bot.Rejected,
	} {
		run(t, func(t *testing.T, p *play) {
			e := p.hear("m1", group)
			time.Sleep(window)
			p.lateRaw = raw
			_, err := p.send(e, deliver.Outgoing{ID: "1", Text: words})
			require.Error(t, err)
			assert.Equal(t, want, bot.CodeOf(err))
			assert.NotContains(t, err.Error(), words)
			p.lateRaw = ""
			_, err = p.send(e, deliver.Outgoing{ID: "1", Text: words})
			if want == bot.Throttled || want == bot.Retryable {
				require.NoError(t, err, "nothing was spent")
			} else {
				p.refused(t, err, bot.Expired)
			}
		})
	}
}

func TestFailedEventComesAgain(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		p.fail = errors.New("the database is gone")
		req := p.request(p.message("m1", group, "alice", words))
		body := new(bytes.Buffer)
		_, err := body.ReadFrom(req.Body)
		require.NoError(t, err)
		status := func() int {
			w := httptest.NewRecorder()
			again := httptest.NewRequestWithContext(t.Context(), http.MethodPost, req.URL.String(), bytes.NewReader(body.Bytes()))
			p.handler.ServeHTTP(w, again)
			return w.Code
		}
		assert.Equal(t, http.StatusInternalServerError, status())
		p.fail = nil
		assert.Equal(t, http.StatusOK, status(), "the same call, to the letter")
		assert.Equal(t, http.StatusForbidden, status(), "but not once it was taken")
		assert.Len(t, p.events, 2)
	})
}

func TestStopEndsWaitingCalls(t *testing.T) {
	run(t, func(t *testing.T, p *play) {
		e := p.hear("m1", group)
		began := time.Now()
		p.stop()
		assert.Less(t, time.Since(began), time.Second)
		assert.False(t, p.adapter.Status().Connected)
		_, err := p.send(e, deliver.Outgoing{ID: "1", Text: words})
		require.NoError(t, err)
		assert.Len(t, p.lates, 1, "what is left in the outbox still goes late")

		w := httptest.NewRecorder()
		p.handler.ServeHTTP(w, p.request(p.message("m2", group, "alice", words)))
		assert.Equal(t, http.StatusInternalServerError, w.Code)
	})
}

func TestConfigFaults(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no token": {AESKey: testKey}, "no key": {Token: testToken}, "bad key": {Token: testToken, AESKey: "planted-short"},
		"bad address": {Token: testToken, AESKey: testKey, APIURL: "qyapi.weixin.qq.com"},
	} {
		_, err := New(cfg)
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "planted")
	}
	mux := http.NewServeMux()
	a, err := New(Config{Token: testToken, AESKey: wecom.Secret(testKey)})
	require.NoError(t, err)
	a.Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, Path, nil))
	assert.Equal(t, http.StatusForbidden, w.Code)
}

// FuzzToken gives Send any token at all.
func FuzzToken(f *testing.F) {
	f.Add("m ABC http://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=x")
	f.Add("w ABC ")
	f.Add("p ABC x")
	called := false
	a, err := New(Config{Token: testToken, AESKey: testKey, HTTP: &http.Client{Transport: refuseAll{&called}}})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, token string) {
		called = false
		_, err := a.Send(t.Context(), deliver.Outgoing{ID: "1", To: group, Text: words, Reply: bot.Reply{Token: token}})
		require.Error(t, err)
		assert.NotContains(t, err.Error(), words)
		if called {
			_, _, late, ok := parseToken(token)
			assert.True(t, ok && strings.HasPrefix(late, DefaultAPIURL))
		}
	})
}

// refuseAll is a transport that only notes that it was asked.
type refuseAll struct{ called *bool }

func (r refuseAll) RoundTrip(*http.Request) (*http.Response, error) {
	*r.called = true
	return nil, errors.New("planted")
}
