package wecomapp

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

// DefaultAPIURL is the public host of the app's interfaces.
const DefaultAPIURL = "https://qyapi.weixin.qq.com"

// Config is what an App needs. CorpID, AgentID and Secret are required.
type Config struct {
	CorpID  string
	AgentID string // a number, as the console shows it
	Secret  wecom.Secret
	// Token and AESKey are those of 接收消息. Without them the app only sends: its
	// cards go as words, for nobody would hear a press.
	Token, AESKey wecom.Secret
	// APIURL is the host; empty means DefaultAPIURL.
	APIURL string
	// HTTP makes the calls; nil means a client with the default transport. Each
	// call is bounded in time here.
	HTTP *http.Client
	// Clock is the system's when nil.
	Clock bot.Clock
	// Logger never sees message text or secrets; nil discards.
	Logger *slog.Logger
}

// agent checks c, fills what was left empty, and reads the agent's number.
func (c *Config) agent() (int, error) {
	if c.CorpID == "" || c.Secret == "" {
		return 0, errors.New("wecom app needs a corp id and a secret")
	}
	agent, err := strconv.ParseUint(c.AgentID, 10, 31)
	if err != nil || agent == 0 {
		return 0, errors.New("wecom agent id is not a number")
	}
	if (c.Token == "") != (c.AESKey == "") {
		return 0, errors.New("wecom app callback needs both a token and an EncodingAESKey")
	}
	if c.APIURL == "" {
		c.APIURL = DefaultAPIURL
	}
	u, err := url.Parse(c.APIURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return 0, errors.New("wecom API URL is not an http:// or https:// address")
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{}
	}
	if c.Clock == nil {
		c.Clock = bot.SystemClock{}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Logger = c.Logger.With("platform", string(bot.WeCom), "via", "app")
	return int(agent), nil
}
