package dingtalk_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/sim/dingtalk"
)

func TestConsole(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.api(http.MethodPost, "/v1.0/robot/messageFiles/download", m{}) // logs in while all is well
	download := m{"downloadCode": "none", "robotCode": b.server.ClientID()}
	card := m{"cardTemplateId": buttonCard, "outTrackId": "c1", "cardData": m{"cardParamMap": m{}}}
	for name, c := range map[string]struct {
		console dingtalk.Console
		path    string
		body    m
		want    string
	}{
		"in order":           {path: "/v1.0/robot/messageFiles/download", body: download, want: "invalidParameter.robotCode.downloadCode"},
		"no robot scope":     {dingtalk.Console{Without: []string{dingtalk.ScopeRobot}}, "/v1.0/robot/messageFiles/download", download, "Forbidden.AccessDenied.AccessTokenPermissionDenied"},
		"no card scope":      {dingtalk.Console{Without: []string{dingtalk.ScopeCard}}, "/v1.0/card/instances", card, "Forbidden.AccessDenied.AccessTokenPermissionDenied"},
		"address not listed": {dingtalk.Console{OtherAddresses: true}, "/v1.0/card/instances", card, "Forbidden.AccessDenied.IpNotInWhiteList"},
		"template of others": {dingtalk.Console{NoTemplates: true}, "/v1.0/card/instances", card, "param.templateNotExist"},
		"secret made anew": {dingtalk.Console{SecretReset: true}, "/v1.0/oauth2/accessToken",
			m{"appKey": b.server.ClientID(), "appSecret": b.server.ClientSecret()}, "invalidClientIdOrSecret"},
	} {
		b.server.SetConsole(c.console)
		got := b.api(http.MethodPost, c.path, c.body)
		assert.Equal(t, c.want, got.code(), name)
		if c.want == "Forbidden.AccessDenied.AccessTokenPermissionDenied" {
			assert.Equal(t, m{"requiredScopes": []any{c.console.Without[0]}}, got.body["accessdenieddetail"], name)
		}
	}
}

func TestAnAppIsMadeByScanning(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	post := func(path string, body m) m { return b.call(http.MethodPost, path, nil, body).body }
	begin := func() string {
		nonce := post("/app/registration/init", m{})["nonce"]
		begun := post("/app/registration/begin", m{"nonce": nonce})
		assert.EqualValues(t, 5, begun["interval"])
		assert.NotZero(t, post("/app/registration/begin", m{"nonce": nonce})["errcode"], "a nonce is for one use")
		return begun["device_code"].(string)
	}
	poll := func(code string) m { return post("/app/registration/poll", m{"device_code": code}) }

	b.server.SetScanned(dingtalk.Scanned{Polls: 1})
	code := begin()
	assert.Equal(t, "WAITING", poll(code)["status"])
	assert.NotZero(t, poll(code)["errcode"], "asked too soon")
	b.world.Clock.Advance(5 * time.Second)
	got := poll(code)
	assert.Equal(t, "SUCCESS", got["status"])
	assert.Equal(t, b.server.ClientID(), got["client_id"])
	assert.Equal(t, b.server.ClientSecret(), got["client_secret"])

	b.server.SetScanned(dingtalk.Scanned{Reason: "用户拒绝"})
	assert.Equal(t, "用户拒绝", poll(begin())["fail_reason"])
	b.server.SetScanned(dingtalk.Scanned{Never: true})
	code = begin()
	b.world.Clock.Advance(2 * time.Hour)
	assert.Equal(t, "EXPIRED", poll(code)["status"])
	assert.NotZero(t, poll("unknown")["errcode"])
	for _, c := range b.world.Calls(0) {
		assert.NotContains(t, c.Request+c.Response, b.server.ClientSecret(), "the wire log shows no secret")
		assert.NotContains(t, c.Request+c.Response, code)
	}
}
