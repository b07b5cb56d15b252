package setup

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"

	"yiqun/bot/config"
	"yiqun/bot/platform/dingtalk"
)

func dingTalkDone(c config.Config) string {
	if !c.DingTalk.On() {
		return ""
	}
	return "应用 " + c.DingTalk.ClientID
}

const dingTalkByHand = `请用管理员账号在电脑上打开 https://open-dev.dingtalk.com ，选好组织，然后：
  1. 应用开发 → 钉钉应用 → 创建应用（企业内部应用；不要用旧的“机器人”入口）
  2. 添加应用能力 → 机器人 → 打开，填好名字和头像，消息接收模式选 Stream模式，点发布
  3. 权限管理：申请 qyapi_robot_sendmsg 和 Card.Instance.Write
  4. 版本管理与发布：新建版本，可见范围选会用到它的所有人，发布
  5. 凭证与基础信息：里面有 Client ID 和 Client Secret，下面要用
`

const dingTalkGroups = "接下来把机器人加进群（要是本组织的内部群）：群设置 → 群管理 → 机器人 → 添加机器人。\n"

// dingTalk makes or takes an application.
func (w *wizard) dingTalk(ctx context.Context) error {
	for {
		way, err := w.choose(ctx, "怎样接入钉钉？", 1, "用手机钉钉扫码，自动建好应用（最省事）", "自己建好应用，把凭据填进来", "不用钉钉")
		if err != nil {
			return err
		}
		filled := false
		switch way {
		case 1:
			filled, err = w.scan(ctx)
		case 2:
			filled, err = w.pasted(ctx)
		default:
			_, err := w.keep(plain("YIQUN_DINGTALK_CLIENT_ID", ""), sealed("YIQUN_DINGTALK_CLIENT_SECRET", ""))
			return err
		}
		if err != nil {
			return err
		}
		if !filled {
			continue
		}
		o, err := w.until(ctx, "dingtalk")
		if err != nil {
			return err
		}
		if o != refill {
			w.say(dingTalkGroups)
			return nil
		}
	}
}

// pasted takes the credentials of an application that is there.
func (w *wizard) pasted(ctx context.Context) (bool, error) {
	w.say(dingTalkByHand)
	id, err := w.ask(ctx, "Client ID", "")
	if err != nil {
		return false, err
	}
	secret, err := w.secret(ctx, "Client Secret")
	if err != nil {
		return false, err
	}
	return w.keep(plain("YIQUN_DINGTALK_CLIENT_ID", id), sealed("YIQUN_DINGTALK_CLIENT_SECRET", secret))
}

// scan makes an application by a code that is scanned. A code that was shown before
// is asked for first: its application may be there.
func (w *wizard) scan(ctx context.Context) (bool, error) {
	cfg, err := w.config()
	if err != nil {
		return false, err
	}
	r := dingtalk.Registrar{OAPIURL: cfg.DingTalk.OAPIURL, HTTP: &http.Client{Transport: w.Transport}}
	if w.past.Device == "" || !w.Clock.Now().Before(w.past.Until) {
		if err := w.begin(ctx, r); err != nil || w.past.Device == "" {
			return false, err
		}
	}
	picture, err := w.Draw(w.past.Link)
	if err != nil {
		return false, err
	}
	w.say("%s\n请用手机钉钉的扫一扫扫上面的码，选好组织，点确认。扫不出来，就把这个链接发到手机钉钉里打开：\n%s\n等待中……\n", picture, w.past.Link)
	return w.poll(ctx, r)
}

func (w *wizard) begin(ctx context.Context, r dingtalk.Registrar) error {
	begun, err := r.Begin(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err() // the network is not to blame
	case err != nil:
		w.say("✗ 连不上钉钉，没有拿到二维码：请检查网络，再试一次，或改用第2种办法。\n")
		return nil
	}
	w.past.Device, w.past.Link, w.past.Interval = string(begun.DeviceCode), begun.Link, begun.Interval
	w.past.Until = w.Clock.Now().Add(begun.Life)
	return w.past.save()
}

// mostMisses is how many questions in a row may go without an answer.
const mostMisses = 5

// poll asks until the code was scanned, refused or too old.
func (w *wizard) poll(ctx context.Context, r dingtalk.Registrar) (bool, error) {
	for misses := 0; misses < mostMisses; {
		fired, stop := w.Clock.Timer(w.past.Interval)
		select {
		case <-fired:
		case <-ctx.Done():
			stop()
			return false, ctx.Err()
		}
		stop()
		got, err := r.Poll(ctx, dingtalk.Secret(w.past.Device))
		switch {
		case err == nil:
		case errors.Is(err, dingtalk.ErrRegistration):
			w.say("这个二维码钉钉不认了，请重新扫一个。\n")
			return false, w.past.forget()
		case ctx.Err() != nil:
			return false, ctx.Err()
		default:
			misses++
			continue
		}
		misses = 0
		switch got.Progress {
		case dingtalk.Success:
			return w.registered(got)
		case dingtalk.Declined:
			w.say("没有建成：%s。\n", clean(got.Reason))
			return false, w.past.forget()
		case dingtalk.Expired:
			w.say("二维码过期了，请重新扫一个。\n")
			return false, w.past.forget()
		}
	}
	w.say("✗ 连不上钉钉：请检查网络。已经扫过的话，再选一次第1种办法就接着来。\n")
	return false, nil
}

func (w *wizard) registered(got dingtalk.Registered) (bool, error) {
	ok, err := w.keep(plain("YIQUN_DINGTALK_CLIENT_ID", got.ClientID), sealed("YIQUN_DINGTALK_CLIENT_SECRET", string(got.ClientSecret)))
	if err != nil || !ok {
		return false, err
	}
	w.say("应用建好了：%s。\n", clean(got.ClientID))
	return true, w.past.forget()
}

// maxForeign is how much of a platform's own words is shown, in characters.
const maxForeign = 60

// clean makes what a platform said safe to show in a terminal.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxForeign {
		text = string(runes[:maxForeign])
	}
	if text == "" {
		return "钉钉没有说原因"
	}
	return strings.TrimRight(text, "。.")
}
