package setup_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/setup"
	"yiqun/bot/config"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
	"yiqun/bot/sim/wecom"
)

// What is typed to go the shortest way through the steps that a test is not about.
var (
	noDingTalk = []any{"3"}
	noWeCom    = []any{"3"}
	noApp      = []any{""}
	localFile  = []any{"", ""}
	noRedis    = []any{""}
)

func script(parts ...[]any) (all []any) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestScannedAndLongConnection(t *testing.T) {
	p := newPlay(t)
	p.ding.SetScanned(dingtalk.Scanned{Polls: 2})
	p.clock.scans = true
	require.NoError(t, p.run(t.Context(), script(
		[]any{"小议", "", func() { p.clock.scans = false }}, // by scanning
		[]any{"1", "aibabc", botSecret, ""}, noApp, localFile, noRedis)...))
	p.golden("scanned-and-long-connection")

	// What was made is what serve reads.
	cfg, err := config.Load(map[string]string{config.SettingsName: filepath.Join(p.dir, "yiqun.env")}, os.ReadFile)
	require.NoError(t, err)
	assert.Equal(t, "小议", cfg.BotName)
	assert.Equal(t, dingSecret, cfg.DingTalk.ClientSecret.Reveal())
	assert.Equal(t, botSecret, cfg.WeCom.BotSecret.Reveal())
}

func TestDingTalkByHand(t *testing.T) {
	p := newPlay(t)
	p.ding.SetConsole(dingtalk.Console{Without: []string{dingtalk.ScopeRobot, dingtalk.ScopeCard}})
	require.NoError(t, p.run(t.Context(), script(
		[]any{"@议群", "议群", "５", "2", "", "dingabc", "wrong-secret", "2"}, // refused, filled in again
		[]any{"2", "dingabc", dingSecret, func() {
			p.ding.SetConsole(dingtalk.Console{Without: []string{dingtalk.ScopeCard}})
		}, "1", func() { p.ding.SetConsole(dingtalk.Console{}) }, ""},
		noWeCom, localFile, noRedis)...))
	p.golden("dingtalk-by-hand")
}

func TestScansThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		scanned dingtalk.Scanned
		faults  sim.Faults
	}{
		"scan-declined": {scanned: dingtalk.Scanned{Reason: "没有权限\x1b[31m，请联系管理员。"}},
		"scan-expired":  {scanned: dingtalk.Scanned{Never: true}},
		"scan-offline":  {faults: sim.Faults{Offline: true}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlay(t)
			p.ding.SetScanned(c.scanned)
			p.ding.SetFaults(c.faults)
			p.clock.scans = true
			require.NoError(t, p.run(t.Context(), script([]any{"", "1", func() { p.clock.scans = false }}, noDingTalk, noWeCom, localFile, noRedis)...))
			p.golden(name)
		})
	}
}

// An application that was made while nobody listened is not lost.
func TestCtrlCWhileScanning(t *testing.T) {
	p := newPlay(t)
	p.ding.SetScanned(dingtalk.Scanned{Polls: 2})
	ctx, interrupt := context.WithCancel(t.Context())
	p.clock.scans, p.clock.before = true, interrupt
	stopped(t, p.run(ctx, "", "1"))
	info, err := os.Stat(filepath.Join(p.dir, ".yiqun-setup"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	p.clock.before = nil
	require.NoError(t, p.run(t.Context(), script([]any{"", "1", func() { p.clock.scans = false }}, noWeCom, localFile, noRedis)...))
	p.golden("ctrl-c-while-scanning")
}

func TestCtrlCAndGoOn(t *testing.T) {
	p := newPlay(t)
	ctx, interrupt := context.WithCancel(t.Context())
	stopped(t, p.run(ctx, "", "2", "dingabc", dingSecret, "1", "aibabc", interrupt))
	require.NoError(t, p.run(t.Context(), script([]any{"", ""}, []any{"1", "aibabc", botSecret, ""}, noApp, localFile, noRedis)...))
	p.golden("ctrl-c-and-go-on")

	// Once more, and everything stays as it is.
	p.screen.Reset()
	before := p.left()
	require.NoError(t, p.run(t.Context(), script([]any{"", "", ""}, noApp, localFile, noRedis)...))
	assert.Equal(t, before, p.left())
	p.golden("once-more")
}

func TestWeComThatIsRefused(t *testing.T) {
	p := newPlay(t)
	p.we.SetConsole(wecom.Console{Rival: true})
	require.NoError(t, p.run(t.Context(), script([]any{""}, noDingTalk,
		[]any{"1", "aibabc", "wrong-secret", "y", "2"},
		[]any{"1", "aibabc", botSecret, "y", func() { p.we.SetConsole(wecom.Console{}) }, "1"}, noApp, localFile, noRedis)...))
	p.golden("wecom-refused")
}

// save plays the operator who presses 保存 in the console, and waits for the next
// question.
func (p *play) save(path, receiver, next string) func() {
	return func() {
		require.NoError(p, p.we.Save(p.Context(), "http://"+p.listen+path, token, aesKey, receiver))
		p.see("企业微信核对过了")
		p.see(next)
	}
}

func TestWeComByCallback(t *testing.T) {
	p := newPlay(t)
	require.NoError(t, p.run(t.Context(), script([]any{""}, noDingTalk,
		[]any{"2", "bot.example.com", "https://bot.example.com/", token, "too-short"},
		[]any{"2", "", token, aesKey, "好了吗", p.save("/wecom/callback", "", "要接入自建应用吗？（y/N）：")},
		noApp, localFile, noRedis)...))
	p.golden("wecom-by-callback")
}

func TestCallbackThatDoesNotCome(t *testing.T) {
	p := newPlay(t)
	require.NoError(t, p.run(t.Context(), script([]any{""}, noDingTalk,
		[]any{"2", "https://bot.example.com", token, aesKey, "重填"},
		[]any{"2", "", token, aesKey, "跳过"}, noApp, localFile, noRedis)...))
	p.golden("callback-does-not-come")
}

func TestSelfBuiltApp(t *testing.T) {
	p := newPlay(t)
	p.we.SetConsole(wecom.Console{OtherAddresses: true})
	require.NoError(t, p.run(t.Context(), script([]any{""}, noDingTalk, []any{"1", "aibabc", botSecret, "n"},
		[]any{"y", "wwabc", "１０００００２", appSecret, "3"}, // no address can be listed yet
		[]any{"y", "https://bot.example.com", token, aesKey, p.save("/wecom/app", "wwabc", "核对过了。\n! 企业微信自建应用")},
		[]any{func() { p.we.SetConsole(wecom.Console{}); p.asked("选 [1]：") }, "1"}, localFile, noRedis)...))
	p.golden("self-built-app")
}

func TestDatabases(t *testing.T) {
	p := newPlay(t)
	postgres := "postgres://yiqun:" + password + "@" + p.listen + "/yiqun"
	require.NoError(t, p.run(t.Context(), script([]any{""}, noDingTalk, noWeCom,
		[]any{"1", "gone/yiqun.db", "2"}, // no such folder
		[]any{"2", "mysql://" + password},
		[]any{"2", postgres, "3"}, // unreachable, left so
		[]any{"2", "redis://:" + password + "@" + p.listen, "2"}, []any{"1"})...))
	p.golden("databases")
	key, err := os.ReadFile(filepath.Join(p.dir, "secrets", "data-key"))
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("07", 32)+"\n", string(key))
}

// In a container the database is given by whoever starts it.
func TestWhatTheEnvironmentGivesIsNotAsked(t *testing.T) {
	p := newPlay(t)
	p.environ = map[string]string{"YIQUN_DATABASE_URL": "postgres://postgres/yiqun", "YIQUN_DATA_KEY": strings.Repeat("07", 32), "YIQUN_REDIS_URL": "redis://redis:6379", "YIQUN_BOT_NAME": ""}
	require.NoError(t, p.run(t.Context(), "", "2", "dingabc", dingSecret, "3"))
	p.golden("given-by-the-environment")
}

func TestSettingsThatCannotBeRead(t *testing.T) {
	p := newPlay(t)
	p.write("YIQUN_LISTEN=nowhere\n")
	err := p.run(t.Context(), "")
	require.ErrorContains(t, err, "YIQUN_LISTEN 要写成 主机:端口")
}

func TestValuesThatShellsReadDifferently(t *testing.T) {
	p := newPlay(t)
	stopped(t, p.run(t.Context(), `$(rm)`, `"议群"`))
	assert.Contains(t, p.screen.String(), "不能有引号")
	assert.NotContains(t, p.left(), "rm")
}

func TestQRCanBeScanned(t *testing.T) {
	picture, err := setup.QR("https://example.com/scan?user_code=ABCD-EFGH-JKLM")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(picture), "\n")
	assert.Greater(t, len(lines), 10)
	for _, l := range lines {
		assert.Len(t, []rune(l), len([]rune(lines[0])), "the code is a rectangle")
		assert.Empty(t, strings.Trim(l, "█▀▄ "))
	}
}
