package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/app/doctor"
	"yiqun/bot/config"
)

// Options are what a conversation needs.
type Options struct {
	// Dir is where the settings go; it is made if it is not there.
	Dir string
	In  io.Reader
	Out io.Writer
	// Hush keeps what is typed from the screen until the function it returns is
	// called; nil where that cannot be.
	Hush  func() (loud func())
	Clock bot.Clock
	// Transport makes the calls; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Random makes the data key.
	Random io.Reader
	// Draw draws a link to be scanned; nil means QR.
	Draw func(link string) (string, error)
	// Environ is the environment the bot will have beside the file, as far as it is
	// known; what it gives is not asked for.
	Environ map[string]string
	// Machine is what database checks look at.
	Machine doctor.Machine
}

// ErrStopped ends a conversation that was broken off; nothing that was answered is
// lost.
var ErrStopped = errors.New("setup: broken off")

// wizard is one conversation.
type wizard struct {
	Options
	*talk
	file *file
	// past is what must be remembered beside the settings.
	past *progress
}

// step is one part of the conversation.
type step struct {
	id, title string
	// on says whether the step concerns this bot; nil means always.
	on func(config.Config) bool
	// done says how it is set already; empty when it is not.
	done func(config.Config) string
	run  func(*wizard, context.Context) error
	// owns begin the names of the settings that it asks for. Where the environment has
	// one of them, as in a container, the step is left to it.
	owns []string
}

var steps = []step{
	{"name", "机器人的名字", nil, nil, (*wizard).name, []string{"YIQUN_BOT_NAME"}},
	{"dingtalk", "钉钉", nil, dingTalkDone, (*wizard).dingTalk, []string{"YIQUN_DINGTALK_CLIENT_"}},
	{"wecom", "企业微信", nil, weComDone, (*wizard).weCom, []string{"YIQUN_WECOM_BOT_", "YIQUN_WECOM_CALLBACK_"}},
	{"app", "企业微信自建应用（可选，让机器人能主动私信）", onWeCom, appDone, (*wizard).app, []string{"YIQUN_WECOM_CORP_", "YIQUN_WECOM_AGENT_", "YIQUN_WECOM_APP_"}},
	{"database", "数据库", nil, nil, (*wizard).database, []string{"YIQUN_DATABASE_", "YIQUN_DATA_KEY"}},
	{"redis", "Redis（可选）", nil, nil, (*wizard).redis, []string{"YIQUN_REDIS_"}},
}

func onWeCom(c config.Config) bool { return slices.Contains(c.Platforms(), bot.WeCom) }

// Run holds the conversation. The error is ErrStopped when ctx ended or the input
// did.
func Run(ctx context.Context, o Options) error {
	if o.Draw == nil {
		o.Draw = QR
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	o.Dir = dir
	w := &wizard{Options: o, talk: newTalk(o.In, o.Out, o.Hush)}
	if w.file, err = openFile(filepath.Join(dir, config.DefaultSettings)); err != nil {
		return err
	}
	if w.past, err = openProgress(filepath.Join(dir, progressFile)); err != nil {
		return err
	}
	err = w.all(ctx)
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		w.say("\n已停下，做完的都保存了。再运行 yiqun setup 就接着来。\n")
		return ErrStopped
	}
	return err
}

func (w *wizard) all(ctx context.Context) error {
	w.say("议群设置向导\n设置写进 %s，密钥另放在旁边的 %s 文件夹，只有本用户能读。\n按 Ctrl+C 随时停下，再运行 yiqun setup 就接着来。方括号里是默认的答案，直接回车就用它。\n", w.file.path, secretsFolder)
	n := 0
	for _, s := range steps {
		cfg, err := w.config()
		if err != nil {
			return err
		}
		if s.on != nil && !s.on(cfg) {
			continue
		}
		n++
		w.say("\n第%d步  %s\n", n, s.title)
		if by := w.given(s.owns...); by != "" {
			w.say("由环境变量 %s 给出，这一步跳过。\n", by)
			continue
		}
		if err := w.one(ctx, s, cfg); err != nil {
			return err
		}
	}
	return w.finish()
}

// environ is what the bot will be started with.
func (w *wizard) environ() map[string]string {
	environ := map[string]string{}
	maps.Copy(environ, w.Environ)
	environ[config.SettingsName] = w.file.path
	return environ
}

// given returns the variable of the environment that gives one of some settings; it
// outdoes the file. Settings are known by how their names begin.
func (w *wizard) given(begins ...string) string {
	for _, name := range slices.Sorted(maps.Keys(w.Environ)) {
		if w.Environ[name] != "" && slices.ContainsFunc(begins, func(begin string) bool { return strings.HasPrefix(name, begin) }) {
			return name
		}
	}
	return ""
}

// one goes through a step, unless it is done and may stay as it is.
func (w *wizard) one(ctx context.Context, s step, cfg config.Config) error {
	if s.done != nil {
		if done := s.done(cfg); done != "" {
			again, err := w.yes(ctx, "已经设好："+done+"。要重新设吗？", false)
			if err != nil || !again {
				return err
			}
		}
	}
	return s.run(w, ctx)
}

// config reads the settings as they stand in the file.
func (w *wizard) config() (config.Config, error) {
	cfg, err := config.Load(w.environ(), w.file.read)
	if err != nil {
		return cfg, fmt.Errorf("%s 里有看不懂的地方，请先改好：\n%w", w.file.path, err)
	}
	return cfg, nil
}

// keep stores settings, if all of them together are good. What is wrong with them is
// said, and ok is false.
func (w *wizard) keep(values ...value) (ok bool, err error) {
	for _, v := range values {
		if !v.secret && strings.ContainsAny(v.text, "\"'\\$`\n") {
			w.say("✗ 不能有引号、反斜杠和 $，请换一个。\n") // systemd, Compose and a shell read them each in its own way
			return false, nil
		}
	}
	trial := w.file.with(values)
	if _, err := config.Load(w.environ(), trial.read); err != nil {
		problems, known := errors.AsType[config.Problems](err)
		if !known {
			return false, err
		}
		for _, p := range problems {
			w.say("✗ %s\n", p.Message)
		}
		return false, nil
	}
	if err := trial.save(); err != nil {
		return false, err
	}
	w.file = trial
	return true, nil
}

// check makes some of doctor's checks and says what they found. good is true when
// there is nothing to do.
func (w *wizard) check(ctx context.Context, ids ...string) (good bool, err error) {
	cfg, err := w.config()
	if err != nil {
		return false, err
	}
	good = true
	found := doctor.Only(ctx, doctor.Options{
		Config: cfg, Clock: w.Clock, Transport: w.Transport, Connect: true, Machine: w.Machine,
	}, ids...)
	for _, f := range found {
		w.say("%s", f)
		good = good && (f.Grade == doctor.Healthy || f.Grade == doctor.Note)
	}
	return good, ctx.Err()
}

// What becomes of a step whose check found something.
type outcome int

const (
	passed outcome = iota
	refill
	skipped
)

// until checks again and again while the operator mends what was found.
func (w *wizard) until(ctx context.Context, ids ...string) (outcome, error) {
	for {
		good, err := w.check(ctx, ids...)
		if err != nil || good {
			return passed, err
		}
		answer, err := w.choose(ctx, "改好了吗？", 1, "改好了，再查一次", "重新填写", "先不管，接着往下")
		switch {
		case err != nil:
			return passed, err
		case answer == 2:
			return refill, nil
		case answer == 3:
			return skipped, nil
		}
	}
}
