package setup

import (
	"context"

	"yiqun/bot/config"
	"yiqun/bot/platform/wecom/callback"
	"yiqun/bot/platform/wecom/wecomapp"
)

func weComDone(c config.Config) string {
	switch {
	case c.WeCom.On():
		return "长连接，机器人 " + c.WeCom.BotID
	case c.WeComCallback.On():
		return "回调 " + c.PublicURL + callback.Path
	}
	return ""
}

const weComRobot = `请用超级管理员账号打开企业微信管理后台 https://work.weixin.qq.com ，然后：
  1. 安全与管理 → 管理工具 → 智能机器人 → 创建机器人 → 手动创建 → 最下面的 API模式创建
  2. 填好名称、头像；可见范围选会用到它的所有人（范围以外的人用不了）
`

const weComLong = `  3. 连接方式：使用长连接，会给出 Bot ID 和 Secret（Secret 只显示一次），下面要用
`

const weComURL = `  3. 连接方式：URL回调，先不要点保存：
     URL 填 %s
     Token 和 EncodingAESKey 点随机获取，下面要用
`

const weComGroups = "接下来把机器人加进群（要是内部群）：群设置 → 添加机器人/成员；然后在群里 @ 它说一句话，它才能在这个群里主动说话。\n"

// The settings of the three ways into WeCom.
const (
	botID         = "YIQUN_WECOM_BOT_ID"
	botSecret     = "YIQUN_WECOM_BOT_SECRET" //nolint:gosec // the name of one
	callbackToken = "YIQUN_WECOM_CALLBACK_TOKEN"
	callbackKey   = "YIQUN_WECOM_CALLBACK_AES_KEY"
	corpID        = "YIQUN_WECOM_CORP_ID"
	agentID       = "YIQUN_WECOM_AGENT_ID"
	appSecret     = "YIQUN_WECOM_APP_SECRET" //nolint:gosec // the name of one
	appToken      = "YIQUN_WECOM_APP_TOKEN"
	appKey        = "YIQUN_WECOM_APP_AES_KEY"
)

// weCom takes a 智能机器人, by long connection or by callback URL.
func (w *wizard) weCom(ctx context.Context) error {
	for {
		way, err := w.choose(ctx, "怎样接入企业微信？", 1, "长连接（推荐：不要公网地址，什么都能做）", "回调地址（要公网 HTTPS，只能回答，没有提醒）", "不用企业微信")
		if err != nil {
			return err
		}
		var o outcome
		switch way {
		case 1:
			o, err = w.longConnection(ctx)
		case 2:
			o, err = w.robotCallback(ctx)
		default:
			_, err := w.keep(plain(botID, ""), sealed(botSecret, ""), sealed(callbackToken, ""), sealed(callbackKey, ""))
			return err
		}
		if err != nil {
			return err
		}
		if o != refill {
			w.say(weComGroups)
			return nil
		}
	}
}

func (w *wizard) longConnection(ctx context.Context) (outcome, error) {
	w.say(weComRobot + weComLong)
	id, err := w.ask(ctx, "Bot ID", "")
	if err != nil {
		return refill, err
	}
	secret, err := w.secret(ctx, "Secret")
	if err != nil {
		return refill, err
	}
	ok, err := w.keep(plain(botID, id), sealed(botSecret, secret), sealed(callbackToken, ""), sealed(callbackKey, ""))
	if err != nil || !ok {
		return refill, err
	}
	free, err := w.yes(ctx, "核对凭据会挤掉正在用这个机器人的程序。现在核对吗？", true)
	if err != nil || !free {
		return passed, err
	}
	return w.until(ctx, "wecom.connection")
}

func (w *wizard) robotCallback(ctx context.Context) (outcome, error) {
	public, err := w.publicURL(ctx)
	if err != nil {
		return refill, err
	}
	w.say(weComRobot+weComURL, public+callback.Path)
	return w.callback(ctx, callback.Path, callbackToken, callbackKey, "", plain(botID, ""), sealed(botSecret, ""))
}

func appDone(c config.Config) string {
	if !c.WeComApp.On() {
		return ""
	}
	return "企业 " + c.WeComApp.CorpID + " 的应用 " + c.WeComApp.AgentID
}

const weComApp = `智能机器人不能先给没有找过它的人发私信；自建应用可以。请在管理后台：
  1. 应用管理 → 自建 → 创建应用，可见范围选会用到它的所有人；应用页上有 AgentId 和 Secret
  2. 我的企业 的最下面有 企业ID
  3. 应用页 → 企业可信IP：加上本机的公网 IP（填不了的话，下面先选“先不管”，设好接收消息再填）
`

const weComAppCallback = `请在应用页的 接收消息 → 设置API接收，先不要点保存：
     URL 填 %s
     Token 和 EncodingAESKey 点随机获取，下面要用
`

// app takes the self-built app beside the robot.
func (w *wizard) app(ctx context.Context) error {
	for {
		want, err := w.yes(ctx, "要接入自建应用吗？", false)
		if err != nil {
			return err
		}
		if !want {
			_, err := w.keep(plain(corpID, ""), plain(agentID, ""), sealed(appSecret, ""), sealed(appToken, ""), sealed(appKey, ""))
			return err
		}
		first, err := w.appCredentials(ctx)
		if err != nil {
			return err
		}
		if first == refill {
			continue
		}
		o, err := w.appCallback(ctx)
		if err == nil && first == skipped && o == passed {
			// 企业可信IP can be filled in only now that there is a URL.
			o, err = w.until(ctx, "wecom.app")
		}
		if err != nil || o != refill {
			return err
		}
	}
}

func (w *wizard) appCredentials(ctx context.Context) (outcome, error) {
	w.say(weComApp)
	corp, err := w.ask(ctx, "企业ID", "")
	if err != nil {
		return refill, err
	}
	agent, err := w.ask(ctx, "AgentId", "")
	if err != nil {
		return refill, err
	}
	secret, err := w.secret(ctx, "Secret")
	if err != nil {
		return refill, err
	}
	ok, err := w.keep(plain(corpID, corp), plain(agentID, narrow(agent)), sealed(appSecret, secret), sealed(appToken, ""), sealed(appKey, ""))
	if err != nil || !ok {
		return refill, err
	}
	return w.until(ctx, "wecom.app")
}

func (w *wizard) appCallback(ctx context.Context) (outcome, error) {
	want, err := w.yes(ctx, "要让私信里的卡片能按按钮吗？（要公网 HTTPS 地址）", false)
	if err != nil || !want {
		return passed, err
	}
	public, err := w.publicURL(ctx)
	if err != nil {
		return refill, err
	}
	cfg, err := w.config()
	if err != nil {
		return refill, err
	}
	w.say(weComAppCallback, public+wecomapp.Path)
	return w.callback(ctx, wecomapp.Path, appToken, appKey, cfg.WeComApp.CorpID)
}

// publicURL asks where members' phones, and WeCom, reach this machine.
func (w *wizard) publicURL(ctx context.Context) (string, error) {
	for {
		cfg, err := w.config()
		if err != nil {
			return "", err
		}
		w.say("反向代理（例如 nginx）要把这个公网地址转到本机的 %s。\n", cfg.Listen)
		url, err := w.ask(ctx, "公网地址，例如 https://bot.example.com", cfg.PublicURL)
		if err != nil {
			return "", err
		}
		if ok, err := w.keep(plain("YIQUN_PUBLIC_URL", url)); err != nil {
			return "", err
		} else if ok {
			cfg, err := w.config()
			return cfg.PublicURL, err
		}
	}
}
