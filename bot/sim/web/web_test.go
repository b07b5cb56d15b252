package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// ask sends one request as the page would and returns the answer.
func ask(t *testing.T, h http.Handler, method, path, body string, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost:8080"+path, strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, e := range edit {
		e(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestActions(t *testing.T) {
	tests := []struct {
		name, path, body string
		status           int
		says             string
	}{
		{"a group message", "/api/say", `{"who":"赵敏","chat":{"platform":"dingtalk","id":"cid3grid"},"text":"@议群 帮助"}`, 200, `"bubble"`},
		{"a file", "/api/say", `{"who":"赵敏","chat":{"platform":"dingtalk","id":"d-zhao","private":true},"files":[{"name":"灯.jpg","data":"AAEC"}]}`, 200, `"bubble"`},
		{"nothing said", "/api/say", `{"who":"赵敏","chat":{"platform":"dingtalk","id":"cid3grid"},"text":""}`, 422, "还没有写内容"},
		{"a nameless file", "/api/say", `{"who":"赵敏","chat":{"platform":"dingtalk","id":"cid3grid"},"files":[{"name":"","data":""}]}`, 422, "文件名不对"},
		{"nobody", "/api/say", `{"who":"某人","chat":{"platform":"dingtalk","id":"cid3grid"},"text":"x"}`, 422, "不在这个会话里"},
		{"someone not there", "/api/say", `{"who":"孙浩","chat":{"platform":"dingtalk","id":"cid3grid"},"text":"x"}`, 422, "不在这个会话里"},
		{"a platform that is not", "/api/say", `{"who":"孙浩","chat":{"platform":"qq","id":"1"},"text":"x"}`, 422, "不在这个会话里"},
		{"a press on nothing", "/api/press", `{"who":"赵敏","bubble":"b99","key":"claim"}`, 422, "没有这张卡片"},
		{"a private chat", "/api/enter", `{"who":"孙浩","platform":"wecom"}`, 200, `{}`},
		{"a private chat elsewhere", "/api/enter", `{"who":"孙浩","platform":"dingtalk"}`, 422, "不用这个平台"},
		{"nothing to send again", "/api/redeliver", `{"bubble":"b99"}`, 422, "没有这条消息"},
		{"a cut", "/api/drop", `{"platform":"wecom"}`, 200, `{}`},
		{"a cut nowhere", "/api/drop", `{"platform":"qq"}`, 422, "没有这个平台"},
		{"an unknown switch", "/api/faults", `{"platform":"wecom","switch":"fire","on":true}`, 422, "没有这个开关"},
		{"an unknown status", "/api/faults", `{"platform":"wecom","switch":"status","on":true,"status":200}`, 422, "没有这个状态码"},
		{"a switch nowhere", "/api/faults", `{"platform":"qq","switch":"twice","on":true}`, 422, "没有这个平台"},
		{"not JSON", "/api/say", `who=x`, 400, "看不懂"},
		{"an unknown field", "/api/drop", `{"platform":"wecom","hard":true}`, 400, "看不懂"},
		{"an empty body", "/api/clock", ``, 400, "看不懂"},
		{"too much", "/api/say", `{"text":"` + strings.Repeat("灯", maxBody/3+1) + `"}`, 413, "看不懂"},
		{"too large a file", "/api/say", `{"who":"赵敏","chat":{"platform":"dingtalk","id":"cid3grid"},"files":[{"name":"a","data":"` + strings.Repeat("AAAA", maxFile/3+1) + `"}]}`, 422, "最多 2 MB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, _ := newWorld(t)
			got := ask(t, New(w, Options{}), http.MethodPost, tt.path, tt.body)
			assert.Equal(t, tt.status, got.Code)
			assert.Contains(t, got.Body.String(), tt.says)
		})
	}
}

func TestSay_ReachesThePlatform(t *testing.T) {
	w, fakes := newWorld(t)
	h := New(w, Options{})
	first := w.Post(sim.Bubble{Chat: weGroup, Text: "早上好"})
	got := ask(t, h, http.MethodPost, "/api/say", `{"who":"孙浩","chat":{"platform":"wecom","id":"wr3grid"},"text":"@议群 接单","quote":"`+first.ID+`","voice":true}`)
	require.Equal(t, http.StatusOK, got.Code)
	said := fakes[bot.WeCom].sayings()
	require.Len(t, said, 1)
	assert.True(t, said[0].ToBot)
	assert.True(t, said[0].Voice)
	assert.Equal(t, first.ID, said[0].Quote.ID)
}

func TestPress_ReachesThePlatform(t *testing.T) {
	w, fakes := newWorld(t)
	card := w.Post(sim.Bubble{Chat: dingGroup, Card: &sim.Shown{ID: "c", Form: "dingtalk"}})
	h := New(w, Options{})
	got := ask(t, h, http.MethodPost, "/api/press", `{"who":"王建国","bubble":"`+card.ID+`","key":"claim","picked":{"q":["a"]}}`)
	require.Equal(t, http.StatusOK, got.Code)
	require.Len(t, fakes[bot.DingTalk].presses(), 1)
	assert.Equal(t, map[string][]string{"q": {"a"}}, fakes[bot.DingTalk].presses()[0].Picked)

	got = ask(t, h, http.MethodPost, "/api/press", `{"who":"孙浩","bubble":"`+card.ID+`","key":"claim"}`)
	assert.Equal(t, http.StatusUnprocessableEntity, got.Code, "not on this platform")
}

func TestRedeliver(t *testing.T) {
	w, _ := newWorld(t)
	h := New(w, Options{})
	ding, we := w.Post(sim.Bubble{Chat: dingGroup, From: "赵敏"}), w.Post(sim.Bubble{Chat: weGroup, From: "孙浩"})
	assert.Equal(t, http.StatusOK, ask(t, h, http.MethodPost, "/api/redeliver", `{"bubble":"`+ding.ID+`"}`).Code)
	got := ask(t, h, http.MethodPost, "/api/redeliver", `{"bubble":"`+we.ID+`"}`)
	assert.Contains(t, got.Body.String(), "企业微信不会再送")
}

func TestClock(t *testing.T) {
	tests := []struct{ body, now string }{
		{`{"add":"10m"}`, "2026-11-21T09:10:05"},
		{`{"add":"168h"}`, "2026-11-28T09:00:05"},
		{`{"tomorrow":"09:00"}`, "2026-11-22T09:00:00"},
		{`{"to":"2026-11-30T18:30"}`, "2026-11-30T18:30:00"},
		{`{"to":"2026-11-20T08:00:01"}`, "2026-11-20T08:00:01"},
		{`{"add":"soon"}`, ""},
		{`{"to":"noon"}`, ""},
		{`{"tomorrow":"9"}`, ""},
		{`{}`, ""},
		{`{"to":"2099-01-01T00:00"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.body, func(t *testing.T) {
			w, _ := newWorld(t)
			got := ask(t, New(w, Options{}), http.MethodPost, "/api/clock", tt.body)
			if tt.now == "" {
				assert.Equal(t, http.StatusUnprocessableEntity, got.Code)
				assert.True(t, w.Clock.Now().Equal(morning), "a refused move moves nothing")
				return
			}
			assert.JSONEq(t, `{"now":"`+tt.now+`"}`, got.Body.String())
		})
	}
}

func TestFaults_OneSwitchLeavesTheOthers(t *testing.T) {
	w, fakes := newWorld(t)
	h := New(w, Options{})
	flip := func(body string) {
		require.Equal(t, http.StatusOK, ask(t, h, http.MethodPost, "/api/faults", `{"platform":"dingtalk",`+body+`}`).Code, body)
	}
	for name := range toggles {
		flip(`"switch":"` + name + `","on":true`)
	}
	flip(`"switch":"status","on":true,"status":504`)
	assert.Equal(t, sim.Faults{
		Offline: true, Twice: true, Late: 30 * time.Second, Status: 504, Next: 1,
		RefuseCards: true, ExpireTokens: true, QuotaGone: true, WebhooksExpired: true,
	}, fakes[bot.DingTalk].Faults())
	for name := range toggles {
		flip(`"switch":"` + name + `","on":false`)
	}
	flip(`"switch":"status","on":false`)
	assert.Zero(t, fakes[bot.DingTalk].Faults())
	assert.Zero(t, fakes[bot.WeCom].Faults())
}

func TestGuard(t *testing.T) {
	w, fakes := newWorld(t)
	h := New(w, Options{Hosts: []string{"yiqun.test"}})
	tests := []struct {
		name   string
		edit   func(*http.Request)
		status int
	}{
		{"the page itself", func(*http.Request) {}, 200},
		{"an IPv6 address", func(r *http.Request) { r.Host = "[::1]:8080" }, 200},
		{"a name that was allowed", func(r *http.Request) { r.Host = "Yiqun.test" }, 200},
		{"a command line", func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }, 200},
		{"an old browser on the page", func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "http://localhost:8080")
		}, 200},
		{"another page", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"another port of this machine", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"an old browser on another page", func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "https://evil.example")
		}, 403},
		{"a name made to point here", func(r *http.Request) { r.Host = "evil.example:8080" }, 403},
		{"a form", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := fakes[bot.WeCom].dropped()
			got := ask(t, h, http.MethodPost, "/api/drop", `{"platform":"wecom"}`, tt.edit)
			assert.Equal(t, tt.status, got.Code)
			assert.Equal(t, tt.status == 200, fakes[bot.WeCom].dropped() > before)
			assert.Contains(t, got.Header().Get("Content-Security-Policy"), "default-src 'none'")
		})
	}
}

func TestAssets(t *testing.T) {
	w, _ := newWorld(t)
	h := New(w, Options{})
	page := ask(t, h, http.MethodGet, "/", "")
	require.Equal(t, http.StatusOK, page.Code)
	assert.NotContains(t, page.Body.String(), "://", "no other host")

	got := ask(t, h, http.MethodGet, "/assets/app.js", "")
	assert.Contains(t, got.Header().Get("Content-Type"), "javascript")
	again := ask(t, h, http.MethodGet, "/assets/app.js", "", func(r *http.Request) {
		r.Header.Set("If-None-Match", got.Header().Get("ETag"))
	})
	assert.Equal(t, http.StatusNotModified, again.Code)
	assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, "/assets/nothing.js", "").Code)
	assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, "/nothing", "").Code)
}

func TestCallAndFile(t *testing.T) {
	w, _ := newWorld(t)
	h := New(w, Options{})
	w.Record(sim.Call{Platform: bot.WeCom, Name: "aibot_send_msg", Result: "ok", Request: `{"a":1}`})
	file := w.Post(sim.Bubble{Chat: weGroup, File: &sim.SentFile{Name: "台账.xlsx", Size: 4, Data: []byte("PK<b")}})
	text := w.Post(sim.Bubble{Chat: weGroup, Text: "无附件"})

	var call sim.Call
	require.NoError(t, json.Unmarshal(ask(t, h, http.MethodGet, "/api/calls/1", "").Body.Bytes(), &call))
	assert.JSONEq(t, `{"a":1}`, call.Request)
	for _, path := range []string{"/api/calls/2", "/api/calls/0", "/api/calls/x", "/api/files/b99", "/api/files/" + text.ID} {
		assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, path, "").Code, path)
	}
	got := ask(t, h, http.MethodGet, "/api/files/"+file.ID, "")
	assert.Equal(t, "PK<b", got.Body.String())
	assert.True(t, strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment"))
	assert.Equal(t, "application/octet-stream", got.Header().Get("Content-Type"))
}

func TestMetersAt(t *testing.T) {
	at := func(d time.Duration) time.Time { return morning.Add(d) }
	other := bot.Chat{Platform: bot.WeCom, ID: "other"}
	calls := []sim.Call{
		{At: at(-30 * 24 * time.Hour), Counts: sim.DingTalkAPI}, // last month
		{At: at(-24 * time.Hour), Counts: sim.DingTalkAPI},
		{At: at(-24 * time.Hour)},
		{At: at(-24 * time.Hour), Counts: sim.DingTalkPushes},
		{At: at(-59 * time.Minute), Counts: sim.WeComMessages, Chat: weGroup},
		{At: at(-30 * time.Second), Counts: sim.WeComMessages, Chat: weGroup},
		{At: at(-20 * time.Second), Counts: sim.WeComMessages, Chat: weGroup},
		{At: at(-10 * time.Second), Counts: sim.WeComMessages, Chat: other},
		{At: at(-10 * time.Second), Counts: sim.WeComUpdates, Chat: weGroup},
		{At: at(time.Hour), Counts: sim.WeComMessages, Chat: weGroup}, // before the clock was put back
	}
	used := map[string]int{}
	for _, m := range metersAt(calls, morning) {
		used[m.Name] = m.Used
	}
	assert.Equal(t, map[string]int{"dingtalk-api": 1, "dingtalk-pushes": 1, "wecom-minute": 2, "wecom-hour": 3}, used)
}
