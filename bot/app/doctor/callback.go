package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"yiqun/bot/config"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/platform/wecom/callback"
	"yiqun/bot/platform/wecom/wecomapp"
)

// robotCallback looks at a 智能机器人 by callback URL, and says what that mode cannot
// do.
func robotCallback(ctx context.Context, v *visit) []Finding {
	c := v.Config.WeComCallback
	d := door{v, "wecom.callback", "企业微信回调地址", callback.Path, c.Token, c.AESKey, ""}
	private := "私信、"
	if v.Config.WeComApp.On() {
		private = "" // by the app
	}
	return []Finding{d.verify(ctx), {
		Check: "wecom.url-mode", Title: "回调方式", Grade: Note,
		Say: "这种方式只能回答：没有提醒、公示和会议通知、主动的" + private + "群消息，也发不了文件，按钮按下后别人的卡片不会变。想要这些，请在管理后台把机器人的 连接方式 改成 使用长连接，再运行 yiqun setup。",
	}}
}

// door is a URL of ours that WeCom calls.
type door struct {
	*visit
	id, title, path string
	token, key      config.Secret
	receiver        string
}

func (d door) say(g Grade, format string, args ...any) Finding {
	return Finding{Check: d.id, Title: d.title, Grade: g, Say: fmt.Sprintf(format, args...)}
}

// verify does what the console does when the URL is saved: from outside, and where
// that fails from this machine, to tell the proxy's fault from the bot's.
func (d door) verify(ctx context.Context) Finding {
	switch {
	case d.Config.PublicURL == "":
		return d.say(Degraded, "没有填 YIQUN_PUBLIC_URL，没法核对企业微信能不能访问到：请填上公网地址，例如 https://bot.example.com。")
	case !d.runs:
		return d.say(Note, "机器人没有运行，回调地址没法核对：请启动之后再体检一次。")
	}
	public := d.Config.PublicURL + d.path
	err := d.ask(ctx, public)
	if err == nil {
		if !strings.HasPrefix(public, "https://") {
			return d.say(Note, "%s 回答正确；企业微信要求公网 HTTPS，请确认它前面有证书。", public)
		}
		return d.say(Healthy, "%s 回答正确。", public)
	}
	inside := d.ask(ctx, "http://"+loopback(d.Config.Listen)+d.path)
	switch {
	case errors.Is(inside, wecom.ErrNotVerified):
		return d.say(Broken, "正在运行的机器人用的不是现在设置里的 Token 或 EncodingAESKey：请重新启动它；还不行就到管理后台重新复制这两项。")
	case inside != nil:
		return d.say(Broken, "本机的 %s 没有人回答：请检查 YIQUN_LISTEN，并重新启动机器人。", d.Config.Listen)
	case errors.Is(err, wecom.ErrNotVerified):
		return d.say(Broken, "%s 有人回答，但不是议群：请把反向代理的这个路径转到 %s，并且原样转发参数。", public, d.Config.Listen)
	}
	return d.say(Broken, "一秒之内访问不到 %s：请检查域名、证书、防火墙和反向代理（要转到 %s）。", public, d.Config.Listen)
}

// ask goes past the watched clocks: the answer is this machine's own.
func (d door) ask(ctx context.Context, url string) error {
	return wecom.VerifyURL(ctx, &http.Client{Transport: d.Transport}, url, wecom.Secret(d.token.Reveal()), wecom.Secret(d.key.Reveal()), d.receiver, d.Clock.Now())
}

// loopback is where a listen address is reached from this machine.
func loopback(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// selfBuiltApp lets the app write to nobody, and looks at its callback.
func selfBuiltApp(ctx context.Context, v *visit) []Finding {
	c := v.Config.WeComApp
	found := []Finding{v.appProbe(ctx)}
	if c.Token == "" {
		return append(found, Finding{
			Check: "wecom.app-callback", Title: "自建应用接收消息", Grade: Note,
			Say: "没有设置接收消息，私信里的卡片会改成文字；想要按钮，请到管理后台的 应用管理 → 自建 → 这个应用 → 接收消息 → 设置API接收，把 Token 和 EncodingAESKey 填到设置里。",
		})
	}
	d := door{v, "wecom.app-callback", "自建应用接收消息", wecomapp.Path, c.Token, c.AESKey, c.CorpID}
	return append(found, d.verify(ctx))
}

func (v *visit) appProbe(ctx context.Context) Finding {
	c := v.Config.WeComApp
	say := func(g Grade, format string, args ...any) Finding {
		return Finding{Check: "wecom.app", Title: "企业微信自建应用", Grade: g, Say: fmt.Sprintf(format, args...)}
	}
	err := wecomapp.Probe(ctx, wecomapp.Config{
		CorpID: c.CorpID, AgentID: c.AgentID, Secret: wecom.Secret(c.Secret.Reveal()), APIURL: c.APIURL, HTTP: v.http, Clock: v.Clock,
	})
	refused, ok := errors.AsType[*wecomapp.ProbeError](err)
	switch {
	case err == nil:
		return say(Healthy, "企业ID、AgentId、Secret 没有问题，本机在企业可信IP里。")
	case !ok:
		return say(Degraded, "连不上企业微信的接口，主动的私信发不出去：请让本机能访问 %s 的 443 端口。", host(c.APIURL))
	case refused.SeenIP != "" && refused.Code == codeOtherIP:
		return say(Degraded, "本机的公网 IP %s 不在企业可信IP里，主动的私信发不出去：请到管理后台的 应用管理 → 自建 → 这个应用 → 企业可信IP 加上它，大约一分钟后生效。", refused.SeenIP)
	case refused.Say != "":
		return say(Degraded, "%s", refused.Say)
	}
	return say(Degraded, "企业微信没有答应（错误码 %d），主动的私信发不出去：请到管理后台的 应用管理 → 自建 → 这个应用 核对各项设置。", refused.Code)
}

// codeOtherIP is WeCom's refusal of an address that is not listed.
const codeOtherIP = 60020
