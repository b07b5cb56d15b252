package callback

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

// DefaultAPIURL is the public host of the addresses for late answers.
const DefaultAPIURL = "https://qyapi.weixin.qq.com"

// Config is what an Adapter needs. Token and AESKey are required.
type Config struct {
	// Token and AESKey are those of the console, 连接方式: URL回调.
	Token, AESKey wecom.Secret
	// BotName is the name people @, for the text twins on cards.
	BotName string
	// CorpID is the bot's own organisation, where known: a sender with another one
	// is an outsider.
	CorpID string
	// APIURL is the only host that late answers go to; empty means DefaultAPIURL.
	APIURL string
	// MediaHosts are the hosts attachments may be fetched from, as in
	// wecom.Config. Empty means WeCom's own.
	MediaHosts []string
	// HTTP sends late answers and fetches attachments; nil means a client with the
	// default transport.
	HTTP *http.Client
	// Clock is the system's when nil.
	Clock bot.Clock
	// Logger never sees message text or secrets; nil discards.
	Logger *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	if c.Token == "" || c.AESKey == "" {
		return c, errors.New("wecom callback needs a token and an EncodingAESKey")
	}
	if c.APIURL == "" {
		c.APIURL = DefaultAPIURL
	}
	u, err := url.Parse(c.APIURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return c, errors.New("wecom API URL is not an http:// or https:// address")
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
	c.Logger = c.Logger.With("platform", string(bot.WeCom), "via", "callback")
	return c, nil
}
