package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot/app"
	"yiqun/bot/config"
)

const migrateUsage = "用法： yiqun migrate status | up [--dry-run]"

// migrate shows what the database has of the schema, brings it to the newest, or
// prints what that would run.
func migrate(ctx context.Context, e env) error {
	args := slices.DeleteFunc(slices.Clone(e.args), func(a string) bool { return a == "--dry-run" || a == "-dry-run" })
	dry := len(args) < len(e.args)
	what := strings.Join(args, " ")
	if what == "" {
		what = "status"
	}
	if what != "status" && what != "up" {
		return usageError{migrateUsage}
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	steps, err := app.Migrations(ctx, cfg, what == "up" && !dry)
	if err != nil {
		return err
	}
	pending := 0
	for _, s := range steps {
		mark := "已有"
		if !s.Applied {
			mark = "未做"
			pending++
		}
		if _, err := fmt.Fprintf(e.stdout, "%s  %s\n", mark, s.Name); err != nil {
			return err
		}
		if what == "up" && dry && !s.Applied {
			if _, err := fmt.Fprintf(e.stdout, "\n%s\n\n", s.SQL); err != nil {
				return err
			}
		}
	}
	switch {
	case pending == 0:
		_, err = fmt.Fprintln(e.stdout, "表结构是最新的。")
	case dry:
		_, err = fmt.Fprintf(e.stdout, "以上%d步只是看看，什么都没有做。\n", pending)
	default:
		_, err = fmt.Fprintf(e.stdout, "还有%d步没做，请运行 yiqun migrate up。\n", pending)
	}
	return err
}

// one returns the only argument.
func one(e env, usage string) (string, error) {
	if len(e.args) != 1 || strings.HasPrefix(e.args[0], "-") {
		return "", usageError{usage}
	}
	return e.args[0], nil
}

func backup(ctx context.Context, e env) error {
	name, err := one(e, "用法： yiqun backup 文件")
	if err != nil {
		return err
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	sum, err := app.Backup(ctx, cfg, name)
	if err != nil {
		return err
	}
	return carried(e, "已备份到 "+name+"。私密字段仍是加密的，请把数据密钥另外保管好。", sum.Rows, sum.Digest)
}

func restore(ctx context.Context, e env) error {
	name, err := one(e, "用法： yiqun restore 文件")
	if err != nil {
		return err
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	sum, err := app.Restore(ctx, cfg, name)
	if err != nil {
		return err
	}
	return carried(e, "已从 "+name+" 恢复。请再运行一次 yiqun verify。", sum.Rows, sum.Digest)
}

func move(ctx context.Context, e env) error {
	if len(e.args) != 2 {
		return usageError{"用法： yiqun move sqlite:yiqun.db postgres://用户:密码@主机/库名（先停下机器人，目标库要是空的）"}
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	moved, err := app.Move(ctx, cfg, e.args[0], e.args[1])
	if err != nil {
		return err
	}
	if err := carried(e, "已搬完，两边每一步的哈希都一致。", moved.To.Rows, moved.To.Digest); err != nil {
		return err
	}
	for _, bad := range moved.Report.Bad {
		if _, err := fmt.Fprintln(e.stdout, bad); err != nil {
			return err
		}
	}
	if len(moved.Report.Bad) > 0 {
		return errBroken
	}
	_, err = fmt.Fprintln(e.stdout, "新库核对无误。请把 YIQUN_DATABASE_URL 改成新库，把原来的密钥填到 YIQUN_DATA_KEY（或 YIQUN_DATA_KEY_FILE）。")
	return err
}

// carried says what a set of records holds.
func carried(e env, done string, rows map[string]int, digest string) error {
	_, err := fmt.Fprintf(e.stdout, "%s\n%d件事项，%d条记录，摘要 %s\n", done, rows["matters"], rows["acts"], digest)
	return err
}
