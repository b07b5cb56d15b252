package main

import (
	"context"
	"fmt"

	"yiqun/bot/app"
	"yiqun/bot/config"
)

// rotateKey gives the records a new data key.
func rotateKey(ctx context.Context, e env) error {
	if len(e.args) > 0 {
		return usageError{"用法： yiqun rotate-key   （机器人开着也能换；中途断了再运行一次）"}
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	done := 0
	c, err := app.ChangeKey(ctx, cfg, func(n int) {
		if done += n; done%10_000 < n {
			_, _ = fmt.Fprintf(e.stderr, "已换 %d 条\n", done)
		}
	})
	if err != nil {
		return err
	}
	next := "请把旧密钥从 YIQUN_DATA_KEY 里去掉并重启；旧备份还要用它，请另外保管。"
	if c.File != "" {
		next = fmt.Sprintf("新密钥在 %s，旧的收在 %s：旧备份还要用它，旧备份都不要了再删。", c.File, config.RetiredKeys(c.File))
	}
	_, err = fmt.Fprintf(e.stdout, "换好了，%d条重新加密。%s请现在做一次新的备份。\n", c.Rows, next)
	return err
}
