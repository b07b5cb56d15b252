package config

import (
	"encoding/base64"
	"strconv"
)

func (c Config) checkDingTalk(ps *Problems) {
	d := c.DingTalk
	together(ps, given{"YIQUN_DINGTALK_CLIENT_ID", d.ClientID != ""}, given{"YIQUN_DINGTALK_CLIENT_SECRET", d.ClientSecret != ""})
	checkHost(ps, "YIQUN_DINGTALK_API_URL", d.APIURL, "https://api.dingtalk.com", "https", "http")
	checkHost(ps, "YIQUN_DINGTALK_OAPI_URL", d.OAPIURL, "https://oapi.dingtalk.com", "https", "http")
}

func (c Config) checkWeCom(ps *Problems) {
	w, cb := c.WeCom, c.WeComCallback
	together(ps, given{"YIQUN_WECOM_BOT_ID", w.BotID != ""}, given{"YIQUN_WECOM_BOT_SECRET", w.BotSecret != ""})
	together(ps, given{"YIQUN_WECOM_CALLBACK_TOKEN", cb.Token != ""}, given{"YIQUN_WECOM_CALLBACK_AES_KEY", cb.AESKey != ""})
	checkHost(ps, "YIQUN_WECOM_WS_URL", w.WSURL, "wss://openws.work.weixin.qq.com", "wss", "ws")
	checkAESKey(ps, "YIQUN_WECOM_CALLBACK_AES_KEY", cb.AESKey)
	if w.On() && cb.On() {
		ps.add("YIQUN_WECOM_CALLBACK_TOKEN", "和 YIQUN_WECOM_BOT_ID 不能同时用：企业微信的长连接和回调只能选一种，请删去其中一组。")
	}
}

func (c Config) checkWeComApp(ps *Problems) {
	a := c.WeComApp
	// The corporation's id is of use without an application; the rest is not.
	if a.AgentID != "" || a.Secret != "" || a.Token != "" || a.AESKey != "" {
		together(ps, given{"YIQUN_WECOM_CORP_ID", a.CorpID != ""}, given{"YIQUN_WECOM_AGENT_ID", a.AgentID != ""},
			given{"YIQUN_WECOM_APP_SECRET", a.Secret != ""})
	}
	together(ps, given{"YIQUN_WECOM_APP_TOKEN", a.Token != ""}, given{"YIQUN_WECOM_APP_AES_KEY", a.AESKey != ""})
	if _, err := strconv.ParseUint(a.AgentID, 10, 32); a.AgentID != "" && err != nil {
		ps.add("YIQUN_WECOM_AGENT_ID", "是一个数字，例如 1000002，请到应用详情页抄写。")
	}
	checkAESKey(ps, "YIQUN_WECOM_APP_AES_KEY", a.AESKey)
	checkHost(ps, "YIQUN_WECOM_API_URL", a.APIURL, "https://qyapi.weixin.qq.com", "https", "http")
}

// given says whether a setting has a value.
type given struct {
	name string
	set  bool
}

// together reports the settings that are missing beside others of their group.
func together(ps *Problems, group ...given) {
	with := ""
	for _, g := range group {
		if g.set {
			with = g.name
		}
	}
	for _, g := range group {
		if with != "" && !g.set {
			ps.add(g.name, "还没有填，它要和 %s 一起用：请补上，或者都留空。", with)
		}
	}
}

func checkHost(ps *Problems, name, raw, example string, schemes ...string) {
	if !validURL(raw, noPath, schemes...) {
		ps.add(name, "要写成 %s 这样，只有协议和主机。", example)
	}
}

// aesKeyLength is the length of an EncodingAESKey: base64 of 32 bytes without its
// one "=" (WeCom document 90968).
const aesKeyLength = 43

func checkAESKey(ps *Problems, name string, key Secret) {
	if key == "" {
		return
	}
	if _, err := base64.StdEncoding.DecodeString(key.Reveal() + "="); err != nil || len(key) != aesKeyLength {
		ps.add(name, "要是%d个字母或数字，请到企业微信后台重新复制 EncodingAESKey。", aesKeyLength)
	}
}
