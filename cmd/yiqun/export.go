package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"yiqun/bot/app"
	"yiqun/bot/config"
)

const exportUsage = "用法： yiqun export --person 姓名或平台账号 [-o 文件.xlsx]   例如： yiqun export --person dingtalk:USERID"

// export hands over everything that is kept about one person, for who asks on paper.
func export(ctx context.Context, e env) error {
	fs := flag.NewFlagSet("export", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	who, name := fs.String("person", "", ""), fs.String("o", "个人信息.xlsx", "")
	if rest, err := interspersed(fs, e.args); err != nil || len(rest) > 0 || *who == "" || *name == "" {
		return usageError{exportUsage}
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	data, err := app.ExportPerson(ctx, cfg, *who)
	if err != nil {
		return plain(err)
	}
	if err := writeNew(*name, data); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "写在 %s，只交给本人；交了请删掉。\n", *name)
	return err
}
