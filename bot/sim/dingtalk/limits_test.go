package dingtalk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

func TestRefusesTwentyFirstCallInASecond(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	for range 20 {
		require.Equal(t, http.StatusOK, b.groupSend("sampleText", m{"content": "x"}).status)
	}
	a := b.groupSend("sampleText", m{"content": "x"})
	assert.Equal(t, http.StatusForbidden, a.status)
	b.refused(a, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
	assert.Equal(t, http.StatusOK, b.create(b.cardBody("card-1", orderParams())).status, "another interface has its own limit")
	assert.Equal(t, 21, b.world.Totals()[sim.DingTalkAPI], "what was throttled is not counted")
	b.world.Clock.Advance(time.Second)
	assert.Equal(t, http.StatusOK, b.groupSend("sampleText", m{"content": "x"}).status)
}

func TestRefusesCallsOverTheMonth(t *testing.T) {
	b := newBench(t, dingtalk.Options{MonthCalls: 1})
	b.groupSend("sampleText", m{"content": "一"})
	a := b.groupSend("sampleText", m{"content": "二"})
	assert.Equal(t, http.StatusForbidden, a.status)
	b.refused(a, "Forbidden.AccessDenied.ApiCountLimitForOrg")
	assert.Len(t, b.fromBot(), 1)
	b.world.Clock.Set(time.Date(2026, 12, 1, 0, 0, 0, 0, start.Location()))
	b.token = ""
	assert.Equal(t, http.StatusOK, b.groupSend("sampleText", m{"content": "三"}).status, "the month begins at midnight in China")
}

func TestTokenIsTheSameWithinItsLifeThenRefused(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	token := func() m {
		return b.call("POST", "/v1.0/oauth2/accessToken", nil, m{"appKey": b.server.ClientID(), "appSecret": b.server.ClientSecret()}).body
	}
	first := token()
	assert.EqualValues(t, 7200, first["expireIn"])
	b.world.Clock.Advance(time.Hour)
	assert.Equal(t, first["accessToken"], token()["accessToken"])
	b.token = first["accessToken"].(string)
	b.world.Clock.Advance(time.Hour)
	b.refused(b.groupSend("sampleText", m{"content": "x"}), "InvalidAuthentication")
	assert.NotEqual(t, first["accessToken"], token()["accessToken"])
	assert.Empty(t, b.world.Totals(), "tokens are free")
	for _, c := range b.world.Calls(0) {
		assert.NotContains(t, c.Request+c.Response, b.server.ClientSecret())
		assert.NotContains(t, c.Request+c.Response, b.token)
	}
}

func TestOldHostGivesTheSameToken(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.api("GET", "/token-please", nil)
	ask := func(secret string) m {
		q := url.Values{"appkey": {b.server.ClientID()}, "appsecret": {secret}}
		return b.call("GET", "/gettoken?"+q.Encode(), nil, nil).body
	}
	assert.Equal(t, b.token, ask(b.server.ClientSecret())["access_token"])
	assert.NotContains(t, ask("guessed"), "access_token")
}

func TestTokenRefusesWrongSecret(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.refused(b.call("POST", "/v1.0/oauth2/accessToken", nil, m{"appKey": b.server.ClientID(), "appSecret": "x"}), "invalidClientIdOrSecret")
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		faults sim.Faults
		status int
		code   any
		shown  int
	}{
		"429":          {sim.Faults{Status: 429, Next: 1}, 429, "Forbidden.AccessDenied.QpsLimitForApi", 0},
		"403":          {sim.Faults{Status: 403, Next: 1}, 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", 0},
		"500":          {sim.Faults{Status: 500, Next: 1}, 500, "simulated.500", 0},
		"502 is HTML":  {sim.Faults{Status: 502, Next: 1}, 502, nil, 0},
		"504 happened": {sim.Faults{Status: 504, Next: 1}, 504, "simulated.504", 1},
		"refuse cards": {sim.Faults{RefuseCards: true}, 400, "param.templateUnpublished", 0},
		"tokens":       {sim.Faults{ExpireTokens: true}, 400, "InvalidAuthentication", 0},
		"quota":        {sim.Faults{QuotaGone: true}, 403, "Forbidden.AccessDenied.ApiCountLimitForOrg", 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, dingtalk.Options{})
			b.api("GET", "/token-please", nil)
			b.server.SetFaults(c.faults)
			a := b.create(b.cardBody("card-1", orderParams()))
			assert.Equal(t, c.status, a.status)
			assert.Equal(t, c.code, a.code())
			assert.Len(t, b.cards(), c.shown)
			b.token = ""
			b.server.SetFaults(sim.Faults{})
			assert.Equal(t, http.StatusOK, b.create(b.cardBody("card-2", orderParams())).status)
		})
	}
}

func TestFaultsCountDown(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.api("GET", "/token-please", nil)
	b.server.SetFaults(sim.Faults{Status: 500, Next: 2})
	for _, want := range []int{500, 500, 200} {
		assert.Equal(t, want, b.groupSend("sampleText", m{"content": "x"}).status)
	}
}

func TestFaultsOfWebhooks(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	hook := s.webhook(grid)
	b.server.SetFaults(sim.Faults{WebhooksExpired: true})
	b.troubled(b.reply(hook, text("在", nil)), 300001)
	b.server.SetFaults(sim.Faults{QuotaGone: true})
	b.troubled(b.reply(hook, text("在", nil)), 90020)
	b.server.SetFaults(sim.Faults{Status: 500, Next: 1})
	assert.Equal(t, 500, b.reply(hook, text("在", nil)).status)
	b.server.SetFaults(sim.Faults{ExpireTokens: true})
	b.troubled(b.reply(hook, text("在", nil)), 300001)
	b.troubled(b.reply(s.webhook(grid), text("在", nil)), 0)
	assert.Zero(t, b.server.Faults())
}

func TestMalformedBodiesAreRefused(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.api("GET", "/token-please", nil)
	for _, endpoint := range []string{
		"POST /v1.0/robot/groupMessages/send", "POST /v1.0/robot/oToMessages/batchSend", "POST /v1.0/robot/groupMessages/recall",
		"POST /v1.0/robot/messageFiles/download", "POST /v1.0/card/instances/createAndDeliver", "POST /v1.0/card/instances",
		"POST /v1.0/card/instances/deliver", "PUT /v1.0/card/instances", "POST /v1.0/oauth2/accessToken",
		"POST /v1.0/gateway/connections/open",
	} {
		method, path, _ := strings.Cut(endpoint, " ")
		for _, body := range []string{"", "null", "[]", "{", `{"cardData":[]}`, `{"cardData":{"cardParamMap":null}}`} {
			req, err := http.NewRequestWithContext(t.Context(), method, b.server.URL()+path, strings.NewReader(body))
			require.NoError(t, err)
			req.Header.Set("X-Acs-Dingtalk-Access-Token", b.token)
			req.Header.Set("Accept", "application/json")
			a := b.do(req)
			assert.GreaterOrEqual(t, a.status, 400, endpoint+body)
			assert.NotEmpty(t, a.code(), endpoint+body)
		}
		b.world.Clock.Advance(time.Second)
	}
}
