package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

// stay is how long a subscription of ours waits for another process to take the
// connection back; an official client reconnects after a second.
const stay = 3 * time.Second

const wecomBadSecret = "企业微信不认 Bot ID 或 Secret：请到管理后台的 安全与管理 → 管理工具 → 智能机器人 → 这个机器人，核对 Bot ID；Secret 只显示一次，找不到就重新获取（旧的随即作废），填到 YIQUN_WECOM_BOT_SECRET。"

// longConnection looks at the connection of a 智能机器人. Only one process can have it,
// so it is not touched while the bot is at work, nor ever unless asked for.
func longConnection(ctx context.Context, v *visit) []Finding {
	say := func(g Grade, format string, args ...any) []Finding {
		return []Finding{{Check: "wecom.connection", Title: "企业微信长连接", Grade: g, Say: fmt.Sprintf(format, args...)}}
	}
	if v.connected(bot.WeCom) {
		return say(Healthy, "正连着。")
	}
	c := v.Config.WeCom
	a, err := wecom.New(wecom.Config{
		BotID: c.BotID, Secret: wecom.Secret(c.BotSecret.Reveal()), WSURL: c.WSURL, HTTP: v.http, Clock: v.Clock,
	})
	if err != nil {
		return say(Broken, "%s", wecomBadSecret)
	}
	try := a.Reach
	if v.Connect {
		try = func(ctx context.Context) error { return a.Try(ctx, stay) }
	}
	switch err := try(ctx); {
	case errors.Is(err, wecom.ErrCredentials):
		return say(Broken, "%s", wecomBadSecret)
	case errors.Is(err, wecom.ErrTakenOver):
		return say(Broken, "别处还有一个程序连着同一个机器人，两边会互相挤掉：请停掉那一个；测试环境请另建一个机器人。")
	case err != nil:
		return say(Broken, "连不上企业微信：请让本机能访问 %s 的 443 端口，代理要放行 WebSocket。", host(c.WSURL))
	case !v.Connect:
		return say(Healthy, "连得上。Bot ID 和 Secret 没有核对：核对会挤掉正在连着的程序，要核对请在机器人停着的时候运行 yiqun doctor --connect。")
	}
	return say(Healthy, "Bot ID 和 Secret 没有问题，没有别的程序来抢。")
}
