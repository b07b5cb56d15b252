package clients_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
	"yiqun/bot/sim/wecom"
)

// node runs one of the bots beside this file until the test ends, and returns how
// to wait for its end.
func node(t *testing.T, env []string, args ...string) (wait func() error) {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	here := filepath.Dir(file)
	modules := filepath.Join(here, "..", "..", "..", "bin", "clients", "node_modules")
	program, err := exec.LookPath("node")
	if _, missing := os.Stat(modules); err != nil || missing != nil {
		const how = "the platforms' clients for Node are missing; get them with: apt-get install nodejs npm && make clients"
		if os.Getenv("CI") == "true" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, program, append([]string{"--unhandled-rejections=strict"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = here, t.Output(), t.Output()
	cmd.Env = append(os.Environ(), append(env, "NODE_PATH="+modules)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	waited := false
	t.Cleanup(func() {
		if waited {
			cancel()
			return
		}
		select {
		case err := <-ended:
			t.Error("the bot ended before its test", err)
			cancel()
		default:
			cancel()
			<-ended
		}
	})
	return func() error {
		waited = true
		return <-ended
	}
}

func TestDingTalkClientForNode(t *testing.T) {
	t.Parallel()
	world, grid := newWorld(bot.DingTalk)
	server, err := dingtalk.Start(world, dingtalk.Options{})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	node(t, []string{
		"DINGTALK_URL=" + server.URL(), "CLIENT_ID=" + server.ClientID(), "CLIENT_SECRET=" + server.ClientSecret(),
	}, "--require", "./redirect.cjs", "dingtalk.cjs")
	s := &session{T: t, world: world, grid: grid, connected: func() bool { return server.Connections() == 1 }}
	s.play(func() {
		server.Drop()
		world.Clock.Advance(dingTalkCut) // this client waits until it is cut
	})
	server.Event("chat_update_title", map[string]any{"Title": "新名字"})
	s.until("everything to be acknowledged", func() bool { return server.Pending() == 0 })
	assert.Empty(t, s.refusals())
	assert.Equal(t, 2, s.count("CONNECT /connect"))
}

func TestWeComClientForNode(t *testing.T) {
	t.Parallel()
	world, grid := newWorld(bot.WeCom)
	server, err := wecom.Start(world, wecom.Options{})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	ended := node(t, []string{
		"WECOM_URL=" + server.URL(), "CLIENT_ID=" + server.BotID(), "CLIENT_SECRET=" + server.Secret(),
	}, "wecom.cjs")
	s := &session{T: t, world: world, grid: grid, connected: server.Subscribed}
	s.play(server.Drop)

	private := bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: wang.WeCom})
	server.Enter(wang)
	s.until("the welcome", func() bool { b := s.last(); return b.Chat == private && b.Text == "您好" })

	sheet := sim.SentFile{Name: "名册 3.xlsx", Data: make([]byte, 600<<10)} // two chunks
	copy(sheet.Data, "PK 名册")
	_, err = world.Say(sim.Utterance{Who: wang.Name, Chat: private, Files: []sim.SentFile{sheet}})
	require.NoError(t, err)
	s.until("the push", func() bool { return s.last().Text == "还给您了" })
	files := world.Bubbles(func(b *sim.Bubble) bool { return b.From == "" && b.File != nil })
	require.Len(t, files, 1)
	assert.Equal(t, sheet.Name, files[0].File.Name)
	assert.Equal(t, sheet.Data, files[0].File.Data, "fetched, opened, and sent back in chunks")

	server.Kick()
	require.NoError(t, ended(), "who is kicked connects no more, and has nothing left to do")
	assert.Empty(t, s.refusals())
	assert.GreaterOrEqual(t, s.count("CONNECT"), 2)
}
