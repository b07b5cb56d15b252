package config

import (
	"log/slog"
	"time"

	"yiqun/bot"
)

// Config is every setting. A Secret may also be given in a file: YIQUN_X_FILE
// names the file that holds YIQUN_X. A variable that is set to nothing counts as
// not set.
type Config struct {
	// DatabaseURL says where the records are: "sqlite:FILE" or "postgres://…".
	// It is a Secret because it may hold a password.
	DatabaseURL Secret `env:"YIQUN_DATABASE_URL" envDefault:"sqlite:yiqun.db"`
	// RedisURL is "redis://", "rediss://", "redis+sentinel://host,host/master" or
	// "redis+cluster://host,host"; empty means that the same runs embedded.
	RedisURL Secret `env:"YIQUN_REDIS_URL"`
	// DataKey encrypts private fields: 32 bytes as 64 hex digits or as base64.
	// Empty means a generated key beside the SQLite file; see the function DataKey.
	DataKey Secret `env:"YIQUN_DATA_KEY"`

	// Listen is host:port of pages and callbacks.
	Listen string `env:"YIQUN_LISTEN" envDefault:"127.0.0.1:8080"`
	// PublicURL is where members' phones reach Listen, without a trailing slash;
	// empty means no links: files go by chat.
	PublicURL string `env:"YIQUN_PUBLIC_URL"`
	// TelemetryListen is host:port of /healthz, /readyz and /metrics.
	TelemetryListen string `env:"YIQUN_TELEMETRY_LISTEN" envDefault:"127.0.0.1:9090"`

	// Timezone is where the groups are; the binary carries the zones with it.
	Timezone *time.Location `env:"YIQUN_TIMEZONE" envDefault:"Asia/Shanghai"`
	// BotName is the name people @.
	BotName string `env:"YIQUN_BOT_NAME" envDefault:"议群"`
	// Admins are the administrators, "dingtalk:USERID,wecom:USERID". With none, the
	// first run prints a one-time code by which one is claimed.
	Admins []bot.Account `env:"YIQUN_ADMINS"`

	DingTalk      DingTalk
	WeCom         WeCom
	WeComCallback WeComCallback
	WeComApp      WeComApp

	// Templates is a folder of *.yaml practices that are added to those shipped; one
	// with a shipped id replaces it. Empty means the shipped ones alone.
	Templates string `env:"YIQUN_TEMPLATES"`

	// MediaHosts are the hosts from which attachments may be fetched; empty means
	// each platform's own.
	MediaHosts []string `env:"YIQUN_MEDIA_HOSTS"`
	// Font is the font file for pictures; empty means one found among the system's
	// CJK fonts, and where there is none, bars made of text.
	Font string `env:"YIQUN_FONT"`

	// LogLevel is the least level that is logged: debug, info, warn or error.
	LogLevel slog.Level `env:"YIQUN_LOG_LEVEL" envDefault:"info"`
	// LogFormat is FormatText for people or FormatJSON for collectors.
	LogFormat string `env:"YIQUN_LOG_FORMAT" envDefault:"text"`

	values   []Value
	warnings []string
}

// What LogFormat may be.
const (
	FormatText = "text"
	FormatJSON = "json"
)

// DingTalk is the robot of an internal DingTalk application, in Stream mode. It is
// off while ClientID and ClientSecret are empty.
type DingTalk struct {
	ClientID     string `env:"YIQUN_DINGTALK_CLIENT_ID"`
	ClientSecret Secret `env:"YIQUN_DINGTALK_CLIENT_SECRET"`
	// APIURL and OAPIURL are the two API hosts. Session webhooks are accepted only
	// on them; a test points them at a server of its own.
	APIURL  string `env:"YIQUN_DINGTALK_API_URL" envDefault:"https://api.dingtalk.com"`
	OAPIURL string `env:"YIQUN_DINGTALK_OAPI_URL" envDefault:"https://oapi.dingtalk.com"`
	// CardTemplate is the id of a card template with ".schema". The default is
	// "Markdown + buttons", which DingTalk's own Python SDK ships for everybody.
	CardTemplate string `env:"YIQUN_DINGTALK_CARD_TEMPLATE" envDefault:"1366a1eb-bc54-4859-ac88-517c56a9acb1.schema"`
}

// On reports whether DingTalk is configured.
func (d DingTalk) On() bool { return d.ClientID != "" && d.ClientSecret != "" }

// WeCom is a 智能机器人 on a long connection. It is off while BotID and BotSecret
// are empty.
type WeCom struct {
	BotID     string `env:"YIQUN_WECOM_BOT_ID"`
	BotSecret Secret `env:"YIQUN_WECOM_BOT_SECRET"`
	WSURL     string `env:"YIQUN_WECOM_WS_URL" envDefault:"wss://openws.work.weixin.qq.com"`
}

// On reports whether the long connection is configured.
func (w WeCom) On() bool { return w.BotID != "" && w.BotSecret != "" }

// WeComCallback is the same robot by callback URL, at /wecom/callback. WeCom offers
// either this or the long connection, and here no pushes exist, only answers.
type WeComCallback struct {
	Token  Secret `env:"YIQUN_WECOM_CALLBACK_TOKEN"`
	AESKey Secret `env:"YIQUN_WECOM_CALLBACK_AES_KEY"`
}

// On reports whether the callback is configured.
func (w WeComCallback) On() bool { return w.Token != "" && w.AESKey != "" }

// WeComApp is a self-built application: private pushes, files and id conversion.
// CorpID may stand alone; it then tells insiders from outsiders. Token and AESKey
// are for its callbacks at /wecom/app.
type WeComApp struct {
	CorpID  string `env:"YIQUN_WECOM_CORP_ID"`
	AgentID string `env:"YIQUN_WECOM_AGENT_ID"`
	Secret  Secret `env:"YIQUN_WECOM_APP_SECRET"`
	Token   Secret `env:"YIQUN_WECOM_APP_TOKEN"`
	AESKey  Secret `env:"YIQUN_WECOM_APP_AES_KEY"`
	APIURL  string `env:"YIQUN_WECOM_API_URL" envDefault:"https://qyapi.weixin.qq.com"`
}

// On reports whether the application is configured.
func (w WeComApp) On() bool { return w.CorpID != "" && w.AgentID != "" && w.Secret != "" }

// Platforms lists the platforms on which the bot hears, by whatever way: none means
// that there is nothing to serve yet.
func (c Config) Platforms() []bot.Platform {
	var on []bot.Platform
	if c.DingTalk.On() {
		on = append(on, bot.DingTalk)
	}
	if c.WeCom.On() || c.WeComCallback.On() {
		on = append(on, bot.WeCom)
	}
	return on
}
