package wecomapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	"yiqun/cards"
)

// robot plays the robot's adapter: it may write to whom it heard.
type robot struct {
	mu      sync.Mutex
	heard   map[bot.ChatID]bool
	sent    []deliver.Outgoing
	tried   int
	fail    bot.Code
	handler chan platform.Handler
}

func newRobot() *robot {
	return &robot{heard: map[bot.ChatID]bool{}, handler: make(chan platform.Handler, 1)}
}

func (r *robot) Platform() bot.Platform         { return bot.WeCom }
func (r *robot) Capabilities() bot.Capabilities { return platform.WeCom() }
func (r *robot) Status() platform.Status {
	return platform.Status{Connected: true, Received: 1, Handled: 1}
}

func (r *robot) Run(ctx context.Context, h platform.Handler) error {
	r.handler <- h
	<-ctx.Done()
	return nil
}

func (r *robot) Send(_ context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tried++
	switch {
	case r.fail != "":
		return deliver.Receipt{}, bot.Fault(r.fail, errors.New("planted"))
	case out.To.Private && !r.heard[out.To.ID] && out.Reply.Token == "":
		return deliver.Receipt{}, bot.Fault(bot.Unreachable, errors.New("never wrote"))
	}
	r.sent = append(r.sent, out)
	return deliver.Receipt{Route: "push", Calls: 1}, nil
}

// rig is a robot with an app beside it, running.
type rig struct {
	*server
	*robot
	*Adapter
	http   http.Handler
	robots platform.Handler
	events []bot.Event
	answer platform.Answer
	err    error
	nonce  int
}

func newRig(t *testing.T) *rig {
	g := &rig{server: newServer(t), robot: newRobot()}
	g.Adapter = Wrap(g.robot, g.app())
	mux := http.NewServeMux()
	g.Routes(mux)
	g.http = mux
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- g.Run(ctx, platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
			g.events = append(g.events, e)
			if e.Press != nil {
				_, ok := ctx.Deadline()
				assert.True(t, ok, "a press has a deadline")
			}
			return g.answer, g.err
		}))
	}()
	g.robots = <-g.robot.handler
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	return g
}

func (g *rig) app() *App                                       { return g.server.app() }
func (g *rig) Platform() bot.Platform                          { return g.Adapter.Platform() }
func (g *rig) Capabilities() bot.Capabilities                  { return g.Adapter.Capabilities() }
func (g *rig) Status() platform.Status                         { return g.Adapter.Status() }
func (g *rig) Run(c context.Context, h platform.Handler) error { return g.Adapter.Run(c, h) }
func (g *rig) Send(c context.Context, o deliver.Outgoing) (deliver.Receipt, error) {
	return g.Adapter.Send(c, o)
}

// post delivers XML as WeCom does, and returns the status.
func (g *rig) post(t *testing.T, body string) int {
	g.nonce++
	e, err := wecom.NewEnvelope(testToken, testKey, testCorp)
	require.NoError(t, err)
	sealed, err := e.Seal([]byte(body), time.Now().Unix(), fmt.Sprint(g.nonce))
	require.NoError(t, err)
	letter := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><AgentID><![CDATA[%d]]></AgentID><Encrypt><![CDATA[%s]]></Encrypt></xml>", testCorp, testAgent, sealed.Encrypt)
	w := httptest.NewRecorder()
	g.http.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, Path+"?"+sealed.Query().Encode(), strings.NewReader(letter)))
	if w.Code == http.StatusOK {
		assert.Empty(t, w.Body.String())
	}
	return w.Code
}

func press(user, key, task, code string) string {
	return fmt.Sprintf(`<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>1760000000</CreateTime>
<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[%s]]></EventKey><TaskId><![CDATA[%s]]></TaskId>
<CardType><![CDATA[vote_interaction]]></CardType><ResponseCode><![CDATA[%s]]></ResponseCode><AgentID>%d</AgentID>
<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId><OptionId>b</OptionId></OptionIds></SelectedItem></SelectedItems></xml>`,
		testCorp, user, key, task, code, testAgent)
}

// A person who never wrote to the robot is written to by the app, and the robot is
// asked only once.
func TestAdapterReachesWhomTheRobotCannot(t *testing.T) {
	g := newRig(t)
	assert.False(t, g.Capabilities().PushNeedsContact)
	for i := range 3 {
		r, err := g.Send(t.Context(), deliver.Outgoing{ID: fmt.Sprint(i), To: private("wang"), Text: words})
		require.NoError(t, err)
		assert.Equal(t, "push", r.Route)
	}
	assert.Equal(t, 1, g.tried)
	assert.Len(t, g.server.sent, 3)

	// Once they wrote, the robot has them back.
	g.heard["wang"] = true
	_, err := g.robots.Handle(t.Context(), bot.Event{ID: "m1", Platform: bot.WeCom, Chat: private("wang"), Message: &bot.Message{}})
	require.NoError(t, err)
	_, err = g.Send(t.Context(), deliver.Outgoing{ID: "9", To: private("wang"), Text: words})
	require.NoError(t, err)
	assert.Len(t, g.server.sent, 3)
	assert.Len(t, g.robot.sent, 1)
}

func TestAdapterLeavesTheRestToTheRobot(t *testing.T) {
	g := newRig(t)
	group := bot.Chat{Platform: bot.WeCom, ID: "g1"}
	_, err := g.Send(t.Context(), deliver.Outgoing{ID: "1", To: group, Text: words})
	require.NoError(t, err)
	_, err = g.Send(t.Context(), deliver.Outgoing{ID: "2", To: private("wang"), Reply: bot.Reply{Token: "t"}, Text: words})
	require.NoError(t, err)
	assert.Len(t, g.robot.sent, 2)

	for _, code := range []bot.Code{bot.Retryable, bot.Throttled, bot.Rejected, bot.Expired} {
		g.fail = code
		_, err = g.Send(t.Context(), deliver.Outgoing{ID: "3", To: private("wang"), Text: words})
		checkError(t, err, code)
	}
	g.fail = bot.Unreachable
	_, err = g.Send(t.Context(), deliver.Outgoing{ID: "4", To: group, Text: words})
	checkError(t, err, bot.Unreachable)
	assert.Empty(t, g.server.sent, "no second message while the first may have arrived")
	_, err = g.Fetch(t.Context(), bot.Attachment{}, 1)
	checkError(t, err, bot.Unsupported)
}

func TestAdapterUnreachableByBoth(t *testing.T) {
	g := newRig(t)
	_, err := g.Send(t.Context(), deliver.Outgoing{ID: "1", To: private("nobody"), Text: words})
	checkError(t, err, bot.Unreachable)
}

func TestPressOnTheAppsCard(t *testing.T) {
	g := newRig(t)
	g.answer = platform.Answer{Card: &cards.Card{ID: "other", Ref: "#12", Title: "王建国已接单"}}
	require.Equal(t, http.StatusOK, g.post(t, press("wang", "take:1", "c1", "rc-1")))
	require.Len(t, g.events, 1)
	e := g.events[0]
	assert.Equal(t, private("wang"), e.Chat)
	assert.Equal(t, bot.UserID("wang"), e.From.User)
	assert.Equal(t, &bot.Press{Card: "c1", Key: "take:1", Picked: []string{"a", "b"}}, e.Press)
	assert.Equal(t, time.Unix(1760000000, 0).UTC(), e.At)
	assert.Empty(t, e.Reply.Token)
	require.Len(t, g.updates, 1)
	assert.Equal(t, "rc-1", g.updates[0]["response_code"])
	assert.Equal(t, []any{"wang"}, g.updates[0]["userids"])
	card := g.updates[0]["template_card"].(map[string]any)
	assert.Equal(t, "c1", card["task_id"])

	// The same press again has the same id, another one another.
	require.Equal(t, http.StatusOK, g.post(t, press("wang", "take:1", "c1", "rc-1")))
	require.Equal(t, http.StatusOK, g.post(t, press("wang", "take:2", "c1", "rc-2")))
	assert.Equal(t, e.ID, g.events[1].ID)
	assert.NotEqual(t, e.ID, g.events[2].ID)
	assert.Equal(t, int64(1+3), g.Status().Received)
	assert.Equal(t, int64(1+3), g.Status().Handled)
}

func TestFailedPressComesAgain(t *testing.T) {
	g := newRig(t)
	g.err = errors.New("the database is gone")
	g.answer = platform.Answer{Card: &cards.Card{ID: "c1", Title: "没有记下"}}
	assert.Equal(t, http.StatusInternalServerError, g.post(t, press("wang", "take:1", "c1", "rc-1")))
	assert.Empty(t, g.updates)
}

func TestTextToTheAppIsAnsweredThere(t *testing.T) {
	g := newRig(t)
	g.heard["wang"] = true
	body := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>wang</FromUserName><CreateTime>1760000000</CreateTime><MsgType>text</MsgType><Content><![CDATA[ 接单 12\n]]></Content><MsgId>77</MsgId><AgentID>%d</AgentID></xml>", testCorp, testAgent)
	require.Equal(t, http.StatusOK, g.post(t, body))
	require.Len(t, g.events, 1)
	e := g.events[0]
	assert.Equal(t, bot.EventID("app-77"), e.ID)
	assert.Equal(t, "接单 12", e.Message.Text)
	_, err := g.Send(t.Context(), deliver.Outgoing{ID: "1", To: e.Chat, Reply: e.Reply, Text: "接单成功"})
	require.NoError(t, err)
	assert.Len(t, g.server.sent, 1)
	assert.Empty(t, g.robot.sent)
}

// WeCom sends again what was not answered within five seconds, three times in all:
// the same event each time, which the records take once.
func TestCallbackThatComesThreeTimes(t *testing.T) {
	g := newRig(t)
	body := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>wang</FromUserName><CreateTime>1760000000</CreateTime><MsgType>text</MsgType><Content>接单 12</Content><MsgId>77</MsgId><AgentID>%d</AgentID></xml>", testCorp, testAgent)
	for range 3 {
		require.Equal(t, http.StatusOK, g.post(t, body))
	}
	require.Len(t, g.events, 3)
	for _, e := range g.events {
		assert.Equal(t, bot.EventID("app-77"), e.ID)
	}
}

// A press on a card made for an encrypted id is that person's, if WeCom says so.
func TestPressByEncryptedID(t *testing.T) {
	g := newRig(t)
	_, err := g.Send(t.Context(), deliver.Outgoing{ID: "1", To: private(openWang), Card: order()})
	require.NoError(t, err)
	buttons := g.server.sent[0]["template_card"].(map[string]any)["button_list"].([]any)
	key := buttons[0].(map[string]any)["key"].(string)
	require.NotEqual(t, "take:1", key)

	// After a restart nothing is remembered but what the key says.
	g.Adapter.app.ids.known, g.Adapter.app.ids.back = nil, nil
	g.answer = platform.Answer{Card: order()}
	require.Equal(t, http.StatusOK, g.post(t, press("wang", key, "c1", "rc-1")))
	require.Equal(t, http.StatusOK, g.post(t, press("li", key, "c1", "rc-2")))
	require.Len(t, g.events, 2)
	assert.Equal(t, bot.UserID(openWang), g.events[0].From.User)
	assert.Equal(t, "take:1", g.events[0].Press.Key)
	assert.Equal(t, bot.UserID("li"), g.events[1].From.User, "a key says nothing about another")
	assert.Equal(t, []any{"wang"}, g.updates[0]["userids"])

	// While the id cannot be converted nobody is taken for another.
	g.Adapter.app.ids.known, g.Adapter.app.ids.back = nil, nil
	g.refuse["/cgi-bin/batch/openuserid_to_userid"] = -1
	assert.Equal(t, http.StatusInternalServerError, g.post(t, press("wang", key, "c2", "rc-3")))
	assert.Len(t, g.events, 2)
}

func TestCallbacksOfNoConcern(t *testing.T) {
	g := newRig(t)
	for _, body := range []string{
		"", "灯", "<xml>", "<html></html>", "<xml></xml>",
		"<xml><FromUserName>u</FromUserName><MsgType>image</MsgType></xml>",
		"<xml><FromUserName>u</FromUserName><MsgType>text</MsgType><Content>x</Content></xml>",
		"<xml><FromUserName>u</FromUserName><MsgType>event</MsgType><Event>subscribe</Event></xml>",
		"<xml><FromUserName>u</FromUserName><MsgType>event</MsgType><Event>template_card_event</Event></xml>",
		"<xml><FromUserName>u</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId><AgentID>7</AgentID></xml>",
		"<xml><FromUserName>u</FromUserName><CreateTime>soon</CreateTime></xml>",
	} {
		assert.Equal(t, http.StatusOK, g.post(t, body), body)
	}
	assert.Empty(t, g.events)
}

func TestCallbacksWhileStopped(t *testing.T) {
	g := &rig{server: newServer(t), robot: newRobot()}
	g.Adapter = Wrap(g.robot, g.app())
	g.http = g.Handler()
	assert.Equal(t, http.StatusInternalServerError, g.post(t, press("wang", "k", "c1", "rc")), "it is to come again")

	deaf := Wrap(g.robot, g.server.app(func(c *Config) { c.Token, c.AESKey = "", "" }))
	assert.Nil(t, deaf.Handler())
}

func TestOneAtATimeInAChat(t *testing.T) {
	var all turns
	back := all.take("a")
	other := all.take("b")
	other()
	took := make(chan struct{})
	go func() {
		defer all.take("a")()
		close(took)
	}()
	select {
	case <-took:
		require.Fail(t, "two at once")
	default:
	}
	back()
	<-took
}

// FuzzCallback decodes whatever the app's callbacks may hold.
func FuzzCallback(f *testing.F) {
	f.Add(press("wang", "take:1", "c1", "rc"))
	f.Add(press("wang", "take:1|"+openWang, "c1", "rc"))
	f.Add("<xml><FromUserName>u</FromUserName><MsgType>text</MsgType><Content>灯</Content><MsgId>1</MsgId></xml>")
	a := &App{agent: testAgent, ids: ids{api: echo{}}}
	f.Fuzz(func(t *testing.T, body string) {
		e, _, err := a.toEvent(t.Context(), []byte(body), time.Unix(0, 0))
		if err != nil {
			return
		}
		assert.NotEmpty(t, e.ID)
		assert.NotEmpty(t, e.From.User)
		assert.True(t, e.Chat.Private)
		assert.NotEqual(t, e.Message == nil, e.Press == nil)
	})
}
