package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
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

func template(_ context.Context, e env) error {
	if len(e.args) < 2 || e.args[0] != "check" {
		return usageError{"用法： yiqun template check 文件…"}
	}
	set, err := procedure.Shipped()
	if err != nil {
		return err
	}
	var all []checked
	for _, path := range e.args[1:] {
		source, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read template: %w", err)
		}
		c := checked{path: path}
		c.t, set, c.err = add(set, source)
		all = append(all, c)
	}
	bad := 0
	for _, c := range all {
		if c.err == nil {
			c.err = set.Leads(c.t) // to one of the others, perhaps
		}
		if c.err != nil {
			bad++
		}
		if _, err := fmt.Fprintln(e.stdout, c); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d个模板要改", bad)
	}
	return nil
}

// checked is a template's file and what came of reading it.
type checked struct {
	path string
	t    *procedure.Template
	err  error
}

func (c checked) String() string {
	if c.err != nil {
		return fmt.Sprintf("%s 有问题：\n%s", c.path, c.err)
	}
	return fmt.Sprintf("%s 没有问题：%s，%d步。", c.path, c.t.Name, len(c.t.Steps)+len(c.t.After))
}

// add reads a template and puts it beside those that are known, as a start would.
func add(set procedure.Set, source []byte) (*procedure.Template, procedure.Set, error) {
	t, err := procedure.Parse(source)
	if err != nil {
		return nil, set, err
	}
	if err := t.ClearOf(service.OwnWord); err != nil {
		return t, set, err
	}
	more, err := set.With(t)
	if err != nil {
		return t, set, err
	}
	return t, more, nil
}
