package wecom

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"yiqun/bot"
)

// DefaultWSURL is the public long-connection host (document 101463).
const DefaultWSURL = "wss://openws.work.weixin.qq.com"

// defaultMediaHosts is where WeCom keeps what members attach (document 100719).
var defaultMediaHosts = []string{"*.myqcloud.com"}

// Secret is a credential. It hides itself from logs and from fmt.
type Secret string

const hidden = "(hidden)"

// String hides the secret.
func (Secret) String() string { return hidden }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return hidden }

// MarshalText hides the secret from JSON and the like.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// Config is what an Adapter needs. BotID and Secret are required, the rest has
// defaults.
type Config struct {
	// BotID and Secret are those of the console, 连接方式: 使用长连接.
	BotID  string
	Secret Secret
	// WSURL is the long-connection endpoint; empty means DefaultWSURL.
	WSURL string
	// BotName is the name people @, for the text twins on cards.
	BotName string
	// CorpID is the bot's own organisation, where known: a sender with another
	// one is an outsider. WeCom sends corpid only for people from elsewhere.
	CorpID string
	// DeviceID is sent with the subscription where set. It should be stable for
	// one installation: groups were seen to go silent after a reconnect without.
	DeviceID string
	// Gate, where set, says when this process may connect: of several instances one
	// at a time. It waits until that is so and returns a context that ends when it no
	// longer is; an error only when ctx has ended. It is asked before every
	// connection, and again after another connection took over.
	Gate func(ctx context.Context) (held context.Context, err error)
	// MediaHosts are the hosts attachments may be fetched from, over https only:
	// "host", "host:port" or "*.domain". An entry with a scheme, as in
	// "http://127.0.0.1:8081", admits that origin and is meant for local servers.
	// Empty means WeCom's own.
	MediaHosts []string
	// HTTP dials the connection and fetches attachments; nil means a client with
	// the default transport.
	HTTP *http.Client
	// Clock times pings, acknowledgements and back-off, so it should run as real
	// time does; nil means the system's.
	Clock bot.Clock
	// Logger never sees message text or secrets; nil discards.
	Logger *slog.Logger
}

// withDefaults checks c and fills what was left empty.
func (c Config) withDefaults() (Config, error) {
	if c.BotID == "" || c.Secret == "" {
		return c, errors.New("wecom needs a bot id and a secret")
	}
	if c.WSURL == "" {
		c.WSURL = DefaultWSURL
	}
	u, err := url.Parse(c.WSURL)
	if err != nil || u.Host == "" || (u.Scheme != "ws" && u.Scheme != "wss") {
		return c, fmt.Errorf("wecom long-connection URL is not a ws:// or wss:// address")
	}
	if len(c.MediaHosts) == 0 {
		c.MediaHosts = defaultMediaHosts
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
	c.Logger = c.Logger.With("platform", string(bot.WeCom))
	return c, nil
}
