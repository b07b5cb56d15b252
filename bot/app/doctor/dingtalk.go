package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"yiqun/bot/platform/dingtalk"
)

// dingTalk asks DingTalk for a token, and with it whatever the bot needs: two calls
// of the month's.
func dingTalk(ctx context.Context, v *visit) []Finding {
	d, err := v.dingTalkAdapter()
	if err != nil {
		return []Finding{{Check: "dingtalk.credentials", Title: "钉钉凭据", Grade: Broken, Say: dingTalkBadID}}
	}
	ask := ding{v, "dingtalk.credentials", "钉钉凭据"}
	if err := d.ProbeToken(ctx); err != nil {
		return []Finding{ask.refused(err)}
	}
	found := []Finding{ask.say(Healthy, "Client ID 和 Client Secret 没有问题。")}
	questions := []struct {
		ding
		probe func(context.Context) error
		fine  string
	}{
		{ding{v, "dingtalk.stream", "钉钉 Stream 连接"}, d.ProbeStream, "连得上。"},
		{ding{v, "dingtalk.robot", "钉钉机器人权限"}, d.ProbeRobot, "有 " + scopeRobot + "。"},
		{ding{v, "dingtalk.card", "钉钉卡片"}, d.ProbeCard, "有 " + scopeCard + "，卡片模板能用。"},
	}
	answers := make([]Finding, len(questions))
	var inside sync.WaitGroup
	for i, q := range questions {
		inside.Go(func() {
			if err := q.probe(ctx); err != nil {
				answers[i] = q.refused(err)
				return
			}
			answers[i] = q.say(Healthy, "%s", q.fine)
		})
	}
	inside.Wait()
	return append(found, answers...)
}

// The permissions that the bot's calls need, as 权限管理 names them.
const (
	scopeRobot = "qyapi_robot_sendmsg"
	scopeCard  = "Card.Instance.Write"
)

const dingTalkBadID = "钉钉不认 Client ID 或 Client Secret：请到 open-dev.dingtalk.com 的 应用开发 → 钉钉应用 → 这个应用 → 凭证与基础信息，重新复制到 YIQUN_DINGTALK_CLIENT_ID 和 YIQUN_DINGTALK_CLIENT_SECRET。"

// dingTalkAdapter makes an adapter whose calls are watched.
func (v *visit) dingTalkAdapter() (*dingtalk.Adapter, error) {
	c := v.Config.DingTalk
	return dingtalk.New(dingtalk.Config{
		ClientID: c.ClientID, ClientSecret: dingtalk.Secret(c.ClientSecret.Reveal()),
		APIURL: c.APIURL, OAPIURL: c.OAPIURL, CardTemplate: c.CardTemplate, HTTP: v.http, Clock: v.Clock,
	})
}

// ding is one question to DingTalk.
type ding struct {
	*visit
	id, title string
}

func (d ding) say(g Grade, format string, args ...any) Finding {
	return Finding{Check: d.id, Title: d.title, Grade: g, Say: fmt.Sprintf(format, args...)}
}

// refused says what to do about a refusal. Without cards the bot goes on in words, so
// what concerns them alone only degrades it.
func (d ding) refused(err error) Finding {
	refusal, ok := errors.AsType[*dingtalk.ProbeError](err)
	if !ok {
		refusal = &dingtalk.ProbeError{Why: dingtalk.WhyOther}
	}
	bad := Broken
	if d.id == "dingtalk.card" {
		bad = Degraded
	}
	switch refusal.Why {
	case dingtalk.WhyCredentials:
		return d.say(Broken, "%s", dingTalkBadID)
	case dingtalk.WhyScope:
		return d.missing(bad, refusal.Scopes)
	case dingtalk.WhyAddress:
		return d.say(Broken, "钉钉应用限定了服务器出口 IP，本机的公网 IP 不在里面：请到 open-dev.dingtalk.com 这个应用的设置里加上它。")
	case dingtalk.WhyQuota:
		return d.say(Broken, "钉钉本月的接口调用额度用完了：请到开放平台的 资源管理 查看或加购，下个月自动恢复。")
	case dingtalk.WhyTemplate:
		return d.say(Degraded, "卡片模板用不了（没有这个模板，或者没有发布），先用文字代替：请到 https://open-dev.dingtalk.com/fe/card 发布自己的模板，把编号填到 YIQUN_DINGTALK_CARD_TEMPLATE；或者删去这项设置，用默认的模板。")
	case dingtalk.WhyBusy:
		return d.say(Degraded, "钉钉说这会儿问得太勤了：请过五分钟再体检一次。")
	case dingtalk.WhyUnreachable:
		return d.say(Broken, "连不上钉钉：请让本机能访问 %s、wss-open-connection.dingtalk.com 和 oapi.dingtalk.com 的 443 端口，再检查代理设置。", host(d.Config.DingTalk.APIURL))
	}
	return d.say(bad, "钉钉没有答应，也没有说清原因：请过一会儿再体检一次，还不行就把这份报告发给维护人员。")
}

func (d ding) missing(g Grade, scopes []string) Finding {
	scope := scopeRobot
	if d.id == "dingtalk.card" {
		scope = scopeCard
	}
	if len(scopes) > 0 {
		scope = scopes[0]
		scopes = scopes[1:]
	}
	lost := "机器人发不出消息"
	if d.id == "dingtalk.card" {
		lost = "只能发文字，没有带按钮的卡片"
	}
	more := ""
	if len(scopes) > 0 {
		more = "（还有 " + strings.Join(scopes, "、") + "）"
	}
	f := d.say(g, "缺少权限 %s%s，%s：请打开下面的链接申请，再到 版本管理与发布 发布一个新版本。", scope, more, lost)
	f.Link = dingtalk.ScopeLink(d.Config.DingTalk.ClientID, scope)
	return f
}

// host is the host of an address, for sentences.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
}
