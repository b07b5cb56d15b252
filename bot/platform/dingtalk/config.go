package dingtalk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"yiqun/bot"
)

// Defaults of Config.
const (
	DefaultAPIURL  = "https://api.dingtalk.com"
	DefaultOAPIURL = "https://oapi.dingtalk.com"
	// DefaultCardTemplate is "Markdown + buttons", a public template that
	// DingTalk's own Python SDK ships (card_instance.py).
	DefaultCardTemplate = "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema"
)

// DefaultMediaHosts are the domains that DingTalk serves members' files from.
var DefaultMediaHosts = []string{"dingtalk.com", "aliyuncs.com", "alicdn.com"}

// Config is what an Adapter needs. Only the client id and secret are required.
type Config struct {
	ClientID     string // also the robotCode of an internal application
	ClientSecret Secret
	APIURL       string // scheme and host of the new API, without a path
	OAPIURL      string // the same of the old API: webhooks and media
	CardTemplate string // template id with ".schema"
	// MediaHosts are the domains, with their sub-domains, that attachments may be
	// fetched from.
	MediaHosts []string
	BotName    string // what members @, for the text twins of buttons
	HTTP       *http.Client
	// Clock tells when tokens and webhooks expire, and the times of events.
	Clock  bot.Clock
	Logger *slog.Logger
}

// Secret is a string that prints as dots wherever it is printed by accident.
type Secret string

// String hides the secret.
func (Secret) String() string { return "…" }

// GoString hides the secret.
func (Secret) GoString() string { return "…" }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("…") }

func (c Config) withDefaults() Config {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&c.APIURL, DefaultAPIURL)
	set(&c.OAPIURL, DefaultOAPIURL)
	set(&c.CardTemplate, DefaultCardTemplate)
	set(&c.BotName, "议群")
	if len(c.MediaHosts) == 0 {
		c.MediaHosts = DefaultMediaHosts
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
	return c
}

// base parses the scheme and host of an API address.
func base(name, raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(raw, "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s is not an address", name)
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "", u.User != nil, u.Path != "", u.RawQuery != "":
		return nil, fmt.Errorf("%s must be like https://host[:port]", name)
	}
	return u, nil
}

var errNoCredentials = errors.New("client id and client secret are both required")
