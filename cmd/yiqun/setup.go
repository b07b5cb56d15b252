package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"io"
	"os"
	"strings"

	"yiqun/bot"
	"yiqun/bot/app/doctor"
	"yiqun/bot/app/setup"
)

const setupUsage = "用法： yiqun setup [--dir 文件夹]（设置和密钥放在哪里，默认是当前文件夹）"

// guide asks for everything the bot needs, checks it and writes the settings.
func guide(ctx context.Context, e env) error {
	fs := flag.NewFlagSet("setup", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	dir := fs.String("dir", ".", "")
	if err := fs.Parse(e.args); err != nil || fs.NArg() > 0 {
		return usageError{setupUsage}
	}
	o := setup.Options{
		Dir: *dir, In: e.stdin, Out: e.stdout, Clock: bot.SystemClock{}, Random: rand.Reader,
		Environ: environment(), Machine: doctor.ThisMachine(),
	}
	if terminal, ok := e.stdin.(*os.File); ok {
		o.Hush = setup.Hush(terminal)
	}
	err := setup.Run(ctx, o)
	if errors.Is(err, setup.ErrStopped) {
		return exitStatus(1)
	}
	return err
}

// environment is this process's own.
func environment() map[string]string {
	environ := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		environ[name] = value
	}
	return environ
}
