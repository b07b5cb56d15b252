package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
)

func demo(ctx context.Context, e env) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	return app.Demo(ctx, cfg, e.stdout, logger(e.stderr, cfg))
}

func serve(ctx context.Context, e env) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	err = app.Serve(ctx, cfg, logger(e.stderr, cfg))
	if err != nil && bot.CodeOf(err) == bot.Rejected {
		_, _ = fmt.Fprintln(e.stderr, "停下了，重新启动也没有用：", err, "\n请运行 yiqun doctor 看怎么改。")
		return exitStatus(notAgain)
	}
	return err
}

// notAgain is the exit status (EX_CONFIG of sysexits.h) of a bot that a restart would
// not help: refused credentials, or a connection that another process took. Coming
// back would only put the other one off; the unit file says so to systemd.
const notAgain = 78

// errBroken is the end of a verify that found something.
var errBroken = errors.New("记录有问题，请保留数据库并联系维护人员")

func verify(ctx context.Context, e env) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	r, err := app.Verify(ctx, cfg)
	if err != nil {
		return err
	}
	for _, line := range slices.Concat(r.Votes, r.Bad) {
		if _, err := fmt.Fprintln(e.stdout, line); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(e.stdout, "核对了%d件事项、%d条记录，%d件有问题。\n", r.Matters, r.Acts, len(r.Bad)); err != nil {
		return err
	}
	if len(r.Bad) > 0 {
		return errBroken
	}
	return nil
}
