package wecom_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim/wecom"
)

// ask calls one of the app's interfaces.
func (b *bench) ask(method, path string, body any) m {
	b.Helper()
	data, err := json.Marshal(body)
	require.NoError(b, err)
	req, err := http.NewRequestWithContext(b.Context(), method, b.server.APIURL()+path, bytes.NewReader(data))
	require.NoError(b, err)
	resp, err := b.http.Do(req)
	require.NoError(b, err)
	defer func() { _ = resp.Body.Close() }()
	var out m
	require.NoError(b, json.NewDecoder(resp.Body).Decode(&out))
	return out
}

func (b *bench) token(corp, secret string) m {
	b.Helper()
	return b.ask(http.MethodGet, "/cgi-bin/gettoken?"+url.Values{"corpid": {corp}, "corpsecret": {secret}}.Encode(), nil)
}

func TestApp(t *testing.T) {
	b := newBench(t, wecom.Options{})
	app, wangID := b.server.App(), string(wang.WeCom)
	assert.EqualValues(t, 40013, b.token("ww-other", app.Secret)["errcode"])
	assert.EqualValues(t, 40001, b.token(app.CorpID, "wrong")["errcode"])
	access := b.token(app.CorpID, app.Secret)["access_token"].(string)
	assert.Equal(t, access, b.token(app.CorpID, app.Secret)["access_token"], "the same within its life")

	send := func(token, to string, agent int) m {
		return b.ask(http.MethodPost, "/cgi-bin/message/send?access_token="+token,
			m{"touser": to, "agentid": agent, "msgtype": "text", "text": m{"content": "你好"}})
	}
	assert.EqualValues(t, 0, send(access, wangID+"|nobody", app.AgentID)["errcode"])
	assert.Equal(t, "nobody", send(access, wangID+"|nobody", app.AgentID)["invaliduser"])
	for name, c := range map[string]struct {
		token, to string
		agent     int
		console   wecom.Console
		want      int
	}{
		"bad token":          {token: "x", to: wangID, agent: app.AgentID, want: 40014},
		"nobody":             {token: access, to: "nobody", agent: app.AgentID, want: 81013},
		"no receiver":        {token: access, agent: app.AgentID, want: 82001},
		"another agent":      {token: access, to: wangID, agent: 1, want: 301002},
		"not of this secret": {token: access, to: wangID, agent: app.AgentID, console: wecom.Console{OtherAgent: true}, want: 301002},
		"not permitted":      {token: access, to: wangID, agent: app.AgentID, console: wecom.Console{AppForbidden: true}, want: 48002},
		"address not listed": {token: access, to: wangID, agent: app.AgentID, console: wecom.Console{OtherAddresses: true}, want: 60020},
	} {
		b.server.SetConsole(c.console)
		got := send(c.token, c.to, c.agent)
		assert.EqualValues(t, c.want, got["errcode"], name)
		if c.want == 60020 {
			assert.Contains(t, got["errmsg"], "from ip: "+wecom.SeenIP)
		}
	}
	b.server.SetConsole(wecom.Console{SecretReset: true})
	assert.EqualValues(t, 40001, b.token(app.CorpID, app.Secret)["errcode"])
	for _, c := range b.world.Calls(0) {
		assert.NotContains(t, c.Request+c.Response, access, "the wire log shows no token")
	}
}

func TestARivalTakesOver(t *testing.T) {
	b := newBench(t, wecom.Options{})
	b.server.SetConsole(wecom.Console{Rival: true})
	l := b.connect()
	assert.Equal(t, "aibot_event_callback", l.next().Cmd)
	assert.False(t, b.server.Subscribed())
}

func TestSaveWantsTheWordAlone(t *testing.T) {
	const key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	b := newBench(t, wecom.Options{})
	for _, status := range []int{http.StatusOK, http.StatusForbidden} {
		callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		assert.ErrorContains(t, b.server.Save(t.Context(), callback.URL, "token", key, ""), "不通过")
		callback.Close()
		assert.ErrorContains(t, b.server.Save(t.Context(), callback.URL, "token", key, ""), "不通过")
	}
	assert.ErrorContains(t, b.server.Save(t.Context(), "http://127.0.0.1:1", "token", "short", ""), "EncodingAESKey")
}
