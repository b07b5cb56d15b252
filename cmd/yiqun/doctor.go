package main

import (
	"context"
	"flag"
	"io"

	"yiqun/bot"
	"yiqun/bot/app/doctor"
	"yiqun/bot/config"
)

const doctorUsage = `用法： yiqun doctor [--json] [--connect]
--json 给程序看；--connect 连企业微信的凭据也核对，会挤掉正在连着的程序
结束状态：0 一切正常，1 能用但有要改的，2 有坏的`

// examine looks at everything the bot needs. The exit status tells how it is.
func examine(ctx context.Context, e env) error {
	fs := flag.NewFlagSet("doctor", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	asJSON := fs.Bool("json", false, "")
	connect := fs.Bool("connect", false, "")
	if err := fs.Parse(e.args); err != nil || fs.NArg() > 0 {
		return usageError{doctorUsage}
	}
	cfg, err := config.FromEnvironment()
	report := doctor.Examine(ctx, doctor.Options{
		Config: cfg, Invalid: err, Clock: bot.SystemClock{}, Connect: *connect, Machine: doctor.ThisMachine(),
	})
	write := doctor.Print
	if *asJSON {
		write = doctor.PrintJSON
	}
	if err := write(e.stdout, report); err != nil {
		return err
	}
	return exitStatus(report.Status())
}
