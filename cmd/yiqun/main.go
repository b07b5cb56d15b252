// Command yiqun is the bot: `yiqun demo` plays it on this machine, `yiqun serve`
// runs it in real groups, the other sub-commands look after it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // YIQUN_TIMEZONE works on machines without zone files

	"yiqun/bot/app"
	"yiqun/bot/config"
)

// env is what a sub-command gets; tests give their own.
type env struct {
	args   []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// command is one sub-command.
type command struct {
	name, about string
	run         func(context.Context, env) error
}

var commands = []command{
	{"demo", "在本机演示：两个平台都由程序扮演，打开网页就能聊", alone(demo)},
	{"serve", "接入真实的钉钉、企业微信群", alone(serve)},
	{"setup", "一步一步设好：扫码或粘贴凭据，每一步都当场检查", guide},
	{"doctor", "体检：凭据、权限、网络、数据库、额度，每一项都说怎么改", examine},
	{"healthcheck", "问问正在运行的机器人还好吗（容器用）", alone(healthcheck)},
	{"version", "看程序的版本", alone(version)},
	{"verify", "从头核对每一件事项的记录", alone(verify)},
	{"undelivered", "看哪些消息没送到、为什么", alone(undelivered)},
	{"explain", "看一句话会被怎样理解", explain},
	{"migrate", "看或更新数据库的表结构：yiqun migrate status | up [--dry-run]", migrate},
	{"backup", "运行中也能备份：yiqun backup 文件", backup},
	{"restore", "把备份读进空的数据库：yiqun restore 文件", restore},
	{"move", "搬到另一个数据库：yiqun move sqlite:yiqun.db postgres://…", move},
	{"export", "本人要求时，导出一个人的全部信息：yiqun export --person 姓名", export},
	{"import", "导入名册：yiqun import 名册.xlsx [--dry-run] ｜ --undo ｜ --template 文件", importMembers},
	{"rotate-key", "换数据密钥，开着也能换：yiqun rotate-key", rotateKey},
	{"template", "检查做法模板：yiqun template check 文件…", template},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, env{os.Args[1:], os.Stdin, os.Stdout, os.Stderr}))
}

// alone is a command that takes nothing behind it: yiqun demo -h must not start one.
func alone(run func(context.Context, env) error) func(context.Context, env) error {
	return func(ctx context.Context, e env) error {
		if len(e.args) > 0 {
			return usageError{"这个命令后面不写别的；设置用环境变量 YIQUN_…，见 README。发 yiqun help 看全部命令。"}
		}
		return run(ctx, e)
	}
}

// usageError is a mistake in the command line; the usage follows it.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// exitStatus ends a command that has said all there is to say; 0 is fine.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// run carries out a command line and returns the exit status: 0 fine, 1 failed, 2
// not understood, or what the command itself says.
func run(ctx context.Context, e env) int {
	if len(e.args) == 0 || e.args[0] == "help" || e.args[0] == "-h" || e.args[0] == "--help" {
		usage(e.stdout)
		return 0
	}
	for _, c := range commands {
		if c.name != e.args[0] {
			continue
		}
		e.args = e.args[1:]
		err := c.run(ctx, e)
		if u, ok := errors.AsType[usageError](err); ok {
			_, _ = fmt.Fprintln(e.stderr, u.text)
			return 2
		}
		if s, ok := errors.AsType[exitStatus](err); ok {
			return int(s)
		}
		if err != nil {
			if said := app.Plain(err); said != "" {
				_, _ = fmt.Fprintf(e.stderr, "出错了： %s\n（%v）\n", said, err)
				return 1
			}
			_, _ = fmt.Fprintln(e.stderr, "出错了：", err)
			return 1
		}
		return 0
	}
	_, _ = fmt.Fprintf(e.stderr, "没有“%s”这个命令。\n\n", e.args[0])
	usage(e.stderr)
	return 2
}

func usage(w io.Writer) {
	_, _ = fmt.Fprintln(w, "议群：住在钉钉和企业微信群里的党群议事机器人\n\n用法： yiqun 命令\n\n命令：")
	for _, c := range commands {
		_, _ = fmt.Fprintf(w, "  %-12s %s\n", c.name, c.about)
	}
	_, _ = fmt.Fprintln(w, "\n设置用环境变量 YIQUN_…，见 README。")
}

// logger is the log as the settings want it.
func logger(w io.Writer, cfg config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == config.FormatJSON {
		return slog.New(app.Hushed(slog.NewJSONHandler(w, o)))
	}
	return slog.New(app.Hushed(slog.NewTextHandler(w, o)))
}
