package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/doctor"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
	simwecom "yiqun/bot/sim/wecom"
	"yiqun/storage/sqlite"
	"yiqun/storage/storagetest"
)

// platforms are the conditions of the platforms' consoles, each with the worst grade
// it leads to.
var platforms = map[string]struct {
	arrange func(*ward)
	want    doctor.Grade
}{
	"all-well": {func(w *ward) {
		w.onDingTalk()
		w.onWeCom()
		w.onApp()
		w.running(ready("dingtalk", "wecom"))
	}, doctor.Healthy},
	"nothing-configured":       {func(*ward) {}, doctor.Broken},
	"dingtalk-secret-reset":    {dingConsole(dingtalk.Console{SecretReset: true}), doctor.Broken},
	"dingtalk-no-robot-scope":  {dingConsole(dingtalk.Console{Without: []string{dingtalk.ScopeRobot}}), doctor.Broken},
	"dingtalk-no-card-scope":   {dingConsole(dingtalk.Console{Without: []string{dingtalk.ScopeCard}}), doctor.Degraded},
	"dingtalk-other-address":   {dingConsole(dingtalk.Console{OtherAddresses: true}), doctor.Broken},
	"dingtalk-template-gone":   {dingConsole(dingtalk.Console{NoTemplates: true}), doctor.Degraded},
	"dingtalk-template-drafts": {dingFaults(sim.Faults{RefuseCards: true}), doctor.Degraded},
	"dingtalk-quota-gone":      {dingFaults(sim.Faults{QuotaGone: true}), doctor.Broken},
	"dingtalk-offline":         {dingFaults(sim.Faults{Offline: true}), doctor.Broken},
	"dingtalk-throttled":       {dingFaults(sim.Faults{Status: http.StatusTooManyRequests, Next: 9}), doctor.Degraded},
	"dingtalk-gateway-error":   {dingFaults(sim.Faults{Status: http.StatusBadGateway, Next: 9}), doctor.Broken},
	"wecom-not-running":        {(*ward).onWeCom, doctor.Healthy},
	"wecom-connect":            {func(w *ward) { w.onWeCom(); w.connect = true }, doctor.Healthy},
	"wecom-secret-reset":       {weConsole(simwecom.Console{SecretReset: true}), doctor.Broken},
	"wecom-rival":              {weConsole(simwecom.Console{Rival: true}), doctor.Broken},
	"wecom-offline":            {func(w *ward) { w.onWeCom(); w.we.SetFaults(sim.Faults{Offline: true}) }, doctor.Broken},
	"wecom-taken-over": {func(w *ward) {
		w.onWeCom()
		r := ready()
		r.Status, r.Platforms["wecom"] = app.Degraded, "企业微信机器人已在别处连接，这里已停下；请确认只有一处在运行，再重新启动。"
		w.running(r)
	}, doctor.Broken},
	"app-address-not-trusted": {appConsole(simwecom.Console{OtherAddresses: true}), doctor.Degraded},
	"app-forbidden":           {appConsole(simwecom.Console{AppForbidden: true}), doctor.Degraded},
	"app-other-agent":         {appConsole(simwecom.Console{OtherAgent: true}), doctor.Degraded},
	"app-secret-reset":        {appConsole(simwecom.Console{SecretReset: true}), doctor.Degraded},
	"app-other-corp":          {func(w *ward) { w.onWeCom(); w.onApp(); w.set("YIQUN_WECOM_CORP_ID", "wwother") }, doctor.Degraded},
	"app-offline": {func(w *ward) {
		w.onDingTalk()
		w.onApp()
		w.set("YIQUN_WECOM_API_URL", "http://wecom.invalid")
		w.replace("wecom.invalid", "wecom.test")
	}, doctor.Degraded},
	"clock-fast": {func(w *ward) { w.onDingTalk(); w.clock.now = noon.Add(20 * time.Minute) }, doctor.Broken},
	"clock-slow": {func(w *ward) { w.onDingTalk(); w.clock.now = noon.Add(-45 * time.Second) }, doctor.Degraded},
}

func dingConsole(c dingtalk.Console) func(*ward) {
	return func(w *ward) { w.onDingTalk(); w.ding.SetConsole(c) }
}

func dingFaults(f sim.Faults) func(*ward) {
	return func(w *ward) { w.onDingTalk(); w.ding.SetFaults(f) }
}

func weConsole(c simwecom.Console) func(*ward) {
	return func(w *ward) { w.onWeCom(); w.we.SetConsole(c); w.connect = true }
}

func appConsole(c simwecom.Console) func(*ward) {
	return func(w *ward) { w.onWeCom(); w.onApp(); w.we.SetConsole(c) }
}

func TestPlatforms(t *testing.T) {
	for name, c := range platforms {
		t.Run(name, func(t *testing.T) {
			w := newWard(t)
			c.arrange(w)
			text, r := w.report()
			golden(t, name, text)
			assert.Equal(t, c.want, r.Grade)
		})
	}
}

// Nobody sees anything of an examination, and it costs two of the month's calls.
func TestAnExaminationDisturbsNobody(t *testing.T) {
	w := newWard(t)
	w.onDingTalk()
	w.onWeCom()
	w.onApp()
	_, r := w.report()
	assert.Equal(t, doctor.Healthy, r.Grade)
	assert.Equal(t, 2, w.world.Totals()[sim.DingTalkAPI])
	assert.Zero(t, w.world.Totals()[sim.WeComMessages])
	assert.Zero(t, w.ding.Connections())
	for _, c := range w.world.Calls(0) {
		assert.NotEqual(t, "aibot_subscribe", c.Name)
	}
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	assert.Empty(t, left, "no database, no key")
}

// records are the conditions of the database and of what stands in it.
var recordCases = map[string]struct {
	arrange func(*ward)
	want    doctor.Grade
}{
	"database-no-folder": {func(w *ward) { w.set("YIQUN_DATABASE_URL", "sqlite:gone/yiqun.db") }, doctor.Broken},
	"database-no-file":   {func(*ward) {}, doctor.Healthy},
	"database-damaged":   {func(w *ward) { w.write("yiqun.db", strings.Repeat("not a database ", 99)) }, doctor.Broken},
	"database-key-lost": {func(w *ward) {
		w.filled(nil)
		require.NoError(w, os.Remove("yiqun.key"))
	}, doctor.Broken},
	"database-other-key": {func(w *ward) {
		w.filled(nil)
		w.write("yiqun.key", strings.Repeat("0", 64)+"\n")
	}, doctor.Broken},
	"database-newer": {func(w *ward) {
		w.filled(nil)
		w.exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
	}, doctor.Broken},
	"database-older": {func(w *ward) {
		w.filled(nil)
		w.exec("DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
	}, doctor.Healthy},
	"database-empty": {func(w *ward) {
		w.write("yiqun.db", "")
		w.write("yiqun.key", strings.Repeat("07", 32)+"\n")
		w.Cleanup(func() {
			db, err := sqlite.Bare("sqlite:yiqun.db")
			require.NoError(w, err)
			var tables int
			require.NoError(w, db.QueryRow("SELECT COUNT(*) FROM sqlite_master").Scan(&tables)) //nolint:noctx // the test is over
			assert.Zero(w, tables, "doctor makes none")
			require.NoError(w, db.Close())
		})
	}, doctor.Healthy},
	"postgres-unreachable": {func(w *ward) {
		w.set("YIQUN_DATABASE_URL", "postgres://yiqun:"+password+"@"+w.environ["YIQUN_LISTEN"]+"/yiqun")
	}, doctor.Broken},
	"quota-70":   {func(w *ward) { w.filled(spent(3600)) }, doctor.Degraded},
	"quota-95":   {func(w *ward) { w.filled(spent(4800)) }, doctor.Degraded},
	"quota-gone": {func(w *ward) { w.filled(spent(5001)) }, doctor.Broken},
	"undelivered": {func(w *ward) {
		w.filled(func(ctx context.Context, tx service.Tx) error {
			return tx.Enqueue(ctx, deliver.Row{ID: "01J", To: bot.Chat{Platform: bot.DingTalk, ID: "cid"}, Created: noon, State: deliver.Failed, Body: deliver.Body{Text: "私密"}})
		})
		w.exec("UPDATE outbox SET state = 'failed'")
	}, doctor.Degraded},
	"people-out-of-reach": {func(w *ward) {
		w.onWeCom()
		w.filled(townsfolk)
	}, doctor.Degraded},
	"people-all-reached-by-the-app": {func(w *ward) {
		w.onWeCom()
		w.onApp()
		w.filled(townsfolk)
	}, doctor.Healthy},
}

func (w *ward) write(name, content string) {
	require.NoError(w, os.WriteFile(name, []byte(content), 0o600))
}

// filled makes a database in use, whose key lies in yiqun.key.
func (w *ward) filled(fn func(context.Context, service.Tx) error) {
	key := bytes.Repeat([]byte{7}, 32)
	w.write("yiqun.key", strings.Repeat("07", 32)+"\n")
	w.files["yiqun.key"] = strings.Repeat("07", 32)
	store, err := sqlite.Open(w.Context(), "sqlite:yiqun.db", key)
	require.NoError(w, err)
	if fn != nil {
		require.NoError(w, store.Update(w.Context(), fn))
	}
	require.NoError(w, store.Close())
}

func (w *ward) exec(query string) {
	db, err := sqlite.Bare("sqlite:yiqun.db")
	require.NoError(w, err)
	_, err = db.ExecContext(w.Context(), query)
	require.NoError(w, err)
	require.NoError(w, db.Close())
}

func spent(calls int) func(context.Context, service.Tx) error {
	return func(ctx context.Context, tx service.Tx) error {
		return tx.Spend(ctx, bot.DingTalk, "2026-11", calls)
	}
}

// townsfolk are two people confirmed in one group, one of whom wrote to the bot.
func townsfolk(ctx context.Context, tx service.Tx) error {
	group := bot.Chat{Platform: bot.WeCom, ID: "wrk"}
	errs := []error{
		tx.PutNode(ctx, roster.Node{ID: "n1", Name: "翠湖社区"}),
		tx.PutGroup(ctx, roster.Group{Chat: group, Node: "n1"}),
	}
	for i, id := range []bot.PersonID{"p1", "p2"} {
		a := roster.Account{Account: bot.Account{Platform: bot.WeCom, User: bot.UserID(id)}, Person: id, Chat: group, Seen: noon}
		if i == 0 {
			a.Private = noon
		}
		errs = append(errs, tx.PutPerson(ctx, roster.Person{ID: id, Name: "王五", Standing: roster.Confirmed}), tx.PutAccount(ctx, a))
	}
	return errors.Join(errs...)
}

func TestRecords(t *testing.T) {
	for name, c := range recordCases {
		t.Run(name, func(t *testing.T) {
			w := newWard(t)
			w.onDingTalk()
			c.arrange(w)
			text, r := w.report()
			golden(t, name, text)
			assert.Equal(t, c.want, r.Grade)
		})
	}
}

// machines are the conditions of the machine and of Redis.
var machines = map[string]struct {
	arrange func(*ward)
	want    doctor.Grade
}{
	"disk-low":  {func(w *ward) { w.free = 700 << 20 }, doctor.Degraded},
	"disk-full": {func(w *ward) { w.free = 12 << 20 }, doctor.Broken},
	"font-none": {func(w *ward) { w.noFont = true }, doctor.Healthy},
	"font-gone": {func(w *ward) { w.set("YIQUN_FONT", "gone.ttf") }, doctor.Broken},
	"process-beside": {func(w *ward) {
		w.process(41, "/usr/bin/yiqun serve", "YIQUN_DINGTALK_CLIENT_ID=dingabc")
		w.process(42, "yiqun-linux-amd64 serve", "")
		w.process(43, "yiqun serve", "YIQUN_DINGTALK_CLIENT_ID=dingother")
		w.process(44, "yiqun doctor", "")
		w.process(45, "vim yiqun", "")
	}, doctor.Degraded},
	"process-stray":  {func(w *ward) { w.process(41, "yiqun serve", "") }, doctor.Degraded},
	"process-itself": {func(w *ward) { w.process(41, "yiqun serve", ""); w.running(ready("dingtalk")) }, doctor.Healthy},
	"running-failing": {func(w *ward) {
		r := ready("dingtalk")
		r.Status, r.Database, r.Redis = app.Failing, "连不上数据库。", "连不上，没说完的对话要重新说，提醒可能晚一会儿。"
		w.running(r)
	}, doctor.Broken},
	"running-with-strangers": {func(w *ward) {
		r := ready("dingtalk")
		r.Strangers = map[string]int{"dingtalk": 3}
		w.running(r)
	}, doctor.Degraded},
	"running-after-a-gap": {func(w *ward) {
		r := ready("dingtalk")
		r.Gaps = map[string]string{"dingtalk": "11月22日10:02:03到10:02:48没有连着，其间发来的可能没有收到。"}
		w.running(r)
	}, doctor.Healthy},
	"running-something-else": {func(w *ward) { w.running(app.Readiness{}) }, doctor.Degraded},
	"redis-durable":          {redis("redis_version:7.2.4\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n"), doctor.Healthy},
	"redis-forgetful":        {redis("redis_version:6.2.0\r\naof_enabled:0\r\nmaxmemory_policy:allkeys-lru\r\n"), doctor.Degraded},
	"redis-old":              {redis("redis_version:5.0.14\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n"), doctor.Broken},
	"redis-replica": {redisThat("redis_version:7.2.4\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n",
		"-READONLY You can't write against a read only replica."), doctor.Degraded},
	"redis-gone": {func(w *ward) { w.set("YIQUN_REDIS_URL", "redis://:"+password+"@"+w.environ["YIQUN_LISTEN"]) }, doctor.Degraded},
}

func TestMachine(t *testing.T) {
	for name, c := range machines {
		t.Run(name, func(t *testing.T) {
			w := newWard(t)
			w.onDingTalk()
			c.arrange(w)
			text, r := w.report()
			golden(t, name, text)
			assert.Equal(t, c.want, r.Grade)
		})
	}
}

func TestSettings(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(*ward)
		want    doctor.Grade
	}{
		"settings-wrong":   {func(w *ward) { w.set("YIQUN_LISTEN", "8080", "YIQUN_DATA_KEY", "short") }, doctor.Broken},
		"settings-unknown": {func(w *ward) { w.onDingTalk(); w.set("YIQUN_BOT_NAEM", "小议") }, doctor.Healthy},
		"settings-readable": {func(w *ward) {
			w.onDingTalk()
			require.NoError(w, os.WriteFile("secret", []byte(dingSecret), 0o644)) //nolint:gosec // the fault that is looked for
			delete(w.environ, "YIQUN_DINGTALK_CLIENT_SECRET")
			w.files["secret"] = dingSecret
			w.set("YIQUN_DINGTALK_CLIENT_SECRET_FILE", "secret")
		}, doctor.Degraded},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWard(t)
			c.arrange(w)
			text, r := w.report()
			golden(t, name, text)
			assert.Equal(t, c.want, r.Grade)
		})
	}
}

func TestReportForPrograms(t *testing.T) {
	w := newWard(t)
	w.onDingTalk()
	w.ding.SetConsole(dingtalk.Console{Without: []string{dingtalk.ScopeCard}})
	_, r := w.report()
	assert.Equal(t, 1, r.Status())
	var out bytes.Buffer
	require.NoError(t, doctor.PrintJSON(&out, r))
	var got doctor.Report
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	assert.Equal(t, r.Findings, got.Findings)
	assert.Contains(t, out.String(), `"link": "https://open-dev.dingtalk.com/appscope/apply?content=dingabc%23Card.Instance.Write"`)
	assert.Zero(t, doctor.Report{Grade: doctor.Healthy}.Status())
	assert.Equal(t, 2, doctor.Report{Grade: doctor.Broken}.Status())
}

// A check that hangs, or falls over, keeps no other from being made.
func TestAHangingServerIsWaitedForOnce(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(func() { close(hang); server.Close() })
	w := newWard(t)
	w.onDingTalk()
	w.set("YIQUN_DINGTALK_API_URL", server.URL)
	o := w.options()
	o.Within = 50 * time.Millisecond
	r := doctor.Examine(t.Context(), o)
	assert.Equal(t, doctor.Broken, r.Grade)
	var said []string
	for _, f := range r.Findings {
		said = append(said, f.Check)
	}
	assert.Contains(t, said, "disk")
	assert.Contains(t, said, "dingtalk.credentials")
}

func TestPostgres(t *testing.T) {
	base := storagetest.Postgres(t)
	u, err := url.Parse(base)
	require.NoError(t, err)
	examine := func(change func(*url.URL)) string {
		w := newWard(t)
		w.onDingTalk()
		at := *u
		change(&at)
		w.set("YIQUN_DATABASE_URL", at.String(), "YIQUN_DATA_KEY", strings.Repeat("07", 32))
		_, r := w.report()
		assert.Equal(t, doctor.Broken, r.Grade)
		for _, f := range r.Findings {
			if f.Check == "database" {
				return f.Say
			}
		}
		return ""
	}
	assert.Contains(t, examine(func(u *url.URL) { u.Path = "/yiqun_no_such_database" }), "没有这个库")
	assert.Contains(t, examine(func(u *url.URL) { u.User = url.UserPassword("yiqun_nobody", password) }), "不认用户名或密码")
	assert.Contains(t, examine(func(u *url.URL) {
		q := u.Query()
		q.Set("search_path", "yiqun_doctor_empty")
		u.RawQuery = q.Encode()
	}), "yiqun migrate up")
}
